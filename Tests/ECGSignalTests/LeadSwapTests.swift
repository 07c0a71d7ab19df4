import ECG
import ECGFiles
import ECGSignal
import Foundation
import TestSupport
import Testing

@Suite struct LeadSwapTests {
  /// Values by NumPy; see Tests/Oracles/lead_swap_network.py, which says how the beats are made.
  private struct Golden: Decodable {
    let rate, turn: Double
    let points, logProbabilities: [Double]
  }

  /// Five bell-shaped waves in each lead, as the oracle makes them.
  private func beat(rate: Double, turn: Double) -> TwelveLeadBeat {
    let waves = [(-0.16, 0.025, 0.15), (-0.025, 0.01, 0.3), (0, 0.012, 1.2), (0.03, 0.011, 0.6), (0.26, 0.05, 0.35)]
    let millivolts = (0..<12).flatMap { lead in
      (0...Int(0.8 * rate)).map { index in
        let time = Double(index) / rate - 0.25
        return Float(
          waves.enumerated().reduce(0.0) { sum, wave in
            let (at, width, size) = wave.element
            return sum + sin(1.7 * Double(lead) + 2.3 * Double(wave.offset) + turn) * size * exp(-pow((time - at) / width, 2))
          })
      }
    }
    return TwelveLeadBeat(samplingRateHertz: rate, rIndex: Int((0.25 * rate).rounded()), millivolts: millivolts)
  }

  @Test func shapesAndProbabilitiesAreThoseOfTheOracle() throws {
    let goldens = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: Checkout.golden("ECGSignal/lead-swap.json")))
    #expect(goldens.count == 4)
    for golden in goldens {
      let shape = try #require(BeatOutline(beat(rate: golden.rate, turn: golden.turn)))
      let points = Lead.allCases.flatMap { lead in stride(from: 0, to: BeatOutline.pointCount, by: 13).map { Array(shape[lead])[$0] } }
      #expect(points.count == golden.points.count)
      for (point, expected) in zip(points, golden.points) { #expect(abs(Double(point) - expected) < 1e-4) }
      for (value, expected) in zip(LeadSwapNetwork.logProbabilities(of: shape), golden.logProbabilities) {
        #expect(abs(Double(value) - expected) < 1e-3)
      }
    }
  }

  @Test func anExchangeUndoesItselfAndKeepsEinthovensLaw() throws {
    let recording = try Recording(Synthesizer(seed: 3).record(SampleCollection.recipes[0]))
    for swap in LeadSwap.allCases {
      let exchanged = swap.exchanged(in: recording)
      #expect(exchanged.millivolts != recording.millivolts)
      #expect(swap.exchanged(in: exchanged).millivolts == recording.millivolts)
      for index in stride(from: 0, to: recording.sampleCount, by: 97) {
        func value(_ lead: Lead) -> Float { exchanged[lead][exchanged[lead].startIndex + index] }
        #expect(abs(value(.iii) - (value(.ii) - value(.i))) < 0.002)
        #expect(abs(value(.aVR) + (value(.i) + value(.ii)) / 2) < 0.002)
        #expect(abs(value(.aVL) - (value(.i) - value(.ii) / 2)) < 0.002)
        #expect(abs(value(.aVF) - (value(.ii) - value(.i) / 2)) < 0.002)
      }
    }
  }

  @Test func gainAndOffsetOfTheElectrodesDoNotCount() throws {
    let one = beat(rate: 500, turn: 0.4)
    var millivolts = one.millivolts
    for index in millivolts.indices {
      let lead = index / one.sampleCount
      millivolts[index] = millivolts[index] * (lead < 6 ? 2.5 : 0.5 + Float(lead)) + Float(lead)
    }
    let other = TwelveLeadBeat(samplingRateHertz: 500, rIndex: one.rIndex + 8, millivolts: millivolts)
    let (first, second) = (LeadSwapAssessment(of: one).scores, LeadSwapAssessment(of: other).scores)
    for swap in LeadSwap.allCases { #expect(abs((first[swap] ?? 2) - (second[swap] ?? 3)) < 0.01) }
  }

  @Test func whatCannotBeJudgedIsUnknownWithAReason() {
    var one = beat(rate: 500, turn: 0.4)
    var millivolts = one.millivolts
    for index in 8 * one.sampleCount..<9 * one.sampleCount { millivolts[index] = 0.2 }
    millivolts[10 * one.sampleCount] = .nan
    one = TwelveLeadBeat(samplingRateHertz: 500, rIndex: one.rIndex, millivolts: millivolts)
    #expect(LeadSwapAssessment(of: one).unknownBecause == "no signal in V3, V5")
    #expect(LeadSwapAssessment(of: one).suspicion == nil)
    let silence = Recording(name: "r", samplingRateHertz: 500, millivolts: [Float](repeating: 0, count: 12 * 5000))
    #expect(LeadSwapAssessment(of: Measurements(of: silence)).unknownBecause == "no beats")
    let short = TwelveLeadBeat(samplingRateHertz: 500, rIndex: 3, millivolts: [Float](repeating: 1, count: 12 * 20))
    #expect(LeadSwapAssessment(of: short).unknownBecause == "no beat long enough")
    for rate in [0, -1, Double.nan, .infinity] {
      let odd = TwelveLeadBeat(samplingRateHertz: rate, rIndex: -5, millivolts: [Float](repeating: 1, count: 1200))
      #expect(LeadSwapAssessment(of: odd).suspicion == nil)
    }
  }
}

