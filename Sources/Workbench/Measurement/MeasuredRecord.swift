import ECG
import ECGFiles
import ECGSignal

/// What a record itself says: its measurements, the quality of its leads, and whether electrodes may be exchanged.
public struct MeasuredRecord: Sendable {
  /// The record's name.
  public let name: String
  /// Its path as the user would type it.
  public let path: String
  /// Who was recorded: normal ranges go by age and sex.
  public let patient: Patient
  /// Beats, waves and figures.
  public let measurements: Measurements
  /// The flaws of its leads.
  public let quality: LeadQuality
  /// Exchanged electrodes.
  public let leadSwap: LeadSwapAssessment
  /// The fingerprint of what was measured.
  public let digest: RecordingDigest

  /// Measures a recording.
  public init(_ recording: Recording, name: String, path: String, by measurer: ECGMeasurer) {
    self.name = name
    self.path = path
    patient = recording.patient
    measurements = measurer.measure(recording)
    quality = LeadQuality(of: recording)
    leadSwap = LeadSwapAssessment(of: measurements)
    digest = recording.digest()
  }

  /// Reads a record and measures it; files of annotations beside it are not read.
  ///
  /// - Throws: `ECGFileError` or `RecordingError` where it cannot be read or has none of the twelve leads.
  public init(reading reference: RecordReference, by measurer: ECGMeasurer) throws {
    self.init(try Recording(RecordFile.read(reference)), name: reference.name, path: reference.path, by: measurer)
  }

  /// Where a figure lies against the normal range for the patient.
  public func verdict(on quantity: MeasuredQuantity) -> NormalVerdict {
    NormalRanges.verdict(measurements[quantity].value, of: quantity, ageYears: patient.ageYears, sex: patient.sex)
  }

  /// The amplitudes of a lead by the names that programs read.
  static let amplitudes: [(key: String, value: WritableKeyPath<LeadAmplitudes, Double?> & Sendable)] = [
    ("q_mv", \.qMillivolts), ("r_mv", \.rMillivolts), ("s_mv", \.sMillivolts), ("net_qrs_mv", \.netQRSMillivolts),
    ("net_qrs_mvms", \.netQRSMillivoltMilliseconds), ("st_j60_mv", \.stJ60Millivolts), ("t_mv", \.tMillivolts),
  ]

  /// What is wrong with a lead, by the names that programs read.
  func flaws(of lead: Lead) -> [String] { quality.absent.contains(lead) ? ["absent"] : quality[lead].map(\.rawValue) }

  /// Why there is no value, by the key whose value is null; a lead of which nothing is known has one reason, `leads.V1`.
  var reasons: [(key: String, words: String)] {
    var reasons = MeasuredQuantity.allCases.compactMap { quantity in
      measurements[quantity].reason.map { (key: quantity.key, words: $0.words) }
    }
    if measurements.qrsAxisInterval == nil {
      let words = measurements[.qrsAxis].reason?.words ?? MeasurementGap.tooFewBeats.words
      reasons += ["qrs_axis_low_deg", "qrs_axis_high_deg"].map { (key: $0, words: words) }
    }
    for lead in Lead.allCases {
      let amplitudes = measurements.leads[lead.rawValue]
      let missing = Self.amplitudes.filter { amplitudes[keyPath: $0.value] == nil }.map(\.key)
      if missing.count == Self.amplitudes.count {
        reasons.append((key: "leads.\(lead.name)", words: whyNothing(in: lead)))
      } else {
        reasons += missing.map { key in
          let words =
            switch key {
            case "t_mv": "no T wave in this lead"
            case "st_j60_mv": "the record ends before"
            default: "no QRS complex in this lead"
            }
          return (key: "leads.\(lead.name).\(key)", words: words)
        }
      }
    }
    if let words = leadSwap.unknownBecause { reasons.append((key: "lead_swap", words: words)) }
    return reasons
  }

  private func whyNothing(in lead: Lead) -> String {
    if quality.absent.contains(lead) { return "not recorded" }
    if quality[lead].contains(.off) { return "no signal" }
    return measurements.beats.isEmpty ? MeasurementGap.noBeats.words : "no QRS complex in this lead"
  }
}
