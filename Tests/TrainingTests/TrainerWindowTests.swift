import ECG
import Foundation
import Testing
import Training

/// How windows are cut out of recordings for training, and what is changed in them.
@Suite struct TrainerWindowTests {
  private static let length = 4096

  /// Two recordings at 257 Hz with a ramp of its own on each lead; aVR is absent and V6 flat.
  private func examples(_ samples: Int, patient: Patient = Patient(ageYears: 60, sex: .female)) throws -> [TrainingExample] {
    try (0..<2).map { number in
      let millivolts = Lead.allCases.flatMap { lead -> [Float] in
        if lead == .v6 { return [Float](repeating: 0.5, count: samples) }
        let first = Float(number + lead.rawValue + 1) / 10
        return (0..<samples).map { first + Float($0) / 1000 }
      }
      var sources = [LeadSource](repeating: .recorded, count: 12)
      sources[Lead.aVR.rawValue] = .absent
      let recording = Recording(name: "r\(number)", samplingRateHertz: 257, millivolts: millivolts, sources: sources, patient: patient)
      return try TrainingExample(recording, diagnoses: [.leftAxisDeviation], preprocessing: .paper)
    }
  }

  private func batch(_ examples: [TrainingExample], _ augmentation: String, epoch: Int = 0) throws -> TrainingBatch {
    var settings = TrainingSettings()
    settings.augmentation = try #require(Augmentation(augmentation))
    return try BatchBuilder(examples, settings).batch(epoch: epoch, of: [0, 1])
  }

  /// One lead of one window.
  private func row(_ batch: TrainingBatch, window: Int = 0, _ lead: Lead) -> ArraySlice<Float> {
    let start = (window * 12 + lead.rawValue) * Self.length
    return batch.signals[start..<start + Self.length]
  }

  /// Where the recording is: the first and the last sample of lead I that are not 0.
  private func extent(_ batch: TrainingBatch) throws -> (start: Int, count: Int, first: Float) {
    let row = Array(row(batch, .i))
    let start = try #require(row.firstIndex { $0 != 0 })
    let end = try #require(row.lastIndex { $0 != 0 })
    return (start, end - start + 1, row[start])
  }

  @Test func shortRecordingLiesWholeAtRandomPlaces() throws {
    let examples = try examples(1000)
    var starts: Set<Int> = []
    for epoch in 0..<200 {
      let (start, count, first) = try extent(batch(examples, "off", epoch: epoch))
      #expect(count == 1000)
      #expect(first == 100)
      starts.insert(start)
    }
    #expect(starts.count > 150)
    #expect(starts.allSatisfy { (0...3096).contains($0) })
    #expect((starts.min() ?? 9999) < 200 && (starts.max() ?? 0) > 2900)
  }

  @Test func longRecordingIsClippedAtRandomPlaces() throws {
    let examples = try examples(6000)
    var firsts: Set<Int> = []
    for epoch in 0..<100 {
      let row = Array(row(try batch(examples, "off", epoch: epoch), .ii))
      #expect(zip(row, row.dropFirst()).allSatisfy { abs($1 - $0 - 1) < 0.01 })
      firsts.insert(Int(row[0]))
    }
    #expect(firsts.count > 80)
    #expect(firsts.allSatisfy { (200...200 + 1904).contains($0) })
  }

  @Test func smoothedTargetsAreDrawnToOneHalf() throws {
    var settings = TrainingSettings()
    settings.labelSmoothing = 0.1
    let targets = try BatchBuilder(try examples(1000), settings).batch(epoch: 0, of: [0, 1]).targets
    let axis = Diagnosis.leftAxisDeviation.index
    #expect(abs(targets[axis] - 0.95) < 1e-6)
    #expect(targets.enumerated().allSatisfy { $0.offset % 24 == axis || abs($0.element - 0.05) < 1e-6 })
  }

