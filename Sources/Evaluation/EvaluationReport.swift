import ECG
import PlainText

/// Everything that is said about a model's outputs on labelled recordings.
public struct EvaluationReport: Sendable {
  /// The recordings as the model decided them.
  public let records: ScoredRecords
  /// The figures of its decisions.
  public let figures: Figures
  /// The figures of its scores decided at 0.5: `model-default` of the paper's table 1.
  public let defaultFigures: Figures
  /// Confidence intervals of ``figures``, where asked for.
  public let intervals: FigureIntervals?
  /// The calibration of all classes together; nil where scores are no probabilities.
  public let calibration: Calibration?
  /// Which diagnoses were said in place of which.
  public let confusion: ClassConfusion
  /// A second model on the same recordings, where asked for.
  public let other: ScoredRecords?

  /// The threshold of every class of `model-default`.
  public static let defaultThreshold = 0.5

  /// Makes the report; `other` has the same recordings in the same order.
  public init(_ records: ScoredRecords, replicates: Int? = nil, seed: UInt64 = 1, comparedWith other: ScoredRecords? = nil) {
    self.records = records
    self.other = other
    figures = Figures(records)
    defaultFigures = Figures(records.decided(by: Diagnosis.all.map { _ in Self.defaultThreshold }))
    intervals = replicates.map { FigureIntervals(records, replicates: $0, seed: seed) }
    calibration = Calibration(pooled: records)
    confusion = ClassConfusion(records)
  }

  /// The names of the figures over all classes as they stand in results, and how to get them.
  public static let summary: [(name: String, value: @Sendable (Figures) -> Double?)] = [
    ("auroc", { $0.auroc }), ("auprc", { $0.auprc }), ("accuracy", { $0.accuracy }), ("f_measure", { $0.fMeasure }),
    ("f_beta", { $0.fBeta }), ("g_beta", { $0.gBeta }), ("challenge_metric", { $0.challengeMetric }),
    ("sensitivity", { $0.sensitivity }), ("specificity", { $0.specificity }),
  ]

  /// The names of the figures of one class as they stand in results, and how to get them.
  public static let ofClass: [(name: String, value: @Sendable (ClassFigures) -> Double?)] = [
    ("auroc", { $0.auroc }), ("auprc", { $0.auprc }), ("f_measure", { $0.counts.fMeasure }), ("f_beta", { $0.sharedCounts.fBeta }),
    ("g_beta", { $0.sharedCounts.gBeta }), ("sensitivity", { $0.counts.sensitivity }), ("specificity", { $0.counts.specificity }),
    ("precision", { $0.counts.precision }),
  ]

  /// The tests of both models class by class, p values corrected for their number; empty without a second model.
  public var comparisons: [(diagnosis: Diagnosis, comparison: PairedComparison, holm: Double)] {
    guard let other else { return [] }
    let all = Diagnosis.all.map { PairedComparison(records, other, on: $0) }
    return zip(Diagnosis.all, zip(all, PairedComparison.holm(all.map(\.pValue)))).map { ($0, $1.0, $1.1) }
  }
}

// MARK: JSON

extension EvaluationReport {
  /// The report as one JSON object; what is undefined is null.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [("records", .integer(records.count))]
    members += Self.summary.map { ($0.name, JSONValue($0.value(figures))) }
    members.append(("classes", .array(Diagnosis.all.map(json(of:)))))
    members.append(("default", .object(Self.summary.map { ($0.name, JSONValue($0.value(defaultFigures))) })))
    members.append(("calibration", calibration.map(Self.json) ?? .null))
    members.append(("confusion", .array(confusion.counts.map { .array($0.map { .integer($0) }) })))
    if let intervals {
      let ends = Self.summary.map { ($0.name, Self.json(intervals.interval(of: $0.value))) }
      members.append(
        ("bootstrap", .object([("replicates", .integer(intervals.replicates)), ("seed", .string("\(intervals.seed)"))] + ends)))
    }
    if let other { members.append(("comparison", comparison(with: other))) }
    return .object(members)
  }

  private func json(of diagnosis: Diagnosis) -> JSONValue {
    let one = figures.classes[diagnosis.index]
    let counts = one.counts
    var members: [(String, JSONValue)] = [
      ("code", .string(diagnosis.code)), ("abbreviation", .string(diagnosis.abbreviation)),
      ("n", .integer(Int(counts.truePositives + counts.falseNegatives))), ("true_positives", .integer(Int(counts.truePositives))),
      ("false_positives", .integer(Int(counts.falsePositives))), ("false_negatives", .integer(Int(counts.falseNegatives))),
      ("true_negatives", .integer(Int(counts.trueNegatives))),
    ]
    members += Self.ofClass.map { ($0.name, JSONValue($0.value(one))) }
    members.append(("calibration", Calibration(records, of: diagnosis).map(Self.json) ?? .null))
    if let intervals {
      let ends = Self.ofClass.map { name, value in (name, Self.json(intervals.interval { value($0.classes[diagnosis.index]) })) }
      members.append(("bootstrap", .object(ends)))
    }
    return .object(members)
  }

  private func comparison(with other: ScoredRecords) -> JSONValue {
    func test(_ comparison: PairedComparison) -> [(String, JSONValue)] {
      [
        ("only_first_right", .integer(comparison.onlyFirstRight)), ("only_second_right", .integer(comparison.onlySecondRight)),
        ("p", JSONValue(comparison.pValue)),
      ]
    }
    let otherFigures = Figures(other)
    let classes = comparisons.map { diagnosis, comparison, holm in
      JSONValue.object([("abbreviation", .string(diagnosis.abbreviation))] + test(comparison) + [("p_holm", JSONValue(holm))])
    }
    return .object([
      ("second", .object(Self.summary.map { ($0.name, JSONValue($0.value(otherFigures))) })),
      ("exact_match", .object(test(PairedComparison(records, other)))), ("classes", .array(classes)),
    ])
  }

  private static func json(_ interval: ConfidenceInterval?) -> JSONValue {
    interval.map { JSONValue([$0.low, $0.high]) } ?? .null
  }

  private static func json(_ calibration: Calibration) -> JSONValue {
    let bins = calibration.bins.map { bin in
      JSONValue.object([
        ("low", JSONValue(bin.low)), ("high", JSONValue(bin.high)), ("n", .integer(bin.count)), ("mean_score", JSONValue(bin.meanScore)),
        ("observed", JSONValue(bin.observedShare)),
      ])
    }
    return .object([("brier", JSONValue(calibration.brier)), ("ece", JSONValue(calibration.expectedError)), ("bins", .array(bins))])
  }
}
