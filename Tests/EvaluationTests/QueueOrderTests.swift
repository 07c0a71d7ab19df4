import ECG
import Evaluation
import Testing

struct QueueOrderTests {
  @Test func nearThresholdsAreUncertain() {
    let found = QueueOrder.uncertainty([[0.2, 0.99], [0.6, 0.5], nil, [1, 0]], thresholds: [0.2, 0.5])
    #expect(found[0] == 1 && found[1] == 1 && found[2] == nil && found[3] == 0)
    // Half way to 1 from 0.2, a quarter from 0: each side by its own room.
    let sides = QueueOrder.uncertainty([[0.6], [0.15]], thresholds: [0.2])
    #expect(abs((sides[0] ?? 0) - 0.5) < 1e-12 && abs((sides[1] ?? 0) - 0.75) < 1e-12)
  }

  @Test func readersWhoDifferComeFirst() {
    let votes = [[[2, 0, 0], [0, 2, 0]], [[1, 1, 0], [0, 2, 0]], [[1, 0, 0], [0, 1, 0]], [[1, 1, 0], [1, 0, 1]]]
    let scores = QueueOrder.disagreement(votes)
    #expect(scores == [0, 1, nil, 2])
    #expect(QueueOrder.descending(scores, seed: 1) == [3, 1, 0, 2])
  }

  @Test func equalScoresAreInAnOrderByChanceThatASeedFixes() {
    let scores = [Double?](repeating: 0.5, count: 50)
    #expect(QueueOrder.descending(scores, seed: 1) == QueueOrder.descending(scores, seed: 1))
    #expect(QueueOrder.descending(scores, seed: 1) != QueueOrder.descending(scores, seed: 2))
    #expect(QueueOrder.descending(scores, seed: 3) != Array(0..<50))
  }

  @Test func nearDuplicatesDoNotFillADiverseQueue() throws {
    var generator = SeededGenerator(seed: 4)
    // A hundred copies of one very uncertain record, and fifty less uncertain ones that differ.
    let values =
      (0..<100).flatMap { _ in (0..<8).map { _ in Float(generator.normal() * 0.01) } }
      + (0..<50).flatMap { _ in (0..<8).map { _ in Float(generator.normal() * 3) } }
    let uncertainty = (0..<150).map { Optional($0 < 100 ? 0.99 : 0.6) }
    let space = try #require(FeatureSpace(values, dimensions: 8))
    let order = QueueOrder.diverse(uncertainty: uncertainty, features: space, wanted: 40, seed: 1)
    #expect(order.sorted() == Array(0..<150))
    #expect(order.prefix(40).count { $0 < 100 } < 5)
    #expect(QueueOrder.descending(uncertainty, seed: 1).prefix(40).count { $0 < 100 } == 40)
    #expect(order == QueueOrder.diverse(uncertainty: uncertainty, features: space, wanted: 40, seed: 1))
    // Once a copy was judged, no copy is among the next.
    let next = QueueOrder.diverse(uncertainty: uncertainty, features: space, judged: [3, 120], wanted: 40, seed: 1)
    #expect(next.count == 148 && !next.contains(3) && next.prefix(40).allSatisfy { $0 >= 100 })
  }

  @Test func aRecordWithoutPredictionComesLast() throws {
    let space = try #require(FeatureSpace([Float](repeating: 0, count: 6), dimensions: 2))
    #expect(QueueOrder.diverse(uncertainty: [nil, 0.2, 0.9], features: space, wanted: 3, seed: 0) == [2, 1, 0])
    // Without a point for each record, uncertainty alone.
    #expect(QueueOrder.diverse(uncertainty: [0.1, 0.4], features: space, wanted: 2, seed: 0) == [1, 0])
  }
}
