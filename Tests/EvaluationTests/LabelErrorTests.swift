import ECG
import Evaluation
import Foundation
import Testing

struct LabelErrorTests {
  /// A class whose truth shows in a model's probability, in an axis, and in where a record lies among others; some labels are turned.
  private struct World {
    var labels: [Bool?] = []
    var isTurned: [Bool] = []
    var probabilities: [Double?] = []
    var margins: [Double?] = []
    var features: [Float] = []

    init(records: Int, prevalence: Double, turned: Double, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      for _ in 0..<records {
        let truth = generator.uniform(in: 0...1) < prevalence
        let turns = generator.uniform(in: 0...1) < turned
        labels.append(truth != turns)
        isTurned.append(turns)
        let odds = (truth ? 0.5 : -3) + 1.3 * generator.normal()
        probabilities.append(1 / (1 + exp(-odds)))
        // One axis in ten cannot be measured.
        margins.append(generator.below(10) == 0 ? nil : (truth ? 12 : -35) + 22 * generator.normal())
        for index in 0..<8 { features.append(Float((truth && index < 3 ? 1.5 : 0) + generator.normal())) }
      }
    }

    /// The mean of the precision at each turned label.
    func averagePrecision(_ ranking: [Int]) -> Double {
      var (found, sum) = (0.0, 0.0)
      for (place, record) in ranking.enumerated() where isTurned[record] {
        found += 1
        sum += found / Double(place + 1)
      }
      return sum / Double(isTurned.count { $0 })
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func allEvidenceTogetherFindsMoreThanEachAndThanSelfConfidence(seed: UInt64) throws {
    let world = World(records: 1500, prevalence: 0.2, turned: 0.05, seed: seed)
    let quality = LabelQuality.selfConfidence(labels: world.labels, probabilities: world.probabilities)
    let cleanlab = world.averagePrecision(quality.indices.sorted { (quality[$0] ?? 1, $0) < (quality[$1] ?? 1, $1) })
    let space = try #require(FeatureSpace(world.features, dimensions: 8))
    let neighbours = FeatureSpace.carrying(world.labels, among: space.nearest(30))
    let model = Evidence(name: "model", .probability(world.probabilities))
    let axis = Evidence(name: "axis", .margin(world.margins))
    let near = Evidence(name: "neighbours", .neighbours(neighbours))
    func score(_ evidence: [Evidence]) throws -> SuspectScore { try #require(SuspectScore(labels: world.labels, evidence: evidence)) }
    let all = try score([model, axis, near])
    let together = world.averagePrecision(all.ranking)
    #expect(together > world.averagePrecision(try score([model]).ranking) + 0.03)
    #expect(together > world.averagePrecision(try score([axis]).ranking) + 0.03)
    #expect(together > cleanlab + 0.05, "\(together) against \(cleanlab)")
    // The scores are probabilities: their sum is about the number of turned labels.
    let expected = all.scores.compactMap { $0 }.reduce(0, +)
    let turned = Double(world.isTurned.count { $0 })
    #expect(expected > 0.5 * turned && expected < 1.6 * turned, "\(expected) of \(turned)")
  }

  @Test func whatIsUnknownSpeaksNeitherWay() throws {
    var world = World(records: 600, prevalence: 0.3, turned: 0.05, seed: 8)
    world.labels[0] = nil
    world.margins[1] = nil
    world.probabilities[1] = nil
    let score = try #require(
      SuspectScore(
        labels: world.labels,
        evidence: [Evidence(name: "model", .probability(world.probabilities)), Evidence(name: "axis", .margin(world.margins))]))
    #expect(score.scores[0] == nil && score.scores[1] == nil)
    #expect(score.contributions[1] == [0, 0] && score.ranking.count == 598)
    #expect(SuspectScore(labels: [true], evidence: [Evidence(name: "model", .probability([]))]) == nil)
  }

  @Test func aHandfulOfRecordsIsNoReasonToFail() throws {
    let score = try #require(
      SuspectScore(
        labels: [true, false, false, nil], evidence: [Evidence(name: "criterion", .criterion([false, true, nil, true]))]))
    #expect(score.scores.compactMap { $0 }.allSatisfy { (0...1).contains($0) })
    let empty = try #require(SuspectScore(labels: [], evidence: []))
    #expect(empty.ranking.isEmpty)
    #expect(ConfidentJoint(labels: [nil], probabilities: [0.5]) == nil)
  }

