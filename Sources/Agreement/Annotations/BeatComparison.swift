import ECG

/// Two annotators' beats compared one by one, the way of ANSI/AAMI EC38 and EC57 as `bxb` of the WFDB applications counts it.
///
/// Beats that lie within the tolerance are pairs, each with the nearer of two. A beat of the reference without a partner is missed (column O); one of
/// the test is extra (row O). X stands for stretches in which neither signal can be read. Test beats in the reference's ventricular fibrillation
/// do not count. Learning is left out by ``ComparisonPeriod/startSeconds``: 300 as the standard has it, 0 for short records.
public struct BeatComparison: Sendable, Hashable {
  /// What a beat is counted as: the row by the reference, the column by the test.
  public enum Label: Int, Sendable, CaseIterable {
    case normal, supraventricular, ventricular, fusion, unknown, missing, unreadable

    /// The letter of the AAMI's tables.
    public var letter: String { ["N", "S", "V", "F", "Q", "O", "X"][rawValue] }

    init?(_ label: BeatReader.Label) {
      switch label {
      case .beginning, .end: return nil
      case .other: self = .missing
      case .kind(.normal): self = .normal
      case .kind(.supraventricular): self = .supraventricular
      case .kind(.ventricular): self = .ventricular
      case .kind(.fusion): self = .fusion
      case .kind(.unknown): self = .unknown
      }
    }

    /// Whether it is a beat.
    var isBeat: Bool { rawValue < Label.missing.rawValue }
  }

  /// Pairs by the reference's label, then by the test's.
  private var counts = [[Int]](repeating: [Int](repeating: 0, count: Label.allCases.count), count: Label.allCases.count)
  /// The sum of squares of the differences between RR intervals, in ms².
  private var squaredErrors = 0.0
  private var errorCount = 0

  /// Nothing compared yet; records are added by ``add(_:)``.
  public init() {}

  /// Compares two annotators on one record; annotations in order of time.
  public init(reference: [Annotation], test: [Annotation], period: ComparisonPeriod) {
    var pairing = BeatPairing(reference: reference, test: test, period: period)
    pairing.run()
    counts = pairing.counts
    squaredErrors = pairing.squaredErrors * period.milliseconds(1) * period.milliseconds(1)
    errorCount = pairing.errorCount
  }

  /// Adds another record's counts.
  public mutating func add(_ other: BeatComparison) {
    for row in counts.indices { for column in counts[row].indices { counts[row][column] += other.counts[row][column] } }
    squaredErrors += other.squaredErrors
    errorCount += other.errorCount
  }

  /// How many beats have these labels.
  public func count(reference: Label, test: Label) -> Int { counts[reference.rawValue][test.rawValue] }

  /// Beats of the reference that the test found, whatever it calls them.
  public var qrsSensitivity: Share<Int> { Share(matched, of: matched + sum(\.isBeat, \.isNoBeat)) }
  /// Beats of the test that are beats of the reference.
  public var qrsPositivePredictivity: Share<Int> { Share(matched, of: matched + sum(\.isNoBeat, \.isBeat)) }

  /// Beats of a kind in the reference that the test calls by that kind.
  public func sensitivity(_ kind: Label) -> Share<Int> { Share(count(reference: kind, test: kind), of: sum({ $0 == kind }, { _ in true })) }

  /// Beats of a kind in the test that are of it in the reference.
  ///
  /// What may be such a beat is not counted against the test: for V those that the reference calls F or Q, for S those it calls Q.
  public func positivePredictivity(_ kind: Label) -> Share<Int> {
    let lenient: [Label] = kind == .ventricular ? [.fusion, .unknown] : kind == .supraventricular ? [.unknown] : []
    return Share(count(reference: kind, test: kind), of: sum({ !lenient.contains($0) }, { $0 == kind }))
  }

  /// The root of the mean square of the differences between RR intervals, in ms; nil where there is none.
  ///
  /// As `bxb` does it, every pair counts with the intervals before its two beats, one without a partner with the other annotator's last interval.
  public var rmsRRErrorMilliseconds: Double? { errorCount > 0 ? (squaredErrors / Double(errorCount)).squareRoot() : nil }

  private var matched: Int { sum(\.isBeat, \.isBeat) }

