import ECG

extension Criterion {
  /// The criteria, by diagnosis in the order of the network's outputs; of each diagnosis the usual one first.
  ///
  /// Intervals are those of ``MeasuredQuantity``: medians over the leads, up to 28 ms shorter than the widest span. TAb's and AFL's signs are not all
  /// measured: AFL has no criterion, and TAb only the part that amplitudes tell.
  public static let table: [Criterion] = [
    Criterion("PR", "paced-beats", "at least half of the beats follow a pacing spike", "the definition of the rhythm") { facts in
      guard facts.beats.all > 0 else { return .unknown("no beats") }
      return .margin(Double(facts.beats[.paced]) / Double(facts.beats.all) - 0.499)
    },
    longQT("fridericia", .qtcFridericia, "Fridericia 1920"),
    longQT("bazett", .qtcBazett, "Bazett 1920"),
    longQT("framingham", .qtcFramingham, "Sagie et al. 1992"),
    Criterion(
      "AF", "irregular-no-p", "most successive RR intervals differ by more than a tenth, and fewer than half of the beats have a P wave",
      "ESC guidelines for atrial fibrillation (Hindricks et al. 2021): irregular RR intervals without distinct P waves"
    ) { facts in
      guard facts.beats.all > 0 else { return .unknown("no beats") }
      let share = Double(facts.beats.withP) / Double(facts.beats.all)
      if share >= 0.5 { return .margin(0.499 - share) }
      guard let isIrregular = facts.isIrregular else { return .unknown("too few beats for the rhythm") }
      return isIrregular ? .margin(0.5 - share) : .unknown("no P waves, but not irregular")
    },
    Criterion(
      "LBBB", "width-shape", "QRS of 120 ms or more; V1 net negative; I and V6 net positive, without Q",
      "AHA/ACCF/HRS 2009 part III (Surawicz et al.)", leads: .all
    ) { .all([width($0, from: 120), leftBundle($0)]) },
    Criterion("LBBB", "width-130", "the same with 130 ms in women and 140 ms in men", "Strauss et al. 2011", leads: .all) { facts in
      guard let sex = facts.patient.sex else { return .unknown("the sex is not known") }
      return .all([width(facts, from: sex == .female ? 130 : 140), leftBundle(facts)])
    },
    Criterion(
      "QAb", "quarter-of-r",
      "a Q wave of a quarter of the R wave or more, or QS, in two of V4-V6, I-aVL-V6, or II-III-aVF, or in both of V2-V3",
      "Minnesota code 1 (Blackburn et al. 1960), by depth alone: durations of Q are not measured", leads: .all, abnormalQ),
    Criterion(
      "TAb", "low-or-inverted", "in two of I, II and V3-V6 with upright QRS, T below a tenth of the R wave",
      "AHA/ACCF/HRS 2009 part IV (Rautaharju et al.)", leads: .all
    ) { facts in
      count(of: 2, in: [.i, .ii, .v3, .v4, .v5, .v6]) { lead in
        guard let net = facts.netShare(lead), let r = facts[lead].rMillivolts, r > 0 else { return nil }
        guard net > 0 else { return -1 }
        return facts[lead].tMillivolts.map { 0.1 - $0 / r }
      }
    },
    Criterion("LPR", "pr-200", "PR interval above 200 ms", Self.conduction) { .above(200, $0[.prInterval], "no P waves") },
    Criterion("LPR", "pr-220", "PR interval above 220 ms", "Minnesota code 6-3 (Blackburn et al. 1960)") {
      .above(219.5, $0[.prInterval], "no P waves")
    },
    Criterion(
      "LQRSV", "limb-or-chest", "no limb lead reaches 0.5 mV, or no chest lead 1 mV, peak to peak", Self.lowVoltage, leads: .none,
      needsVoltages: true
    ) { .any([.holds($0.isLimbLow, "a limb lead was not measured"), .holds($0.isChestLow, "a chest lead was not measured")]) },
    Criterion("LQRSV", "limb", "no limb lead reaches 0.5 mV peak to peak", Self.lowVoltage, needsVoltages: true) {
      .holds($0.isLimbLow, "a limb lead was not measured")
    },
    Criterion("LQRSV", "both", "no limb lead reaches 0.5 mV and no chest lead 1 mV", Self.lowVoltage, needsVoltages: true) {
      .all([.holds($0.isLimbLow, "a limb lead was not measured"), .holds($0.isChestLow, "a chest lead was not measured")])
    },
    Criterion("IAVB", "pr-200", "PR interval above 200 ms", Self.conduction) { .above(200, $0[.prInterval], "no P waves") },
    Criterion("PAC", "one-beat", "at least one supraventricular premature beat", "the definition of the beat") {
      beats($0, .supraventricular)
    },
    Criterion(
      "LAD", "axis", "QRS axis from -30 to -90 degrees", "AHA/ACCF/HRS 2009 part III (Surawicz et al.); Zhao et al. 2022, section 2",
      leads: .limb
    ) { axis($0, beyond: -30, towards: -90) },
    Criterion(
      "LAD", "ii-negative", "net QRS positive in I and negative in II", "British textbooks (Hampton 1997), as Zhao et al. 2022 cite them",
      leads: .limb, negativeSecondLead),
    Criterion(
      "LAD", "axis-and-ii", "QRS axis from -30 to -90 degrees, net QRS positive in I and negative in II", "both of the above", leads: .limb
    ) { .all([axis($0, beyond: -30, towards: -90), negativeSecondLead($0).divided(by: 0.01)]) },
    Criterion(
      "LAD", "axis-0", "QRS axis from 0 to -90 degrees: I positive and aVF negative",
      "the lenient reading, without a negative II, that Zhao et al. 2022 find in some Chinese texts (Chen et al. 2013)", leads: .limb
    ) { axis($0, beyond: 0, towards: -90) },
    Criterion("SB", "sinus-60", "rate below 60 bpm, P waves before the beats", Self.rate) {
      sinus($0, .below(60, $0[.heartRate], "too few beats"))
    },
    Criterion("SB", "sinus-50", "rate below 50 bpm, P waves before the beats", Self.slow) {
      sinus($0, .below(50, $0[.heartRate], "too few beats"))
    },
    Criterion("Brady", "rate-60", "rate below 60 bpm", Self.rate) { .below(60, $0[.heartRate], "too few beats") },
    Criterion("Brady", "rate-50", "rate below 50 bpm", Self.slow) { .below(50, $0[.heartRate], "too few beats") },
    Criterion("SNR", "p-before-qrs", "P waves before most beats, their axis between 0 and 90 degrees", Self.rate, leads: .limb) { facts in
      guard facts.beats.all > 0 else { return .unknown("no beats") }
      guard facts[.prInterval] != nil else { return .margin(Double(facts.beats.withP) / Double(facts.beats.all) - 0.5) }
      guard let axis = facts[.pAxis] else { return .unknown("no P axis") }
      return .margin((45 - abs(axis - 45)) / 45)
    },
    Criterion("STach", "sinus-100", "rate above 100 bpm, P waves before the beats", Self.rate) {
      sinus($0, .above(100, $0[.heartRate], "too few beats"))
    },
    Criterion("PVC", "one-beat", "at least one ventricular beat", "the definition of the beat") { beats($0, .ventricular) },
    Criterion(
      "SA", "rr-120", "P waves, no premature beats, and RR intervals that differ by more than 120 ms",
      "Marriott's Practical Electrocardiography, 12th ed."
    ) { facts in
      let premature = facts.beats[.supraventricular] + facts.beats[.ventricular]
      guard premature == 0 else { return .unknown("premature beats are among the intervals") }
      guard facts[.prInterval] != nil else { return .unknown("no P waves") }
      guard let low = facts[.rrMinimum], let high = facts[.rrMaximum] else { return .unknown("too few beats") }
      return .margin((high - low - 120) / 1000)
    },
    Criterion(
      "LAnFB", "axis-45", "QRS axis from -45 to -90 degrees, R before S small in II and III, QRS below 120 ms", Self.fascicle, leads: .limb
    ) { facts in
      .all([axis(facts, beyond: -45, towards: -90), inferiorS(facts), .below(120, facts[.qrsDuration], "no QRS duration")])
    },
    Criterion(
      "LAnFB", "axis-30", "the same from -30 degrees on", "Rosenbaum et al. 1970 as commonly used", leads: .limb
    ) { facts in
      .all([axis(facts, beyond: -30, towards: -90), inferiorS(facts), .below(120, facts[.qrsDuration], "no QRS duration")])
    },
    Criterion("RAD", "axis-90", "QRS axis above 90 degrees", Self.conduction, leads: .limb) { axis($0, beyond: 90, towards: 180) },
    Criterion("RAD", "axis-110", "QRS axis above 110 degrees", "Hampton 1997: beyond the upper bound of tall, thin people", leads: .limb) {
      axis($0, beyond: 110, towards: 180)
    },
    Criterion(
      "TInv", "two-neighbours", "T of -0.1 mV or less in two neighbouring leads of aVL-I-II, II-aVF or V3-V6",
      "Fourth universal definition of myocardial infarction (Thygesen et al. 2018)", leads: .all, invertedT),
    Criterion(
      "NSIVCB", "width", "QRS above 110 ms, shaped as neither bundle branch block", "AHA/ACCF/HRS 2009 part III (Surawicz et al.)",
      leads: .all
    ) { facts in
      let width = Answer.above(110, facts[.qrsDuration], "no QRS duration")
      guard let value = width.margin, value > 0 else { return width }
      let blocks = [leftBundle(facts), rightBundle(facts)]
      if blocks.contains(where: { $0.state == .present }) { return .margin(-1) }
      return blocks.first { $0.state == .unknown } ?? width
    },
    Criterion(
      "IRBBB", "width-shape", "QRS from 110 to 119 ms; V1 ends upright; S in I or V6", Self.bundles, leads: .all
    ) { facts in
      .all([width(facts, from: 110), .below(120, facts[.qrsDuration], "no QRS duration"), rightBundle(facts)])
    },
    Criterion("IRBBB", "shape", "the shape alone, QRS below 120 ms", "as commonly labelled", leads: .all) { facts in
      .all([.below(120, facts[.qrsDuration], "no QRS duration"), rightBundle(facts)])
    },
    Criterion("CRBBB", "width-shape", "QRS of 120 ms or more; V1 ends upright; S in I or V6", Self.bundles, leads: .all) {
      .all([width($0, from: 120), rightBundle($0)])
    },
  ]

  private static let conduction = "AHA/ACCF/HRS 2009 part III (Surawicz et al.)"
  private static let bundles = "AHA/ACCF/HRS 2009 part III (Surawicz et al.)"
  private static let fascicle = "AHA/ACCF/HRS 2009 part III (Surawicz et al.)"
  private static let lowVoltage = "AHA/ACCF/HRS 2009 part V (Hancock et al.)"
  private static let rate = "Wagner and Strauss 2014, chapter 3"
  private static let slow = "ACC/AHA/HRS 2018 guideline on bradycardia (Kusumoto et al. 2019)"
}
