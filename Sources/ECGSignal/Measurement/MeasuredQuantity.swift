/// The figures of a whole record: the one table of their names, units and definitions.
public enum MeasuredQuantity: String, CaseIterable, Sendable, Hashable {
  case heartRate = "heart_rate_bpm"
  case rrMedian = "rr_median_ms"
  case rrMinimum = "rr_min_ms"
  case rrMaximum = "rr_max_ms"
  case rmssd = "rmssd_ms"
  case pDuration = "p_ms"
  case prInterval = "pr_ms"
  case qrsDuration = "qrs_ms"
  case qtInterval = "qt_ms"
  case qtcBazett = "qtc_bazett_ms"
  case qtcFridericia = "qtc_fridericia_ms"
  case qtcFramingham = "qtc_framingham_ms"
  case pAxis = "p_axis_deg"
  case qrsAxis = "qrs_axis_deg"
  case tAxis = "t_axis_deg"

  /// The name that programs read, unit included.
  public var key: String { rawValue }

  /// The name for people.
  public var name: String { facts.name }
  /// Its unit.
  public var unit: String { facts.unit }
  /// What it is, in one sentence.
  public var definition: String { facts.definition }

  private var facts: (name: String, unit: String, definition: String) {
    switch self {
    case .heartRate: ("rate", "bpm", "60 over the mean RR interval of the beats that lie wholly in the record")
    case .rrMedian: ("RR", "ms", "median RR interval")
    case .rrMinimum: ("shortest RR", "ms", "shortest RR interval")
    case .rrMaximum: ("longest RR", "ms", "longest RR interval")
    case .rmssd:
      ("RMSSD", "ms", "root mean square of the differences of successive RR intervals between normal beats (ESC/NASPE Task Force 1996)")
    case .pDuration: ("P", "ms", Self.median("P wave"))
    case .prInterval: ("PR", "ms", Self.median("interval from the start of P to the start of QRS"))
    case .qrsDuration: ("QRS", "ms", Self.median("QRS complex"))
    case .qtInterval: ("QT", "ms", Self.median("interval from the start of QRS to the end of T"))
    case .qtcBazett: ("QTc Bazett", "ms", "QT / √RR, with the mean RR interval in seconds (Bazett 1920)")
    case .qtcFridericia: ("QTc Fridericia", "ms", "QT / ∛RR (Fridericia 1920)")
    case .qtcFramingham: ("QTc Framingham", "ms", "QT + 154 (1 − RR) (Sagie et al. 1992)")
    case .pAxis: ("P axis", "°", Self.axis("P wave"))
    case .qrsAxis: ("axis", "°", Self.axis("QRS complex"))
    case .tAxis: ("T axis", "°", Self.axis("T wave"))
    }
  }

  private static func median(_ what: String) -> String {
    "\(what): median over beats of the median over the leads in which it is seen (the widest span over leads is about 28 ms longer)"
  }

  private static func axis(_ what: String) -> String {
    "direction of the \(what)'s net area in the frontal plane, from all limb leads: median over beats"
  }
}

/// Why something could not be measured.
public enum MeasurementGap: String, Sendable, Hashable, CaseIterable {
  case noSignal = "no lead shows a signal"
  case badRate = "the sampling rate is not between 50 Hz and 100 kHz"
  case noBeats = "no beats"
  case tooFewBeats = "too few beats"
  case noPWaves = "no P waves"
  case noTWaves = "no T waves"
  case tooFewLimbLeads = "fewer than two limb leads"
  case indeterminateAxis = "net QRS is near zero in every limb lead"
  case smallWave = "the wave is too small in the limb leads"

  /// In words, for people and programs.
  public var words: String { rawValue }
}
