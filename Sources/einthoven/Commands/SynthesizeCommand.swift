import ArgumentParser
import ECGFiles
import ECGSignal
import Foundation

struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Make the sample recordings: synthetic 12-lead ECGs of a moving heart dipole, the same for the same seed.",
    discussion: "Example: einthoven synthesize SampleData"
  )

  @Argument(help: "The folder to write WFDB records into.") var output: String
  @Option(help: "The seed; the shipped samples are those of the default.") var seed: UInt64 = SampleCollection.seed

  func run() throws {
    try FileOutput.makeFolder(output)
    var progress = ProgressBar("synthesize", total: SampleCollection.recipes.count)
    for (index, record) in SampleCollection.records(seed: seed).enumerated() {
      try WFDBWriter.write(record, to: URL(fileURLWithPath: output).appendingPathComponent(record.name))
      progress.advance(to: index + 1)
    }
    progress.finish()
  }
}
