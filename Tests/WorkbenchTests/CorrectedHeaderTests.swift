import ECG
import ECGFiles
import Foundation
import LabelReview
import TestSupport
import Testing
import Workbench

/// What a corrected header says, read back as any header is.
@Suite struct CorrectedHeaderTests {
  private static let recordLine = "r 1 500 10\nr.dat 16 200/mV 16 0 0 0 0 I\n"

  /// Comments in the forms in which headers state diagnoses, or state none.
  private static let forms: [String] =
    [",", ";", " ", ", ", "; ", " | ", "/", "\t"].map { "#Dx: 426783006\($0)39732003\($0)713426002" } + [
      "#Dx: 39732003", "#Dx: 426783006", "#Dx: 55827005", "#Dx: 284470004,63593006",
      "#Age: 50\n#Sex: Male\n#Dx: 39732003,55827005\n#Note: none",
      "#Dx: 426783006\n#Rx: none\n#Dx: 39732003", "#Dx: 39732003 |Left axis deviation (finding)|,426783006",
      "#Dx: 426783006 left axis deviation",
      "#Dx: 39732003?,426783006", "#Dx: 426783006, possible left axis deviation", "#Dx: 426783006, no left axis deviation",
      "#Dx: 39732003, LVH",
      "#Dx: 164889003, atrial flutter", "#Dx: Sinus rhythm, left axis deviation;LVH", "#Dx: Sinus rhythm; left axis deviation; LVH",
      "#Dx: left axis deviation, ruled out", "#Dx: LAD", "#Dx: atrial fibrillation", "#Dx: no left axis deviation",
      "#Dx: incomplete right bundle branch block",
      "#Dx: NORM", "#Dx: STTC,HYP", "#Dx: Unknown", "#Dx:", "#Dx: 20240131", "#Age: 50", "", "#Diagnosis: left axis deviation",
      "#<age>: 50  <sex>: M  <diagnoses>: left axis deviation", "#<age>: 50  <sex>: M  <diagnoses>: (none)",
      "# Reason for admission: Sinus rhythm\n# Additional diagnoses: left axis deviation",
      "#<age>: 51\n#<sex>: F\n#<diagnoses>:\n#Rhythm: Sinus rhythm.\n#Electric axis of the heart: left axis deviation. \n#Left ventricular hypertrophy. ",
      "#<diagnoses>:\n#Rhythm: Atrial fibrillation.\n#Electric axis of the heart: normal. \n#Incomplete left bundle branch block.",
      "#<diagnoses>:\n#Electric axis of the heart: right axis deviation.\n#Incomplete right bundle branch block. \n#Ventricular extrasystole, type: single PVC. ",
      "#<diagnoses>:\n#Electric axis of the heart: horizontal. \n#<age>: 44\n#Dx: left axis deviation",
      "#Dx: 426783006\n#<diagnoses>:\n#Electric axis of the heart: left axis deviation. ",
      "#<diagnoses>:\n#39732003\n#426783006", "#<diagnoses>:\n#Dx: 39732003\n#possible atrial fibrillation",
    ]

  private static let asked: [[String]] = [["LAD"], ["AF"], ["LBBB"], ["IRBBB"], ["LAD", "RAD", "SNR"], ["LAD", "CRBBB", "AF"]]

  private func readBack(_ bytes: [UInt8]) -> RecordStatements { WFDBHeaderText(bytes).statements }

  @Test func aCorrectedHeaderSaysTheConsensusAndOfAllElseWhatItSaidBefore() throws {
    for form in Self.forms {
      let original = Array((Self.recordLine + form + "\n").utf8)
      let before = readBack(original)
      for names in Self.asked {
        let diagnoses = names.compactMap { Diagnosis.named($0) }
        // Each statement present, absent, or left open.
        for combination in 0..<(diagnoses.count == 1 ? 3 : 27) {
          let said = [combination % 3, combination / 3 % 3, combination / 9].prefix(diagnoses.count)
          var header = HeaderWithDiagnoses(original)
          var expected = Dictionary(uniqueKeysWithValues: Diagnosis.all.map { ($0, before.labels[$0]) })
          for (diagnosis, verdict) in zip(diagnoses, said) where verdict < 2 {
            header.set(Statement(diagnosis), isPresent: verdict == 0)
            expected[diagnosis] = verdict == 0 ? .present : .absent
          }
          let bytes = try header.encoded(remarks: ["#Label corrected: unanimous in study lu"])
          let (after, text) = (readBack(bytes), String(decoding: bytes, as: UTF8.self))
          let wrong = Diagnosis.all.filter { after.labels[$0] != expected[$0] }.map(\.abbreviation)
          #expect(wrong.isEmpty, "\(form) asked \(names) \(said):\n\(text)")
          #expect(after.patient == before.patient && text.hasPrefix(Self.recordLine))
          #expect(!after.diagnoses.contains { $0.contains("Label") }, "\(text)")
          let old =
            before.diagnoses.isEmpty
            ? "unknown" : before.diagnoses.joined(separator: before.diagnoses.contains { $0.contains(",") } ? "; " : ",")
          #expect(text.contains("\n#Label before: \(old)\n"), "\(text)")
        }
      }
    }
  }

