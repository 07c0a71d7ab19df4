import ArgumentParser
import ECG
import ECGFiles
import ECGPaper
import Foundation
import ReviewDesk

struct PrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print",
    abstract: "Write a recording as a sheet of ECG paper in true millimetres: A4 across, 25 mm/s, 10 mm/mV, as SVG.",
    discussion: """
      Print it at 100 %; the calibration mark is 10 mm high and 5 mm wide. Traces are never reduced: what leaves the ruled area is cut off there.
      Example: einthoven print SampleData/heart02 heart02.svg
      """
  )

  @Argument(help: "The recording.") var path: String
  @Argument(help: "The SVG file to write; it must end in .svg.") var output: String
  @Option(help: "Layout of the leads: \(LeadLayout.names).") var layout: LeadLayout = .threeByFour
  @Option(help: "The time at the left edge, in seconds.") var at = 0.0
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("An annotator whose file beside the record is drawn over its traces; may be given several times.", valueName: "name")
  )
  var annotator: [String] = []
  @OptionGroup var links: LinkOptions
  @OptionGroup var paper: PaperOptions

  mutating func validate() throws {
    if !at.isFinite || at < 0 { throw ValidationError("--at takes a time in seconds, 0 or more") }
    if !output.lowercased().hasSuffix(".svg") { throw ValidationError("'\(output)': expected a name that ends in .svg") }
  }

  func run() throws {
    let reference = try links.record(at: path, for: "print")
    let recording = try Recording(RecordFile.read(reference))
    var settings = paper.settings
    settings.startSeconds = min(at, recording.durationSeconds)
    let layers = annotator.isEmpty ? [] : AnnotationLayer.layers(of: try AnnotatorsBeside(reference, only: annotator))
    try FileOutput.write(PaperSVG(recording, layout: layout, paper: settings, layers: layers).text(), to: output)
  }
}
