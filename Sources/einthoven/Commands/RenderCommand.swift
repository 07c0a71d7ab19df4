import ArgumentParser
import Classification
import ECG
import ECGFiles
import ECGPaper
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Workbench

struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Print any screen as text, in ANSI colours, or as SVG: of one recording, or of a study.",
    discussion: """
      Examples:
        einthoven render SampleData/heart02 --size 160x45 --layout 3x4 --format svg > screen.svg
        einthoven render SampleData/heart02 --do calipers --do march-out
        einthoven render --study lad-audit --reviewer HG --do list-records
      """
  )

  /// The form of the picture.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case text, ansi, svg
  }

  @Argument(help: "The recording. Not needed with --study.") var path: String?
  @Option(help: "A study of the store: its desk as the reviewer finds it.") var study: String?
  @Option(help: "The reader of the --study. Default: the name given to `review` before, else $USER.") var reviewer: String?
  @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?
  @Flag(help: "How the readers of the --study agree.") var results = false
  @Option(
    name: .customLong("do"), parsing: .singleValue,
    help: ArgumentHelp("What to do at the desk first: an action's name, as `einthoven keys` prints them.", valueName: "action"))
  var actions: [Action] = []
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("An annotator whose file beside the record is shown over its traces; may be given several times.", valueName: "name")
  )
  var annotator: [String] = []
  @Option(help: "Columns and rows of the screen, such as 200x50.") var size = Size(columns: 120, rows: 40)
  @Option(help: "Layout of the leads: \(LeadLayout.names). Default: 3x4, or what answers the question of the --study.")
  var layout: LeadLayout?
  @Option(help: "The time at the left edge, in seconds.") var at = 0.0
  @Option(help: "text, ansi or svg.") var format: Form = .text
  @Option(name: .customLong("class"), help: "The diagnosis whose lead influence is shown.") var diagnosis: Diagnosis = .leftAxisDeviation
  @OptionGroup var blinding: StudyCommand.BlindingOptions
  @OptionGroup var links: LinkOptions
  @OptionGroup var paper: PaperOptions
  @Option(help: "Colours: \(Theme.all.map(\.name).joined(separator: ", ")), or a theme of yours.") var theme = "dark"
  @Option(help: "Colours of --format ansi: none, 16, 256 or 24bit.") var colors: ColorDepth = .indexed256
  @Option(help: "Characters for traces and frames: braille, block or ascii.") var glyphs: GlyphSet = .braille
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    try DeskConfig.check(theme: theme)
    if (path == nil) == (study == nil) { throw ValidationError("give a recording, or the --study of a store") }
    if study == nil, results || reviewer != nil || store != nil {
      throw ValidationError("--results, --reviewer and --store go with --study")
    }
    if !at.isFinite || at < 0 { throw ValidationError("--at takes a time in seconds, 0 or more") }
  }

  func run() throws {
    let theme = try DeskConfig.theme(named: theme)
    var request = StillFrame.Request(
      size: size, layout: layout, startSeconds: at, diagnosis: diagnosis, paper: try DeskConfig.load().paper(paper.settings))
    request.actions = actions
    request.annotators = annotator
    // A model that was asked for by name must load; without the shipped one the screen says that there is no prediction.
    let ensemble = Result { try model.ensemble() }
    if case .failure(let error) = ensemble, !model.models.isEmpty { throw error }
    let (frame, title) = try path.map { try recordFrame($0, request, ensemble) } ?? studyFrame(request, ensemble)
    switch format {
    case .text: for line in frame.plainText(glyphs: glyphs) { try Console.write(line + "\n") }
    case .ansi: try Console.write(frame.ansi(theme: theme, depth: colors, glyphs: glyphs))
    case .svg: try Console.write(frame.svg(theme: theme, title: title, glyphs: glyphs))
    }
  }

  private func recordFrame(
    _ path: String, _ request: StillFrame.Request, _ ensemble: Result<Ensemble, any Error>
  ) throws -> (Grid, title: String) {
    let reference = try links.record(at: path, for: "render")
    let recording = try Recording(RecordFile.read(reference))
    let layers = annotator.isEmpty ? [] : AnnotationLayer.layers(of: try AnnotatorsBeside(reference, only: annotator))
    let frame = StillFrame.render(
      recording, path: reference.path, request, keymap: try KeymapFiles.load(named: nil), ensemble: ensemble, layers: layers)
    return (frame, recording.name)
  }

  private func studyFrame(
    _ request: StillFrame.Request, _ ensemble: Result<Ensemble, any Error>
  ) throws -> (Grid, title: String) {
    let name = study ?? ""
    let store = try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version, createsIfMissing: false)
    guard let study = try store.study(named: name) else { throw ReviewStoreError.unknownStudy(name) }
    let reviewer = try ReviewerName.resolved(reviewer, asks: false)
    let cases = try StudyCases.onDesk(of: study, in: store, reviewer: reviewer, isAdjudicating: false)
    let asked = Diagnosis.with(code: study.diagnosisCode) ?? diagnosis
    let context = StudyContext(study: study, diagnosis: asked, reviewer: reviewer)
    var setup = DeskSetup(
      references: try StudyCases.recordings(
        of: cases, in: study, movedTo: [], followingLinks: links.followLinks, store: store, cache: nil
      ).references,
      review: DeskSetup.Review(store: store, context: context, cases: cases), diagnosis: asked, models: [], threads: model.threadCount,
      keymap: try KeymapFiles.load(named: nil), theme: .dark)
    if results {
      try blinding.check(study, in: store, what: "results", reviewer: reviewer)
      try setup.showResults(of: study, in: store, movedTo: [], links, cache: nil)
    }
    return (try StillFrame.render(setup, request, ensemble: ensemble), study.name)
  }
}

extension Action: ExpressibleByArgument {}
