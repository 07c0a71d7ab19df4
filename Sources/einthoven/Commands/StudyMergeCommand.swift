import ArgumentParser
import ECG
import Foundation
import LabelReview
import PlainText

extension StudyCommand {
  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take the verdicts of other stores into this one: readers on different machines.",
      discussion: """
        The other stores stay as they are, and merging again changes nothing. What contradicts this store is listed and left out; the exit code is 65 then.
        Example: einthoven study merge anna.sqlite ben.sqlite --store all.sqlite
        """)
    @Argument(help: "The stores to take from.") var sources: [String]
    @Option(help: "The store to take into, made where there is none. Default: reviews.sqlite in the data folder.") var store: String?
    @Option(help: "Accepted for symmetry: all studies are merged.") var study: String?
    @Option(help: "table, csv or json (one object a source).") var format: ReportFormat = .table

    mutating func validate() throws {
      if sources.isEmpty { throw ValidationError("name the stores to take from") }
    }

    func run() throws {
      let opened = try sources.map { try ReviewStore(path: $0, programVersion: Einthoven.version, createsIfMissing: false) }
      let target = try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version)
      var rows: [[JSONValue]] = []
      var conflicts: [String] = []
      for source in opened {
        let report = try target.merge(from: source)
        rows.append([
          .string(source.path), .integer(report.addedStudies), .integer(report.addedCases), .integer(report.addedEvents),
          .integer(report.knownEvents), .integer(report.conflicts.count),
        ])
        conflicts += report.conflicts.map { "\(source.path): \($0)" }
      }
      let columns = ["source", "studies", "cases", "events", "known_events", "conflicts"]
      try RowPrinter(columns: columns, rightAligned: Set(1..<6), format: format).print(rows)
      for conflict in conflicts { Console.complain(conflict) }
      if !conflicts.isEmpty { throw CommandFailure(code: ExitStatus.badData, message: nil) }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take verdicts that were given elsewhere from a CSV (case,rater,verdict) into a study.",
      discussion: """
        Further columns of `study export` are taken too: repeat, time, seconds, visible, note, event. A study that does not exist is made of the file's
        cases, with `label` and `model` as their labels and the model's decisions. Importing again changes nothing.
        Example: einthoven study import SampleData/paper-verdicts.csv --study paper
        """)
    @Argument(help: "A CSV of verdicts, or a folder that `study export --output` wrote.") var file: String
    @Option(help: "The study to take them into, or to make.") var study: String
    @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?
    @Option(name: .customLong("class"), help: "The diagnosis asked about, where the study is made.") var diagnosis: Diagnosis =
      .leftAxisDeviation
    @Option(help: "table, csv or json.") var format: ReportFormat = .table

    func run() throws {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
      let path = exists && isFolder.boolValue ? (file as NSString).appendingPathComponent("verdicts.csv") : file
      guard let data = FileManager.default.contents(atPath: path) else {
        throw CommandFailure.noInput("\(path): no such file, or it cannot be read")
      }
      let verdicts: [ImportedVerdict]
      do { verdicts = try VerdictFile.parse(data) } catch { throw CommandFailure.badData("\(path): \(error)") }
      let target = try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version)
      let report = try target.importVerdicts(
        verdicts, into: study, diagnosisCode: diagnosis.code, question: "Is \(diagnosis.name) present?",
        origin: "file \((path as NSString).lastPathComponent) \(VerdictFile.digest(of: data))")
      let columns = ["study", "made", "imported", "known", "skipped", "conflicts"]
      try RowPrinter(columns: columns, rightAligned: [2, 3, 4, 5], format: format).print([
        [
          .string(study), .bool(report.madeStudy), .integer(report.added), .integer(report.known), .integer(report.skipped),
          .integer(report.conflicts.count),
        ]
      ])
      for conflict in report.conflicts { Console.complain("\(path): \(conflict)") }
      if !report.conflicts.isEmpty { throw CommandFailure(code: ExitStatus.badData, message: nil) }
    }
  }
}
