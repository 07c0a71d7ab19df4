import ArgumentParser
import ECG
import Foundation
import LabelReview
import PlainText

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
    subcommands: [Create.self, List.self, Status.self, Export.self, Import.self, Merge.self, Verify.self]
  )

  /// The store, which must be there.
  struct StoreOptions: ParsableArguments {
    @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?

    func open() throws -> ReviewStore {
      try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version, createsIfMissing: false)
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
      try RowPrinter(columns: columns, rightAligned: [2, 3, 4], format: format).print(
        try store.studies().map { study in
          let progress = try store.progress(of: study)
          return [
            .string(study.name), .string(Diagnosis.with(code: study.diagnosisCode)?.abbreviation ?? study.diagnosisCode),
            .integer(try store.cases(of: study).count), .integer(progress.count), .integer(progress.reduce(0) { $0 + $1.judged }),
            .string(study.createdAt.formatted(.iso8601)), .string(study.question),
          ]
        })
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
      let columns = [
        "study", "reader", "judged", "cases", "present", "absent", "unsure", "median_seconds", "last_verdict", "disputed", "settled",
      ]
      let readers = try store.progress(of: study)
      if readers.isEmpty, format == .table {
        return try Console.print("study \(study.name): \(try store.cases(of: study).count) cases, and nobody has judged one yet")
      }
      let (disputed, settled) = try store.disputeCounts(of: study)
      try RowPrinter(columns: columns, rightAligned: [2, 3, 4, 5, 6, 7, 9, 10], format: format).print(
        readers.map { progress in
          [
            .string(study.name), .string(progress.reviewer), .integer(progress.judged), .integer(progress.total),
            .integer(progress.present),
            .integer(progress.absent), .integer(progress.unsure), JSONValue(progress.medianSeconds),
            .string(progress.lastVerdictAt.formatted(.iso8601)), .integer(disputed), .integer(settled),
          ]
        })
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that no event of the store was changed, removed or reordered behind the program's back.",
      discussion: "Example: einthoven study verify --store reviews.sqlite")
    @OptionGroup var storeOptions: StoreOptions
    @Option(help: "Accepted for symmetry: the log is one chain over all studies, and is checked whole.") var study: String?
    @Option(help: "table, csv or json.") var format: ReportFormat = .table

    func run() throws {
      let store = try storeOptions.open()
      let faults = try store.verify()
      switch format {
      case .json:
        try Console.print(
          JSONValue.object([
            ("intact", .bool(faults.isEmpty)), ("faults", JSONValue(faults.map(\.description))), ("head", .string(try store.headDigest())),
          ]).text)
      case .csv:
        try Console.print("fault")
        for fault in faults { try Console.print(CSVWriter.row([fault.description])) }
      case .table:
        if faults.isEmpty { try Console.print("intact: every event follows from the one before; head \(try store.headDigest())") }
        for fault in faults { try Console.print(fault.description) }
      }
      if !faults.isEmpty { throw CommandFailure.badData("\(store.path): the log was changed behind the program's back") }
    }
  }
}

extension StudyExport.Raters: ExpressibleByArgument {}
