import Agreement
import ECG
import ECGFiles
import Files
import Foundation
import LabelReview
import PlainText

/// WFDB headers whose `#Dx` says what the readers of a study found; all else is the originals', which they name in a comment.
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
      let basis = "\(outcome.basis) in study \(study.name)"
      files.append(("\(outcome.studyCase.record).hea", Self.corrected(original, verdict: verdict, diagnosis: diagnosis, basis: basis)))
    }
  }

  /// The headers of the cases that readers of a relabelling answered; what the consensus leaves open stays as it was.
  public init(_ corrected: [CorrectedLabel], of study: Study) {
    name = study.name
    for label in corrected {
      guard let original = original(of: label.studyCase) else { continue }
      files.append(("\(label.studyCase.record).hea", Self.corrected(original, by: label)))
    }
  }

  /// The header of a case as it is; nil, and a remark, where there is none that could be corrected.
  private mutating func original(of studyCase: StudyCase) -> [UInt8]? {
    let (record, path) = (studyCase.record, studyCase.path)
    guard !record.contains("/") else {
      remarks.append("\(path): its case is called \(record), which is no file's name; left out")
      return nil
    }
    let header = Self.header(at: path)
    if header == nil { remarks.append("\(path): no WFDB header here to correct; left out") }
    return header
  }

  /// A header whose `#Dx` is the consensus; the codes before, where the new ones come from, and how sure they are, stand in comments of their own.
  static func corrected(_ original: [UInt8], by label: CorrectedLabel) -> [UInt8] {
    var header = HeaderWithDiagnoses(original)
    for statement in label.statements {
      guard let isPresent = label.set.isPresent(statement.code) else { continue }
      header.set(statement, isPresent: isPresent)
    }
    let confidence = label.confidence.map { ["#Label confidence: " + JSONValue($0).text] } ?? []
    return header.encoded(remarks: ["#Label corrected: \(label.basis.withoutControlCharacters)"] + confidence)
  }

  /// Makes sure that there is something to write, and that each header has a name of its own.
  ///
  /// - Throws: ``JobError``.
  public func check() throws(JobError) {
    guard !files.isEmpty else { throw .badData("study \(name): the consensus contradicts no label; nothing to correct") }
    guard Set(files.map(\.name)).count == files.count else {
      throw .badData("study \(name): two records share a name; their headers cannot lie in one folder")
    }
  }

  /// A header, in the encoding of the original, with the diagnosis, by any of its codes or words, taken out of `#Dx` or put into it.
  static func corrected(_ original: [UInt8], verdict: Verdict, diagnosis: Diagnosis, basis: String) -> [UInt8] {
    var header = HeaderWithDiagnoses(original)
    header.set(Statement(diagnosis), isPresent: verdict == .present)
    // Spelled otherwise, so that no reader takes them for diagnoses.
    return header.encoded(remarks: ["#Label corrected: \(basis.withoutControlCharacters)"])
  }

  private static let longestHeader = 1 << 22

  /// A header's bytes; nil where there is no header that can be read.
  private static func header(at path: String) -> [UInt8]? {
    path.hasSuffix(".hea") ? try? RegularFile.contents(of: path, limit: longestHeader) : nil
  }
}
