import ArgumentParser
import ECGFiles
import Foundation

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a recording to CSV or to a WFDB record, without filtering or resampling.",
    discussion: """
      OUT's extension chooses: .csv makes a table (time_s, then one column a signal, in the record's unit), anything else a WFDB record.
      Example: einthoven convert SampleData/heart02.hea /tmp/heart02.csv
      """
  )

  @Argument(help: "The recording.") var input: String
  @Argument(help: "The file to make: NAME.csv, or the name of a WFDB record.") var output: String
  @OptionGroup var links: LinkOptions

  func validate() throws {
    // A record is two files, and a table's extension is what asks for one.
    if output == "-" { throw ValidationError("convert writes files; expected NAME.csv or the name of a WFDB record, not '-'") }
  }

  func run() throws {
    let reference = try links.record(at: input, for: "convert")
    for warning in try RecordConverter.convert(reference, to: output) { Console.complain("\(reference.path): warning: \(warning)") }
  }
}