  private func sum(_ isRow: (Label) -> Bool, _ isColumn: (Label) -> Bool) -> Int {
    let columns = Label.allCases.filter(isColumn)
    return Label.allCases.filter(isRow).reduce(0) { total, row in columns.reduce(total) { $0 + count(reference: row, test: $1) } }
  }
}

extension BeatComparison.Label {
  fileprivate var isNoBeat: Bool { !isBeat }
}

/// One run through two annotators' beats.
///
/// Source: WFDB Applications Guide, bxb(1), and the description of its algorithm in the guide's "Evaluating ECG analyzers".
private struct BeatPairing {
  private(set) var counts = [[Int]](repeating: [Int](repeating: 0, count: 7), count: 7)
  private(set) var squaredErrors = 0.0
  private(set) var errorCount = 0
  private var reference: BeatReader
  private var test: BeatReader
  private let start: Int
  private let end: Int?
  private let tolerance: Int

  init(reference: [Annotation], test: [Annotation], period: ComparisonPeriod) {
    tolerance = period.tolerance
    start = period.start
    end = period.end
    self.reference = BeatReader(reference, tolerance: tolerance, isReference: true)
    self.test = BeatReader(test, tolerance: tolerance, isReference: false)
  }

  mutating func run() {
    skipLearning()
    while goesOn {
      let distance = abs(reference.beat.sample - test.beat.sample)
      if test.beat.sample < reference.beat.sample {
        if distance <= tolerance, isNearest(distance, toNext: abs(reference.beat.sample - test.next.sample)) {
          pairBoth()
        } else {
          pairExtraBeat()
          test.advance()
        }
      } else if distance <= tolerance, isNearest(distance, toNext: abs(test.beat.sample - reference.next.sample)) {
        pairBoth()
      } else {
        count(BeatComparison.Label(reference.beat.label), test.shutdown.contains(reference.beat.sample) ? .unreadable : .missing)
        reference.advance()
      }
    }
  }

  private var goesOn: Bool {
    guard let end else { return reference.beat.sample != BeatReader.never }
    return reference.beat.sample <= end || test.beat.sample <= end
  }

  /// Goes to the first beats of the period.
  ///
  /// A test beat shortly before it may belong to the reference's first; one shortly behind it may belong
  /// to a beat of the reference before it.
  private mutating func skipLearning() {
    repeat { reference.advance() } while reference.beat.sample < start
    repeat { test.advance() } while test.next.sample < start
    let first = reference.beat.sample
    let distance = first - test.beat.sample
    if distance < abs(first - test.next.sample), distance <= tolerance {
      if reference.beat.label != .beginning || test.beat.label != .beginning { count(of: reference.beat, test.beat) }
      reference.advance()
      test.advance()
    } else {
      test.advance()
      if test.beat.sample - start <= tolerance, abs(first - test.next.sample) < abs(first - test.beat.sample) { test.advance() }
    }
  }

  /// Whether two beats are nearer to each other than the earlier one's partner is to the beat behind it, or that one has a nearer partner itself.
  private func isNearest(_ distance: Int, toNext: Int) -> Bool {
    distance < toNext || abs(reference.next.sample - test.next.sample) < toNext
  }

  private mutating func pairBoth() {
    count(of: reference.beat, test.beat)
    reference.advance()
    test.advance()
  }

  private mutating func pairExtraBeat() {
    let sample = test.beat.sample
    let row: BeatComparison.Label? =
      reference.fibrillation.contains(sample) ? nil : reference.shutdown.contains(sample) ? .unreadable : .missing
    count(row, BeatComparison.Label(test.beat.label))
  }

  private mutating func count(of reference: BeatReader.Beat, _ test: BeatReader.Beat) {
    count(BeatComparison.Label(reference.label), BeatComparison.Label(test.label))
  }

  private mutating func count(_ row: BeatComparison.Label?, _ column: BeatComparison.Label?) {
    if let row, let column, row.isBeat || column.isBeat { counts[row.rawValue][column.rawValue] += 1 }
    guard reference.interval > 0, test.interval > 0 else { return }
    let error = Double(reference.interval - test.interval)
    squaredErrors += error * error
    errorCount += 1
  }
}
