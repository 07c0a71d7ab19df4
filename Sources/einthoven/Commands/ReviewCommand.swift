import Agreement
import ArgumentParser
import ECG
import ECGFiles
import Foundation
import LabelReview
import Logging
import Reports
import ReviewDesk
import Workbench

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
  @Option(help: "Your name in the store. Default: the one given before; at first you are asked.") var reviewer: String?
  @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?
  @Option(name: .customLong("class"), help: "The diagnosis asked about: an abbreviation or a SNOMED CT code.") var diagnosis: Diagnosis?
  @Flag(help: "Settle the cases of a --study on which readers differ, in sight of their verdicts.") var adjudicate = false
  @Flag(help: "Show how the readers of a --study agree, and the traces on which somebody differs; takes no verdicts.") var results = false
  @Flag(help: "Hide the labels and the model from the readers of the study that is made of the folder.") var blind = false
  @OptionGroup var blinding: StudyCommand.BlindingOptions
  @OptionGroup var links: LinkOptions
  @OptionGroup var screen: ScreenOptions
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    if paths.isEmpty, study == nil { throw ValidationError("give records or a folder to review, or the --study of a store") }
    if results, study == nil || adjudicate {
      throw ValidationError("--results shows those of a study: name it with --study, without --adjudicate")
    }
    if blind, paths.isEmpty { throw ValidationError("--blind goes with the records of a new study") }
    if adjudicate, study == nil { throw ValidationError("--adjudicate settles the cases of a study: name it with --study") }
  }

  func run() throws {
    let reviewer = try ReviewerName.resolved(reviewer, asks: true)
    let keymap = try screen.resolvedKeymap()
    let models = try model.files()
    // Records make a study, and a study the store; without records both must be there.
    let store = try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version, createsIfMissing: !paths.isEmpty)
    if !results { try store.requireWritable() }
    let cache = store.isReadOnly ? nil : SightingCache(beside: store.path)
    let opened = try openStudy(in: store, reviewer: reviewer, cache: cache)
    if results { try blinding.check(opened.study, in: store, what: "results", reviewer: reviewer) }
    let asked = Diagnosis.with(code: opened.study.diagnosisCode) ?? .leftAxisDeviation
    let context = StudyContext(study: opened.study, diagnosis: asked, reviewer: reviewer, isAdjudicating: adjudicate)
    var setup = DeskSetup(
      references: opened.references, review: DeskSetup.Review(store: store, context: context, cases: opened.cases), diagnosis: asked,
      models: models,
      threads: model.threadCount, keymap: keymap, theme: .dark, logFile: Places.log)
    setup.notes = opened.notes
    setup.sightings = cache
    try screen.apply(to: &setup)
    if results { try setup.showResults(of: opened.study, in: store, movedTo: paths, links, cache: cache) }
    for note in setup.notes { Console.note("einthoven: \(note)") }
    try Desk.run(setup)
  }

  /// A study with its records on the desk, and what the reader should know of them.
  private struct Opened {
    let study: Study
    let references: [RecordReference]
    let cases: [StudyCase]
    let notes: [String]
  }

  /// The study with its records on the desk: all of a made study's cases in the reader's order, else the records of the paths in theirs.
  private func openStudy(in store: any ReviewStoring, reviewer: String, cache: SightingCache?) throws -> Opened {
    if let name = study {
      let found = try store.study(named: name)
      if let found, paths.isEmpty || found.isClosed || adjudicate || results {
        let cases = try StudyCases.onDesk(of: found, in: store, reviewer: reviewer, isAdjudicating: adjudicate)
        // Results look for the recordings that they show.
        if results { return Opened(study: found, references: [], cases: [], notes: []) }
        let recordings = try StudyCases.recordings(
          of: cases, in: found, movedTo: paths, followingLinks: links.followLinks, store: store, cache: cache)
        return Opened(study: found, references: recordings.references, cases: cases, notes: recordings.notes)
      }
      if paths.isEmpty || adjudicate { throw ReviewStoreError.unknownStudy(name) }
    }
    let references = try RecordBatch(paths, links).nonEmpty()
    let resumed = try study.flatMap { try store.study(named: $0) }.flatMap { Diagnosis.with(code: $0.diagnosisCode) }
    let asked = diagnosis ?? resumed ?? .leftAxisDeviation
    let bar = SharedBar("recognise")
    let opening = try PlainStudy.open(
      references, paths: paths, name: study, diagnosis: asked, blinding: blind ? [.labels, .model] : [], in: store, cache: cache,
      progress: { bar.advance(to: $0, of: $1) })
    if blind, !opening.study.blinding.isSuperset(of: [.labels, .model]) {
      throw CommandFailure.usage("study \(opening.study.name) exists and hides nothing; --blind makes a new one: name it with --study")
    }
    return Opened(study: opening.study, references: opening.references, cases: opening.cases, notes: opening.notes)
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

extension DeskSetup {
  /// Shows a study's results over the traces of the cases on which somebody differs, instead of taking verdicts.
  mutating func showResults(
    of study: Study, in store: any ReviewStoring, movedTo paths: [String], _ links: LinkOptions, cache: SightingCache?
  ) throws {
    let report = AgreementDocument(
      try AgreementReport(study: study, in: store, foreseen: SightingCache.foreseen(for: study, in: store)), names: study.verdictNames)
    let results = StudyResults(study, lines: report.document.textLines, consensus: try store.consensus(of: study))
    let shown = results.cases.isEmpty ? try store.cases(of: study) : results.cases.map(\.studyCase)
    self.results = results
    review = nil
    let recordings = try StudyCases.recordings(
      of: shown, in: study, movedTo: paths, followingLinks: links.followLinks, store: store, cache: cache)
    references = recordings.references
    digests = shown.map(\.digest)
    notes = recordings.notes
  }
}

/// Runs the screen and turns how it ended into an exit code.
private enum Desk {
  static func run(_ setup: DeskSetup) throws {
    FileLog.begin()
    let log = Logger(label: "einthoven.review")
    log.info(
      "\(setup.review.map { "review of \($0.context.title ?? "a folder") by \($0.context.reviewer)" } ?? "view"): \(setup.references.count) records"
    )
    // Commands run on the main thread: nothing in this program starts them elsewhere.
    let ending = try MainActor.assumeIsolated { try ReviewDesk.run(setup) { failure($0)?.code ?? 0 } }
    log.info("ended: \(ending)")
    if let failure = failure(ending) { throw failure }
  }

  /// What an ending is to whoever started the program; nil for a good one.
  private static func failure(_ ending: ReviewDesk.Ending) -> CommandFailure? {
    switch ending {
    case .quit: nil
    case .unsaved(let count):
      .outputFailed("\(count == 1 ? "1 verdict is" : "\(count) verdicts are") not saved: the store was removed or replaced")
    case .signal(let number): CommandFailure(code: 128 + number, message: nil)
    case .hangup: CommandFailure(code: 129, message: nil)
    }
  }
}
