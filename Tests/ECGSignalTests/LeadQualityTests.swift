import ECG
import ECGFiles
import ECGSignal
import Foundation
import TestSupport
import Testing

@Suite struct LeadQualityTests {
  /// A clean heart of bell-shaped waves, the same in every lead but for its size.
  private static func heart(rate: Double, seconds: Double = 10) -> [[Float]] {
    let waves = [(-0.16, 0.025, 0.15), (-0.025, 0.01, -0.1), (0.0, 0.012, 1.2), (0.03, 0.011, -0.3), (0.26, 0.05, 0.3)]
    let one = (0..<Int(rate * seconds)).map { index in
      let time = (Double(index) / rate + 0.4).truncatingRemainder(dividingBy: 0.85) - 0.4
      return waves.reduce(0.0) { $0 + $1.2 * exp(-pow((time - $1.0) / $1.1, 2)) }
    }
    return (0..<12).map { lead in one.map { Float($0 * (0.4 + 0.1 * Double(lead))) } }
  }

  private static func quality(
    rate: Double = 500, seconds: Double = 10, sources: [LeadSource] = Array(repeating: .recorded, count: 12),
    _ change: (inout [[Float]]) -> Void = { _ in }
  ) -> LeadQuality {
    var leads = heart(rate: rate, seconds: seconds)
    change(&leads)
    return LeadQuality(of: Recording(name: "r", samplingRateHertz: rate, millivolts: leads.flatMap { $0 }, sources: sources))
  }

  private static func changed(rate: Double = 500, _ change: (Double, Float) -> Float) -> [LeadFlaw] {
    quality(rate: rate) { leads in
      leads[7] = leads[7].enumerated().map { change(Double($0.offset) / rate, $0.element) }
    }[.v2]
  }

  @Test(arguments: [100.0, 250, 257, 500, 1000]) func aCleanHeartHasNoFlaws(rate: Double) {
    let quality = Self.quality(rate: rate)
    #expect(quality.flaws.allSatisfy { $0.isEmpty })
    #expect(quality.record == .good)
  }

  @Test(arguments: [250.0, 257, 500, 1000]) func eachFlawIsNamedAtEveryRate(rate: Double) {
    #expect(Self.changed(rate: rate) { _, _ in 0.3 } == [.off])
    #expect(Self.changed(rate: rate) { time, value in time > 4 ? .nan : value } == [.off])
    #expect(Self.changed(rate: rate) { time, value in value * 0.02 } == [.flat])
    #expect(Self.changed(rate: rate) { time, value in time > 4 ? 0.1 : value } == [.flat])
    #expect(Self.changed(rate: rate) { _, value in min(max(value, -0.2), 0.5) } == [.clipped])
    #expect(Self.changed(rate: rate) { time, value in value + Float(0.6 * sin(2 * .pi * 0.2 * time)) } == [.wandering])
    #expect(Self.changed(rate: rate) { time, value in value + Float(0.04 * sin(2 * .pi * 50 * time)) } == [.mains50])
    #expect(Self.changed(rate: rate) { time, value in value + Float(0.04 * sin(2 * .pi * 60 * time)) } == [.mains60])
    var generator = SeededGenerator(seed: 5)
    #expect(Self.changed(rate: rate) { _, value in value + Float.random(in: -0.25...0.25, using: &generator) }.contains(.noisy))
  }

  @Test func theRecordIsAsGoodAsItsLeads() {
    let noise = { (lead: inout [Float]) in lead = lead.enumerated().map { $0.element + ($0.offset % 4 < 2 ? 0.15 : -0.15) } }
    #expect(Self.quality { noise(&$0[3]) }.record == .fair)
    #expect(Self.quality { for lead in 0..<5 { noise(&$0[lead]) } }.record == .poor)
    #expect(Self.quality { for lead in 6..<12 { $0[lead] = $0[lead].map { _ in 0 } } }.record == .poor)
    let sources: [LeadSource] = (0..<12).map { $0 == 11 ? .absent : .recorded }
    let quality = Self.quality(sources: sources)
    #expect(quality.record == .fair)
    #expect(quality.absent == [.v6])
    #expect(!quality.isUsable(.v6) && quality.isUsable(.v5))
  }

  @Test func hoursAreJudgedByStretchesAndOddInputIsNoTrouble() {
    #expect(Self.quality(rate: 250, seconds: 1200).record == .good)
    for count in [0, 1, 2, 5] {
      for rate in [0.0, -3, 1, 100, 1e7, .nan, .infinity] {
        let recording = Recording(name: "r", samplingRateHertz: rate, millivolts: [Float](repeating: 1, count: 12 * count))
        #expect(LeadQuality(of: recording).record == .poor)
      }
    }
    let values: [Float] = (0..<12 * 5000).map { [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -0.0][$0 % 5] }
    #expect(LeadQuality(of: Recording(name: "r", samplingRateHertz: 500, millivolts: values)).record == .poor)
  }

  @Test func realRecordingsAreMostlyGoodAndDeadLeadsAreFound() throws {
    guard let ludb = Checkout.shared("ecg/ludb"), let challenge = Checkout.shared("ecg/challenge") else { return }
    func quality(_ folder: URL, _ names: [String]? = nil) throws -> [String: LeadQuality] {
      try RecordLocator.references(at: folder.path).reduce(into: [:]) { qualities, reference in
        guard names?.contains(reference.name) ?? true else { return }
        qualities[reference.name] = LeadQuality(of: try Recording(RecordFile.read(reference)))
      }
    }
    let all = try quality(ludb)
    #expect(all.values.filter { $0.record == .poor }.isEmpty)
    let some = try quality(challenge, ["JS45551", "JS45548", "A0006"])
    #expect(some["JS45551"]?.flaws.enumerated().filter { $0.element == [.off] }.map(\.offset) == [9, 10, 11])
    #expect(some["JS45548"]?[.ii].contains(.mains50) == true)
    #expect(some["A0006"]?.record == .good)
  }
}
