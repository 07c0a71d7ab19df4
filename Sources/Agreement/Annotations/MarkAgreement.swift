import ECG

/// The marks of a study's readers on its recordings.
public struct MarkTable: Sendable {
  /// A recording, its marks given in its own samples.
  public struct Recording: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Samples a second.
    public let samplingRateHertz: Double
    /// Its length in samples.
    public let sampleCount: Int

    /// A recording.
    public init(name: String, samplingRateHertz: Double, sampleCount: Int) {
      self.name = name
      self.samplingRateHertz = samplingRateHertz
      self.sampleCount = sampleCount
    }

    var period: ComparisonPeriod { ComparisonPeriod(samplingRateHertz: samplingRateHertz, sampleCount: sampleCount) }
  }

  /// One reader's marks by the numbers of the recordings that the reader finished; of each recording in order of time.
  public struct Column: Sendable {
    /// The reader's name.
    public let reader: String
    /// The marks.
    public var marks: [Int: [Annotation]]

    /// A column.
    public init(reader: String, marks: [Int: [Annotation]] = [:]) {
      self.reader = reader
      self.marks = marks
    }
  }

  /// What is marked.
  public let task: AnnotationTask
  /// The recordings.
  public let recordings: [Recording]
  /// The readers, in order.
  public let columns: [Column]

  /// A table.
  public init(task: AnnotationTask, recordings: [Recording], columns: [Column]) {
    self.task = task
    self.recordings = recordings
    self.columns = columns
  }
}

/// How the readers of a study of annotation agree, none of whom is the reference.
public struct MarkAgreement: Sendable {
  /// What was marked.
  public let task: AnnotationTask
  /// How many recordings each reader finished, and how many marks of the kind asked for there are.
  public let readers: [(reader: String, recordings: Int, marks: Int)]
  /// Every pair of readers that share a recording.
  public let pairs: [MarkPair]
  /// Krippendorff's α for unitising over all readers, by the name of spans, on the recordings that all of them finished; empty where spans were not asked for,
  /// or there are only two readers, whose pair has it.
  public let alphaOfAll: [String: UnitisedAlpha]

  /// The agreement of a table.
  public init(_ table: MarkTable) {
    task = table.task
    let asked = table.columns.map { column in
      MarkTable.Column(reader: column.reader, marks: column.marks.mapValues { $0.filter(table.task.asksFor) })
    }
    readers = asked.map { ($0.reader, $0.marks.count, $0.marks.values.reduce(0) { $0 + $1.count }) }
    pairs = table.columns.indices.flatMap { first in
      table.columns.indices.dropFirst(first + 1).compactMap { MarkPair(table, first, $0) }
    }
    alphaOfAll = table.task == .spans && table.columns.count > 2 ? table.unitisedAlpha(of: Array(table.columns.indices)) : [:]
  }
}

/// How two readers' marks agree, over the recordings that both finished.
public struct MarkPair: Sendable {
  /// The reader that comes first.
  public let readerA: String
  /// The other.
  public let readerB: String
  /// Recordings that both finished.
  public private(set) var recordings = 0

  /// Beats that are each other's nearest within 150 ms.
  public private(set) var matched = 0
  /// Beats of the first reader without a partner.
  public private(set) var onlyA = 0
  /// Beats of the second reader without a partner.
  public private(set) var onlyB = 0
  /// The kinds of matched beats, the first reader's, then the second's.
  private var kinds: [Kinds: Int] = [:]

  /// Spans by name.
  public private(set) var spans: [String: SpanComparison] = [:]
  /// Krippendorff's α for unitising by the name of spans; the recordings one behind the other are the continuum.
  public private(set) var unitisedAlpha: [String: UnitisedAlpha] = [:]

  /// All onsets, whatever wave they are of; second minus first reader.
  public private(set) var onsets = BoundaryComparison()
  /// All ends.
  public private(set) var ends = BoundaryComparison()
  /// Onsets, peaks and ends by the wave between them.
  public private(set) var boundaries: [BoundaryComparison.Point: BoundaryComparison] = [:]

  private struct Kinds: Hashable {
    let first: AnnotationCode
    let second: AnnotationCode
  }

