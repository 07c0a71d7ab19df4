import ArgumentParser
import ECG
import Foundation
import LabelReview
import PlainText
import Workbench

struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Draw, list, follow, export, merge and verify studies.",
    discussion: """
      Examples:
        einthoven study create lad-audit recordings/ --class LAD --sample fp=50,fn=50 --seed 1
        einthoven study list
        einthoven study export --study SampleData --format csv > verdicts.csv
      """,
    subcommands: [Create.self, List.self, Status.self, Consensus.self, Export.self, Import.self, Merge.self, Verify.self]
  )

  /// The store, which must be there.
  struct StoreOptions: ParsableArguments {
    @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?

    func open() throws -> ReviewStore {
      try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version, createsIfMissing: false)
    }

    /// The store as it lies there, nothing of which is changed.
    func reading() throws -> ReviewStore {
      try ReviewStore.reading(path: store ?? Places.store.path, programVersion: Einthoven.version)
    }
  }

  /// Whether what a study hides may be looked at before its readers have finished.
  struct BlindingOptions: ParsableArguments {
    @Flag(help: "Look at what the study hides before all its readers have finished; the log notes who did.") var unblind = false

    /// Refuses to tell a reader too early, unless told otherwise; then it is noted in the log.
    func check(_ study: Study, in store: any ReviewStoring, what: String, reviewer: String?) throws {
      guard let reader = try store.readerToProtect(in: study) else { return }
      guard unblind else {
        throw CommandFailure.usage(
          "study \(study.name): \(reader) has not finished, and this shows what the study hides; --unblind shows it and notes that in the log"
        )
      }
      try note(study, in: store, what: what, reviewer: reviewer)
    }

    /// Says of sums, which name no case, that a reader has not finished; told that this is meant, it is noted in the log instead.
    func warn(_ study: Study, in store: any ReviewStoring, what: String) throws {
      guard let reader = try store.readerToProtect(in: study) else { return }
      guard unblind else {
        return Console.complain("study \(study.name): \(reader) has not finished, and these tables tell what the study hides")
      }
      try note(study, in: store, what: what, reviewer: nil)
    }

    /// Leaves out of readers' own verdicts what the study hides, and says so; told that it is meant, it is noted in the log instead.
    func leaveOut(of export: inout StudyExport, _ study: Study, in store: any ReviewStoring) throws {
      let columns = export.columnsTelling(study.blinding)
      guard !columns.isEmpty, let reader = try store.readerToProtect(in: study) else { return }
      let names = columns.joined(separator: ", ")
      guard unblind else {
        export.leaveOut(study.blinding)
        return Console.complain(
          "study \(study.name): \(reader) has not finished, and what the study hides is left out (\(names)); --unblind gives it and notes that in the log"
        )
      }
      try note(study, in: store, what: "export of readers' verdicts with \(names)", reviewer: nil)
    }

    private func note(_ study: Study, in store: any ReviewStoring, what: String, reviewer: String?) throws {
      try store.recordUnblinding(
        of: study, by: reviewer ?? DeskConfig.load().reviewer ?? Places.environment("USER") ?? "unknown", what: what)
    }
  }

  /// Whether figures may come from a log that does not verify.
  struct TrustOptions: ParsableArguments {
    @Flag(help: "Go on although the store was changed behind the program's back.") var unverified = false

    /// Refuses a store that does not verify, unless told otherwise; then it is said.
    func check(_ store: ReviewStore) throws {
      guard let fault = try store.verification(.figures).faults.first else { return }
      let words = "\(store.path): the store was changed behind the program's back (\(fault))"
      guard unverified else { throw CommandFailure.badData("\(words); --unverified goes on all the same") }
      Console.complain(words)
    }
  }

  /// The study, which need not be named where the store holds one only.
  struct StudyOptions: ParsableArguments {
    @Option(help: "The study. Default: the store's only one.") var study: String?

    func resolve(in store: any ReviewStoring) throws -> Study {
      if let study {
        guard let found = try store.study(named: study) else { throw ReviewStoreError.unknownStudy(study) }
        return found
      }
      let all = try store.studies()
      guard all.count == 1, let only = all.first else {
        let names = all.map(\.name).joined(separator: ", ")
        throw CommandFailure.usage(
          all.isEmpty ? "\(store.path): the store holds no study yet" : "which study? Name one with --study: \(names)")
      }
      return only
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the studies of a store.", discussion: "Example: einthoven study list --format json")
    @OptionGroup var storeOptions: StoreOptions
    @Option(help: "table, csv or json (one object a study).") var format: ReportFormat = .table

    func run() throws {
      let store = try storeOptions.open()
      let columns = ["study", "class", "cases", "readers", "verdicts", "created", "question"]
      var unreadable: [ReviewStoreError] = []
      var rows: [[JSONValue]] = []
      for listed in try store.studyListing() {
        switch listed {
        case .success(let study):
          let progress = try store.progress(of: study)
          rows.append([
            .string(study.name), .string(study.subject),
            .integer(try store.cases(of: study).count), .integer(progress.count), .integer(progress.reduce(0) { $0 + $1.judged }),
            .string(study.createdAt.formatted(.iso8601)), .string(study.question),
          ])
        case .failure(let error): unreadable.append(error)
        }
      }
      try RowPrinter(columns: columns, rightAligned: [2, 3, 4], format: format).print(rows)
      for error in unreadable { Console.complain("\(error)") }
      if !unreadable.isEmpty { throw CommandFailure(code: ExitStatus.badData, message: nil) }
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say how far each reader has come.", discussion: "Example: einthoven study status --study SampleData")
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var studyOptions: StudyOptions
    @Option(help: "table, csv or json (one object a reader).") var format: ReportFormat = .table

    func run() throws {
      let store = try storeOptions.open()
      let study = try studyOptions.resolve(in: store)
      let columns =
        [
          "study", "reader", "judged", "cases", "present", "absent", "unsure", "median_seconds", "last_verdict", "disputed", "settled",
          "model_cases", "median_keys",
        ] + (study.annotating == nil ? [] : ["begun"])
      let readers = try store.progress(of: study)
      let begun = study.annotating == nil ? [:] : try BegunCases.counts(of: study, in: store)
      if readers.isEmpty, begun.isEmpty, format == .table {
        return try Console.print("study \(study.name): \(try store.cases(of: study).count) cases, and nobody has judged one yet")
      }
      if readers.isEmpty, format == .table {
        let words = begun.sorted { $0.key < $1.key }.map { "\($0.key) has begun \($0.value)" }.joined(separator: ", ")
        return try Console.print("study \(study.name): \(try store.cases(of: study).count) cases, and none is done yet; \(words)")
      }
      let (disputed, settled) = try store.disputeCounts(of: study)
      let foreseen = try SightingCache.foreseen(for: study, in: store)
      let decided = Set(try store.modelDecisions(of: study).map(\.studyCase.recordingKey))
      let predicted = try store.cases(of: study).count { studyCase in
        decided.contains(studyCase.recordingKey) || studyCase.digest.map { foreseen[$0] != nil } ?? false
      }
      try RowPrinter(columns: columns, rightAligned: [2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13], format: format).print(
        readers.map { progress in
          [
            .string(study.name), .string(progress.reviewer), .integer(progress.judged), .integer(progress.total),
            .integer(progress.present),
            .integer(progress.absent), .integer(progress.unsure), JSONValue(progress.medianSeconds),
            .string(progress.lastVerdictAt.formatted(.iso8601)), .integer(disputed), .integer(settled),
            .integer(predicted), JSONValue(progress.medianKeys),
          ] + (study.annotating == nil ? [] : [.integer(begun[progress.reviewer] ?? 0)])
        })
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that nothing in the store was changed, removed or reordered behind the program's back.",
      discussion: """
        Covers every event; the name, question, settings, labels and cases of every study, judged or not; and the tables with their triggers. Not covered: where
        recordings lie, which may move. Nothing is written. Whoever can rewrite all of a store can still hide a change: keep the head elsewhere.
        Example: einthoven study verify --store reviews.sqlite
        """)
    @OptionGroup var storeOptions: StoreOptions
    @Option(help: "Accepted for symmetry: the log is one chain over all studies, and is checked whole.") var study: String?
    @Option(help: "table, csv or json.") var format: ReportFormat = .table

    func run() throws {
      let store = try storeOptions.reading()
      let found = try store.verification()
      switch format {
      case .json:
        try Console.print(
          JSONValue.object([
            ("intact", .bool(found.faults.isEmpty)), ("faults", JSONValue(found.faults.map(\.description))),
            ("head", .string(try store.headDigest())), ("events", .integer(found.events)), ("studies", .integer(found.studies)),
            ("cases", .integer(found.cases)), ("uncovered_studies", JSONValue(found.uncovered)),
            ("unreadable_studies", JSONValue(found.unreadable)),
          ]).text)
      case .csv:
        try Console.print("fault")
        for fault in found.faults { try Console.print(CSVWriter.row([fault.description])) }
      case .table:
        if found.faults.isEmpty { try Console.print("intact: every event follows from the one before; head \(try store.headDigest())") }
        for fault in found.faults { try Console.print(fault.description) }
        try Console.print(
          "checked: \(found.events) events; name, question, settings, labels and cases of \(found.studies) \(found.studies == 1 ? "study" : "studies") (\(found.cases) cases); tables and triggers"
        )
        if !found.uncovered.isEmpty {
          try Console.print(
            "not covered, because an older program made them, until this one next writes: the cases that nobody judged of "
              + found.uncovered.joined(separator: ", "))
        }
        for reason in found.unreadable { try Console.print("not readable here: \(reason)") }
      }
      if !found.faults.isEmpty { throw CommandFailure.badData("\(store.path): the store was changed behind the program's back") }
    }
  }
}

extension StudyExport.Raters: ExpressibleByArgument {}
