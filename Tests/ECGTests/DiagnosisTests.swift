import ECG
import Foundation
import TestSupport
import Testing

@Suite struct DiagnosisTests {
  @Test func outputOrderIsCodesSortedAsStrings() {
    #expect(Diagnosis.all.count == 24)
    #expect(Diagnosis.all.map(\.code) == Diagnosis.all.map(\.code).sorted())
    #expect(Diagnosis.all.enumerated().allSatisfy { $1.index == $0 })
  }

  @Test(arguments: [
    ("LAD", "39732003"), ("lad", "39732003"), ("39732003", "39732003"), ("NSR", "426783006"), ("SNR", "426783006"), ("RBBB", "713427006"),
    ("59118001", "713427006"), ("CRBBB", "713427006"), ("svpb", "284470004"), ("63593006", "284470004"), ("VPB", "427172004"),
    ("17338001", "427172004"),
  ])
  func knowsWhatAPersonMeans(text: String, code: String) {
    #expect(Diagnosis.named(text)?.code == code)
  }

  @Test(arguments: ["", "XYZ", "123", "39732003x"])
  func refusesOthers(text: String) {
    #expect(Diagnosis.named(text) == nil)
  }

  @Test func mergedCodesCountOnce() {
    #expect(Diagnosis.scored(in: ["59118001", "713427006", " 39732003", "55930002"]).map(\.abbreviation) == ["LAD", "CRBBB"])
  }

  /// The challenge's own table of scored diagnoses.
  @Test func agreesWithTheChallengesTable() throws {
    guard let file = Checkout.shared("facts/diagnoses-scored.csv") else { return }
    let rows = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
    #expect(rows.count == 27)
    for row in rows {
      let diagnosis = try #require(Diagnosis.with(code: String(row[1])))
      #expect(Diagnosis.named(String(row[2])) == diagnosis)
    }
    #expect(Set(rows.compactMap { Diagnosis.with(code: String($0[1])) }) == Set(Diagnosis.all))
  }

  @Test func readsAgesAndSexesAsHeadersWriteThem() {
    #expect(["56", "56.0", "056Y", " 0 ", "150"].map { Patient.parseAge($0) } == [56, 56, 56, 0, 150])
    #expect(["NaN", "nan", "-1", "300", "Unknown", "", "inf", "1e9"].allSatisfy { Patient.parseAge($0) == nil })
    #expect(["Male", "m", "F", "female", "FEMALE "].map { Patient.parseSex($0) } == [.male, .male, .female, .female, .female])
    #expect(["", "Unknown", "x", "0"].allSatisfy { Patient.parseSex($0) == nil })
  }
}
