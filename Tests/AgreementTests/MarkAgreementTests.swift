import Agreement
import ECG
import Foundation
import TestSupport
import Testing

/// Readers of a study of annotation compared as equals; Tests/Oracles/mark_agreement.py made the values.
struct MarkAgreementTests {
  private struct Golden: Decodable {
    let recordings: [[Int]]
    let first: [[Mark]]
    let second: [[Mark]]
    let matched: Int
    let onlyA: Int
    let onlyB: Int
    let counts: [[Int]]
    let kappa: Double
    let se: Double
    let spans: [String: [Double]]
    let boundaries: [String: [Double]]

    func table(_ task: AnnotationTask) -> MarkTable {
      MarkTable(
        task: task,
        recordings: recordings.map { MarkTable.Recording(name: "r", samplingRateHertz: Double($0[0]), sampleCount: $0[1]) },
        columns: [("A", first), ("B", second)].map { reader, marks in
          MarkTable.Column(
            reader: reader, marks: Dictionary(uniqueKeysWithValues: marks.map { $0.map(\.annotation) }.enumerated().map { ($0, $1) }))
        })
    }
  }

  /// A mark as `[sample, end or null, code, name]`.
  private struct Mark: Decodable {
    let annotation: Annotation

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      let sample = try fields.decode(Int.self)
      let end = try fields.decodeNil() ? nil : fields.decode(Int.self)
      let code = try fields.decode(UInt8.self)
      let name = try fields.decode(String.self)
      var mark = Annotation(sample: sample, code: AnnotationCode(rawValue: code), aux: AnnotationText(name.isEmpty ? "" : "(" + name))
      mark.endSample = end
      annotation = mark
    }
  }

  private static func golden() throws -> [Golden] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try String(contentsOf: Checkout.golden("Agreement/marks.jsonl"), encoding: .utf8).split(separator: "\n").map {
      try decoder.decode(Golden.self, from: Data($0.utf8))
    }
  }

  @Test func beatsAreMatchedAndTheirKindsComparedAsOtherProgramsDo() throws {
    let tables = try Self.golden()
    #expect(tables.count == 12)
    for golden in tables {
      let pair = try #require(MarkAgreement(golden.table(.beats)).pairs.first)
      #expect(pair.matched == golden.matched && pair.onlyA == golden.onlyA && pair.onlyB == golden.onlyB)
      #expect(pair.recordings == golden.recordings.count && pair.kindTable.counts == golden.counts)
      let kappa = try #require(pair.kindTable.kappa())
      #expect(abs(kappa.value - golden.kappa) < 1e-9 && abs(kappa.standardError - golden.se) < 1e-9)
      #expect(pair.unmatchedShareA == Double(golden.onlyA) / Double(golden.matched + golden.onlyA))
    }
  }

  @Test func spansOverlapAsTheirSamplesDo() throws {
    for golden in try Self.golden() {
      let pair = try #require(MarkAgreement(golden.table(.spans)).pairs.first)
      for (name, expected) in golden.spans {
        let found = try #require(pair.spans[name])
        #expect(abs(found.intersectionOverUnion.hits - expected[0]) < 1e-9 && abs(found.intersectionOverUnion.of - expected[1]) < 1e-9)
        #expect(pair.unitisedAlpha[name]?.alpha.map { $0 <= 1 } == true)
      }
      #expect(Set(pair.spans.keys) == Set(golden.spans.keys))
    }
  }

  @Test func boundariesDifferAsNumpySays() throws {
    for golden in try Self.golden() {
      let pair = try #require(MarkAgreement(golden.table(.boundaries)).pairs.first)
      for (found, symbol) in [(pair.onsets, "("), (pair.ends, ")")] {
        let expected = try #require(golden.boundaries[symbol])
        let (mean, deviation) = (try #require(found.error.mean), try #require(found.error.standardDeviation))
        #expect(Double(found.error.count) == expected[0] && abs(mean - expected[1]) < 1e-9 && abs(deviation - expected[2]) < 1e-9)
      }
    }
  }

  private static func span(_ name: String, _ start: Int, _ end: Int) -> Annotation {
    Annotation(sample: start, endSample: end, code: .rhythm, aux: AnnotationText("(" + name))
  }

  private static func table(_ task: AnnotationTask, _ columns: [(String, [Int: [Annotation]])]) -> MarkTable {
    MarkTable(
      task: task, recordings: (0..<3).map { MarkTable.Recording(name: "r\($0)", samplingRateHertz: 250, sampleCount: 2500) },
      columns: columns.map { MarkTable.Column(reader: $0, marks: $1) })
  }

  @Test func aRecordingThatOneIsNotDoneWithIsNotCompared() {
    let beat = Annotation(sample: 100, code: .normal)
    let agreement = MarkAgreement(Self.table(.beats, [("A", [0: [beat], 1: [beat]]), ("B", [1: [], 2: [beat]]), ("C", [:])]))
    #expect(agreement.readers.map(\.recordings) == [2, 2, 0] && agreement.readers.map(\.marks) == [2, 1, 0])
    #expect(agreement.pairs.count == 1 && agreement.pairs[0].recordings == 1 && agreement.pairs[0].onlyA == 1)
    #expect(agreement.pairs[0].kindTable.kappa() == nil && agreement.pairs[0].unmatchedShareB == nil)
  }

  @Test func alphaIsOneWhereAllMarkTheSameAndIsOfAllReadersWhereThereAreMoreThanTwo() throws {
    let spans = [0: [Self.span("AFIB", 100, 900)], 1: [Self.span("AFIB", 1000, 2000)]]
    let two = MarkAgreement(Self.table(.spans, [("A", spans), ("B", spans)]))
    #expect(two.pairs[0].unitisedAlpha["AFIB"]?.alpha == 1 && two.pairs[0].jointAlpha == 1 && two.alphaOfAll.isEmpty)
    let three = MarkAgreement(Self.table(.spans, [("A", spans), ("B", spans), ("C", [0: [], 1: [Self.span("AFIB", 1000, 2000)]])]))
    let alpha = try #require(three.alphaOfAll["AFIB"]?.alpha)
    #expect(alpha < 1 && three.pairs.count == 3)
  }

  @Test func ofARecordingOfImpossibleLengthAlphaIsStillANumber() {
    for (rate, count) in [(1e-300, 2500), (250, Int.max)] {
      let recordings = (0..<2).map { MarkTable.Recording(name: "r\($0)", samplingRateHertz: rate, sampleCount: count) }
      let spans = [0: [Self.span("AFIB", 100, 900)], 1: [Self.span("AFIB", 1000, 2000)]]
      let columns = ["A", "B"].map { MarkTable.Column(reader: $0, marks: spans) }
      #expect(MarkAgreement(MarkTable(task: .spans, recordings: recordings, columns: columns)).pairs.count == 1)
    }
  }

  @Test func readersMarkedTheSameWhereEachMarkHasItsLikeNearby() {
    let period = ComparisonPeriod(samplingRateHertz: 250, sampleCount: 2500)
    func beats(_ samples: [Int], _ code: AnnotationCode = .normal) -> [Annotation] { samples.map { Annotation(sample: $0, code: code) } }
    #expect(AnnotationTask.beats.isSame(beats([100, 300]), beats([105, 290]), period: period))
    #expect(!AnnotationTask.beats.isSame(beats([100, 300]), beats([100]), period: period))
    #expect(!AnnotationTask.beats.isSame(beats([100]), beats([100], AnnotationCode(rawValue: 5)), period: period))
    #expect(!AnnotationTask.beats.isSame(beats([100]), beats([140]), period: period), "160 ms")
    #expect(AnnotationTask.beats.isSame(beats([100]) + [Self.span("AFIB", 1, 9)], beats([100]), period: period), "not asked for")
    #expect(AnnotationTask.spans.isSame([Self.span("AFIB", 100, 900)], [Self.span("AFIB", 110, 930)], period: period))
    #expect(!AnnotationTask.spans.isSame([Self.span("AFIB", 100, 900)], [Self.span("AFIB", 100, 950)], period: period))
    #expect(!AnnotationTask.spans.isSame([Self.span("AFIB", 100, 900)], [Self.span("AFL", 100, 900)], period: period))
    let (onset, later) = (Annotation(sample: 100, code: .waveOnset), Annotation(sample: 107, code: .waveOnset))
    #expect(AnnotationTask.boundaries.isSame([onset], [later], period: period))
    #expect(!AnnotationTask.boundaries.isSame([onset], [Annotation(sample: 108, code: .waveOnset)], period: period))
    #expect(!AnnotationTask.boundaries.isSame([onset], [Annotation(sample: 100, code: .waveEnd)], period: period))
    #expect(AnnotationTask.allCases.allSatisfy { $0.isSame([], [], period: period) })
  }
}