  @Test func noiseIsFoundWithinItsInterval() throws {
    let world = World(records: 3000, prevalence: 0.3, turned: 0.08, seed: 21)
    // A model that is sharper than the world's.
    let sharp = zip(world.labels, world.isTurned).map { label, turned -> Double? in (label == true) != turned ? 0.95 : 0.05 }
    let noise = try #require(LabelNoise(labels: world.labels, probabilities: sharp, replicates: 200, seed: 2))
    let turned = Double(world.isTurned.count { $0 }) / 3000
    #expect(abs(noise.shares.wrong - turned) < 0.01)
    let interval = try #require(noise.wrong)
    #expect(interval.low < turned && turned < interval.high && interval.high - interval.low < 0.04)
    #expect(noise == LabelNoise(labels: world.labels, probabilities: sharp, replicates: 200, seed: 2))
    // Every record twice, as a patient's two: no more is known.
    let twice = try #require(
      LabelNoise(
        labels: world.labels + world.labels, probabilities: sharp + sharp, patients: Array(0..<3000) + Array(0..<3000), replicates: 200,
        seed: 2))
    let wide = try #require(twice.wrong)
    #expect(abs((wide.high - wide.low) / (interval.high - interval.low) - 1) < 0.25)
  }

  @Test func nothingFoundInThirtyIsNotNothingInThousands() throws {
    let estimate = try ReviewEstimate([
      .init(name: "top", population: 50, presentPresent: 10, presentAbsent: 40, absentPresent: 0, absentAbsent: 0),
      .init(name: "rest", population: 5000, presentPresent: 5, presentAbsent: 0, absentPresent: 0, absentAbsent: 25),
    ])
    #expect(abs((estimate.wrong.value ?? .nan) - 40.0 / 5050) < 1e-12)
    let interval = try #require(estimate.wrong.interval)
    #expect(interval.low > 0.007 && interval.high > 0.03)
    #expect(throws: ReviewEstimate.Failure.notReviewed(stratum: "rest", population: 10)) {
      try ReviewEstimate([.init(name: "rest", population: 10, presentPresent: 0, presentAbsent: 0, absentPresent: 0, absentAbsent: 0)])
    }
    #expect(throws: ReviewEstimate.Failure.empty) { try ReviewEstimate([]) }
  }

  @Test func cellsFindNearlyAllNeighbours() throws {
    var generator = SeededGenerator(seed: 6)
    let centres = (0..<40).map { _ in (0..<16).map { _ in 4 * generator.normal() } }
    let values = (0..<2000).flatMap { _ in centres[generator.below(40)].map { Float($0 + generator.normal()) } }
    let space = try #require(FeatureSpace(values, dimensions: 16))
    let exact = space.nearest(10)
    let fast = space.nearest(10, owners: [], seed: 1, mostMultiplications: 1000)
    let shared = zip(exact, fast).reduce(0) { $0 + Set($1.0).intersection($1.1).count }
    #expect(Double(shared) > 0.95 * 20_000, "\(shared) of 20000")
    for point in [0, 77, 1999] {
      let brute = (0..<2000).filter { $0 != point }.sorted { space.squaredDistance(point, $0) < space.squaredDistance(point, $1) }
      #expect(exact[point] == Array(brute.prefix(10)))
    }
    let owned = space.nearest(10, owners: Array(0..<1000) + Array(0..<1000))
    #expect(owned.enumerated().allSatisfy { point, found in found.allSatisfy { $0 % 1000 != point % 1000 } })
    #expect(FeatureSpace([1, .nan], dimensions: 2) == nil && FeatureSpace([1, 2, 3], dimensions: 2) == nil)
  }
}
