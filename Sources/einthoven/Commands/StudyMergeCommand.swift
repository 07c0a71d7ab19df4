import ArgumentParser
import Foundation
import LabelReview
import PlainText

extension StudyCommand {
  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take the verdicts of other stores into this one: readers on different machines.",
      discussion: """
        The other stores stay as they are, and merging again changes nothing. What contradicts this store is listed and left out; the exit code is 65 then.
        Notes of who looked behind a study's blinding come along (unblindings).
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
      let opened = try sources.map { try ReviewStore.reading(path: $0, programVersion: Einthoven.version) }
      let place = store ?? Places.store.path
      // A store that would be made for nothing is not made.
      for source in opened where !FileManager.default.fileExists(atPath: place) {
        if let fault = try source.verify().first { throw ReviewStoreError.brokenSource(path: source.path, fault: fault.description) }
      }
      let target = try ReviewStore(path: place, programVersion: Einthoven.version)
      var rows: [[JSONValue]] = []
      var conflicts: [String] = []
      for source in opened {
        let report = try target.merge(from: source)
        rows.append([
          .string(source.path), .integer(report.addedStudies), .integer(report.addedCases), .integer(report.addedEvents),
          .integer(report.knownEvents), .integer(report.addedUnblindings), .integer(report.conflicts.count),
        ])
        conflicts += report.conflicts.map { "\(source.path): \($0)" }
      }
      let columns = ["source", "studies", "cases", "events", "known_events", "unblindings", "conflicts"]
      try RowPrinter(columns: columns, rightAligned: Set(1..<7), format: format).print(rows)
      for conflict in conflicts { Console.complain(conflict) }
      if !conflicts.isEmpty { throw CommandFailure(code: ExitStatus.badData, message: nil) }
    }
  }
}
