import ECG
import Evaluation
import Foundation
import TestSupport
import Testing

/// Confident learning against cleanlab, review estimates against the textbook's formulas; scripts of the files' names in Tests/Oracles made the values.
struct LabelErrorOracleTests {
  private struct Golden: Decodable {
    let labels: String
    let probabilities: [Double]
    let thresholds: [Double]
    let counts: [[Double]]
    let calibrated: [[Double]]
    let off_diagonal: [Int]
    let suspects: [Int]
    let self_confidence: [Double]
    let adjusted: [Double]
  }

  @Test func confidentLearningEqualsCleanlab() throws {
    let lines = try String(contentsOf: Checkout.golden("Evaluation/label-errors.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 100)
    var suspects = 0
    for (number, line) in lines.enumerated() {
      let golden = try JSONDecoder().decode(Golden.self, from: Data(line.utf8))
      let labels = golden.labels.map { $0 == "-" ? nil : $0 == "1" }
      let joint = try #require(ConfidentJoint(labels: labels, probabilities: golden.probabilities))
      #expect(abs((joint.absentThreshold ?? .nan) - golden.thresholds[0]) < 1e-9, "set \(number)")
      #expect(abs((joint.presentThreshold ?? .nan) - golden.thresholds[1]) < 1e-9, "set \(number)")
      let counts = joint.counts
      #expect(
        [[counts.absentAbsent, counts.absentPresent], [counts.presentAbsent, counts.presentPresent]] == golden.counts, "set \(number)")
      #expect(joint.offDiagonal == golden.off_diagonal && joint.suspects == golden.suspects, "set \(number)")
      suspects += joint.suspects.count
      // Cleanlab rounds the calibrated counts to whole records.
      let wrongPresent = (joint.noise.wrongPresent ?? 0) * Double(joint.labelledPresent)
      let wrongAbsent = (joint.noise.wrongAbsent ?? 0) * Double(joint.labelledAbsent)
      #expect(abs(wrongPresent - golden.calibrated[1][0]) <= 1 && abs(wrongAbsent - golden.calibrated[0][1]) <= 1, "set \(number)")
      let known = labels.indices.filter { labels[$0] != nil }
      let plain = LabelQuality.selfConfidence(labels: labels, probabilities: golden.probabilities)
      let adjusted = LabelQuality.adjustedMargin(labels: labels, probabilities: golden.probabilities)
      for (place, record) in known.enumerated() {
        #expect(abs((plain[record] ?? .nan) - golden.self_confidence[place]) < 1e-9, "set \(number)")
        #expect(abs((adjusted[record] ?? .nan) - golden.adjusted[place]) < 1e-9, "set \(number), record \(record)")
      }
      #expect(labels.indices.allSatisfy { (labels[$0] == nil) == (plain[$0] == nil) })
    }
    #expect(suspects > 100)
  }

  private struct Review: Decodable {
    let strata: [[Int]]
    let prevalence: [Double?]
    let wrong: [Double?]
    let sensitivity: [Double?]
    let specificity: [Double?]
    let ppv: [Double?]
    let npv: [Double?]
    let interval: [String: [Double]]
  }

  @Test func reviewEstimatesEqualTheTextbook() throws {
    let lines = try String(contentsOf: Checkout.golden("Evaluation/review-estimate.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 40)
    for (number, line) in lines.enumerated() {
      let golden = try JSONDecoder().decode(Review.self, from: Data(line.utf8))
      let strata = golden.strata.enumerated().map { index, counts in
        ReviewEstimate.Stratum(
          name: "\(index)", population: counts[0], presentPresent: counts[1], presentAbsent: counts[2], absentPresent: counts[3],
          absentAbsent: counts[4])
      }
      let mine = try ReviewEstimate(strata)
      let shares = [
        mine.prevalence, mine.wrong, mine.sensitivity, mine.specificity, mine.positivePredictiveValue, mine.negativePredictiveValue,
      ]
      let wanted = [golden.prevalence, golden.wrong, golden.sensitivity, golden.specificity, golden.ppv, golden.npv]
      for (share, expected) in zip(shares, wanted) {
        #expect(
          isClose(share.value, expected[0], 1e-9) && isClose(share.standardError, expected[1], 1e-9),
          "review \(number): \(share), \(expected)")
      }
      for (name, share) in [("wrong", mine.wrong), ("sensitivity", mine.sensitivity)] {
        guard let expected = golden.interval[name], let interval = share.interval else { continue }
        // Quantiles of 4000 draws against those of 40,000.
        let width = max(0.02, 0.08 * (expected[1] - expected[0]))
        #expect(
          abs(interval.low - expected[0]) < width && abs(interval.high - expected[1]) < width, "review \(number), \(name): \(interval)")
      }
    }
  }

  private func isClose(_ mine: Double?, _ theirs: Double?, _ tolerance: Double) -> Bool {
    guard let mine, let theirs else { return mine == nil && theirs == nil }
    return abs(mine - theirs) <= tolerance
  }
}
