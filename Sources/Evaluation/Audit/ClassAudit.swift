import ECG
import PlainText

/// All that an audit says of one diagnosis but its list: cross table, noise, definitions, and what a review found.
public struct ClassAudit: Sendable {
  /// The statistics.
  public let audit: LabelAudit
  /// The criterion that was measured; nil for a diagnosis without one.
  public let criterion: String?
  /// What every definition of the diagnosis would say against the labels, the one that was used among them.
  public let definitions: [DefinitionCheck]
  /// How the labels go with the QRS axis, for diagnoses that are told by it; else empty.
  public let axes: [AxisBand]
  /// What a review of drawn records says; nil before there is one.
  public var review: ReviewedAudit?

  /// Records whose axis lies in a band.
  public struct AxisBand: Sendable {
    /// From this on.
    public let low: Double
    /// Below this.
    public let high: Double
    /// Those labelled present, of those with a label.
    public let labelled: Proportion
  }

  /// The audit of a diagnosis; `axes` are those of the records where the diagnosis is told by them.
  public init(_ audit: LabelAudit, criterion: String?, definitions: [DefinitionCheck], axes: [(axis: Double?, label: LabelState)]) {
    self.audit = audit
    self.criterion = criterion
    self.definitions = definitions
    let edges: [Double] = [-180, -90, -60, -45, -30, -15, 0, 15, 30, 60, 90, 110, 180.001]
    self.axes =
      axes.isEmpty
      ? []
      : zip(edges, edges.dropFirst()).map { low, high in
        let inside = axes.filter { entry in entry.label != .unknown && entry.axis.map { $0 >= low && $0 < high } ?? false }
        return AxisBand(low: low, high: high, labelled: Proportion(inside.count { $0.label == .present }, of: inside.count))
      }
  }

  // MARK: JSON

  /// The figures as one object.
  public var json: JSONValue {
    .object([
      ("diagnosis", .string(audit.diagnosis.abbreviation)), ("code", .string(audit.diagnosis.code)), ("criterion", JSONValue(criterion)),
      ("groups", .array(audit.groups.map(Self.json))),
      ("definitions", .array(definitions.map(Self.json))),
      (
        "axis",
        .array(
          axes.map { band in
            .object([("low_deg", .number(band.low)), ("high_deg", .number(band.high.rounded())), ("labelled", Self.json(band.labelled))])
          })
      ),
      ("evidence", .object(audit.weights.map { ($0.name, JSONValue($0.weight)) })),
      ("review", review?.json ?? .null),
    ])
  }

  private static func json(_ group: LabelAudit.Group) -> JSONValue {
    var cells: [JSONValue] = []
    for label in LabelState.allCases {
      for model in LabelState.allCases {
        for measured in LabelState.allCases {
          let count = group.table.count(label: label, model: model, measured: measured)
          guard count > 0 else { continue }
          cells.append(
            .object([
              ("label", .string(label.rawValue)), ("model", .string(model.rawValue)), ("measured", .string(measured.rawValue)),
              ("records", .integer(count)),
            ]))
        }
      }
    }
    let shares = [LabelState.present, .absent].map { label in
      (
        label.rawValue,
        JSONValue.object([
          ("model_present", json(group.table.modelPresent(label))), ("measured_present", json(group.table.measuredPresent(label))),
          ("both_against", json(group.table.bothAgainst(label))),
        ])
      )
    }
    let doubted = AuditedLabel.Doubt.allCases.map { ($0.rawValue, JSONValue.integer(group.doubted[$0] ?? 0)) }
    return .object([
      ("source", JSONValue(group.source)), ("records", .integer(group.table.count())), ("cross_tabulation", .array(cells)),
      ("labelled", .object(shares)), ("doubted", .object(doubted)), ("expected_wrong", JSONValue(group.expectedWrong)),
      ("noise", group.noise.map(json) ?? .null),
    ])
  }

