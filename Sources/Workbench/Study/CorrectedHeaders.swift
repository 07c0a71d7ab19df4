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
    guard let diagnosis = Diagnosis.with(code: study.diagnosisCode) else {
      throw .badData("study \(study.name): \(study.diagnosisCode) is no diagnosis that a header could name")
    }
    for outcome in consensus {
      guard let verdict = outcome.verdict, verdict != .unsure, verdict != outcome.studyCase.label else { continue }
      let (record, path) = (outcome.studyCase.record, outcome.studyCase.path)
      guard !record.contains("/") else {
        remarks.append("\(path): its case is called \(record), which is no file's name; left out")
        continue
      }
      guard let original = Self.header(at: path) else {
        remarks.append("\(path): no WFDB header here to correct; left out")
        continue
      }
      let basis = "\(outcome.basis) in study \(study.name)"
      files.append(("\(record).hea", Self.corrected(original, verdict: verdict, diagnosis: diagnosis, basis: basis)))
    }
    name = study.name
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
    let header = WFDBHeaderText(original)
    var lines: [String] = []
    var codes: [String] = []
    var place: Int?
    for line in header.lines {
      guard let stated = WFDBHeaderText.diagnoses(in: line) else {
        lines.append(line)
        continue
      }
      codes += stated
      place = place ?? lines.count
    }
    while lines.last == "" { lines.removeLast() }
    var corrected = codes.filter { DiagnosisLabels([$0])[diagnosis] != .present }
    if verdict == .present { corrected.append(diagnosis.code) }
    lines.insert("#Dx: " + corrected.joined(separator: ","), at: min(place ?? lines.count, lines.count))
    // Spelled otherwise, so that no reader takes them for diagnoses.
    lines += ["#Label before: " + codes.joined(separator: ","), "#Label corrected: \(basis.withoutControlCharacters)"]
    return header.encoded(lines.joined(separator: "\n") + "\n")
  }

  private static let longestHeader = 1 << 22

  /// A header's bytes; nil where there is no header that can be read.
  private static func header(at path: String) -> [UInt8]? {
    path.hasSuffix(".hea") ? try? RegularFile.contents(of: path, limit: longestHeader) : nil
  }
}
