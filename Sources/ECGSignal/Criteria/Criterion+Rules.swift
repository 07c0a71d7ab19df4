import ECG

/// The rules that ``Criterion/table`` is made of.
extension Criterion {
  // MARK: Axis

  /// Whether the QRS axis lies beyond a bound, up to another, in degrees.
  static func axis(_ facts: MeasuredFacts, beyond bound: Double, towards end: Double) -> Answer {
    guard let axis = facts[.qrsAxis] else { return .unknown("no axis can be told") }
    let sign = end < bound ? -1.0 : 1
    let beyond = sign * (axis - bound)
    let before = sign * (end - axis)
    // Right of 180 degrees is what lies at -180.
    if beyond > 0, before >= 0 { return .margin(min(beyond, max(before, 0.001))) }
    func distance(_ mark: Double) -> Double {
      let turn = abs(axis - mark).truncatingRemainder(dividingBy: 360)
      return min(turn, 360 - turn)
    }
    return .margin(-min(distance(bound), distance(end)))
  }

  /// Net QRS positive in I and negative in II, by shares of their heights.
  static func negativeSecondLead(_ facts: MeasuredFacts) -> Answer {
    guard let first = facts.netShare(.i), let second = facts.netShare(.ii) else { return .unknown("no QRS complex in I or II") }
    return .margin(min(first, -second))
  }

  /// A small R before a deep S in II and III.
  static func inferiorS(_ facts: MeasuredFacts) -> Answer {
    .all([Lead.ii, .iii].map { lead in facts.netShare(lead).map { .margin(-100 * $0) } ?? .unknown("no QRS complex in \(lead.name)") })
  }

  // MARK: Rate and beats

  /// A rate, of beats that have P waves.
  static func sinus(_ facts: MeasuredFacts, _ rate: Answer) -> Answer {
    guard rate.state == .present, facts[.prInterval] == nil else { return rate }
    return .unknown("no P waves")
  }

  /// At least one beat of a kind; the margin grows with their share.
  static func beats(_ facts: MeasuredFacts, _ kind: BeatKind) -> Answer {
    guard facts.beats.all > 0 else { return .unknown("no beats") }
    let count = facts.beats[kind]
    return .margin(count == 0 ? -1 : Double(count))
  }

  /// A corrected QT interval above the bound for age and sex.
  static func longQT(_ name: String, _ quantity: MeasuredQuantity, _ formula: String) -> Criterion {
    Criterion(
      "LQT", name,
      "QTc (\(quantity.name.split(separator: " ").last.map(String.init) ?? name)) of 450 ms in men, 460 ms in women, and more; of children above 460 ms",
      "AHA/ACCF/HRS 2009 part IV (Rautaharju et al.); Goldenberg et al. 2006; \(formula)"
    ) { facts in
      guard let value = facts[quantity] else { return .unknown("no QT interval") }
      let bounds = Set(
        [Patient.Sex.female, .male].filter { facts.patient.sex == nil || facts.patient.sex == $0 }.compactMap { sex in
          NormalRanges.range(of: quantity, ageYears: facts.patient.ageYears, sex: sex)?.upperBound
        })
      // Ranges are in whole milliseconds.
      let margins = bounds.map { value.rounded() - $0 - 0.5 }
      guard let low = margins.min(), let high = margins.max() else { return .unknown("the age is not known") }
      return low > 0 || high <= 0 ? .margin(low > 0 ? low : high) : .unknown("the sex is not known, and decides")
    }
  }

  // MARK: Shapes

  /// A QRS complex of some width or more, in whole milliseconds.
  static func width(_ facts: MeasuredFacts, from milliseconds: Double) -> Answer {
    .above(milliseconds - 0.5, facts[.qrsDuration], "no QRS duration")
  }

  /// V1 net negative; I and V6 net positive and without Q.
  static func leftBundle(_ facts: MeasuredFacts) -> Answer {
    var parts: [Answer] = [facts.netShare(.v1).map { .margin(-100 * $0) } ?? .unknown("no QRS complex in V1")]
    for lead in [Lead.i, .v6] {
      guard let net = facts.netShare(lead), let q = facts.share(facts[lead].qMillivolts, of: lead) else {
        parts.append(.unknown("no QRS complex in \(lead.name)"))
        continue
      }
      // Less than a twentieth of the complex is no Q wave.
      parts += [.margin(100 * net), .margin(100 * (q + 0.05))]
    }
    return .all(parts)
  }

  /// V1 ends upright, and I or V6 has an S wave.
  static func rightBundle(_ facts: MeasuredFacts) -> Answer {
    guard let q = facts.share(facts[.v1].qMillivolts, of: .v1), let r = facts.share(facts[.v1].rMillivolts, of: .v1),
      let s = facts.share(facts[.v1].sMillivolts, of: .v1)
    else { return .unknown("no QRS complex in V1") }
    // R' comes after what is negative, or nothing negative comes after R; it has to be seen.
    let upright = Answer.margin(100 * min(r - 0.15, max(-q, 0.02) + s))
    let ends = [Lead.i, .v6].map { lead -> Answer in
      facts.share(facts[lead].sMillivolts, of: lead).map { .margin(100 * (-$0 - 0.1)) } ?? .unknown("no QRS complex in \(lead.name)")
    }
    return .all([upright, .any(ends)])
  }

  /// Q waves of a quarter of R, or QS, in neighbouring leads.
  @Sendable static func abnormalQ(_ facts: MeasuredFacts) -> Answer {
    func depth(_ lead: Lead) -> Double? {
      guard let r = facts[lead].rMillivolts, let q = facts[lead].qMillivolts, let height = facts.height(lead), height > 0 else {
        return nil
      }
      // QS: nothing above the level that is worth the name.
      if r < 0.05 * height { return 0.5 }
      return min(1, -q / max(r, 1e-6)) - 0.25
    }
    let groups: [[Lead]] = [[.v4, .v5, .v6], [.i, .aVL, .v6], [.ii, .iii, .aVF], [.v2, .v3]]
    return .any(groups.map { count(of: 2, in: $0, depth) })
  }

  /// T of -0.1 mV or less in two neighbours; of leads without voltages, of a tenth of the QRS complex.
  @Sendable static func invertedT(_ facts: MeasuredFacts) -> Answer {
    func depth(_ lead: Lead) -> Double? {
      guard let t = facts[lead].tMillivolts else { return nil }
      return facts.hasVoltages ? -t - 0.0995 : facts.share(t, of: lead).map { -$0 - 0.1 }
    }
    let pairs: [[Lead]] = [[.aVL, .i], [.i, .ii], [.ii, .aVF], [.v3, .v4], [.v4, .v5], [.v5, .v6]]
    return .any(pairs.map { count(of: 2, in: $0, depth) })
  }

  /// Whether so many of some leads have something; the margin is that of the last one needed.
  static func count(of wanted: Int, in leads: [Lead], _ margin: (Lead) -> Double?) -> Answer {
    let margins = leads.compactMap(margin).sorted(by: >)
    guard margins.count >= wanted else { return .unknown("too few of \(leads.map(\.name).joined(separator: ", ")) were measured") }
    return .margin(margins[wanted - 1])
  }
}
