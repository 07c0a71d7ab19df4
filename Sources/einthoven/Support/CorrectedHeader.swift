import Agreement
import ECG
import ECGFiles
import Files
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

  /// The header in the encoding of the original; nil where the case's file is no header that can be read.
  var bytes: [UInt8]? {
    guard studyCase.path.hasSuffix(".hea"), let original = try? RegularFile.contents(of: studyCase.path, limit: 1 << 22) else { return nil }
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
}
