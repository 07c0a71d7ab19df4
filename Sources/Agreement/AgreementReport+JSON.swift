import PlainText

extension PairAgreement {
  /// The pair as a JSON object; null is what is undefined.
  ///
  /// Unsure is excluded in the members on the first level, as scripts expect.
  public func json(bootstrap: Bootstrap? = nil) -> JSONValue {
    let (table, kappa, gwet) = (table, table.kappa, gwet(.excluded))
    var members: [(String, JSONValue)] = [
      ("rater_a", .string(raterA)), ("rater_b", .string(raterB)), ("n", .integer(table.total)),
      ("excluded_unsure", .integer(excludedUnsure)), ("agree", JSONValue(table.agreeing)),
      ("kappa", JSONValue(kappa?.value)), ("se", JSONValue(kappa?.standardError)),
      ("ci_low", JSONValue(kappa?.confidenceInterval.low)), ("ci_high", JSONValue(kappa?.confidenceInterval.high)),
      ("kappa_max", JSONValue(kappa?.maximum)), ("pabak", JSONValue(table.pabak)), ("gwet_ac1", JSONValue(gwet?.value)),
      ("prevalence_index", JSONValue(table.prevalenceIndex)), ("bias_index", JSONValue(table.biasIndex)),
      ("table", .array(self.table(.excluded).counts.map { .array($0.map { .integer($0) }) })),
    ]
    members += common(.excluded, bootstrap: bootstrap)
    members += [
      ("verdicts", .array(verdicts.counts.map { .array($0.map { .integer($0) }) })),
      ("unsure_as_category", json(.category, bootstrap: bootstrap)),
      ("unsure_as_disagreement", json(.disagreement, bootstrap: bootstrap)),
    ]
    return .object(members)
  }

  /// The figures under a handling of unsure as an object of their own.
  private func json(_ handling: UnsureHandling, bootstrap: Bootstrap?) -> JSONValue {
    let table = table(handling)
    let kappa = table.kappa()
    return .object(
      [
        ("n", .integer(table.total)), ("agree", JSONValue(table.agreeing)), ("kappa", JSONValue(kappa?.value)),
        ("se", JSONValue(kappa?.standardError)), ("ci_low", JSONValue(kappa?.confidenceInterval.low)),
        ("ci_high", JSONValue(kappa?.confidenceInterval.high)), ("kappa_max", JSONValue(kappa?.maximum)),
        ("pabak", JSONValue(pabak(handling))), ("gwet_ac1", JSONValue(gwet(handling)?.value)),
      ] + common(handling, bootstrap: bootstrap))
  }

  private func common(_ handling: UnsureHandling, bootstrap: Bootstrap?) -> [(String, JSONValue)] {
    let table = table(handling)
    let gwet = gwet(handling)
    var members: [(String, JSONValue)] = [
      ("observed_agreement", JSONValue(table.agreeing.map { Double($0) / Double(table.total) })),
      ("positive_agreement", JSONValue(table.specificAgreement(0))), ("negative_agreement", JSONValue(table.specificAgreement(1))),
      ("gwet_ac1_se", JSONValue(gwet?.standardError)), ("gwet_ac1_ci_low", JSONValue(gwet?.confidenceInterval?.low)),
      ("gwet_ac1_ci_high", JSONValue(gwet?.confidenceInterval?.high)),
    ]
    if let bootstrap {
      let result = bootstrap.kappa(of: table, purpose: "\(raterA) \(raterB) \(handling.rawValue)")
      members += [
        ("bootstrap_ci_low", JSONValue(result.interval?.low)), ("bootstrap_ci_high", JSONValue(result.interval?.high)),
        ("bootstrap_defined", .integer(result.defined)),
      ]
    }
    return members + [("undefined", JSONValue(undefinedReason(handling)))]
  }
}

extension AgreementReport {
  /// What must be read with every figure of a sampled study.
  public static let caution =
    "Kappa on a sample of misclassified recordings does not describe agreement on the data set they were drawn from."

  /// The report as a JSON object; null is what is undefined.
  public var json: JSONValue {
    .object([
      ("pairs", .array(pairs.map { $0.json(bootstrap: bootstrap) })), ("fleiss", JSONValue(fleiss)),
      ("krippendorff_alpha", JSONValue(krippendorffAlpha)), ("lights_kappa", JSONValue(lightKappa)), ("readers", JSONValue(readers)),
      ("intra_reader", .array(repeats.map { $0.json(bootstrap: bootstrap) })),
      ("before_after_reveal", .array(reveals.map { $0.json(bootstrap: bootstrap) })),
      (
        "strata",
        .array(
          strata.map { stratum in
            .object([
              ("stratum", .string(stratum.name)), ("cases", .integer(stratum.cases)),
              ("pairs", .array(stratum.pairs.map { $0.json(bootstrap: bootstrap) })),
            ])
          })
      ),
      ("sampling_frame", sampling?.jsonValue ?? .null), ("caution", .string(Self.caution)),
    ])
  }
}
