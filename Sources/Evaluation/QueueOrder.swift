import ECG
import Foundation

/// In which order a reader meets records to be relabelled.
public enum QueueMethod: String, Sendable, CaseIterable {
  /// Those first of which the model is least sure.
  case uncertainty
  /// Those first whose labels are most probably wrong.
  case suspicion
  /// Those first on which readers differ.
  case disagreement
  /// Those of which the model is unsure and that are unlike those before.
  case diverse
  /// By chance.
  case shuffled
  /// As they were given.
  case fixed
}

/// Orders of records for reading, as record numbers; each is the same for the same input and seed on every machine.
public enum QueueOrder {
  /// How near a model is to its thresholds, by record: 1 where a probability is a threshold, 0 where each is 0 or 1.
  ///
  /// A probability's nearness is its distance from the threshold as a share of the room on its side; a record is as uncertain as the nearest of the
  /// diagnoses asked about. Margin sampling (Lewis and Gale 1994; Settles 2010, section 3.1), with thresholds where others have a half.
  ///
  /// - Parameters:
  ///   - probabilities: by record, of the diagnoses asked about; nil for a record without a prediction.
  ///   - thresholds: of the diagnoses asked about.
  public static func uncertainty(_ probabilities: [[Double]?], thresholds: [Double]) -> [Double?] {
    probabilities.map { values in
      guard let values else { return nil }
      return zip(values, thresholds).compactMap { value, threshold -> Double? in
        guard value.isFinite else { return nil }
        let room = value >= threshold ? 1 - threshold : threshold
        return room > 0 ? 1 - min(1, abs(value - threshold) / room) : 0
      }.max()
    }
  }

  /// How readers differ, by record: summed over the statements, the probability that two votes drawn from a record's differ.
  ///
  /// - Parameter votes: by record and statement, how many gave each verdict.
  /// - Returns: nil of a record of which no statement has two votes.
  public static func disagreement(_ votes: [[[Int]]]) -> [Double?] {
    votes.map { statements in
      let differing = statements.compactMap { counts -> Double? in
        let total = Double(counts.reduce(0, +))
        guard total > 1 else { return nil }
        return 1 - counts.reduce(0.0) { $0 + Double($1) * Double($1 - 1) } / (total * (total - 1))
      }
      return differing.isEmpty ? nil : differing.reduce(0, +)
    }
  }

  /// The records of the highest scores first; equal ones in an order by chance, those without a score last.
  public static func descending(_ scores: [Double?], seed: UInt64) -> [Int] {
    shuffled(scores.count, seed: seed).enumerated().sorted { one, other in
      switch (scores[one.element], scores[other.element]) {
      case (let left?, let right?) where left != right: left > right
      case (_?, nil): true
      case (nil, _?): false
      default: one.offset < other.offset
      }
    }.map(\.element)
  }

  /// All records by chance.
  public static func shuffled(_ count: Int, seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed, stream: 0x7175_6575)
    return generator.shuffled(0..<max(0, count))
  }

  /// Uncertain records that are unlike those before them: always the one whose uncertainty times its distance to the nearest before it, or judged already, is
  /// largest.
  ///
  /// Farthest-first traversal (Gonzalez 1985; Sener and Savarese 2018, "core-set") among uncertain records, so that near-duplicates do not follow each
  /// other. Its work is bounded: at most ``mostPicks(among:dimensions:)`` records are chosen so, the rest follow by uncertainty.
  ///
  /// - Parameters:
  ///   - features: a point a record; the order is that by uncertainty alone where there is not one each.
  ///   - judged: records that were read already, which are left out; of many, 256 by chance stand for them.
  ///   - wanted: how many records must be unlike each other.
  public static func diverse(uncertainty: [Double?], features: FeatureSpace, judged: [Int] = [], wanted: Int, seed: UInt64) -> [Int] {
    let past = Set(judged)
    let ranked = descending(uncertainty, seed: seed).filter { !past.contains($0) }
    guard features.count == uncertainty.count else { return ranked }
    let candidates = Array(ranked.filter { uncertainty[$0] != nil }.prefix(max(4 * min(wanted, ranked.count), 2000)))
    let picks = min(wanted, candidates.count, mostPicks(among: candidates.count, dimensions: features.dimensions))
    var distances = [Float](repeating: .infinity, count: candidates.count)
    var generator = SeededGenerator(seed: seed, stream: 0x7061_7374)
    for point in generator.shuffled(past.filter { features.indices.contains($0) }.sorted()).prefix(256) {
      distances = nearer(distances, candidates, to: point, in: features)
    }
    var chosen: [Int] = []
    var isChosen = [Bool](repeating: false, count: candidates.count)
    for _ in 0..<picks {
      var best: (place: Int, score: Double)?
      for place in candidates.indices where !isChosen[place] {
        let distance = distances[place]
        // Before there is anything to be far from, uncertainty alone counts; an exact copy of something read is worth nothing.
        let score = (uncertainty[candidates[place]] ?? 0) * (distance.isFinite ? Double(distance).squareRoot() : 1)
        if best.map({ score > $0.score }) ?? true { best = (place, score) }
      }
      guard let best else { break }
      isChosen[best.place] = true
      chosen.append(candidates[best.place])
      distances = nearer(distances, candidates, to: candidates[best.place], in: features)
    }
    let taken = Set(chosen)
    return chosen + ranked.filter { !taken.contains($0) }
  }

  /// How many records are at most chosen for being unlike those before: so many that some five thousand million multiplications suffice.
  public static func mostPicks(among candidates: Int, dimensions: Int) -> Int { max(1, 5_000_000_000 / max(1, candidates * dimensions)) }

  private static func nearer(_ distances: [Float], _ candidates: [Int], to point: Int, in features: FeatureSpace) -> [Float] {
    let size = 4096
    return Replicates.spread((candidates.count + size - 1) / size) { chunk in
      features.withView { view in
        (chunk * size..<min(candidates.count, (chunk + 1) * size)).map { min(distances[$0], view.squaredDistance(candidates[$0], point)) }
      }
    }.flatMap { $0 }
  }
}

extension FeatureSpace {
  /// The points' numbers.
  fileprivate var indices: Range<Int> { 0..<count }
}