  @Test func aLabelInWordsIsCorrectedInWordsAndABlockKeepsItsOtherLines() throws {
    func corrected(_ comments: String, _ isPresent: Bool) throws -> String {
      var header = HeaderWithDiagnoses(Array((Self.recordLine + comments + "\n").utf8))
      header.set(Statement(.leftAxisDeviation), isPresent: isPresent)
      return String(decoding: try header.encoded(remarks: ["#Label corrected: x"]).dropFirst(Self.recordLine.utf8.count), as: UTF8.self)
    }
    #expect(try corrected("#Dx: NORM", true) == "#Dx: NORM,LAD\n#Label before: NORM\n#Label corrected: x\n")
    #expect(try corrected("#Dx: Unknown", false) == "#Dx: no left axis deviation\n#Label before: unknown\n#Label corrected: x\n")
    #expect(
      try corrected("#Dx: Sinus rhythm, left axis deviation;LVH", false)
        == "#Dx: Sinus rhythm,LVH,no left axis deviation,no right axis deviation\n#Label before: Sinus rhythm,left axis deviation,LVH\n#Label corrected: x\n"
    )
    #expect(
      try corrected("#<age>: 51\n#<diagnoses>:\n#Rhythm: Sinus rhythm.\n#Electric axis of the heart: normal. ", true)
        == "#<age>: 51\n#Dx: left axis deviation\n#Label before: Rhythm: Sinus rhythm.,Electric axis of the heart: normal.\n#Label corrected: x\n"
        + "#<diagnoses>:\n#Rhythm: Sinus rhythm.\n")
    #expect(try corrected("#Dx: 39732003", false).hasPrefix("#Dx: none of the 24 scored diagnoses\n#Label before: 39732003\n"))
  }

  @Test(arguments: ["#Dx: 426783006,39732003", "#Dx: NORM", "#Dx: LVH, NORM", "#<diagnoses>:\n#Electric axis of the heart: normal."])
  func aStatementOfAnotherVocabularyIsCorrectedWhereTheHeaderCanSayIt(form: String) throws {
    let hypertrophy = Statement(code: "55827005", abbreviation: "LVH", name: "left ventricular hypertrophy")
    let original = Array((Self.recordLine + form + "\n").utf8)
    let before = readBack(original).labels
    for isPresent in [true, false] {
      var header = HeaderWithDiagnoses(original)
      header.set(hypertrophy, isPresent: isPresent)
      let after = readBack(try header.encoded(remarks: []))
      #expect(after.labels == before)
      #expect(CaseAnswer(label: after.diagnoses, asked: [hypertrophy])[hypertrophy.code].verdict == (isPresent ? .present : .absent))
    }
  }

  @Test func aHeaderThatCannotSayTheConsensusIsRefusedWithTheReason() throws {
    let nameless = Statement(code: "x,", abbreviation: "y;", name: "z,")
    var header = HeaderWithDiagnoses(Array((Self.recordLine + "#Dx: NORM\n").utf8))
    header.set(nameless, isPresent: true)
    let refusal = #expect(throws: HeaderWithDiagnoses.Refusal.self) { try header.encoded(remarks: []) }
    #expect(refusal?.description == "no words that a header is read for say y;")
  }

  @Test func theHeadersOfLUDBAreCorrectedInBothDirections() throws {
    guard let folder = Checkout.shared("ecg/ludb") else { return }
    for reference in try RecordLocator.references(at: folder.path) {
      let original = Array(try Data(contentsOf: reference.url))
      let before = readBack(original)
      for diagnosis in ["LAD", "RAD", "SNR", "AF", "IRBBB", "PVC", "TInv"].compactMap({ Diagnosis.named($0) }) {
        for isPresent in [true, false] {
          var header = HeaderWithDiagnoses(original)
          header.set(Statement(diagnosis), isPresent: isPresent)
          let after = readBack(try header.encoded(remarks: ["#Label corrected: x"])).labels
          #expect(after[diagnosis] == (isPresent ? .present : .absent))
          #expect(
            Diagnosis.all.allSatisfy { $0 == diagnosis || after[$0] == before.labels[$0] }, "\(reference.path) \(diagnosis.abbreviation)")
        }
      }
    }
  }
}