/// On recordings of sources that the networks were not trained on.
@Suite struct LeadSwapDetectionTests {
  private struct Judged {
    let untouched: LeadSwapAssessment
    let swapped: [LeadSwap: LeadSwapAssessment]
  }

  private static func judged(_ source: String) throws -> [Judged]? {
    guard let folder = Checkout.shared("ecg/\(source)") else { return nil }
    return try RecordLocator.references(at: folder.path).compactMap { reference in
      // Challenge recordings named HR are PTB-XL's, which the networks have seen.
      if reference.name.hasPrefix("HR") { return nil }
      var record = try RecordFile.read(reference)
      if source == "ludb" {
        for index in record.signals.indices {
          if case .digital(let values, _, _) = record.signals[index].samples {
            record.signals[index].samples = .digital(values, gain: 1000, baseline: 0)
          }
        }
      }
      let recording = try Recording(record)
      let measurements = Measurements(of: recording)
      let untouched = LeadSwapAssessment(of: measurements)
      guard untouched.unknownBecause == nil, let shape = measurements.usualShape else { return nil }
      // Beats are found and averaged alike whatever the leads are called and whichever way they point.
      let beat = TwelveLeadBeat(shape)
      let swapped = LeadSwap.allCases.map { swap in
        let millivolts = swap.exchanged(in: shape.median).millivolts
        return (
          swap,
          LeadSwapAssessment(of: TwelveLeadBeat(samplingRateHertz: beat.samplingRateHertz, rIndex: beat.rIndex, millivolts: millivolts))
        )
      }
      return Judged(untouched: untouched, swapped: Dictionary(uniqueKeysWithValues: swapped))
    }
  }

  /// The share of swaps found at the score that one untouched recording in a hundred exceeds.
  private func sensitivity(_ swap: LeadSwap, _ judged: [Judged]) -> Double {
    let untouched = judged.compactMap { $0.untouched.scores[swap] }.sorted(by: >)
    let limit = untouched[untouched.count / 100]
    return Double(judged.filter { ($0.swapped[swap]?.scores[swap] ?? 0) > limit }.count) / Double(judged.count)
  }

  @Test func swapsAreFoundInSourcesNotTrainedOn() throws {
    guard let ludb = try Self.judged("ludb"), let challenge = try Self.judged("challenge") else { return }
    let all = ludb + challenge
    #expect(all.count >= 150)
    #expect(sensitivity(.rightArmLeftArm, all) >= 0.98)
    #expect(sensitivity(.rightArmLeftLeg, all) >= 0.98)
    #expect(sensitivity(.leftArmLeftLeg, all) >= 0.9)
    for swap in LeadSwap.allCases where !swap.isLimbSwap { #expect(sensitivity(swap, all) >= 0.9, "\(swap)") }
    // At the shipped threshold: the right swap is named, and few untouched recordings are suspected.
    let alarms = all.filter { $0.untouched.suspicion != nil }.count
    #expect(Double(alarms) / Double(all.count) <= 0.015)
    for swap in LeadSwap.allCases {
      let found = all.filter { $0.swapped[swap]?.suspicion?.swap == swap }
      #expect(Double(found.count) / Double(all.count) >= (swap.threshold < 0.9 ? 0.95 : 0.8), "\(swap)")
      #expect(found.allSatisfy { $0.swapped[swap]?.suspicion?.reasons.isEmpty == false })
    }
  }
}
