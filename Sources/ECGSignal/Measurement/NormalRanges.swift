import ECG

/// Where a value lies against its normal range.
public enum NormalVerdict: String, Sendable, Hashable {
  case below, within, above, unknown
}

/// Normal ranges by age and sex, from published tables.
///
/// One table, row by row with its source:
/// - children of 1 to 15 years, heart rate, PR, QRS and axis: the 2nd and 98th percentiles of Davignon et al. 1979 (Pediatr Cardiol 1:123–131, 2141
///   children; PR in II, QRS in V5). A class of theirs such as "3 to 5 years" holds the ages 3 and 4 here. The first year of life has
///   six classes of days and months, which an age in whole years cannot choose among: unknown;
/// - children, QTc: up to 460 ms, above which Goldenberg et al. 2006 (J Cardiovasc Electrophysiol 17:333–336) call it prolonged at 1 to 15 years;
/// - from 16 years, QRS: up to 110 ms, and axis: −30° to 90°, of AHA/ACCF/HRS 2009 part III (Surawicz et al., J Am Coll Cardiol 53:976–981);
/// - from 16 years, QTc: prolonged from 450 ms in men and 460 ms in women on, short from 390 ms down, of AHA/ACCF/HRS 2009 part IV (Rautaharju et al.,
///   J Am Coll Cardiol 53:982–991); whatever the formula; where the sex is unknown a value between the two upper bounds is unknown;
/// - from 16 years, heart rate: 60 to 100 bpm, and PR: 120 to 200 ms, the customary limits (Wagner and Strauss 2014, Marriott's Practical
///   Electrocardiography, 12th ed., chapter 3);
/// - from 16 years, P: less than 120 ms, from which on Bayés de Luna et al. 2012 (J Electrocardiol 45:445–451) speak of interatrial block.
///
/// Other figures have no range here. Where an age is unknown, nothing is said: 110 bpm is slow at one and fast at fifty.
public enum NormalRanges {
  /// The row of the table that holds for a patient; nil where there is none.
  public static func range(of quantity: MeasuredQuantity, ageYears: Int?, sex: Patient.Sex?) -> ClosedRange<Double>? {
    row(of: quantity, ageYears: ageYears, sex: sex)?.range
  }

  /// Where a value lies for a patient, compared in whole units as the tables are; a value equal to a bound is within.
  public static func verdict(_ value: Double?, of quantity: MeasuredQuantity, ageYears: Int?, sex: Patient.Sex?) -> NormalVerdict {
    guard let value = value?.rounded(), value.isFinite else { return .unknown }
    if sex != nil { return row(of: quantity, ageYears: ageYears, sex: sex)?.verdict(value) ?? .unknown }
    // Where the sex decides and is unknown, only what holds for both can be said.
    let verdicts: [NormalVerdict] = [Patient.Sex.female, .male].map {
      row(of: quantity, ageYears: ageYears, sex: $0)?.verdict(value) ?? .unknown
    }
    return verdicts[0] == verdicts[1] ? verdicts[0] : .unknown
  }

  private struct Row {
    let quantities: [MeasuredQuantity]
    let ages: ClosedRange<Int>
    let sex: Patient.Sex?
    /// Nil where the source gives no bound on that side.
    let low, high: Double?

    init(_ quantities: [MeasuredQuantity], _ ages: ClosedRange<Int>, _ low: Double?, _ high: Double?, sex: Patient.Sex? = nil) {
      self.quantities = quantities
      self.ages = ages
      self.sex = sex
      self.low = low
      self.high = high
    }

    var range: ClosedRange<Double> { (low ?? -.infinity)...(high ?? .infinity) }

    func verdict(_ value: Double) -> NormalVerdict {
      if let low, value < low { return .below }
      if let high, value > high { return .above }
      return .within
    }
  }

  private static func row(of quantity: MeasuredQuantity, ageYears: Int?, sex: Patient.Sex?) -> Row? {
    guard let ageYears else { return nil }
    return rows.first { $0.quantities.contains(quantity) && $0.ages.contains(ageYears) && ($0.sex == nil || $0.sex == sex) }
  }

  private static let adult = 16...150

  private static let qtc: [MeasuredQuantity] = [.qtcBazett, .qtcFridericia, .qtcFramingham]

  private static let rows: [Row] = [
    Row([.heartRate], 1...2, 89, 151), Row([.heartRate], 3...4, 73, 137), Row([.heartRate], 5...7, 65, 133),
    Row([.heartRate], 8...11, 62, 130), Row([.heartRate], 12...15, 60, 119), Row([.heartRate], adult, 60, 100),

    Row([.pDuration], adult, nil, 119),

    Row([.prInterval], 1...2, 80, 150), Row([.prInterval], 3...4, 80, 160), Row([.prInterval], 5...7, 90, 160),
    Row([.prInterval], 8...11, 90, 170), Row([.prInterval], 12...15, 90, 180), Row([.prInterval], adult, 120, 200),

    Row([.qrsDuration], 1...2, 30, 80), Row([.qrsDuration], 3...4, 30, 70), Row([.qrsDuration], 5...7, 30, 80),
    Row([.qrsDuration], 8...15, 40, 90), Row([.qrsDuration], adult, nil, 110),

    Row(qtc, 1...15, nil, 460), Row(qtc, adult, 391, 449, sex: .male),
    Row(qtc, adult, 391, 459, sex: .female),

    Row([.qrsAxis], 1...2, 7, 101), Row([.qrsAxis], 3...4, 6, 104), Row([.qrsAxis], 5...7, 10, 139),
    Row([.qrsAxis], 8...11, 6, 116), Row([.qrsAxis], 12...15, 9, 128), Row([.qrsAxis], adult, -30, 90),
  ]
}
