/// Agreement of every pair of raters, and of all readers together.
///
/// Raters come in this order: readers as they first appear, then `label`, then `model`. Pairs follow it: first with second, first with third, …
/// Where a case was shown twice to a rater, raters are compared by the first showing: one recording is one case of a pair, else the recordings that come twice
/// would count double and the interval of kappa would be too narrow. The second showing is compared with the same rater's first alone.
public struct AgreementReport: Sendable {
  /// The pairs in order.
  public let pairs: [PairAgreement]
  /// The readers in order, without `label`, `model` and `consensus`.
  public let readers: [String]
  /// Fleiss' kappa over the readers in three categories, unsure being one, on the cases all of them judged; nil where undefined.
  public let fleiss: Double?
  /// Light's kappa over the readers in three categories on the cases all of them judged; nil where undefined.
  public let lightKappa: Double?
  /// Krippendorff's alpha (nominal) over the readers in three categories, verdicts may be missing; nil where undefined.
  public let krippendorffAlpha: Double?
  /// How many cases every reader judged, unsure being a verdict.
  public let completeCases: Int
  /// How many cases at least two readers judged.
  public let sharedCases: Int
  /// Each reader's first showing of a case against the second, where there are repeats: intra-reader agreement.
  public let repeats: [PairAgreement]
  /// Each reader's verdict before uncovering what the study hides against the one after, where there are such.
  public var reveals: [PairAgreement] = []
  /// The pairs within parts of the cases: by outcome where both label and model are raters, by data source where there are several.
  public let strata: [Stratum]
  /// How the cases were drawn; nil where they were not, or it is not known.
  public var sampling: SamplingFrame?
  /// Resampling for intervals of kappa; nil for none.
  public let bootstrap: Bootstrap?

  /// The pairs within a part of the cases.
  public struct Stratum: Sendable {
    /// What the cases share: `fp`, or `source CPSC`.
    public let name: String
    /// How many cases there are.
    public let cases: Int
    /// The pairs in order.
    public let pairs: [PairAgreement]
  }

  /// The report on an arrangement of verdicts.
  public init(_ verdicts: RaterVerdicts, bootstrap: Bootstrap? = nil) {
    let readerColumns = verdicts.columns.filter { !ReservedRater.contains($0.rater) }
    let others = [ReservedRater.label, ReservedRater.model, ReservedRater.consensus].compactMap { name in
      verdicts.columns.first { $0.rater == name }
    }
    let ordered = readerColumns + others
    self.bootstrap = bootstrap
    pairs = Self.pairs(of: ordered)
    readers = readerColumns.map(\.rater)
    let (votes, counts) = CaseVotes.count(readerColumns, caseCount: verdicts.caseCount)
    fleiss = ManyRaters.fleissKappa(votes, readers: readerColumns.count)
    krippendorffAlpha = ManyRaters.krippendorffAlpha(votes)
    completeCases = counts.count { $0 == readerColumns.count }
    sharedCases = counts.count { $0 >= 2 }
    let complete =
      completeCases == verdicts.caseCount ? readerColumns : readerColumns.map { $0.keeping { counts[$0] == readerColumns.count } }
    lightKappa = ManyRaters.lightKappa(Self.pairs(of: complete).map(\.verdicts))
    repeats = readerColumns.filter { !$0.repeats.isEmpty }.map { column in
      Self.pair(column, RaterVerdicts.Column(rater: column.rater, entries: column.repeats))
    }
    strata = Self.strata(of: ordered, verdicts)
  }

  /// The report on verdicts in any order.
  ///
  /// - Throws: what ``RaterVerdicts/init(_:)`` throws.
  public init(_ verdicts: some Sequence<RaterVerdict>, bootstrap: Bootstrap? = nil) throws {
    self.init(try RaterVerdicts(verdicts), bootstrap: bootstrap)
  }

  private static func pairs(of ordered: [RaterVerdicts.Column]) -> [PairAgreement] {
    ordered.indices.flatMap { first in ordered[(first + 1)...].map { pair(ordered[first], $0) } }
  }

  /// Both columns are in order of the cases: one walk along the two finds the cases they share.
  package static func pair(_ first: RaterVerdicts.Column, _ second: RaterVerdicts.Column) -> PairAgreement {
    var counts = [Int](repeating: 0, count: 9)
    var (left, right) = (0, 0)
    while left < first.entries.count, right < second.entries.count {
      let (one, other) = (first.entries[left], second.entries[right])
      if one.caseNumber == other.caseNumber { counts[one.verdict.category * 3 + other.verdict.category] += 1 }
      if one.caseNumber <= other.caseNumber { left += 1 }
      if one.caseNumber >= other.caseNumber { right += 1 }
    }
    return PairAgreement(raterA: first.rater, raterB: second.rater, counts: counts)
  }

  private static func strata(of columns: [RaterVerdicts.Column], _ verdicts: RaterVerdicts) -> [Stratum] {
    var names = [String?](repeating: nil, count: verdicts.caseCount)
    var result: [Stratum] = []
    if let labels = verdicts[ReservedRater.label], let decisions = verdicts[ReservedRater.model] {
      let labelOfCase = Dictionary(labels.map { ($0.caseNumber, $0.verdict) }, uniquingKeysWith: { first, _ in first })
      for entry in decisions {
        names[entry.caseNumber] = labelOfCase[entry.caseNumber].flatMap { Outcome(label: $0, decision: entry.verdict) }?.rawValue
      }
      result += stratify(columns, names: names, order: Outcome.allCases.map(\.rawValue))
    }
    let sources = Set(verdicts.sources).subtracting([""]).sorted()
    if sources.count > 1 {
      result += stratify(columns, names: verdicts.sources.map { "source " + $0 }, order: sources.map { "source " + $0 })
    }
    return result
  }

  private static func stratify(_ columns: [RaterVerdicts.Column], names: [String?], order: [String]) -> [Stratum] {
    order.compactMap { name in
      let cases = names.count { $0 == name }
      guard cases > 0 else { return nil }
      return Stratum(name: name, cases: cases, pairs: pairs(of: columns.map { $0.keeping { names[$0] == name } }))
    }
  }
}

extension RaterVerdicts.Column {
  /// The column's entries of some cases.
  fileprivate func keeping(_ isKept: (Int) -> Bool) -> Self {
    RaterVerdicts.Column(rater: rater, entries: entries.filter { isKept($0.caseNumber) })
  }
}

extension CaseVotes {
  /// The ways in which readers voted in the categories present, absent, unsure, each with how many cases were voted on so; and how many votes each case has.
  fileprivate static func count(_ columns: [RaterVerdicts.Column], caseCount: Int) -> (votes: [CaseVotes], totals: [Int]) {
    // A case's three counts in one number, of 21 bits each: more readers than two million there are not.
    var packed = [UInt64](repeating: 0, count: caseCount)
    for column in columns {
      for entry in column.entries { packed[entry.caseNumber] += 1 << UInt64(entry.verdict.category * 21) }
    }
    func count(_ votes: UInt64, _ category: Int) -> Int { Int(votes >> UInt64(category * 21)) & 0x1F_FFFF }
    var cases: [UInt64: Int] = [:]
    for votes in packed { cases[votes, default: 0] += 1 }
    let found = cases.sorted { $0.key < $1.key }.map { votes, cases in
      CaseVotes((0..<3).map { count(votes, $0) }, cases: cases)
    }
    return (found, packed.map { count($0, 0) + count($0, 1) + count($0, 2) })
  }
}
