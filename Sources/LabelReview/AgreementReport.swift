import PlainText

/// Agreement of every pair of raters, and of all readers together.
///
/// Raters come in this order: readers as they first appear, then `label`, then `model`. Pairs follow it: first with second, first with third, …
public struct AgreementReport: Sendable {
  /// Agreement of two raters on the cases on which both gave a verdict and neither was unsure.
  public struct Pair: Sendable, Hashable {
    /// The rater that comes first.
    public let raterA: String
    /// The other.
    public let raterB: String
    /// Their verdicts; the first of the table is ``raterA``.
    public let table: TwoByTwo
    /// Cases on which both gave a verdict and at least one was unsure.
    public let excludedUnsure: Int
  }

  /// The pairs in order.
  public let pairs: [Pair]
  /// The readers in order, without `label` and `model`.
  public let readers: [String]
  /// Fleiss' kappa over the readers in three categories, unsure being one, on the cases all of them judged; nil where undefined.
  public let fleiss: Double?
  /// Krippendorff's alpha (nominal) over the readers in three categories, verdicts may be missing; nil where undefined.
  public let krippendorffAlpha: Double?

  /// The report on an arrangement of verdicts.
  public init(_ verdicts: RaterVerdicts) {
    let readerColumns = verdicts.columns.filter { !ReservedRater.contains($0.rater) }
    let others = [ReservedRater.label, ReservedRater.model].compactMap { name in verdicts.columns.first { $0.rater == name } }
    let ordered = readerColumns + others
    pairs = ordered.indices.flatMap { first in
      ordered[(first + 1)...].map { Self.pair(ordered[first], $0) }
    }
    readers = readerColumns.map(\.rater)
    let votes = Self.votes(of: readerColumns, caseCount: verdicts.caseCount)
    fleiss = ManyRaters.fleissKappa(votes, readers: readerColumns.count)
    krippendorffAlpha = ManyRaters.krippendorffAlpha(votes)
  }

  /// The report on verdicts in any order.
  ///
  /// - Throws: what ``RaterVerdicts/init(_:)`` throws.
  public init(_ verdicts: some Sequence<RaterVerdict>) throws {
    self.init(try RaterVerdicts(verdicts))
  }

  /// Both columns are in order of the cases: one walk along the two finds the cases they share.
  private static func pair(_ first: RaterVerdicts.Column, _ second: RaterVerdicts.Column) -> Pair {
    var counts = [0, 0, 0, 0]
    var excludedUnsure = 0
    var left = first.entries[...]
    var right = second.entries[...]
    while let one = left.first, let other = right.first {
      if one.caseNumber < other.caseNumber {
        left.removeFirst()
      } else if one.caseNumber > other.caseNumber {
        right.removeFirst()
      } else {
        if one.verdict == .unsure || other.verdict == .unsure {
          excludedUnsure += 1
        } else {
          counts[(one.verdict == .present ? 0 : 2) + (other.verdict == .present ? 0 : 1)] += 1
        }
        left.removeFirst()
        right.removeFirst()
      }
    }
    return Pair(
      raterA: first.rater, raterB: second.rater,
      table: TwoByTwo(bothPresent: counts[0], onlyFirst: counts[1], onlySecond: counts[2], bothAbsent: counts[3]),
      excludedUnsure: excludedUnsure
    )
  }

  /// Votes of the readers by case, in the categories present, absent, unsure.
  private static func votes(of columns: [RaterVerdicts.Column], caseCount: Int) -> [CaseVotes] {
    var counts = [SIMD3<Int>](repeating: .zero, count: caseCount)
    for column in columns {
      for entry in column.entries {
        switch entry.verdict {
        case .present: counts[entry.caseNumber].x += 1
        case .absent: counts[entry.caseNumber].y += 1
        case .unsure: counts[entry.caseNumber].z += 1
        }
      }
    }
    return counts.map { CaseVotes([$0.x, $0.y, $0.z]) }
  }
}

extension AgreementReport.Pair {
  /// The pair as a JSON object; null is what is undefined.
  public var json: JSONValue {
    let kappa = table.kappa
    return .object([
      ("rater_a", .string(raterA)), ("rater_b", .string(raterB)), ("n", .integer(table.total)),
      ("excluded_unsure", .integer(excludedUnsure)), ("agree", JSONValue(table.agreeing)),
      ("kappa", JSONValue(kappa?.value)), ("se", JSONValue(kappa?.standardError)),
      ("ci_low", JSONValue(kappa?.confidenceInterval.low)), ("ci_high", JSONValue(kappa?.confidenceInterval.high)),
      ("kappa_max", JSONValue(kappa?.maximum)), ("pabak", JSONValue(table.pabak)), ("gwet_ac1", JSONValue(table.gwetAC1)),
      ("prevalence_index", JSONValue(table.prevalenceIndex)), ("bias_index", JSONValue(table.biasIndex)),
    ])
  }
}

extension AgreementReport {
  /// The report as a JSON object; null is what is undefined.
  public var json: JSONValue {
    .object([
      ("pairs", .array(pairs.map(\.json))), ("fleiss", JSONValue(fleiss)), ("krippendorff_alpha", JSONValue(krippendorffAlpha)),
    ])
  }

  /// The report on a study: its readers' standing verdicts, the labels and the model's latest decisions.
  public init(study: Study, in store: ReviewStore) throws {
    let export = try StudyExport.standing(study, in: store, raters: .all)
    try self.init(export.rows.map { RaterVerdict(caseName: $0.caseName, rater: $0.rater, verdict: $0.verdict) })
  }
}
