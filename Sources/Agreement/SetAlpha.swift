import ECG

/// Krippendorff's alpha of sets: every answer is the set of statements that are present, and two sets differ by their MASI distance.
///
/// MASI is 1 - |A ∩ B| / |A ∪ B| · m, where m is 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, 0 where they have nothing in
/// common (Passonneau 2006), as nltk's `masi_distance`; two empty sets do not differ. Alpha is 1 - observed / expected disagreement over all answers of
/// cases that at least two readers answered (Krippendorff 2011).
public struct SetAlpha: Sendable, Hashable {
  /// Agreement beyond chance.
  public let value: Double
  /// By leaving out each case in turn (jackknife, Efron and Tibshirani 1993); nil with one case, or where alpha is undefined without one of them.
  public let standardError: Double?
  /// Cases that at least two readers answered.
  public let cases: Int
  /// Whether the expected disagreement is that with ``sampleSize`` answers drawn at random and not with all, because there are too many distinct sets.
  public let isSampled: Bool

  /// More distinct sets than this are compared with a sample.
  static let mostSets = 12_000
  /// Answers in the sample.
  public static let sampleSize = 1_024

  /// The 95 % interval, alpha ± 1.959964 standard errors, not clipped.
  public var confidenceInterval: ConfidenceInterval? {
    standardError.map { ConfidenceInterval(low: value - 1.959964 * $0, high: value + 1.959964 * $0) }
  }

  /// The alpha of answers.
  ///
  /// - Parameter unsure: excluded, and a statement marked unsure is in no set; category, and it is an element of its own, which another's unsure equals;
  ///   disagreement, and it is an element that no other set has.
  /// - Returns: nil where no case has two answers, or all of those that have are the same set.
  public init?(_ answers: SetAnswers, unsure: UnsureHandling = .excluded) { self.init(answers, unsure: unsure, mostSets: Self.mostSets) }

  package init?(_ answers: SetAnswers, unsure: UnsureHandling, mostSets: Int) {
    let sets = DistinctSets(answers, unsure: unsure)
    guard sets.total > 1 else { return nil }
    isSampled = sets.counts.count > mostSets
    let reaches = sets.reaches(sampling: isSampled)
    let total = Double(sets.total)
    var observed = 0.0
    var expected = zip(sets.counts, reaches).reduce(0.0) { $0 + Double($1.0) * $1.1 }
    if sets.unsureNeverAgrees { expected -= sets.selfDistances }
    guard expected > 0 else { return nil }
    let parts = sets.cases.map { members -> Part in
      var within = 0.0
      for one in members.indices {
        for other in members.indices where other != one { within += sets.distance(members[one], members[other]) }
      }
      let share = within / Double(members.count - 1)
      observed += share
      // Each leaves its distances to all others, once in each direction; those inside the case are then taken away twice.
      let gone = members.reduce(0.0) { $0 + 2 * (reaches[$1] - (sets.unsureNeverAgrees ? sets.distance($1, $1) : 0)) } - within
      return Part(answers: Double(members.count), observed: share, expected: gone)
    }
    value = 1 - observed * (total - 1) / expected
    cases = parts.count
    standardError = Self.jackknife(parts, total: total, observed: observed, expected: expected)
  }

  /// What a case adds to the sums.
  private struct Part {
    let answers: Double
    let observed: Double
    let expected: Double
  }

  private static func jackknife(_ parts: [Part], total: Double, observed: Double, expected: Double) -> Double? {
    guard parts.count > 1 else { return nil }
    var (sum, squares) = (0.0, 0.0)
    let whole = 1 - observed * (total - 1) / expected
    for part in parts {
      let rest = expected - part.expected
      guard rest > expected * 1e-12 else { return nil }
      // About the whole's value, so that the squares do not cancel.
      let alpha = 1 - (observed - part.observed) * (total - part.answers - 1) / rest - whole
      sum += alpha
      squares += alpha * alpha
    }
    let count = Double(parts.count)
    return (max(0, squares - sum * sum / count) * (count - 1) / count).squareRoot()
  }
}

/// The distinct sets among answers to cases that at least two readers answered.
private struct DistinctSets: Sendable {
  /// By case, the sets of its answers.
  private(set) var cases: [[Int]] = []
  /// How many answers are each set.
  private(set) var counts: [Int] = []
  let unsureNeverAgrees: Bool
  /// A set's elements, `width` words each.
  private var words: [UInt64] = []
  private let width: Int
  /// How many elements a set has.
  private var sizes: [Int] = []

  private struct Key: Hashable {
    var words: SIMD4<UInt64> = .zero
    /// Of more statements than four words hold.
    var further: [UInt64] = []
    var loners = 0

    mutating func insert(_ element: Int) {
      let (word, bit) = (element / 64, UInt64(1) << UInt64(element % 64))
      if word < 4 {
        words[word] |= bit
      } else {
        while further.count <= word - 4 { further.append(0) }
        further[word - 4] |= bit
      }
    }

