import ArgumentParser
import ECG
import Foundation
import LabelReview
import PlainText

extension StudyCommand {
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take verdicts that were given elsewhere, from a CSV, JSON Lines, or the folder of an export, into a study.",
      discussion: """
        Reads case,rater,verdict, and the further columns of `study export`. Importing again changes nothing.
        A study that does not exist is made of the file's cases, with `label` and `model` as their labels and the model's decisions; of a folder with its
        question, blinding, sampling frame and all its cases. A file about several statements (column `diagnosis`) goes into a study that relabels, or makes
        one. What a log says of reveals and adjudication is left out: `study merge` takes that over.
        Examples:
          einthoven study import SampleData/paper-verdicts.csv --study paper
          einthoven study import lad-audit/ --study lad-audit --store copy.sqlite
        """)
    @Argument(help: "Verdicts as CSV or JSON Lines, or a folder that `study export --output` wrote.") var file: String
    @Option(help: "The study to take them into, or to make.") var study: String
    @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?
    @Option(name: .customLong("class"), help: "The diagnosis asked about, where the study is made of a file. Default: LAD.")
    var diagnosis: Diagnosis?
    @Option(help: "table, csv or json.") var format: ReportFormat = .table

    mutating func validate() throws {
      if study.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("a study needs a name") }
    }

    func run() throws {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
      let path = exists && isFolder.boolValue ? place("verdicts.csv") : file
      let data = try contents(path)
      let verdicts: [ImportedVerdict]
      do { verdicts = try VerdictFile.parse(data) } catch { throw CommandFailure.badData("\(path): \(error)") }
      let target = try ReviewStore(path: store ?? Places.store.path, programVersion: Einthoven.version)
      let draft = try exists && isFolder.boolValue ? folderDraft() : fileDraft(into: target, verdicts)
      let report: ImportReport
      do {
        report = try target.importVerdicts(
          verdicts, into: draft, origin: "file \((path as NSString).lastPathComponent) \(VerdictFile.digest(of: data))")
      } catch let fault as ImportFault {
        throw CommandFailure.badData("\(path): \(fault)")
      }
      let columns = ["study", "made", "imported", "known", "skipped", "conflicts"]
      try RowPrinter(columns: columns, rightAligned: [2, 3, 4, 5], format: format).print([
        [
          .string(study), .bool(report.madeStudy), .integer(report.added), .integer(report.known), .integer(report.skipped),
          .integer(report.conflictCount),
        ]
      ])
      if report.madeStudy, !isFolder.boolValue { sayUnknownStatements(of: draft, in: path) }
      for conflict in report.conflicts { Console.complain("\(path): \(conflict)") }
      let more = report.conflictCount - report.conflicts.count
      if more > 0 { Console.complain("\(path): and \(more) more verdicts that contradict the study") }
      if report.conflictCount > 0 { throw CommandFailure(code: ExitStatus.badData, message: nil) }
    }

    /// Says which statements the file brought that are no diagnoses: they may be meant, or misspelt.
    private func sayUnknownStatements(of draft: StudyDraft, in path: String) {
      let names = (draft.settings.relabelling?.statements ?? []).filter { $0.diagnosis == nil }.map(\.abbreviation)
      guard !names.isEmpty else { return }
      let more = names.count > 5 ? " and \(names.count - 5) more" : ""
      Console.complain(
        "\(path): the study asks about statements that are none of the 24 diagnoses (\(names.prefix(5).joined(separator: ", "))\(more)); if one is misspelt, mend the file and import it into another study"
      )
    }

    private func fileDraft(into target: ReviewStore, _ verdicts: [ImportedVerdict]) throws -> StudyDraft {
      let existing = try target.study(named: study)
      if existing == nil, diagnosis == nil, let relabelling = StudyDraft.relabelling(named: study, of: verdicts) { return relabelling }
      let asked = existing.flatMap { Diagnosis.with(code: $0.diagnosisCode) }
      let diagnosis = diagnosis ?? asked ?? .leftAxisDeviation
      return StudyDraft(name: study, diagnosisCode: diagnosis.code, question: "Is \(diagnosis.name) present?", cases: [])
    }

    private func folderDraft() throws -> StudyDraft {
      do {
        return try StudyFolder.draft(named: study, study: contents(place("study.json")), cases: contents(place("cases.csv")))
      } catch let fault as StudyFolder.Fault {
        throw CommandFailure.badData("\(place("\(fault)"))")
      }
    }

    private func place(_ name: String) -> String { (file as NSString).appendingPathComponent(name) }

    private func contents(_ path: String) throws -> Data {
      try FileInput.data(
        path, limit: VerdictFile.longestFile, expected: "verdicts as CSV or JSON Lines, or the folder of an export", mayBeStream: true)
    }
  }
}
