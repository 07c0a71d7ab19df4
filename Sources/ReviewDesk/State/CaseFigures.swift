import ECG
import ECGSignal
import LabelReview

extension RecordingFigures {
  /// What lists show of findings.
  init(_ findings: RecordFindings) { self.init(findings.measurements, findings.quality) }

  /// What lists show of a recording that nothing was found out about yet: they need not know whether electrodes were exchanged.
  init(of recording: Recording) { self.init(Measurements(of: recording), LeadQuality(of: recording)) }

  private init(_ measurements: Measurements, _ quality: LeadQuality) {
    self.init(
      heartRate: measurements[.heartRate].value, qrsMilliseconds: measurements[.qrsDuration].value,
      qrsAxisDegrees: measurements[.qrsAxis].value, quality: quality.record.rawValue)
  }
}

extension Measurements {
  /// What is stored with a verdict: every figure of the record that could be measured, by its quantity's name, and the ends of the axis's interval.
  var stored: [String: Double] {
    var stored: [String: Double] = [:]
    for quantity in MeasuredQuantity.allCases { stored[quantity.key] = self[quantity].value }
    stored["qrs_axis_low_deg"] = qrsAxisInterval?.low
    stored["qrs_axis_high_deg"] = qrsAxisInterval?.high
    return stored
  }
}
