import ECG
import ECGSignal
import Foundation
import PlainText

extension MeasuredRecord {
  // MARK: CSV

  /// The columns of the CSV form: a row a record, the amplitudes and the quality of each lead behind the figures.
  public static let csvColumns: [String] =
    ["record", "path"] + figureKeys
    + ["beats", "kinds", "r_peaks", "quality", "irregular", "low_voltage_limb", "low_voltage_chest", "lead_swap", "lead_swap_score"]
    + Lead.allCases.flatMap { lead in (amplitudes.map(\.key) + ["quality"]).map { "\(lead.name)_\($0)" } } + [
      "reasons", "recording_digest",
    ]

  private static var figureKeys: [String] {
    MeasuredQuantity.allCases.flatMap { $0 == .qrsAxis ? [$0.key, "qrs_axis_low_deg", "qrs_axis_high_deg"] : [$0.key] }
  }

  /// The fields of ``csvColumns``: numbers in full, empty where there is none, several values of one field separated by semicolons.
  public var csvFields: [String] {
    func number(_ value: Double?) -> String { value.map { JSONValue($0).text } ?? "" }
    func truth(_ value: Bool?) -> String { value.map { $0 ? "true" : "false" } ?? "" }
    let interval = measurements.qrsAxisInterval
    let figures = MeasuredQuantity.allCases.flatMap { quantity in
      [measurements[quantity].value] + (quantity == .qrsAxis ? [interval?.low, interval?.high] : [])
    }
    let leads = Lead.allCases.flatMap { lead in
      Self.amplitudes.map { number(measurements.leads[lead.rawValue][keyPath: $0.value]) } + [flaws(of: lead).joined(separator: ";")]
    }
    return [name.withControlCharactersWritten, path.withControlCharactersWritten] + figures.map(number) + [
      String(measurements.beats.count), measurements.beats.map(\.kind.rawValue).joined(),
      measurements.rPeaks.map(String.init).joined(separator: ";"), quality.record.rawValue, truth(measurements.rhythm?.isIrregular),
      truth(measurements.lowVoltage?.limb), truth(measurements.lowVoltage?.chest), leadSwap.suspicion?.swap.rawValue ?? "",
      number(leadSwap.suspicion?.score),
    ] + leads + [reasons.map { "\($0.key): \($0.words)" }.joined(separator: "; "), digest.description]
  }

  // MARK: Table

  /// The figures that a table for people shows.
  private static let shown: [(title: String, quantity: MeasuredQuantity)] = [
    ("rate", .heartRate), ("P", .pDuration), ("PR", .prInterval), ("QRS", .qrsDuration), ("QT", .qtInterval),
    ("QTcF", .qtcFridericia), ("axis", .qrsAxis),
  ]

  /// The head of a table for people.
  public static var tableHeader: String {
    "record".padded(to: 20) + "  beats" + shown.map { $0.title.right(in: 5) + " " }.joined() + " 95 of 100".padded(to: 14)
      + "quality  remarks"
  }

  /// The line beneath a table.
  public static let tableFooter =
    "rate in bpm, intervals in ms, axis in degrees with the interval of 95 of 100 beats; ↑ ↓: above or below the normal range for age and sex"

  /// One line of a table for people: whole numbers, marked where they lie outside the normal range.
  public var tableLine: String {
    let figures = Self.shown.map { _, quantity in
      let mark =
        switch verdict(on: quantity) {
        case .above: "↑"
        case .below: "↓"
        case .within, .unknown: " "
        }
      return (measurements[quantity].value.map { Self.whole($0) } ?? "–").right(in: 5) + mark
    }
    let interval = measurements.qrsAxisInterval.map { "\(Self.whole($0.low))…\(Self.whole($0.high))" } ?? "–"
    let line =
      name.padded(to: 20) + "  " + "\(measurements.beats.count)".right(in: 5) + figures.joined() + (" " + interval).padded(to: 14)
      + quality.record.rawValue.padded(to: 9) + remarks.joined(separator: "; ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// What a person should know beside the numbers.
  private var remarks: [String] {
    var remarks: [String] = []
    if let suspicion = leadSwap.suspicion { remarks.append("\(suspicion.swap.rawValue) exchanged?") }
    if measurements.rhythm?.isIrregular == true { remarks.append("irregular") }
    let others = Dictionary(grouping: measurements.beats.filter { $0.kind != .normal && $0.kind != .unknown }, by: \.kind.name)
    remarks += others.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
    // The reasons of QTc are those of QT.
    var gaps: [String] = []
    for case .missing(let gap) in [.heartRate, .prInterval, .qtInterval, .qrsAxis].map({ measurements[$0] }) where !gaps.contains(gap.words)
    {
      gaps.append(gap.words)
    }
    return remarks + gaps
  }

  private static func whole(_ value: Double) -> String { String(Int(max(-1e9, min(1e9, value)).rounded())) }
}
