import ArgumentParser
import PlainText
import ReviewDesk
import TerminalUI

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Print every action of the screen with its keys and what it does.",
    discussion: "Examples: einthoven keys; einthoven keys --keymap vim --format json"
  )

  @Option(help: "A shipped keymap: default, vim or emacs. Default: your keymap.toml, else default.") var keymap: String?
  @Option(help: "table, csv or json.") var format: ReportFormat = .table

  func run() throws {
    let keymap = try KeymapFiles.load(named: keymap)
    let printer = RowPrinter(columns: ["action", "keys", "group", "help"], format: format)
    try printer.print(
      Action.table.map { entry in
        let keys = keymap.keys(for: entry.action.rawValue).map(\.description)
        return [
          .string(entry.action.rawValue), format == .json ? .array(keys.map { .string($0) }) : .string(keys.joined(separator: " ")),
          .string(entry.group.rawValue), .string(entry.help),
        ]
      })
  }
}
