import ArgumentParser
import Classification
import ECG
import ECGFiles
import Foundation
import ReviewDesk
import TerminalUI

struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Print the screen of one recording as text, in ANSI colours, or as SVG.",
    discussion: "Example: einthoven render SampleData/heart02 --size 160x45 --layout 3x4 --format svg > screen.svg"
  )

  /// The form of the picture.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case text, ansi, svg
  }

  @Argument(help: "The recording.") var path: String
  @Option(help: "Columns and rows of the screen, such as 200x50.") var size = Size(columns: 120, rows: 40)
  @Option(help: "Layout of the leads: \(LeadLayout.names). Default: by the size.") var layout: LeadLayout?
  @Option(help: "The time at the left edge, in seconds.") var at = 0.0
  @Option(help: "text, ansi or svg.") var format: Form = .text
  @Option(name: .customLong("class"), help: "The diagnosis whose lead influence is shown.") var diagnosis: Diagnosis = .leftAxisDeviation
  @OptionGroup var paper: PaperOptions
  @Option(help: "Colours: \(Theme.all.map(\.name).joined(separator: ", ")), or a theme of yours.") var theme = "dark"
  @Option(help: "Colours of --format ansi: none, 16, 256 or 24bit.") var colors: ColorDepth = .indexed256
  @Option(help: "Characters for traces and frames: braille, block or ascii.") var glyphs: GlyphSet = .braille
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    try DeskConfig.check(theme: theme)
    if !at.isFinite || at < 0 { throw ValidationError("--at takes a time in seconds, 0 or more") }
  }

  func run() throws {
    let theme = try DeskConfig.theme(named: theme)
    let references = try RecordLocator.references(at: path)
    guard references.count == 1, let reference = references.first else {
      throw CommandFailure.usage("\(path): \(references.count) records; render takes one")
    }
    let recording = try Recording(RecordFile.read(reference))
    let request = StillFrame.Request(
      size: size, layout: layout, startSeconds: at, diagnosis: diagnosis, paper: try DeskConfig.load().paper(paper.settings))
    // A model that was asked for by name must load; without the shipped one the screen says that there is no prediction.
    let ensemble = Result { try model.ensemble() }
    if case .failure(let error) = ensemble, !model.models.isEmpty { throw error }
    let frame = StillFrame.render(
      recording, path: reference.path, request, keymap: try KeymapFiles.load(named: nil), ensemble: ensemble)
    switch format {
    case .text: for line in frame.plainText(glyphs: glyphs) { try Console.write(line + "\n") }
    case .ansi: try Console.write(frame.ansi(theme: theme, depth: colors, glyphs: glyphs))
    case .svg: try Console.write(frame.svg(theme: theme, title: recording.name, glyphs: glyphs))
    }
  }
}
