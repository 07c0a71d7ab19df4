import ECG
import ECGFiles
import LabelReview

/// A WFDB header whose diagnoses are being corrected; all else stays as it is.
///
/// What is written, read back as any header is, says the consensus of what was asked about, and of all other diagnoses what the header said before.
package struct HeaderWithDiagnoses {
  /// Why a header cannot be written.
  package struct Refusal: Error, Equatable, CustomStringConvertible {
    /// What would not be so, in a few words.
    package let description: String
  }

  private let header: WFDBHeaderText
  private let stated: [WFDBHeaderText.DiagnosisLine]
  private let before: [String]
  private var asked: [(statement: Statement, isPresent: Bool)] = []

  /// A header as it is.
  package init(_ original: [UInt8]) {
    header = WFDBHeaderText(original)
    stated = header.diagnosisLines
    before = stated.flatMap(\.statements)
  }

  /// Says what a statement is to be.
  package mutating func set(_ statement: Statement, isPresent: Bool) { asked.append((statement, isPresent)) }

  /// The header in the encoding of the original, with the label before and further remarks in comments that no reader takes for diagnoses.
  ///
  /// - Throws: ``Refusal`` where what is written would not be read as it is meant.
  package func encoded(remarks: [String]) throws(Refusal) -> [UInt8] {
    var lines: [String?] = header.lines
    while lines.last == "" { lines.removeLast() }
    for line in stated {
      let kept = line.statements.filter { !isContradicted($0) }
      guard kept.count < line.statements.count else { continue }
      switch line.form {
      case .list: lines[line.number] = kept.isEmpty ? nil : "#Dx: " + kept.joined(separator: ",")
      case .blockMember: lines[line.number] = nil
      case .field:
        for gone in line.statements where !kept.contains(gone) { lines[line.number] = lines[line.number]?.replacing(gone, with: "(none)") }
      }
    }
    // A line after the beginning of a block would be a statement of it.
    let block = stated.first { $0.beginsBlock }?.number ?? lines.count
    let added = additions(to: before.filter { !isContradicted($0) })
    var inserted = remarks
    inserted.insert("#Label before: " + (before.isEmpty ? "unknown" : before.joined(separator: separator(of: before))), at: 0)
    if let list = stated.first(where: { $0.form == .list }), !added.isEmpty {
      lines[list.number] = "#Dx: " + (list.statements.filter { !isContradicted($0) } + added).joined(separator: ",")
    } else if !added.isEmpty {
      inserted.insert("#Dx: " + added.joined(separator: ","), at: 0)
    }
    lines.insert(contentsOf: inserted.map { Optional($0) }, at: block)
    let bytes = header.encoded(lines.compactMap { $0 }.joined(separator: "\n") + "\n")
    try check(WFDBHeaderText(bytes).statements)
    return bytes
  }

  private func separator(of statements: [String]) -> String { statements.contains { $0.contains(",") } ? "; " : "," }

  // MARK: What it says

  /// What the header is to say of each of the 24.
  private var demanded: [Diagnosis: LabelState] {
    let labels = DiagnosisLabels(before)
    var demanded = Dictionary(uniqueKeysWithValues: Diagnosis.all.map { ($0, labels[$0]) })
    for (statement, isPresent) in asked {
      if let diagnosis = statement.diagnosis { demanded[diagnosis] = isPresent ? .present : .absent }
    }
    return demanded
  }

  /// Whether a statement of the header says other than the consensus does, or doubts it.
  private func isContradicted(_ text: String) -> Bool {
    asked.contains { statement, isPresent in
      if let diagnosis = statement.diagnosis {
        let said = DiagnosisLabels([text])
        let isNamed = said[diagnosis] == .present || (said[diagnosis] == .absent && !said.isCoded)
        return isNamed ? (said[diagnosis] == .present) != isPresent : DiagnosisLabels.doubts(diagnosis, in: text)
      }
      let said = CaseAnswer(label: [text], asked: [statement])[statement.code].verdict
      return isPresent ? said == .absent && !DiagnosisLabels([text]).isCoded : said == .present
    }
  }

  /// The statements that a label needs besides those that stay: codes where it is one of codes, else words, which say nothing of other diagnoses.
  private func additions(to kept: [String]) -> [String] {
    let demanded = demanded
    let isCoded = DiagnosisLabels(before).isCoded
    let deniable = Set(demanded.filter { $0.value == .absent }.keys)
    var added: [String] = []
    var labels = DiagnosisLabels(kept)
    func add(_ statements: [String]) {
      added += statements
      labels = DiagnosisLabels(kept + added)
    }
    for diagnosis in Diagnosis.all where demanded[diagnosis] == .present && labels[diagnosis] != .present {
      add([isCoded ? diagnosis.code : DiagnosisLabels.words(for: diagnosis, isPresent: true, denyingAtMost: deniable)])
    }
    if isCoded, !labels.isCoded {
      // With its last code a label would no longer say absent of what it does not name.
      let codes = Diagnosis.all.filter { demanded[$0] == .present }.map(\.code)
      add(!codes.isEmpty ? codes : deniable.count == Diagnosis.all.count ? [DiagnosisLabels.noneOfAll] : [])
    }
    for diagnosis in Diagnosis.all where demanded[diagnosis] == .absent && labels[diagnosis] != .absent {
      add([DiagnosisLabels.words(for: diagnosis, isPresent: false)])
    }
    for (statement, isPresent) in asked where statement.diagnosis == nil {
      func says(_ label: [String]) -> Bool {
        CaseAnswer(label: label, asked: [statement])[statement.code].verdict == (isPresent ? .present : .absent)
      }
      guard !says(kept + added) else { continue }
      let names = [statement.code, statement.abbreviation, statement.name]
      let words = (isPresent ? names : names.map { "no \($0)" }).first {
        says(kept + added + [$0]) && DiagnosisLabels(kept + added + [$0]) == labels
      }
      if let words { add([words]) }
    }
    return added
  }

  /// Makes sure that what is read back is what is meant.
  private func check(_ read: RecordStatements) throws(Refusal) {
    let (demanded, labels) = (demanded, read.labels)
    guard read.patient == header.statements.patient else {
      throw Refusal(description: "what it says of the patient would not be read any more")
    }
    for diagnosis in Diagnosis.all {
      guard let expected = demanded[diagnosis], labels[diagnosis] != expected else { continue }
      let (name, found) = (diagnosis.abbreviation, labels[diagnosis])
      throw Refusal(description: "\(name) would be read as \(found.rawValue); expected \(expected.rawValue)")
    }
    let answer = CaseAnswer(label: read.diagnoses, asked: asked.map(\.statement))
    for (statement, isPresent) in asked where answer[statement.code].verdict != (isPresent ? .present : .absent) {
      throw Refusal(description: "no words that a header is read for say \(isPresent ? "" : "no ")\(statement.abbreviation)")
    }
  }
}
