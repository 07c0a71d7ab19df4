import ECG

/// Two annotators' spans of one name compared: how many the other has too, how much of their time is common, how far their edges lie apart.
public struct SpanComparison: Sendable, Hashable {
  /// Spans of the reference that overlap one of the test.
  public private(set) var sensitivity = Share(0, of: 0)
  /// Spans of the test that overlap one of the reference.
  public private(set) var positivePredictivity = Share(0, of: 0)
  /// Seconds in spans of both, of the seconds in spans of either: intersection over union (Jaccard).
  public private(set) var intersectionOverUnion = Share(0.0, of: 0)
  /// Test minus reference at the starts of spans that are each other's best overlap, in ms.
  public private(set) var startError = ErrorStatistics()
  /// Test minus reference at their ends, in ms.
  public private(set) var endError = ErrorStatistics()

  /// Nothing compared yet; records are added by ``add(_:)``.
  public init() {}

  /// Compares all names of two annotators on one record.
  ///
  /// Spans of different channels have nothing in common; those of one annotator, name and channel that overlap are one.
  public static func byName(reference: [Annotation], test: [Annotation], period: ComparisonPeriod) -> [String: SpanComparison] {
    let recordEnd = period.end ?? max(reference.last?.sample ?? 0, test.last?.sample ?? 0)
    let references = Dictionary(grouping: spans(of: reference, recordEnd, period), by: \.key)
    let tests = Dictionary(grouping: spans(of: test, recordEnd, period), by: \.key)
    var result: [String: SpanComparison] = [:]
    for key in Set(references.keys).union(tests.keys) {
      result[key.name, default: SpanComparison()].compare(joined(references[key] ?? []), joined(tests[key] ?? []), period)
    }
    return result
  }

  /// Adds another record's counts.
  public mutating func add(_ other: SpanComparison) {
    sensitivity.hits += other.sensitivity.hits
    sensitivity.of += other.sensitivity.of
    positivePredictivity.hits += other.positivePredictivity.hits
    positivePredictivity.of += other.positivePredictivity.of
    intersectionOverUnion.hits += other.intersectionOverUnion.hits
    intersectionOverUnion.of += other.intersectionOverUnion.of
    startError.add(other.startError)
    endError.add(other.endError)
  }

  /// An annotator's spans inside a period.
  private static func spans(of annotations: [Annotation], _ recordEnd: Int, _ period: ComparisonPeriod) -> [AnnotatedSpan] {
    annotations.spans(recordEnd: recordEnd).compactMap { span in
      var part = span
      part.start = max(span.start, period.start)
      part.end = min(span.end, recordEnd)
      return part.end > part.start ? part : nil
    }
  }

  /// Spans in order of their starts, those that overlap made one.
  private static func joined(_ spans: [AnnotatedSpan]) -> [AnnotatedSpan] {
    var result: [AnnotatedSpan] = []
    for span in spans {
      if let last = result.last, span.start < last.end {
        result[result.count - 1].end = max(last.end, span.end)
      } else {
        result.append(span)
      }
    }
    return result
  }

  private mutating func compare(_ references: [AnnotatedSpan], _ tests: [AnnotatedSpan], _ period: ComparisonPeriod) {
    var bestTest = [Overlap?](repeating: nil, count: references.count)
    var bestReference = [Overlap?](repeating: nil, count: tests.count)
    var first = 0
    for (index, reference) in references.enumerated() {
      while first < tests.count, tests[first].end <= reference.start { first += 1 }
      for (offset, test) in tests[first...].enumerated().prefix(while: { $1.start < reference.end }) {
        let length = min(reference.end, test.end) - max(reference.start, test.start)
        guard length > 0 else { continue }
        if length > bestTest[index]?.length ?? 0 { bestTest[index] = Overlap(other: first + offset, length: length) }
        if length > bestReference[first + offset]?.length ?? 0 { bestReference[first + offset] = Overlap(other: index, length: length) }
      }
    }
    sensitivity.of += references.count
    sensitivity.hits += bestTest.count { $0 != nil }
    positivePredictivity.of += tests.count
    positivePredictivity.hits += bestReference.count { $0 != nil }
    for (index, best) in bestTest.enumerated() {
      guard let best, bestReference[best.other]?.other == index else { continue }
      startError.add(period.milliseconds(Double(tests[best.other].start - references[index].start)))
      endError.add(period.milliseconds(Double(tests[best.other].end - references[index].end)))
    }
    let common = Covered(references).common(with: Covered(tests))
    let union = Covered(references + tests).length
    intersectionOverUnion.hits += Double(common) / period.samplingRateHertz
    intersectionOverUnion.of += Double(union) / period.samplingRateHertz
  }

  private struct Overlap {
    let other: Int
    let length: Int
  }
}

extension AnnotatedSpan {
  /// What two spans must share to be compared.
  fileprivate struct Key: Hashable {
    let name: String
    let channel: UInt8
  }

  fileprivate var key: Key { Key(name: name, channel: channel) }
}

/// The samples that spans cover: their union, as stretches in order.
private struct Covered {
  private var stretches: [(start: Int, end: Int)] = []

  init(_ spans: [AnnotatedSpan]) {
    for span in spans.sorted(by: { $0.start < $1.start }) {
      if let last = stretches.last, span.start <= last.end {
        stretches[stretches.count - 1].end = max(last.end, span.end)
      } else {
        stretches.append((span.start, span.end))
      }
    }
  }

  var length: Int { stretches.reduce(0) { $0 + $1.end - $1.start } }

  func common(with other: Covered) -> Int {
    var total = 0
    var index = 0
    for stretch in stretches {
      while index < other.stretches.count, other.stretches[index].end <= stretch.start { index += 1 }
      for candidate in other.stretches[index...].prefix(while: { $0.start < stretch.end }) {
        total += min(stretch.end, candidate.end) - max(stretch.start, candidate.start)
      }
    }
    return total
  }
}

/// Mean and standard deviation of errors, gathered one by one (Welford 1962; sets joined as Chan, Golub and LeVeque 1979).
public struct ErrorStatistics: Sendable, Hashable {
  /// How many errors there are.
  public private(set) var count = 0
  private var average = 0.0
  private var squares = 0.0

  /// No errors yet.
  public init() {}

  /// Their mean; nil where there are none.
  public var mean: Double? { count > 0 ? average : nil }
  /// Their standard deviation, with n − 1; nil for fewer than two.
  public var standardDeviation: Double? { count > 1 ? (squares / Double(count - 1)).squareRoot() : nil }

  /// Adds an error.
  public mutating func add(_ error: Double) {
    count += 1
    let before = error - average
    average += before / Double(count)
    squares += before * (error - average)
  }

  /// Adds all errors of another set.
  public mutating func add(_ other: ErrorStatistics) {
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let difference = other.average - average
    squares += other.squares + difference * difference * Double(count) * Double(other.count) / total
    average += difference * Double(other.count) / total
    count += other.count
  }
}
