import ECG
import ECGSignal
import Foundation
import TestSupport
import Testing

/// Measurements against what cardiologists marked in the odd records of LUDB, lead by lead and beat by beat (Kalyakulina and others, 2020).
///
/// The network has learnt from the first two thirds of these records; so each figure is also asked of the last third alone.
@Suite struct MeasurementReadersTests {
  /// A record's samples and marks, and what was measured.
  private struct Case {
    let marks: [Lead: [ReaderMark]]
    let measured: Measurements
    let recording: Recording
  }

  private static let cases: [Case] = {
    guard let folder = Checkout.shared("ecg/ludb") else { return [] }
    let measurer = ECGMeasurer()
    return stride(from: 1, through: 199, by: 2).compactMap { number in
      let stem = folder.appendingPathComponent("\(number)")
      guard let samples = try? Data(contentsOf: stem.appendingPathExtension("dat")) else { return nil }
      var marks: [Lead: [ReaderMark]] = [:]
      for lead in Lead.allCases {
        guard let data = try? Data(contentsOf: stem.appendingPathExtension(lead.name.lowercased())) else { return nil }
        marks[lead] = ReaderMark.read(data)
      }
      let recording = recording(samples)
      return Case(marks: marks, measured: measurer.measure(recording), recording: recording)
    }
  }()

  /// All records, and the last third.
  private static var groups: [(name: String, cases: ArraySlice<Case>)] {
    cases.isEmpty ? [] : [("all", cases[...]), ("last third", cases.suffix(cases.count / 3))]
  }

  /// The converter's numbers are microvolts, whatever the header says.
  private static func recording(_ data: Data) -> Recording {
    let count = data.count / 24
    let millivolts = (0..<12).flatMap { lead in
      (0..<count).map { index -> Float in
        let offset = data.startIndex + 2 * (12 * index + lead)
        return Float(Int16(bitPattern: UInt16(data[offset]) | UInt16(data[offset + 1]) << 8)) / 1000
      }
    }
    return Recording(name: "", samplingRateHertz: 500, millivolts: millivolts)
  }

  @Test func everyBeatIsFoundAndNothingElse() {
    for (name, cases) in Self.groups {
      var (hits, beats, found) = (0, 0, 0)
      for record in cases {
        let spans = Self.beatSpans(record.marks)
        guard let first = spans.first, let last = spans.last else { continue }
        let peaks = record.measured.rPeaks.filter { $0 >= first.lowerBound - 50 && $0 <= last.upperBound + 50 }
        hits += spans.count { span in peaks.contains { $0 >= span.lowerBound - 10 && $0 <= span.upperBound + 10 } }
        beats += spans.count
        found += peaks.count
      }
      #expect(Double(hits) / Double(beats) >= 0.999, "\(name)")
      #expect(Double(hits) / Double(found) >= 0.999, "\(name)")
    }
  }

  @Test func boundariesAreTheReaders() {
    // F1, then the largest mean and standard deviation in milliseconds.
    let floors: [(String, Character, KeyPath<BeatWaves, WaveMarks?>, KeyPath<WaveMarks, Int>, KeyPath<ReaderMark, Int?>, Double, Double)] =
      [
        ("P on", "p", \.p, \.onset, \.onset, 0.98, 16), ("P off", "p", \.p, \.offset, \.offset, 0.98, 16),
        ("QRS on", "N", \.qrs, \.onset, \.onset, 0.995, 11), ("QRS off", "N", \.qrs, \.offset, \.offset, 0.995, 12),
        ("T off", "t", \.t, \.offset, \.offset, 0.99, 24),
      ]
    for (group, cases) in Self.groups {
      for (name, symbol, wave, edge, truth, floor, spread) in floors {
        var tally = BoundaryTally()
        for record in cases {
          for lead in Lead.allCases {
            let marks = record.marks[lead] ?? []
            let edges = marks.flatMap { [$0.onset, $0.peak, $0.offset].compactMap { $0 } }
            guard let first = edges.min(), let last = edges.max() else { continue }
            tally.add(
              truth: marks.filter { $0.symbol == symbol }.compactMap { $0[keyPath: truth] },
              found: record.measured.beats.compactMap { $0[lead][keyPath: wave]?[keyPath: edge] }, annotated: first...last)
          }
        }
        #expect(tally.f1 >= floor, "\(group) \(name): \(tally.f1)")
        #expect(abs(tally.mean) <= 4, "\(group) \(name): \(tally.mean)")
        #expect(tally.deviation <= spread, "\(group) \(name): \(tally.deviation)")
      }
    }
  }

