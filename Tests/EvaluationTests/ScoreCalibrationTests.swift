import ECG
import Evaluation
import Foundation
import TestSupport
import Testing

/// Calibration of scores against scipy (Tests/Oracles/score_calibration.py).
@Suite struct ScoreCalibrationTests {
  private struct Golden: Decodable {
    let labels: [Int]
    let scores: [Double]
    let temperature: [Double]
    let vector: [Double]

    /// The scores as those of left axis deviation; of the other classes nothing is labelled.
    var records: ScoredRecords {
      let axis = Diagnosis.leftAxisDeviation
      return ScoredRecords(
        labels: labels.map { $0 == 1 ? DiagnosisSet([axis]) : DiagnosisSet() },
        outputs: scores.map { score in
          var output = RecordOutput()
          output.scores[axis.index] = score
          return output
        })
    }
  }

  private let goldens: [Golden]
  private let axis = Diagnosis.leftAxisDeviation.index

  init() throws {
    goldens = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: Checkout.golden("Evaluation/score-calibration.json")))
  }

  @Test func scalesAndShiftsAreThoseOfScipy() {
    for golden in goldens {
      for (method, expected) in [(ScoreCalibration.Method.temperature, golden.temperature), (.vector, golden.vector)] {
        let calibration = ScoreCalibration(golden.records, method)
        #expect(abs(calibration.scales[axis] - expected[0]) < 1e-5)
        #expect(abs(calibration.shifts[axis] - expected[1]) < 1e-5)
      }
    }
  }

  @Test func aClassWithoutPositivesStaysAsItIs() {
    let calibration = ScoreCalibration(goldens[0].records, .vector)
    for diagnosis in Diagnosis.all where diagnosis.index != axis {
      #expect(calibration.scales[diagnosis.index] == 1)
      #expect(calibration.shifts[diagnosis.index] == 0)
    }
  }

  @Test func theErrorGrowsSmallerAndTheOrderStays() throws {
    let records = goldens[0].records
    let after = ScoreCalibration(records, .vector).apply(to: records)
    let errors = [records, after].compactMap { Calibration($0, of: .leftAxisDeviation)?.expectedError }
    #expect(errors[1] < errors[0])
    #expect(Figures(after).classes[axis].auroc == Figures(records).classes[axis].auroc)
    #expect(after.decisions == records.decisions)
  }

  @Test func theIntervalOfTheErrorHoldsItAndFollowsFromTheSeed() throws {
    let records = goldens[1].records
    let interval = try #require(Calibration.expectedErrorInterval(records, replicates: 200, seed: 3))
    let error = try #require(Calibration(pooled: records)?.expectedError)
    #expect(interval.low < interval.high)
    // Drawing with replacement makes the error of a small sample larger, never much smaller.
    #expect(interval.low < error && error < interval.high * 1.5)
    #expect(Calibration.expectedErrorInterval(records, replicates: 200, seed: 3) == interval)
  }
}
