import ECG

/// Krippendorff's α for unitising: agreement of annotators who mark spans on a recording, none of whom is the reference.
///
/// For each name the recording is a continuum of L samples, and each annotator cuts it into spans and the gaps between them. Observed disagreement:
/// where spans g and h of two annotators overlap, (start_g − start_h)² + (end_g − end_h)²; where a span lies wholly in a gap of the other,
/// its length squared; over all ordered pairs of annotators, divided by m (m − 1) L². Expected disagreement is that of the same spans and gaps put at
/// all places of the continuum. α = 1 − observed / expected: 1 where all agree, 0 where they agree by chance alone, below it where they
/// agree less.
///
/// Source: Krippendorff 1995, "On the reliability of unitizing continuous data", Sociological Methodology 25; Krippendorff 2004, "Content Analysis",
/// 2nd edition, section 11.6, whose example the tests have.
public struct UnitisedAlpha: Sendable, Hashable {
  /// Observed disagreement.
  public private(set) var observed = 0.0
  /// Expected disagreement.
  public private(set) var expected = 0.0

  /// 1 − observed / expected; nil where nobody marked anything, or everybody everything.
  public var alpha: Double? { expected > 0 ? 1 - observed / expected : nil }

  /// α of each name that occurs, each annotator's spans on samples 0 to `length`, or on a part of them.
  ///
  /// - Parameters:
  ///   - annotators: The spans of each annotator; those of one name that overlap count as one span.
  ///   - continuum: The samples that were looked at.
  public static func byName(_ annotators: [[AnnotatedSpan]], on continuum: Range<Int>) -> [String: UnitisedAlpha] {
    guard annotators.count > 1, !continuum.isEmpty else { return [:] }
    var result: [String: UnitisedAlpha] = [:]
    for name in Set(annotators.flatMap { $0.map(\.name) }) {
      result[name] = UnitisedAlpha(
        annotators.map { spans in Section.all(spans.filter { $0.name == name }, on: continuum) }, length: continuum.count)
    }
    return result
  }

  /// α over several names: of their summed disagreements.
  public static func joint(_ alphas: some Sequence<UnitisedAlpha>) -> UnitisedAlpha {
    var sum = UnitisedAlpha()
    for alpha in alphas {
      sum.observed += alpha.observed
      sum.expected += alpha.expected
    }
    return sum
  }

  private init() {}

  private init(_ annotators: [[Section]], length: Int) {
    let count = Double(annotators.count)
    let continuum = Double(length)
    for first in annotators.indices {
      for second in annotators.indices where first != second { observed += Self.difference(annotators[first], annotators[second]) }
    }
    observed /= count * (count - 1) * continuum * continuum
    expected = Self.expectedDisagreement(annotators.flatMap { $0 }, continuum: continuum, annotators: count)
  }

  /// The summed squared differences of one annotator's sections from another's.
  private static func difference(_ sections: [Section], _ others: [Section]) -> Double {
    var sum = 0.0
    var first = 0
    for section in sections {
      while first < others.count, others[first].end <= section.start { first += 1 }
      for other in others[first...].prefix(while: { $0.start < section.end }) { sum += section.difference(from: other) }
    }
    return sum
  }

  private static func expectedDisagreement(_ sections: [Section], continuum: Double, annotators: Double) -> Double {
    let spans = sections.filter(\.isSpan).map(\.length)
    let gaps = sections.filter { !$0.isSpan }.map(\.length).sorted()
    // Sums over the gaps from each position on: how many, and how long.
    var gapSums = [0.0]
    for gap in gaps.reversed() { gapSums.append((gapSums.last ?? 0) + gap) }
    var numerator = 0.0
    var alike = 0.0
    for length in spans {
      let fitting = gaps.count - gaps.firstIndexOfAtLeast(length)
      let places = gapSums[fitting] - Double(fitting) * (length - 1)
      numerator += Double(spans.count - 1) / 3 * (2 * length * length * length - 3 * length * length + length) + length * length * places
      alike += length * (length - 1)
    }
    let total = annotators * continuum
    let denominator = total * (total - 1) - alike
    return denominator > 0 ? 2 / continuum * numerator / denominator : 0
  }
}

/// A span or a gap of one annotator.
private struct Section {
  let start: Int
  let end: Int
  let isSpan: Bool

  var length: Double { Double(end - start) }

  /// The squared difference that Krippendorff defines for two sections.
  func difference(from other: Section) -> Double {
    let starts = Double(start - other.start)
    let ends = Double(end - other.end)
    switch (isSpan, other.isSpan) {
    case (true, true): return starts * starts + ends * ends
    case (true, false): return starts >= 0 && ends <= 0 ? length * length : 0
    case (false, true): return starts <= 0 && ends >= 0 ? other.length * other.length : 0
    case (false, false): return 0
    }
  }

  /// A continuum cut into spans and gaps.
  static func all(_ spans: [AnnotatedSpan], on continuum: Range<Int>) -> [Section] {
    var sections: [Section] = []
    var position = continuum.lowerBound
    var open: (start: Int, end: Int)?
    func close() {
      guard let span = open else { return }
      if span.start > position { sections.append(Section(start: position, end: span.start, isSpan: false)) }
      sections.append(Section(start: span.start, end: span.end, isSpan: true))
      position = span.end
    }
    for span in spans.sorted(by: { $0.start < $1.start }) {
      let start = max(span.start, continuum.lowerBound)
      let end = min(span.end, continuum.upperBound)
      guard end > start else { continue }
      if let last = open, start < last.end {
        open = (last.start, max(last.end, end))
      } else {
        close()
        open = (start, end)
      }
    }
    close()
    if position < continuum.upperBound { sections.append(Section(start: position, end: continuum.upperBound, isSpan: false)) }
    return sections
  }
}

extension [Double] {
  /// The position of the first element of a sorted list that is no smaller than a value.
  fileprivate func firstIndexOfAtLeast(_ value: Double) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
