import ECG
import ECGSignal
import Testing

@Suite struct NormalRangesTests {
  @Test func ageAndSexChooseTheRow() {
    #expect(NormalRanges.range(of: .heartRate, ageYears: 2, sex: nil) == 89...151)
    #expect(NormalRanges.range(of: .heartRate, ageYears: 50, sex: nil) == 60...100)
    #expect(NormalRanges.range(of: .qtcFridericia, ageYears: 50, sex: .male) == 391...449)
    #expect(NormalRanges.range(of: .qtcFridericia, ageYears: 50, sex: .female) == 391...459)
    #expect(NormalRanges.range(of: .qrsAxis, ageYears: 15, sex: .male) == 9...128)
    #expect(NormalRanges.range(of: .qrsAxis, ageYears: 16, sex: .male) == -30...90)
  }

  @Test func boundsAreWithinAndWholeUnitsAreCompared() {
    func verdict(_ value: Double?, _ measure: MeasuredQuantity = .prInterval) -> NormalVerdict {
      NormalRanges.verdict(value, of: measure, ageYears: 60, sex: .female)
    }
    #expect(verdict(119.4) == .below)
    #expect(verdict(119.6) == .within)
    #expect(verdict(200) == .within)
    #expect(verdict(200.4) == .within)
    #expect(verdict(200.6) == .above)
    #expect(verdict(-31, .qrsAxis) == .below)
    #expect(verdict(-30, .qrsAxis) == .within)
    #expect(verdict(110, .qrsDuration) == .within)
    #expect(verdict(40, .qrsDuration) == .within)
    #expect(verdict(120, .pDuration) == .above)
  }

  @Test func whatIsNotKnownIsNotJudged() {
    for value in [nil, Double.nan, .infinity] {
      #expect(NormalRanges.verdict(value, of: .heartRate, ageYears: 60, sex: .male) == .unknown)
    }
    #expect(NormalRanges.verdict(80, of: .heartRate, ageYears: nil, sex: .male) == .unknown)
    // Days and months decide in the first year.
    #expect(NormalRanges.verdict(80, of: .heartRate, ageYears: 0, sex: .male) == .unknown)
    #expect(NormalRanges.verdict(90, of: .pDuration, ageYears: 10, sex: .male) == .unknown)
    #expect(NormalRanges.verdict(400, of: .rmssd, ageYears: 60, sex: .male) == .unknown)
    // The sex decides between 450 and 459 ms only.
    #expect(NormalRanges.verdict(440, of: .qtcFridericia, ageYears: 60, sex: nil) == .within)
    #expect(NormalRanges.verdict(455, of: .qtcFridericia, ageYears: 60, sex: nil) == .unknown)
    #expect(NormalRanges.verdict(465, of: .qtcFridericia, ageYears: 60, sex: nil) == .above)
    #expect(NormalRanges.verdict(455, of: .qtcFridericia, ageYears: 60, sex: .male) == .above)
    #expect(NormalRanges.verdict(455, of: .qtcFridericia, ageYears: 60, sex: .female) == .within)
  }

  @Test func everyAgeFromOneHasOneRangeOfEachMeasureThatCoversItsAges() {
    for measure: MeasuredQuantity in [
      .heartRate, .pDuration, .prInterval, .qrsDuration, .qtcBazett, .qtcFridericia, .qtcFramingham, .qrsAxis,
    ] {
      for age in 16...120 {
        for sex in [Patient.Sex.female, .male] {
          #expect(NormalRanges.range(of: measure, ageYears: age, sex: sex) != nil, "\(measure) \(age)")
        }
      }
      for age in 1...15 where measure != .pDuration {
        #expect(NormalRanges.range(of: measure, ageYears: age, sex: nil) != nil, "\(measure) \(age)")
      }
    }
  }
}