  @Test func mixedWindowsAreSharesOfTwo() throws {
    let examples = try examples(6000)
    let plain = try batch(examples, "off")
    var settings = TrainingSettings()
    settings.mixup = 0.4
    var isMixed = false
    for epoch in 0..<20 {
      let mixed = try BatchBuilder(examples, settings).batch(epoch: epoch, of: [0, 1])
      let pure = try batch(examples, "off", epoch: epoch)
      for window in 0..<2 {
        let (own, one, other) = (row(mixed, window: window, .i), row(pure, window: window, .i), row(pure, window: 1 - window, .i))
        let range = zip(one, other).map { min($0, $1) - 0.01...max($0, $1) + 0.01 }
        #expect(zip(own, range).allSatisfy { $1.contains($0) })
        isMixed = isMixed || Array(own) != Array(one)
      }
      #expect(mixed.targets == plain.targets, "both windows have the same label")
      #expect(try BatchBuilder(examples, settings).batch(epoch: epoch, of: [0, 1]).signals == mixed.signals)
    }
    #expect(isMixed)
  }

  @Test func theSameEpochGivesTheSameBatchAndEachChangeDrawsForItself() throws {
    let examples = try examples(1000)
    let all = "gain=0.5,shift=1,wander=0.2,noise=0.1,lead-dropout=0.3,patient-dropout=0.3"
    #expect(try batch(examples, all, epoch: 3).signals == batch(examples, all, epoch: 3).signals)
    #expect(try batch(examples, all, epoch: 3).signals != batch(examples, all, epoch: 4).signals)
    let plain = try extent(batch(examples, "off", epoch: 7))
    let noisy = try batch(examples, "gain=0.5", epoch: 7)
    #expect(try extent(noisy).start == plain.start)
  }

  @Test func gainIsOneFactorForAllLeads() throws {
    let examples = try examples(1000)
    var factors: [Float] = []
    for epoch in 0..<100 {
      let (plain, changed) = (try batch(examples, "off", epoch: epoch), try batch(examples, "gain=0.25", epoch: epoch))
      let factor = try extent(changed).first / extent(plain).first
      #expect(zip(plain.signals.prefix(12 * Self.length), changed.signals).allSatisfy { abs($0 * factor - $1) <= 1e-3 * abs($1) })
      factors.append(factor)
    }
    #expect(factors.allSatisfy { (0.799...1.251).contains($0) })
    #expect((factors.min() ?? 1) < 0.85 && (factors.max() ?? 1) > 1.18)
  }

  @Test func leadGainIsAFactorForEachLead() throws {
    let examples = try examples(1000)
    let leads = Lead.allCases.filter { $0 != .aVR && $0 != .v6 }
    var spreads: [Float] = []
    for epoch in 0..<50 {
      let (plain, changed) = (try batch(examples, "off", epoch: epoch), try batch(examples, "lead-gain=0.25", epoch: epoch))
      let factors = leads.compactMap { lead -> Float? in
        let pairs = zip(row(plain, lead), row(changed, lead)).filter { $0.0 != 0 }
        guard let first = pairs.first else { return nil }
        let factor = first.1 / first.0
        #expect(pairs.allSatisfy { abs($0.0 * factor - $0.1) <= 1e-3 * abs($0.1) }, "\(lead)")
        return factor
      }
      #expect(factors.count == leads.count && factors.allSatisfy { (0.799...1.251).contains($0) })
      spreads.append((factors.max() ?? 1) - (factors.min() ?? 1))
    }
    #expect(spreads.allSatisfy { $0 > 0.05 })
  }