  @Test func pWavesAreNeitherInventedNorMissed() {
    for (group, cases) in Self.groups {
      let without = cases.filter { record in !record.marks.values.joined().contains { $0.symbol == "p" } }
      let inventions = without.count { record in 2 * record.measured.beats.count { $0.waves.p != nil } >= record.measured.beats.count }
      #expect(inventions <= 1, "\(group)")
      #expect(without.count { $0.measured[.prInterval].value != nil } <= 1, "\(group)")
    }
  }

  @Test func intervalsOfARecordAreTheReaders() throws {
    for (group, cases) in Self.groups {
      var errors: [MeasuredQuantity: [Double]] = [:]
      for record in cases {
        let truth = Self.intervals(record.marks)
        for (quantity, values) in truth {
          guard let expected = Self.median(values) else { continue }
          let value = try #require(record.measured[quantity].value, "\(group) \(quantity.key)")
          errors[quantity, default: []].append(abs(value - expected))
        }
      }
      for (quantity, most) in [(MeasuredQuantity.heartRate, 0.2), (.qrsDuration, 4), (.prInterval, 5), (.qtInterval, 6)] {
        let error = try #require(Self.median(errors[quantity] ?? []))
        #expect(error <= most, "\(group) \(quantity.key): \(error)")
      }
    }
  }

  @Test func axisIsThatOfTheReadersMarks() throws {
    for (group, cases) in Self.groups {
      let turns = try cases.map { record -> Double in
        let axis = try #require(record.measured[.qrsAxis].value)
        let truth = try #require(Self.axis(record.marks, in: record.recording))
        return abs(MeasurementSyntheticTests.turn(from: truth, to: axis))
      }.sorted()
      #expect(turns[turns.count / 2] <= 2, "\(group): \(turns[turns.count / 2])")
      #expect(turns[Int(0.95 * Double(turns.count - 1))] <= 10, "\(group)")
    }
  }
}

// MARK: - What the readers marked

extension MeasurementReadersTests {
  /// Complexes that at least six leads mark, from the first lead's start to the last one's end.
  fileprivate static func beatSpans(_ marks: [Lead: [ReaderMark]]) -> [ClosedRange<Int>] {
    let complexes = marks.flatMap { lead, marks in
      marks.filter { $0.symbol == "N" }.compactMap { mark in
        mark.onset.flatMap { onset in mark.offset.map { (peak: mark.peak, span: onset...$0, lead: lead) } }
      }
    }.sorted { $0.peak < $1.peak }
    var groups: [[(peak: Int, span: ClosedRange<Int>, lead: Lead)]] = []
    for complex in complexes {
      if let last = groups.last?.last, let first = groups.last?.first, complex.peak - last.peak <= 60, complex.peak - first.peak <= 75 {
        groups[groups.count - 1].append(complex)
      } else {
        groups.append([complex])
      }
    }
    return groups.filter { Set($0.map(\.lead)).count >= 6 }.compactMap { group in
      group.map(\.span.lowerBound).min().flatMap { low in group.map(\.span.upperBound).max().map { low...$0 } }
    }
  }

  /// Intervals of all leads and beats in milliseconds, and the rate by lead II.
  fileprivate static func intervals(_ marks: [Lead: [ReaderMark]]) -> [MeasuredQuantity: [Double]] {
    var result: [MeasuredQuantity: [Double]] = [:]
    func add(_ quantity: MeasuredQuantity, from start: Int?, to end: Int?) {
      if let start, let end { result[quantity, default: []].append(Double(end - start) * 2) }
    }
    for waves in marks.values {
      for (index, wave) in waves.enumerated() where wave.symbol == "N" {
        add(.qrsDuration, from: wave.onset, to: wave.offset)
        if index > 0, waves[index - 1].symbol == "p" { add(.prInterval, from: waves[index - 1].onset, to: wave.onset) }
        if index + 1 < waves.count, waves[index + 1].symbol == "t" { add(.qtInterval, from: wave.onset, to: waves[index + 1].offset) }
      }
    }
    let peaks = (marks[.ii] ?? []).filter { $0.symbol == "N" }.map(\.peak)
    if let first = peaks.first, let last = peaks.last, last > first {
      result[.heartRate] = [60 * 500 * Double(peaks.count - 1) / Double(last - first)]
    }
    return result
  }

