import Agreement
import ECG
import ECGFiles
import Foundation
import TestSupport
import Testing

/// Pairs of annotators, and what bxb and epicmp of the WFDB applications count on them.
@Suite struct AnnotationPairTests {
  private struct Facts: Decodable {
    let record: String
    let fs: Double
    let samples: Int
    let matrix: [String: [String: Int]]
    let qrs_sensitivity, qrs_ppv, veb_sensitivity, veb_ppv, sveb_sensitivity, sveb_ppv: [Int]
    let rms_rr_error_ms: Double
    let AF: Episodes

    struct Episodes: Decodable {
      let episode_sensitivity, episode_ppv: [Int]?
      let duration_sensitivity, duration_ppv: [Double]?
      let reference_s, test_s: Double
    }
  }

  private struct Pair {
    let facts: Facts
    let reference: [Annotation]
    let test: [Annotation]
    var period: ComparisonPeriod { ComparisonPeriod(samplingRateHertz: facts.fs, sampleCount: facts.samples) }
  }

  private static func pairs() throws -> [Pair] {
    guard let folder = Checkout.shared("facts/annotations") else { return [] }
    let facts = try JSONDecoder().decode([Facts].self, from: Data(contentsOf: folder.appendingPathComponent("oracle.json")))
    #expect(facts.count >= 10)
    return try facts.map { facts in
      let reference = try RecordLocator.references(at: folder.appendingPathComponent(facts.record).path)[0]
      return Pair(
        facts: facts, reference: try AnnotationFile.read(reference, annotator: "atr").annotations,
        test: try AnnotationFile.read(reference, annotator: "tst").annotations)
    }
  }

  @Test func beatsAreCountedAsByBxb() throws {
    for pair in try Self.pairs() {
      let facts = pair.facts
      let comparison = BeatComparison(reference: pair.reference, test: pair.test, period: pair.period)
      for row in BeatComparison.Label.allCases {
        for column in BeatComparison.Label.allCases {
          let expected = facts.matrix[row.letter]?[column.letter.lowercased()] ?? 0
          #expect(comparison.count(reference: row, test: column) == expected, "\(facts.record): \(row.letter)\(column.letter)")
        }
      }
      func same(_ share: Share<Int>, _ expected: [Int]) -> Bool { [share.hits, share.of] == expected }
      #expect(same(comparison.qrsSensitivity, facts.qrs_sensitivity), "\(facts.record)")
      #expect(same(comparison.qrsPositivePredictivity, facts.qrs_ppv), "\(facts.record)")
      #expect(same(comparison.sensitivity(.ventricular), facts.veb_sensitivity), "\(facts.record)")
      #expect(same(comparison.positivePredictivity(.ventricular), facts.veb_ppv), "\(facts.record)")
      #expect(same(comparison.sensitivity(.supraventricular), facts.sveb_sensitivity), "\(facts.record)")
      #expect(same(comparison.positivePredictivity(.supraventricular), facts.sveb_ppv), "\(facts.record)")
      #expect(abs((comparison.rmsRRErrorMilliseconds ?? -1) - facts.rms_rr_error_ms) <= 0.00501, "\(facts.record)")
    }
  }

  /// The symmetrical rule finds as many pairs as bxb does from the reference's side.
  @Test func beatsMatchBetweenEqualsAsOftenAsWithAReference() throws {
    for pair in try Self.pairs() {
      let samples = [pair.reference, pair.test].map { $0.filter(\.code.isBeat).map(\.sample) }
      let matching = EventMatching(samples[0], samples[1], tolerance: pair.period.tolerance)
      #expect(matching.pairs.count == pair.facts.qrs_sensitivity[0], "\(pair.facts.record)")
    }
  }

  @Test func fibrillationIsCountedAsByEpicmp() throws {
    for pair in try Self.pairs() {
      let facts = pair.facts
      let episodes = EpisodeComparison(.atrialFibrillation, reference: pair.reference, test: pair.test, period: pair.period)
      func same(_ share: Share<Int>, _ expected: [Int]?) -> Bool { expected.map { [share.hits, share.of] == $0 } ?? (share.of == 0) }
      func same(_ share: Share<Double>, _ expected: [Double]?) -> Bool {
        expected.map { abs(share.hits - $0[0]) < 0.001 && abs(share.of - $0[1]) < 0.001 } ?? (share.of == 0)
      }
      #expect(same(episodes.episodeSensitivity, facts.AF.episode_sensitivity), "\(facts.record)")
      #expect(same(episodes.episodePositivePredictivity, facts.AF.episode_ppv), "\(facts.record)")
      #expect(same(episodes.durationSensitivity, facts.AF.duration_sensitivity), "\(facts.record)")
      #expect(same(episodes.durationPositivePredictivity, facts.AF.duration_ppv), "\(facts.record)")
      #expect(abs(episodes.durationSensitivity.of - facts.AF.reference_s) < 0.001, "\(facts.record)")
      #expect(abs(episodes.durationPositivePredictivity.of - facts.AF.test_s) < 0.001, "\(facts.record)")
    }
  }

  /// What bxb printed of MIT-BIH record 100s and a copy of its annotations: 74 beats, one of them supraventricular.
  @Test func aRecordOfTheDatabaseAgreesWithItself() throws {
    guard let file = Checkout.shared("ecg/formats/wfdb-ann/100s.hea") else { return }
    let record = try RecordLocator.references(at: file.path)[0]
    let facts = try RecordFile.readHeader(record)
    let annotations = try AnnotationFile.read(record, annotator: "atr").annotations
    let period = ComparisonPeriod(samplingRateHertz: facts.samplingRateHertz ?? 0, sampleCount: facts.sampleCount)
    let comparison = BeatComparison(reference: annotations, test: annotations, period: period)
    #expect(comparison.qrsSensitivity == Share(74, of: 74))
    #expect(comparison.qrsPositivePredictivity == Share(74, of: 74))
    #expect(comparison.count(reference: .normal, test: .normal) == 73)
    #expect(comparison.sensitivity(.supraventricular) == Share(1, of: 1))
    #expect(comparison.rmsRRErrorMilliseconds == 0)
  }
}