  @Test func shiftMovesAtMostSoManySecondsOutOfTheWindow() throws {
    let examples = try examples(3000)
    var counts: Set<Int> = []
    for epoch in 0..<200 { counts.insert(try extent(batch(examples, "shift=2", epoch: epoch)).count) }
    #expect(counts.allSatisfy { (3000 - 514...3000).contains($0) })
    #expect((counts.min() ?? 3000) < 2600)
    for epoch in 0..<50 { #expect(try extent(batch(try self.examples(400), "shift=8", epoch: epoch)).count >= 200) }
  }

  @Test func wanderAndNoiseStayInBoundsAndOnTheRecording() throws {
    let examples = try examples(2000)
    var deviations: [Double] = []
    for epoch in 0..<30 {
      let plain = try batch(examples, "off", epoch: epoch)
      let start = try extent(plain).start
      for (text, bound) in [("wander=0.1", Float(100)), ("noise=0.1", Float(100 * 3.5))] {
        let changed = try batch(examples, text, epoch: epoch)
        for lead in Lead.allCases {
          let change = zip(row(changed, lead), row(plain, lead)).map { $0 - $1 }
          #expect(change.allSatisfy { abs($0) <= bound })
          #expect(change[..<start].allSatisfy { $0 == 0 } && change[(start + 2000)...].allSatisfy { $0 == 0 })
          let isLive = lead != .aVR && lead != .v6
          #expect(change.contains { $0 != 0 } == isLive, "\(text) \(lead)")
          guard isLive, text.hasPrefix("noise") else { continue }
          let part = change[start..<start + 2000].map(Double.init)
          let deviation = (part.reduce(0) { $0 + $1 * $1 } / 2000).squareRoot()
          #expect(abs(part.reduce(0, +) / 2000) < 5 * deviation / 2000.0.squareRoot())
          if lead == .i { deviations.append(deviation) }
        }
      }
    }
    #expect((deviations.max() ?? 0) < 105 && (deviations.max() ?? 0) > 80 && (deviations.min() ?? 99) < 25)
  }

  @Test func leadsAndPatientAreLeftOutAsOftenAsAsked() throws {
    let examples = try examples(300)
    var (left, aged, sexed) = (0, 0, 0)
    for epoch in 0..<300 {
      let plain = try batch(examples, "off", epoch: epoch)
      let changed = try batch(examples, "lead-dropout=0.25,patient-dropout=0.5", epoch: epoch)
      for lead in Lead.allCases where lead != .aVR {
        let isLeftOut = row(changed, lead).allSatisfy { $0 == 0 }
        left += isLeftOut ? 1 : 0
        if !isLeftOut { #expect(Array(row(changed, lead)) == Array(row(plain, lead))) }
      }
      #expect(plain.patients.prefix(5) == [0.6, 1, 1, 0, 1])
      #expect([[0.6, 1], [0, 0]].contains(Array(changed.patients[0..<2])))
      #expect([[1, 0, 1], [0, 0, 0]].contains(Array(changed.patients[2..<5])))
      aged += changed.patients[0] > 0 ? 1 : 0
      sexed += changed.patients[4] > 0 ? 1 : 0
    }
    #expect(abs(Double(left) / (300 * 11) - 0.25) < 0.04)
    #expect(abs(Double(aged) / 300 - 0.5) < 0.12)
    #expect(abs(Double(sexed) / 300 - 0.5) < 0.12)
  }

  @Test func namesAndRangesOfAugmentations() {
    #expect(Augmentation("gain=0.2,noise=0.05")?.description == "gain=0.2,noise=0.05")
    #expect(Augmentation("off") == Augmentation())
    #expect(Augmentation().description == "off")
    for text in ["", "gain", "gain=", "gain=x", "gain=-1", "gain=nan", "gain=11", "lead-dropout=1", "blur=1", "gain=1,gain=1", "gain=1,"] {
      #expect(Augmentation(text) == nil, "\(text)")
    }
  }

  @Test func everyEpochSeesEveryRecordingOnceInAnotherOrder() throws {
    let two = try examples(20)
    let examples = (0..<13).map { two[$0 % 2] }
    var settings = TrainingSettings()
    settings.batchSize = 4
    let builder = BatchBuilder(examples, settings)
    // Of 13 = 4 + 4 + 4 + 1 the last window is alone and left out.
    #expect(builder.batches(epoch: 0).map(\.count) == [4, 4, 4])
    settings.batchSize = 5
    let fives = BatchBuilder(examples, settings)
    #expect(fives.batches(epoch: 0).map(\.count) == [5, 5, 3])
    #expect(fives.batches(epoch: 0).flatMap { $0 }.sorted() == Array(0..<13))
    #expect(fives.batches(epoch: 0) != fives.batches(epoch: 1))
    #expect(fives.batches(epoch: 1) == fives.batches(epoch: 1))
  }

  @Test func windowsThatAreNoNumbersAreFound() throws {
    let good = try batch(examples(100), "off")
    #expect(Trainer.unusableWindows(good).isEmpty)
    var signals = good.signals
    signals[signals.count - 5] = .nan
    let bad = try TrainingBatch(count: 2, signals: signals, patients: good.patients, targets: good.targets)
    #expect(Trainer.unusableWindows(bad) == [1])
  }

  @Test func oddLeadsAreKnown() throws {
    let example = try examples(100)[0]
    #expect(example.recording.missingLeads == [.aVR])
    #expect(example.flatLeads == [.v6])
  }
}
