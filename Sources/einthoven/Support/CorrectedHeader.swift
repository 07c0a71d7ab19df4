import Agreement
import ECG
import Foundation
import LabelReview
import PlainText

/// A WFDB header whose `#Dx` says what a study found; all else is the original's, which it names in a comment.
struct CorrectedHeader {
  private let studyCase: StudyCase
  private let verdict: Verdict
  private let diagnosis: Diagnosis
  private let basis: String

  init(_ studyCase: StudyCase, verdict: Verdict, diagnosis: Diagnosis, basis: String) {
    self.studyCase = studyCase
    self.verdict = verdict
    self.diagnosis = diagnosis
    self.basis = basis
  }

  /// The header; nil where the case's file is no header that can be read.
  var text: String? {
    guard studyCase.path.hasSuffix(".hea"),
      let original = try? FileInput.text(studyCase.path, limit: 1 << 20, expected: "a WFDB header")
    else { return nil }
    var lines: [String] = []
    var codes: [String] = []
    var place: Int?
    // CR LF is one Character, and no LF.
    let lineEnds: Set<Character> = ["\n", "\r\n", "\r"]
    for line in original.split(omittingEmptySubsequences: false, whereSeparator: lineEnds.contains).map(String.init) {
      let comment = line.drop { $0 == "#" || $0 == " " }
      guard line.hasPrefix("#"), comment.lowercased().hasPrefix("dx"), let colon = comment.firstIndex(of: ":") else {
        lines.append(line)
        continue
      }
      codes += comment[comment.index(after: colon)...].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      place = place ?? lines.count
    }
    while lines.last == "" { lines.removeLast() }
    let own = [diagnosis.code, diagnosis.mergedCode].compactMap { $0 }
    var corrected = codes.filter { !own.contains($0) && !$0.isEmpty }
    if verdict == .present { corrected.append(diagnosis.code) }
    lines.insert("#Dx: " + corrected.joined(separator: ","), at: min(place ?? lines.count, lines.count))
    // Spelled otherwise, so that no reader takes them for diagnoses.
    lines += ["#Label before: " + codes.joined(separator: ","), "#Label corrected: \(basis.withoutControlCharacters)"]
    return lines.joined(separator: "\n") + "\n"
  }
}