    func word(_ place: Int) -> UInt64 { place < 4 ? words[place] : place - 4 < further.count ? further[place - 4] : 0 }
  }

  init(_ answers: SetAnswers, unsure: UnsureHandling) {
    let half = (answers.statements.count + 63) / 64
    width = unsure == .category ? 2 * half : half
    unsureNeverAgrees = unsure == .disagreement
    var numbers: [Key: Int] = [:]
    for number in 0..<answers.caseCount where answers.rows(of: number).count > 1 {
      cases.append(
        answers.rows(of: number).map { row in
          let key = Self.key(answers[row: row], unsure: unsure, half: half)
          if let known = numbers[key] {
            counts[known] += 1
            return known
          }
          numbers[key] = counts.count
          counts.append(1)
          for place in 0..<width { words.append(key.word(place)) }
          sizes.append(words.suffix(width).reduce(key.loners) { $0 + $1.nonzeroBitCount })
          return counts.count - 1
        })
    }
  }

  private static func key(_ cells: ArraySlice<StatementAnswer>, unsure: UnsureHandling, half: Int) -> Key {
    var key = Key()
    for (place, cell) in cells.enumerated() {
      switch cell.verdict {
      case .present: key.insert(place)
      case .unsure where unsure == .category: key.insert(half * 64 + place)
      case .unsure where unsure == .disagreement: key.loners += 1
      default: break
      }
    }
    return key
  }

  /// Number of answers.
  var total: Int { counts.reduce(0, +) }

  /// The distances of answers to themselves, which are no pairs; above 0 only where unsure never agrees.
  var selfDistances: Double { counts.indices.reduce(0.0) { $0 + Double(counts[$1]) * distance($1, $1) } }

  func distance(_ first: Int, _ second: Int) -> Double {
    var common = 0
    for word in 0..<width { common += (words[first * width + word] & words[second * width + word]).nonzeroBitCount }
    return Self.distance(sizes[first], sizes[second], common: common)
  }

  private static func distance(_ one: Int, _ other: Int, common: Int) -> Double {
    if common == one, common == other { return 0 }
    if common == 0 { return 1 }
    return 1 - Double(common) / Double(one + other - common) * (common == min(one, other) ? 2.0 / 3 : 1.0 / 3)
  }

  /// By set, the sum of its distances to all answers, or an estimate from a sample of them.
  ///
  /// The distance of two sets depends on their sizes and on how many elements they share alone: answers are counted by both before anything is added up,
  /// but for sets so large that there are more such counts than answers.
  func reaches(sampling: Bool) -> [Double] {
    var references = Array(counts.indices)
    var weights = counts
    var scale = 1.0
    if sampling {
      var generator = SeededGenerator(seed: 2_006)
      let all = cases.joined().map { $0 }
      references = (0..<SetAlpha.sampleSize).map { _ in all[generator.below(all.count)] }
      weights = Array(repeating: 1, count: references.count)
      scale = Double(all.count) / Double(SetAlpha.sampleSize)
    }
    let most = (sizes.max() ?? 0) + 1
    guard most <= Self.mostSizes else {
      return Replicates.spread(counts.count) { [references, weights, scale] set in
        zip(references, weights).reduce(0.0) { $0 + Double($1.1) * distance(set, $1.0) } * scale
      }
    }
    let masks = references.flatMap { words[($0 * width)..<(($0 + 1) * width)] }
    let sizesOfReferences = references.map { sizes[$0] }
    return Replicates.stretches(counts.count) { [weights, scale] sets in
      var tallies = [Int](repeating: 0, count: most * most)
      return sets.map { set in
        count(set, masks, sizesOfReferences, weights, in: &tallies, most)
        var sum = 0.0
        for common in 0...sizes[set] {
          for other in 0..<most where tallies[common * most + other] > 0 {
            sum += Double(tallies[common * most + other]) * Self.distance(sizes[set], other, common: common)
            tallies[common * most + other] = 0
          }
        }
        return sum * scale
      }
    }
  }

  private static let mostSizes = 100

  /// Adds the weights of references by how many elements they share with a set, and their sizes.
  private func count(_ set: Int, _ masks: [UInt64], _ sizes: [Int], _ weights: [Int], in tallies: inout [Int], _ most: Int) {
    masks.withUnsafeBufferPointer { masks in
      words.withUnsafeBufferPointer { words in
        tallies.withUnsafeMutableBufferPointer { tallies in
          let start = set * width
          for index in weights.indices {
            var common = 0
            for word in 0..<width { common &+= (words[start &+ word] & masks[index &* width &+ word]).nonzeroBitCount }
            tallies[common &* most &+ sizes[index]] &+= weights[index]
          }
        }
      }
    }
  }
}