  /// The axis by net areas in I and aVF between the marks, the median over beats.
  fileprivate static func axis(_ marks: [Lead: [ReaderMark]], in recording: Recording) -> Double? {
    func area(_ lead: Lead) -> Double? {
      let samples = Array(recording[lead])
      return median(
        (marks[lead] ?? []).filter { $0.symbol == "N" }.compactMap { mark in
          guard let onset = mark.onset, let offset = mark.offset, onset >= 12, offset < samples.count else { return nil }
          let level = samples[onset - 10..<onset].sorted()[5]
          return samples[onset...offset].reduce(0) { $0 + Double($1 - level) }
        })
    }
    guard let leadI = area(.i), let aVF = area(.aVF) else { return nil }
    return atan2(aVF * 2 / 3.0.squareRoot(), leadI) * 180 / .pi
  }

  fileprivate static func median(_ values: [Double]) -> Double? {
    let sorted = values.sorted()
    return sorted.isEmpty ? nil : (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
  }
}

/// A wave as a reader marked it.
private struct ReaderMark {
  let symbol: Character
  let onset: Int?
  let peak: Int
  let offset: Int?

  /// Reads a WFDB annotation file that holds brackets around P (`p`), QRS (`N`) and T (`t`).
  static func read(_ data: Data) -> [ReaderMark] {
    let codes: [Int: Character] = [1: "N", 24: "p", 27: "t", 39: "(", 40: ")"]
    var annotations: [(symbol: Character, sample: Int)] = []
    var (sample, index) = (0, data.startIndex)
    while index + 1 < data.endIndex {
      let word = Int(data[index]) | Int(data[index + 1]) << 8
      index += 2
      let (code, value) = (word >> 10, word & 0x3FF)
      switch code {
      case 0 where value == 0: index = data.endIndex
      case 59:
        sample += (Int(data[index]) | Int(data[index + 1]) << 8) << 16 | Int(data[index + 2]) | Int(data[index + 3]) << 8
        index += 4
      case 60, 61, 62: break
      case 63: index += value + value % 2
      default:
        sample += value
        if let symbol = codes[code] { annotations.append((symbol, sample)) }
      }
    }
    return annotations.indices.filter { "pNt".contains(annotations[$0].symbol) }.map { index in
      let before = index > 0 && annotations[index - 1].symbol == "(" ? annotations[index - 1].sample : nil
      let after = index + 1 < annotations.count && annotations[index + 1].symbol == ")" ? annotations[index + 1].sample : nil
      return ReaderMark(symbol: annotations[index].symbol, onset: before, peak: annotations[index].sample, offset: after)
    }
  }
}

/// Boundaries found against boundaries marked, matched one to one, nearest first, within 150 ms.
private struct BoundaryTally {
  private var (hits, marked, counted) = (0, 0, 0)
  private var errors: [Double] = []

  var f1: Double { 2 * Double(hits) / Double(marked + counted) }
  var mean: Double { errors.reduce(0, +) / Double(errors.count) }
  var deviation: Double { (errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(errors.count)).squareRoot() }

  mutating func add(truth: [Int], found: [Int], annotated: ClosedRange<Int>) {
    let pairs = truth.indices.flatMap { t in found.indices.map { (t, $0, abs(truth[t] - found[$0])) } }.filter { $0.2 <= 75 }
    var (usedTruth, usedFound): (Set<Int>, Set<Int>) = ([], [])
    for (t, f, _) in pairs.sorted(by: { $0.2 < $1.2 }) where !usedTruth.contains(t) && !usedFound.contains(f) {
      usedTruth.insert(t)
      usedFound.insert(f)
      errors.append(Double(found[f] - truth[t]) * 2)
    }
    hits += usedTruth.count
    marked += truth.count
    // Outside the marked stretch a find is neither right nor wrong.
    counted += found.indices.count { usedFound.contains($0) || annotated.contains(found[$0]) }
  }
}
