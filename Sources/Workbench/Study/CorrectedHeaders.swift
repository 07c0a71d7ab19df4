import Agreement
import ECG
import ECGFiles
import Files
import Foundation
import LabelReview
import PlainText

/// WFDB headers that say, read back, what the readers of a study found; all else is the originals', whose label they name in a comment.
public struct CorrectedHeaders: Sendable {
  /// The headers, by the names of their files.
  public private(set) var files: [(name: String, bytes: [UInt8])] = []
  /// What was left out, a line each.
  public private(set) var remarks: [String] = []
  private let name: String

  /// The headers of the cases in which the consensus contradicts the label.
  ///
  /// - Throws: ``JobError`` where the study asks about what no header could name.
  public init(_ consensus: [Consensus], of study: Study) throws(JobError) {
    name = study.name
    guard let diagnosis = Diagnosis.with(code: study.diagnosisCode) else {
      throw .badData("study \(study.name): \(study.diagnosisCode) is no diagnosis that a header could name")
    }
    for outcome in consensus {
      guard let verdict = outcome.verdict, verdict != .unsure, verdict != outcome.studyCase.label else { continue }
      guard let original = original(of: outcome.studyCase) else { continue }
      var header = HeaderWithDiagnoses(original)
      header.set(Statement(diagnosis), isPresent: verdict == .present)
      add(header, of: outcome.studyCase, remarks: [Self.remark("\(outcome.basis) in study \(study.name)")])
    }
  }

  /// The headers of the cases that readers of a relabelling answered; what the consensus leaves open stays as it was.
  public init(_ corrected: [CorrectedLabel], of study: Study) {
    name = study.name
    for label in corrected {
      guard let original = original(of: label.studyCase) else { continue }
      var header = HeaderWithDiagnoses(original)
      for statement in label.statements {
        if let isPresent = label.set.isPresent(statement.code) { header.set(statement, isPresent: isPresent) }
      }
      let confidence = label.confidence.map { ["#Label confidence: " + JSONValue($0).text] } ?? []
      add(header, of: label.studyCase, remarks: [Self.remark(label.basis)] + confidence)
    }
  }

  /// Where a label comes from, in a comment that no reader takes for diagnoses.
  private static func remark(_ basis: String) -> String { "#Label corrected: \(basis.withoutControlCharacters)" }

  /// Adds a header, or a remark where it cannot be written as it is meant.
  private mutating func add(_ header: HeaderWithDiagnoses, of studyCase: StudyCase, remarks: [String]) {
    do throws(HeaderWithDiagnoses.Refusal) {
      files.append(("\(studyCase.record).hea", try header.encoded(remarks: remarks)))
    } catch {
      self.remarks.append("\(studyCase.path): its header cannot be corrected: \(error); left out")
    }
  }

  /// The header of a case as it is; nil, and a remark, where there is none that could be corrected.
  private mutating func original(of studyCase: StudyCase) -> [UInt8]? {
    let (record, path) = (studyCase.record, studyCase.path)
    guard !record.contains("/") else {
      remarks.append("\(path): its case is called \(record), which is no file's name; left out")
      return nil
    }
    guard let header = Self.header(at: path) else {
      remarks.append("\(path): no WFDB header here to correct; left out")
      return nil
    }
    let reference = RecordReference(name: record, path: path, url: URL(fileURLWithPath: path), format: .wfdb)
    guard (try? RecordFile.statements(reference))?.diagnoses == WFDBHeaderText(header).statements.diagnoses else {
      remarks.append("\(path): headers of its segments state diagnoses, which its own would not correct; left out")
      return nil
    }
    return header
  }

  /// Makes sure that there is something to write, and that each header has a name of its own.
  ///
  /// - Throws: ``JobError``.
  public func check() throws(JobError) {
    guard !files.isEmpty else {
      let reason = remarks.isEmpty ? "the consensus contradicts no label; nothing to correct" : "no header could be corrected"
      throw .badData("study \(name): \(reason)")
    }
    guard Set(files.map(\.name)).count == files.count else {
      throw .badData("study \(name): two records share a name; their headers cannot lie in one folder")
    }
  }

  private static let longestHeader = 1 << 22

  /// A header's bytes; nil where there is no header that can be read.
  private static func header(at path: String) -> [UInt8]? {
    path.hasSuffix(".hea") ? try? RegularFile.contents(of: path, limit: longestHeader) : nil
  }
}
