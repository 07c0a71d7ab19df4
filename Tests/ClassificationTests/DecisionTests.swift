import Classification
import ECG
import Testing

@Suite struct DecisionTests {
  @Test func thresholdsAreReachedFromBelowAndTheTopClassIsAlwaysPositive() {
    let rule = DecisionRule(thresholds: [0.5, 0.3, 0.9])
    #expect(rule.decide([0.5, 0.29, 0.1]) == [true, false, false])
    #expect(rule.decide([0.1, 0.2, 0.15]) == [false, true, false])
    #expect(rule.decide([0.2, 0.2, 0.1]) == [true, false, false])
  }

  @Test func halfOfTheModelsMakeALabelAndTheMeanMakesTheScore() {
    let classes = Array(Diagnosis.all.prefix(3))
    let thresholds = [[0.5, 0.5, 0.5], [0.2, 0.5, 0.5]]
    let combined = Ensemble.combine(
      [[0.1, 0.9, 0.6], [0.3, 0.8, 0.4]], thresholds: thresholds, classes: classes, trainingPositives: [100, 20, 19])
    #expect(combined.map { ($0.probability * 100).rounded() } == [20, 85, 50])
    // One of two votes is a half, which counts; the top class counts by itself.
    #expect(combined.map(\.isPositive) == [true, true, true])
    #expect(combined.map(\.isHardlyTrained) == [false, false, true])
    #expect(combined.map { ($0.threshold * 100).rounded() } == [35, 50, 50])
    let minority = Ensemble.combine(
      [[0.6, 0.9], [0.1, 0.9], [0.1, 0.9]], thresholds: Array(repeating: [0.5, 0.95], count: 3), classes: Array(classes.prefix(2)),
      trainingPositives: nil)
    #expect(minority.map(\.isPositive) == [false, true])
    #expect(minority.allSatisfy { !$0.isHardlyTrained })
  }

  @Test func challengeOutputHasFourLines() {
    let classes = [
      ClassPrediction(diagnosis: Diagnosis.all[0], probability: 0.25, threshold: 0.5, isPositive: false),
      ClassPrediction(diagnosis: .leftAxisDeviation, probability: 1, threshold: 0.5, isPositive: true),
    ]
    #expect(ChallengeOutput.text(record: "A0001", classes) == "#A0001\n10370003,39732003\n0,1\n0.25,1.0\n")
  }
}
