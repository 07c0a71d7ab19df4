import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// What a predictor does with recordings of every sort.
@Suite struct PredictorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func predictor(_ preprocessing: String = "zscore-0.5-40", threads: Int = 1) throws -> Predictor {
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 4), metadata: FormulaModel.metadata(preprocessing: preprocessing))
    return try Predictor(model: try Model(contentsOf: folder.write(bytes, as: "\(preprocessing).safetensors")), threads: threads)
  }

  private func leads(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<12).flatMap { lead in FormulaModel.uniform(500 + UInt32(lead), count).map { scale * Float($0 - 0.5) } }
  }

  private func recording(_ millivolts: [Float], rate: Double = 257, sources: [LeadSource]? = nil, patient: Patient = Patient()) -> Recording
  {
    Recording(
      name: "r", samplingRateHertz: rate, millivolts: millivolts, sources: sources ?? Array(repeating: .recorded, count: 12),
      patient: patient)
  }

  @Test func windowsFollowEquationFour() throws {
    let predictor = try predictor("paper")
    let expected = [(1, 1), (4096, 1), (4097, 2), (7936, 2), (7937, 3), (11_776, 3), (11_777, 4)]
    for (count, windows) in expected {
      let prepared = try predictor.prepare(recording(Array(repeating: 0, count: 12 * count)))
      #expect(prepared.windowCount == windows, "\(count) samples")
      #expect(prepared.windowSeconds(0).lowerBound == 0)
      #expect(abs(prepared.windowSeconds(windows - 1).upperBound - Double(count) / 257) < 1e-9)
    }
    let prepared = try predictor.prepare(recording(Array(repeating: 0, count: 12 * 10_000)))
    #expect(abs(prepared.windowSeconds(1).lowerBound - 2952.0 / 257) < 1e-9)
    #expect(abs(prepared.windowSeconds(2).lowerBound - 5904.0 / 257) < 1e-9)
  }

  @Test func aRecordingIsTheMeanOfItsWindows() throws {
    let predictor = try predictor("paper", threads: 2)
    let count = 10_000
    let samples = leads(count)
    let prepared = try predictor.prepare(recording(samples))
    let result = try #require(predictor.predict(prepared))
    for window in 0..<3 {
      #expect(result.windows[window] == predictor.probabilities(of: prepared, window: window))
      let start = window * 2952
      let clip = (0..<12).flatMap { lead in samples[lead * count + start..<lead * count + start + 4096] }
      #expect(result.windows[window] == predictor.probabilities(of: try predictor.prepare(recording(clip)), window: 0))
    }
    for index in 0..<24 { #expect(abs(result.mean[index] - Double(result.windows.map { $0[index] }.reduce(0, +) / 3)) < 1e-6) }
  }

  @Test(arguments: ["paper", "zscore-0.5-40"])
  func occlusionIsWhatPredictSaysOfAZeroedCopy(preprocessing: String) throws {
    let predictor = try predictor(preprocessing, threads: 2)
    let count = 5000
    let samples = leads(count)
    let prepared = try predictor.prepare(recording(samples))
    let attribution = try #require(predictor.attribution(of: prepared, window: nil))
    let all = try #require(predictor.predict(prepared)).mean
    #expect(attribution.probabilities == all)
    func drop(_ left: [Lead]) throws -> [Float] {
      var copy = samples
      for lead in left { for index in 0..<count { copy[lead.rawValue * count + index] = 0 } }
      let mean = try #require(predictor.predict(try predictor.prepare(recording(copy)))).mean
      return zip(all, mean).map { Float($0 - $1) }
    }
    for lead in Lead.allCases {
      #expect(largestDifference(attribution.occlusion.map { $0[lead.rawValue] }, try drop([lead])) < 1e-6)
    }
    for (group, occlusion) in attribution.groups { #expect(largestDifference(occlusion, try drop(group.leads)) < 1e-6) }
    for row in attribution.gates { #expect(abs(row.reduce(0, +) - 1) < 1e-5 || row.allSatisfy { $0 == 0 }) }
    #expect(attribution.gates.allSatisfy { $0.allSatisfy { $0 >= 0 } })
    #expect(predictor.attribution(of: prepared, window: 0, detail: .leads)?.groups.isEmpty == true)
  }

  /// An electrode's row is what the network says of a copy that was recorded with the electrode reading the mean of the others.
  @Test(arguments: ["paper", "zscore-0.5-40"])
  func anElectrodeReplacedIsWhatPredictSaysOfACopyRecordedSo(preprocessing: String) throws {
    let predictor = try predictor(preprocessing, threads: 2)
    let count = 9000
    let potentials = (0..<9).map { number in FormulaModel.uniform(700 + UInt32(number), count).map { ($0 - 0.5) / 100 } }
    func mean(_ rows: [[Double]]) -> [Double] { (0..<count).map { at in rows.reduce(0) { $0 + $1[at] } / Double(rows.count) } }
    func leads(_ potentials: [[Double]]) -> [Float] {
      let terminal = mean(Array(potentials[..<3]))
      return (0..<12).flatMap { lead in
        (0..<count).map { at in
          let (rightArm, leftArm, leftLeg) = (potentials[0][at], potentials[1][at], potentials[2][at])
          let limb = [
            leftArm - rightArm, leftLeg - rightArm, leftLeg - leftArm, rightArm - (leftArm + leftLeg) / 2,
            leftArm - (rightArm + leftLeg) / 2, leftLeg - (rightArm + leftArm) / 2,
          ]
          return Float(lead < 6 ? limb[lead] : potentials[lead - 3][at] - terminal[at])
        }
      }
    }
    let prepared = try predictor.prepare(recording(leads(potentials)))
    let attribution = try #require(predictor.attribution(of: prepared, window: nil))
    #expect(attribution.electrodes.map(\.electrode) == Electrode.allCases)
    for (electrode, occlusion) in attribution.electrodes {
      var copy = potentials
      copy[electrode.rawValue] = mean(potentials.indices.filter { $0 != electrode.rawValue }.map { potentials[$0] })
      let changed = try #require(predictor.predict(try predictor.prepare(recording(leads(copy)))))
      let drop = zip(attribution.probabilities, changed.mean).map { Float($0 - $1) }
      #expect(largestDifference(occlusion, drop) < 1e-5, "\(electrode.name)")
      #expect(drop.contains { abs($0) > 1e-4 }, "\(electrode.name)")
    }
  }

  @Test func leadsLeftOutAreZeroThroughout() throws {
    let leftOut: Set<Lead> = [.ii, .v2]
    for preprocessing in ["paper", "zscore-0.5-40"] {
      let predictor = try predictor(preprocessing, threads: 2)
      let count = 5000
      let samples = leads(count)
      var flat = samples
      for lead in leftOut { for index in 0..<count { flat[lead.rawValue * count + index] = 0 } }
      let prepared = try predictor.prepare(recording(samples))
      let copy = try predictor.prepare(recording(flat))
      let expected = try #require(predictor.predict(copy))
      let result = try #require(predictor.predict(prepared, without: leftOut))
      #expect(result.windows == expected.windows && result.mean == expected.mean, "\(preprocessing)")
      #expect(predictor.probabilities(of: prepared, window: 1, without: leftOut) == expected.windows[1])
      #expect(result.mean != predictor.predict(prepared)?.mean)
      let attribution = try #require(predictor.attribution(of: prepared, window: nil, without: leftOut))
      let attributionOfCopy = try #require(predictor.attribution(of: copy, window: nil))
      #expect(attribution.probabilities == expected.mean && attribution.occlusion == attributionOfCopy.occlusion)
      #expect(attribution.gates == attributionOfCopy.gates)
      #expect(attribution.groups.map(\.occlusion) == attributionOfCopy.groups.map(\.occlusion))
      #expect(attribution.occlusion.allSatisfy { row in leftOut.allSatisfy { row[$0.rawValue] == 0 } })
      #expect(attribution.electrodes.map(\.electrode) == [.v1, .v3, .v4, .v5, .v6])
      #expect(largestDifference(attribution.electrodes.map(\.occlusion), attributionOfCopy.electrodes.map(\.occlusion)) < 1e-6)
    }
  }

  @Test func aPlantedLeadGetsAllTheInfluence() throws {
    for planted in Lead.allCases {
      var tensors = FormulaModel.tensors(baseWidth: 4)
      // The first convolution hears one lead only.
      for index in tensors[0].values.indices where index / 15 % 12 != planted.rawValue { tensors[0].values[index] = 0 }
      let file = try folder.write(FormulaModel.bytes(tensors), as: "\(planted.name).safetensors")
      let predictor = try Predictor(model: try Model(contentsOf: file), threads: 1)
      let prepared = try predictor.prepare(recording(leads(2570)))
      let attribution = try #require(predictor.attribution(of: prepared, window: 0))
      let onlyPlanted: [Float] = Lead.allCases.map { $0 == planted ? 1 : 0 }
      for row in attribution.gates { #expect(row == onlyPlanted || row == Array(repeating: 0, count: 12)) }
      #expect(attribution.gates.contains(onlyPlanted))
      for row in attribution.occlusion {
        for lead in Lead.allCases { #expect((row[lead.rawValue] != 0) == (lead == planted)) }
      }
      for (group, occlusion) in attribution.groups { #expect(occlusion.contains { $0 != 0 } == group.leads.contains(planted)) }
    }
  }

  @Test func missingSamplesAndLeadsNeverReachTheNetwork() throws {
    for preprocessing in ["paper", "zscore-0.5-40"] {
      let predictor = try predictor(preprocessing)
      var samples = leads(2570)
      for index in [0, 1, 700, 701, 702, 2569] { samples[index] = .nan }
      for index in 2 * 2570..<3 * 2570 { samples[index] = .nan }
      for index in 6 * 2570..<7 * 2570 { samples[index] = 0.3 }
      samples[4 * 2570 + 9] = .infinity
      samples[5 * 2570 + 9] = 3e38
      var sources = [LeadSource](repeating: .recorded, count: 12)
      sources[11] = .absent
      let prepared = try predictor.prepare(recording(samples, sources: sources))
      #expect(prepared.missingLeads == [.iii, .v6])
      let attribution = try #require(predictor.attribution(of: prepared, window: 0))
      #expect(attribution.probabilities.allSatisfy { (0...1).contains($0) })
      #expect(attribution.occlusion.allSatisfy { $0[2] == 0 && $0[11] == 0 })
      #expect(!attribution.electrodes.map(\.electrode).contains(.v6))
      // A flat lead is 0 after the z-score, so leaving it out changes nothing.
      if preprocessing != "paper" { #expect(attribution.occlusion.allSatisfy { $0[6] == 0 }) }
    }
  }

  @Test func aRecordingWithoutAValidSampleIsRefused() throws {
    let nothing = recording([Float](repeating: .nan, count: 12 * 2570))
    let reason = "no lead has a valid sample; expected a signal to judge"
    #expect(throws: PredictorError.unusableRecording(record: nothing.name, reason: reason)) { try predictor().prepare(nothing) }
  }

  @Test func withoutLimbLeadsOnlyChestElectrodesAreCompared() throws {
    var sources = [LeadSource](repeating: .recorded, count: 12)
    for lead in Lead.limb { sources[lead.rawValue] = .absent }
    let predictor = try predictor()
    let prepared = try predictor.prepare(recording(leads(2570), sources: sources))
    let attribution = try #require(predictor.attribution(of: prepared, window: 0))
    #expect(attribution.electrodes.map(\.electrode) == [.v1, .v2, .v3, .v4, .v5, .v6])
  }

  @Test func theZScoreForgetsTheUnit() throws {
    let predictor = try predictor()
    let one = predictor.probabilities(of: try predictor.prepare(recording(leads(3000), rate: 300)), window: 0)
    let thousand = predictor.probabilities(of: try predictor.prepare(recording(leads(3000, scale: 1024), rate: 300)), window: 0)
    #expect(largestDifference(one, thousand) < 1e-6)
  }

  @Test func ageAndSexCount() throws {
    let predictor = try predictor("paper")
    let patients = [
      Patient(), Patient(ageYears: 80), Patient(ageYears: 0), Patient(sex: .male), Patient(sex: .female),
      Patient(ageYears: 80, sex: .female),
    ]
    let results = try patients.map { patient in
      predictor.probabilities(of: try predictor.prepare(recording(leads(2570), patient: patient)), window: 0)
    }
    #expect(Set(results).count == patients.count)
  }

  @Test func recordingsThatCannotBeClassifiedAreRefused() throws {
    let filtered = try predictor()
    let unfiltered = try predictor("paper")
    let cases: [(Predictor, Int, Double)] = [
      (filtered, 800, 80), (filtered, 800, 1e9), (filtered, 0, 500), (unfiltered, 0, 257), (unfiltered, 1, 1e6), (unfiltered, 100, 1e-9),
      (unfiltered, 100, .nan), (unfiltered, 100, 0), (unfiltered, 100, -500),
    ]
    for (predictor, count, rate) in cases {
      #expect(throws: PredictorError.self) { try predictor.prepare(recording(leads(count), rate: rate)) }
    }
  }

  @Test func cancellingStopsSoon() throws {
    let predictor = try predictor("paper")
    let prepared = try predictor.prepare(recording(leads(40_000)))
    var asked = 0
    let stopped = predictor.predict(prepared) {
      asked += 1
      return asked > 3
    }
    #expect(stopped == nil && asked == 4)
    #expect(predictor.attribution(of: prepared, window: nil, isCancelled: { true }) == nil)
    #expect(predictor.predict(prepared)?.windows.count == prepared.windowCount)
  }

  @Test func aSingleSampleIsEnough() throws {
    for preprocessing in ["paper", "zscore-0.5-40"] {
      let predictor = try predictor(preprocessing)
      for count in [1, 2, 3, 26, 27, 28] {
        let probabilities = predictor.probabilities(of: try predictor.prepare(recording(leads(count))), window: 0)
        #expect(probabilities.allSatisfy { (0...1).contains($0) })
      }
    }
  }
}