  private static func json(_ noise: LabelNoise) -> JSONValue {
    func share(_ value: Double?, _ interval: ConfidenceInterval?) -> JSONValue {
      .object([("value", JSONValue(value)), ("low", JSONValue(interval?.low)), ("high", JSONValue(interval?.high))])
    }
    return .object([
      ("wrong", share(noise.shares.wrong, noise.wrong)), ("wrong_of_present", share(noise.shares.wrongPresent, noise.wrongPresent)),
      ("wrong_of_absent", share(noise.shares.wrongAbsent, noise.wrongAbsent)),
      ("prevalence", share(noise.shares.prevalence, noise.prevalence)),
    ])
  }

  static func json(_ proportion: Proportion) -> JSONValue {
    .object([
      ("count", JSONValue(proportion.count)), ("of", JSONValue(proportion.total)), ("value", JSONValue(proportion.value)),
      ("low", JSONValue(proportion.interval?.low)), ("high", JSONValue(proportion.interval?.high)),
    ])
  }

  private static func json(_ check: DefinitionCheck) -> JSONValue {
    .object([
      ("name", .string(check.name)), ("definition", .string(check.definition)), ("source", .string(check.source)),
      ("contradicted", json(check.contradicted)), ("labelled_present_contradicted", json(check.presentContradicted)),
      ("labelled_absent_contradicted", json(check.absentContradicted)), ("unknown", .integer(check.unknown)),
    ])
  }
}

/// What a review of records, drawn by an audit, says of the whole data set.
public struct ReviewedAudit: Sendable {
  /// The study.
  public let study: String
  /// Whose verdicts: a reader's, or `consensus`.
  public let rater: String
  /// The strata with what was found.
  public let strata: [ReviewEstimate.Stratum]
  /// The estimate; nil where it cannot be made yet.
  public let estimate: ReviewEstimate?
  /// Why there is none.
  public let problem: String?

  /// The verdicts of a rater on drawn records.
  public init(study: String, rater: String, strata: [ReviewEstimate.Stratum], seed: UInt64 = 0) {
    (self.study, self.rater, self.strata) = (study, rater, strata)
    do {
      estimate = try ReviewEstimate(strata, seed: seed)
      problem = nil
    } catch {
      estimate = nil
      problem = "\(error)"
    }
  }

  /// The shares by their names, in the order in which they are shown.
  ///
  /// Where a review found nothing of some kind, the estimate lies at the edge of what the data set may be, or beyond; intervals here reach to it.
  public var shares: [(name: String, share: ReviewEstimate.Share)] {
    guard let estimate else { return [] }
    let shares = [
      ("prevalence", estimate.prevalence), ("wrong", estimate.wrong), ("sensitivity", estimate.sensitivity),
      ("specificity", estimate.specificity), ("positive_predictive_value", estimate.positivePredictiveValue),
      ("negative_predictive_value", estimate.negativePredictiveValue),
    ]
    return shares.map { name, share in
      guard let value = share.value, let interval = share.interval else { return (name, share) }
      let reaching = ConfidenceInterval(low: min(interval.low, value), high: max(interval.high, value))
      return (name, ReviewEstimate.Share(value: value, standardError: share.standardError, interval: reaching))
    }
  }

  /// The estimate as one object.
  public var json: JSONValue {
    let strata = strata.map { stratum in
      JSONValue.object([
        ("stratum", .string(stratum.name)), ("records", .integer(stratum.population)),
        (
          "reviewed",
          .integer(stratum.presentPresent + stratum.presentAbsent + stratum.absentPresent + stratum.absentAbsent)
        ),
        ("labelled_present_found_present", .integer(stratum.presentPresent)),
        ("labelled_present_found_absent", .integer(stratum.presentAbsent)),
        ("labelled_absent_found_present", .integer(stratum.absentPresent)),
        ("labelled_absent_found_absent", .integer(stratum.absentAbsent)),
      ])
    }
    let figures = shares.map { name, share in
      (
        name,
        JSONValue.object([
          ("value", JSONValue(share.value)), ("se", JSONValue(share.standardError)), ("low", JSONValue(share.interval?.low)),
          ("high", JSONValue(share.interval?.high)),
        ])
      )
    }
    return .object(
      [("study", .string(study)), ("rater", .string(rater)), ("strata", .array(strata)), ("problem", JSONValue(problem))] + figures)
  }
}
