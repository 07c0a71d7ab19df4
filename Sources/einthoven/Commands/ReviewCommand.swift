import ArgumentParser
import ECG
import ECGFiles
import Foundation
import LabelReview
import Logging
import ReviewDesk

struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Judge recordings one by one: present, absent or unsure. Every verdict is on disk before the next trace is drawn.",
    discussion: """
      Without --study the study is named after the folder, asks about LAD (or --class), hides nothing, and goes on where you left off.
      Keys: 1 LAD, 2 no LAD, 3 unsure, u undo, ? all keys, q quit.
      Examples:
        einthoven review SampleData
        einthoven review recordings/ --reviewer HG --class AF
        einthoven review --study SampleData
      """
  )

  @Argument(help: "Records, folders, or files that list records. Not needed with the --study of a store.") var paths: [String] = []
  @Option(help: "The study to make or resume.") var study: String?
  @Option(help: "Your name in the store. Default: $USER.") var reviewer: String?
  @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?
  @Option(name: .customLong("class"), help: "The diagnosis asked about: an abbreviation or a SNOMED CT code.") var diagnosis: Diagnosis?
  @Flag(help: "Settle the cases of a --study on which readers differ, in sight of their verdicts.") var adjudicate = false
  @Flag(help: "Show how the readers of a --study agree, and the traces on which somebody differs; takes no verdicts.") var results = false
  @OptionGroup var links: LinkOptions
  @OptionGroup var screen: ScreenOptions
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    if paths.isEmpty, study == nil { throw ValidationError("give records or a folder to review, or the --study of a store") }
    if results, study == nil || adjudicate {
      throw ValidationError("--results shows those of a study: name it with --study, without --adjudicate")
    }
    if adjudicate, study == nil { throw ValidationError("--adjudicate settles the cases of a study: name it with --study") }
  }

  func run() throws {
    let reviewer = try ReviewerName.resolved(reviewer)
    let keymap = try screen.resolvedKeymap()
    let models = try model.files()
    // Records make a study, and a study the store; without records both must be there.
    let store = try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version, createsIfMissing: !paths.isEmpty)
    if !results { try store.requireWritable() }
    let (opened, references, cases) = try openStudy(in: store, reviewer: reviewer)
    let asked = Diagnosis.with(code: opened.diagnosisCode) ?? .leftAxisDeviation
    let context = StudyContext(study: opened, diagnosis: asked, reviewer: reviewer, isAdjudicating: adjudicate)
    var setup = DeskSetup(
      references: references, review: DeskSetup.Review(store: store, context: context, cases: cases), diagnosis: asked, models: models,
      threads: model.threadCount, keymap: keymap, theme: .dark, logFile: Places.log)
    try screen.apply(to: &setup)
    try Desk.run(results ? StudyCases.results(of: opened, in: store, movedTo: paths, links, setup) : setup)
  }

  /// The study with its records on the desk: all of a made study's cases in the reader's order, else the records of the paths in theirs.
  private func openStudy(in store: any ReviewStoring, reviewer: String) throws -> (Study, [RecordReference], [StudyCase]) {
    if let name = study {
      let found = try store.study(named: name)
      if let found, paths.isEmpty || found.isSampled || adjudicate {
        let cases = try StudyCases.onDesk(of: found, in: store, reviewer: reviewer, isAdjudicating: adjudicate)
        return (found, try StudyCases.references(to: cases, of: found, movedTo: paths, links), cases)
      }
      if paths.isEmpty || adjudicate { throw ReviewStoreError.unknownStudy(name) }
    }
    let references = try RecordBatch(paths, links).nonEmpty()
    let resumed = try study.flatMap { try store.study(named: $0) }.flatMap { Diagnosis.with(code: $0.diagnosisCode) }
    let asked = diagnosis ?? resumed ?? .leftAxisDeviation
    let opened = try PlainStudy.open(references, paths: paths, name: study, diagnosis: asked, in: store)
    let cases = Dictionary(try store.cases(of: opened).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var desk: [(RecordReference, StudyCase)] = []
    for reference in references {
      if let studyCase = cases[PlainStudy.casePath(reference)] { desk.append((reference, studyCase)) }
    }
    return (opened, desk.map(\.0), desk.map(\.1))
  }
}

struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Look at recordings without judging them.",
    discussion: "Example: einthoven view SampleData"
  )

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @Option(name: .customLong("class"), help: "The diagnosis whose lead influence is shown first.") var diagnosis: Diagnosis =
    .leftAxisDeviation
  @OptionGroup var links: LinkOptions
  @OptionGroup var screen: ScreenOptions
  @OptionGroup var model: ModelOptions

  func run() throws {
    let keymap = try screen.resolvedKeymap()
    let models = try model.files()
    let references = try RecordBatch(paths, links).nonEmpty()
    var setup = DeskSetup(
      references: references, diagnosis: diagnosis, models: models, threads: model.threadCount, keymap: keymap, theme: .dark,
      logFile: Places.log)
    try screen.apply(to: &setup)
    try Desk.run(setup)
  }
}

/// Runs the screen and turns how it ended into an exit code.
private enum Desk {
  static func run(_ setup: DeskSetup) throws {
    FileLog.begin()
    let log = Logger(label: "einthoven.review")
    log.info(
      "\(setup.review.map { "review of \($0.context.study.name) by \($0.context.reviewer)" } ?? "view"): \(setup.references.count) records")
    // Commands run on the main thread: nothing in this program starts them elsewhere.
    let ending = try MainActor.assumeIsolated { try ReviewDesk.run(setup) }
    log.info("ended: \(ending)")
    switch ending {
    case .quit: return
    case .signal(let number): throw CommandFailure(code: 128 + number, message: nil)
    case .hangup: throw CommandFailure(code: 129, message: nil)
    }
  }
}