  /// Nil where the two share no recording.
  init?(_ table: MarkTable, _ first: Int, _ second: Int) {
    readerA = table.columns[first].reader
    readerB = table.columns[second].reader
    for (number, recording) in table.recordings.enumerated() {
      guard let one = table.columns[first].marks[number], let other = table.columns[second].marks[number] else { continue }
      recordings += 1
      switch table.task {
      case .beats: addBeats(one, other, recording.period)
      case .spans: spans.merge(SpanComparison.byName(reference: one, test: other, period: recording.period)) { $0.sum(with: $1) }
      case .boundaries: addBoundaries(one, other, recording.period)
      }
    }
    guard recordings > 0 else { return nil }
    if table.task == .spans { unitisedAlpha = table.unitisedAlpha(of: [first, second]) }
  }

  private mutating func addBeats(_ one: [Annotation], _ other: [Annotation], _ period: ComparisonPeriod) {
    let (first, second) = (one.filter(\.code.isBeat), other.filter(\.code.isBeat))
    let matching = EventMatching(first.map(\.sample), second.map(\.sample), tolerance: period.tolerance)
    matched += matching.pairs.count
    onlyA += first.count - matching.pairs.count
    onlyB += second.count - matching.pairs.count
    for pair in matching.pairs { kinds[Kinds(first: first[pair.first].code, second: second[pair.second].code), default: 0] += 1 }
  }

  private mutating func addBoundaries(_ one: [Annotation], _ other: [Annotation], _ period: ComparisonPeriod) {
    onsets.add(BoundaryComparison(allOf: .waveOnset, reference: one, test: other, period: period))
    ends.add(BoundaryComparison(allOf: .waveEnd, reference: one, test: other, period: period))
    boundaries.merge(BoundaryComparison.byPoint(reference: one, test: other, period: period)) { sum, next in
      var sum = sum
      sum.add(next)
      return sum
    }
  }

  // MARK: Beats

  /// The kinds that occur among matched beats, in the order of their codes.
  public var kindsOfBeats: [AnnotationCode] {
    Set(kinds.keys.flatMap { [$0.first, $0.second] }).sorted { $0.rawValue < $1.rawValue }
  }

  /// Matched beats by kind, in the order of ``kindsOfBeats``: rows of the first reader, columns of the second.
  public var kindTable: CategoryTable {
    let order = kindsOfBeats
    return CategoryTable(order.map { first in order.map { kinds[Kinds(first: first, second: $0)] ?? 0 } }) ?? CategoryTable(empty: 0)
  }

  /// The share of the first reader's beats that have no partner; nil without beats.
  public var unmatchedShareA: Double? { matched + onlyA > 0 ? Double(onlyA) / Double(matched + onlyA) : nil }
  /// The share of the second reader's beats that have no partner; nil without beats.
  public var unmatchedShareB: Double? { matched + onlyB > 0 ? Double(onlyB) / Double(matched + onlyB) : nil }

  // MARK: Spans

  /// α over all names.
  public var jointAlpha: Double? { UnitisedAlpha.joint(unitisedAlpha.values).alpha }
}

extension SpanComparison {
  /// Intersection over union; nil where nobody marked anything.
  public var overlap: Double? { intersectionOverUnion.of > 0 ? intersectionOverUnion.hits / intersectionOverUnion.of : nil }

  fileprivate func sum(with other: SpanComparison) -> SpanComparison {
    var sum = self
    sum.add(other)
    return sum
  }
}

extension MarkTable {
  /// α by the name of spans over some readers, on the recordings that all of them finished: one behind the other they are the continuum, in milliseconds.
  fileprivate func unitisedAlpha(of readers: [Int]) -> [String: UnitisedAlpha] {
    var spans = [[AnnotatedSpan]](repeating: [], count: readers.count)
    var start = 0
    for (number, recording) in recordings.enumerated() {
      let marks = readers.compactMap { columns[$0].marks[number] }
      guard marks.count == readers.count else { continue }
      // Bounded, whatever the table says: so many milliseconds are thirty years.
      func milliseconds(_ sample: Int) -> Int { Int(min(0x1p40, (Double(sample) * 1000 / recording.samplingRateHertz).rounded())) }
      let length = milliseconds(recording.sampleCount)
      for (place, annotations) in marks.enumerated() {
        spans[place] += annotations.spans(recordEnd: recording.sampleCount).map { span in
          AnnotatedSpan(
            name: span.name, channel: span.channel, start: start + min(length, max(0, milliseconds(span.start))),
            end: start + min(length, max(0, milliseconds(span.end))))
        }
      }
      start += length
    }
    return UnitisedAlpha.byName(spans, on: 0..<start)
  }
}
