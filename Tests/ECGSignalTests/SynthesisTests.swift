import ECG
import ECGSignal
import Foundation
import TestSupport
import Testing

@Suite struct SynthesisTests {
  static let records = Array(SampleCollection.records())

  @Test func sameSeedMakesTheSameSamplesEverywhere() {
    // A change of this number changes SampleData: make it anew with `einthoven synthesize SampleData`.
    #expect(Self.digest(of: Self.records) == 14_023_713_349_848_534_599)
    let first = SampleCollection.recipes[0]
    #expect(Self.digest(of: [Synthesizer(seed: 7).record(first)]) == Self.digest(of: [Synthesizer(seed: 7).record(first)]))
    #expect(Self.digest(of: [Synthesizer(seed: 7).record(first)]) != Self.digest(of: [Synthesizer(seed: 8).record(first)]))
  }

  @Test func limbLeadsObeyEinthovenAndGoldberger() throws {
    for record in Self.records {
      let zero = record.baseline
      let limb = Lead.limb.map { lead in record.values(lead).map { $0 - zero } }
      for index in 0..<record.frameCount {
        let (one, two) = (limb[0][index], limb[1][index])
        try #require(limb[2][index] == two - one)
        // Halves are rounded up.
        try #require((0...1).contains(2 * limb[3][index] + one + two))
        try #require((0...1).contains(2 * limb[4][index] - 2 * one + two))
        try #require((0...1).contains(2 * limb[5][index] - 2 * two + one))
      }
    }
  }

  @Test func samplesFitTheirFormatAndAreNotClipped() {
    for record in Self.records {
      for signal in record.signals {
        #expect(record.values(signal).allSatisfy { abs($0) < 32_767 })
        #expect(signal.samples.count == record.frameCount)
        let millivolts = (0..<record.frameCount).map { abs(signal.samples.physicalValue(at: $0)) }.max() ?? 0
        #expect((0.05...5).contains(millivolts), "\(record.name) \(signal.name)")
      }
    }
  }

  @Test(arguments: Conduction.allCases) func modelHasTheAxisItWasAskedFor(conduction: Conduction) {
    for axis in stride(from: -170.0, through: 170, by: 20) {
      var generator = SeededGenerator(seed: UInt64(axis + 180))
      let heart = HeartModel(conduction: conduction, qrsAxisDegrees: axis)
      #expect(abs(heart.qrsAxisDegrees - axis) < 1e-9)
      #expect(abs(heart.varied(using: &generator).qrsAxisDegrees - axis) < 1e-9)
    }
  }

  @Test(arguments: SampleCollection.recipes) func measuredAxisAndRateAreTheRecipes(recipe: RecordingRecipe) {
    var undisturbed = recipe
    undisturbed.noise = .none
    undisturbed.prematureBeatEvery = nil
    let isSinus = recipe.rhythm.hasPWaves
    let measured = Self.measure(Synthesizer(seed: SampleCollection.seed).record(undisturbed))
    #expect(abs(measured.axisDegrees - recipe.qrsAxisDegrees) < (isSinus ? 3 : 9))
    #expect(abs(measured.beatsPerMinute / recipe.rhythm.beatsPerMinute - 1) < (isSinus ? 0.03 : 0.15))
  }

  @Test func prematureBeatsComeEarlyAndPause() {
    let recipe = SampleCollection.recipes.first { $0.prematureBeatEvery != nil }
    guard let recipe else {
      Issue.record("no recipe has premature beats")
      return
    }
    let intervals = Self.measure(Synthesizer(seed: 3).record(recipe)).intervalsSeconds
    let usual = 60 / recipe.rhythm.beatsPerMinute
    let early = intervals.indices.filter { intervals[$0] < 0.75 * usual }
    #expect(!early.isEmpty)
    for index in early.dropLast() { #expect(abs(intervals[index] + intervals[index + 1] - 2 * usual) < 0.12 * usual) }
  }
}

extension SynthesisTests {
  /// FNV-1a over all samples.
  static func digest(of records: [SignalRecord]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for record in records {
      for signal in record.signals {
        for value in record.values(signal) { hash = (hash ^ UInt64(bitPattern: Int64(value))) &* 0x0000_0100_0000_01B3 }
      }
    }
    return hash
  }

  /// Axis from the net QRS area in I and aVF, and RR intervals, by a detector of its own: it shares nothing with the synthesizer.
  static func measure(_ record: SignalRecord) -> (axisDegrees: Double, beatsPerMinute: Double, intervalsSeconds: [Double]) {
    let rate = record.samplingRateHertz
    let leads = [Lead.i, .aVF, .v2].map { lead in record.values(lead).map { Double($0 - record.baseline) } }
    let beats = peaks(of: slopeSums(of: leads, reach: Int(0.04 * rate)), apart: Int(0.28 * rate))
    let reach = Int(0.085 * rate)
    let whole = beats.filter { $0 >= reach && $0 + reach < record.frameCount }
    let areas = leads.prefix(2).map { lead in whole.reduce(0) { $0 + lead[$1 - reach...$1 + reach].reduce(0, +) } }
    let intervals = zip(beats, beats.dropFirst()).map { Double($1 - $0) / rate }
    let meanInterval = intervals.reduce(0, +) / Double(intervals.count)
    // aVF sees a vector along it 2/√3 times smaller than I does.
    return (atan2(areas[1] * 2 / 3.0.squareRoot(), areas[0]) * 180 / .pi, 60 / meanInterval, intervals)
  }

  /// How steep all leads are together, summed over `reach` samples to either side.
  private static func slopeSums(of leads: [[Double]], reach: Int) -> [Double] {
    let count = leads[0].count
    var running = [0.0]
    for index in 0..<count {
      let slope = leads.reduce(0) { $0 + abs($1[index] - $1[max(0, index - 1)]) }
      running.append(running[index] + slope)
    }
    return (0..<count).map { index in
      let (first, end) = (max(0, index - reach), min(count, index + reach + 1))
      return running[end] - running[first]
    }
  }

  /// The highest places above a third of the maximum, at least `distance` samples from one another.
  private static func peaks(of values: [Double], apart distance: Int) -> [Int] {
    let threshold = 0.33 * (values.max() ?? 0)
    var peaks: [Int] = []
    for index in values.indices where values[index] > threshold {
      if let last = peaks.last, index - last < distance {
        if values[index] > values[last] { peaks[peaks.count - 1] = index }
      } else {
        peaks.append(index)
      }
    }
    return peaks
  }
}

extension SignalRecord {
  /// The converter's value at 0 mV.
  var baseline: Int {
    if case .digital(_, _, let baseline)? = signals.first?.samples { baseline } else { 0 }
  }

  /// A signal's converter values.
  func values(_ signal: Signal) -> [Int] {
    if case .digital(let values, _, _) = signal.samples { values.map(Int.init) } else { [] }
  }

  /// A lead's converter values.
  func values(_ lead: Lead) -> [Int] { signals.first { $0.name == lead.name }.map(values) ?? [] }
}
