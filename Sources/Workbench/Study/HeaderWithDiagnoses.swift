import ECG
import ECGFiles
import LabelReview

/// A WFDB header whose diagnoses are being corrected; all else stays as it is.
struct HeaderWithDiagnoses {
  private let header: WFDBHeaderText
  private var lines: [String] = []
  private let before: [String]
  private var codes: [String] = []
  private var place: Int?

  init(_ original: [UInt8]) {
    header = WFDBHeaderText(original)
    for line in header.lines {
      guard let stated = WFDBHeaderText.diagnoses(in: line) else {
        lines.append(line)
        continue
      }
      codes += stated
      place = place ?? lines.count
    }
    while lines.last == "" { lines.removeLast() }
    before = codes
  }

  /// Takes a statement, by any of its codes or words, out, or puts it in where it is not stated yet.
  ///
  /// What is stated already keeps its words.
  mutating func set(_ statement: Statement, isPresent: Bool) {
    func states(_ code: String) -> Bool {
      if let diagnosis = statement.diagnosis { return DiagnosisLabels([code])[diagnosis] == .present }
      return [statement].named(code) != nil
    }
    if !isPresent { return codes.removeAll(where: states) }
    if !codes.contains(where: states) { codes.append(statement.code) }
  }

  /// The header in the encoding of the original, with the diagnoses before and further remarks in comments that no reader takes for diagnoses.
  func encoded(remarks: [String]) -> [UInt8] {
    var lines = lines
    lines.insert("#Dx: " + codes.joined(separator: ","), at: min(place ?? lines.count, lines.count))
    lines += ["#Label before: " + before.joined(separator: ",")] + remarks
    return header.encoded(lines.joined(separator: "\n") + "\n")
  }
}
