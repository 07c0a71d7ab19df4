import ArgumentParser
import Foundation

/// Writes the manual pages; `make man` runs it.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Write the manual pages, from the tables that --help and the screen have.",
    discussion: "Example: einthoven manual docs/man",
    shouldDisplay: false
  )

  @Argument(help: "The folder to write them into.") var folder: String

  func run() throws {
    try FileOutput.makeFolder(folder)
    for page in try ManualPages.all() { try FileOutput.write(page.text, to: "\(folder)/\(page.file)") }
  }
}
