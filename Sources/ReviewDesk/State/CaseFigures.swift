import ECGSignal
import LabelReview

extension RecordingFigures {
  /// What lists show of findings.
  init(_ findings: RecordFindings) {
    let measurements = findings.measurements
    self.init(
      heartRate: measurements[.heartRate].value, qrsMilliseconds: measurements[.qrsDuration].value,
      qrsAxisDegrees: measurements[.qrsAxis].value, quality: findings.quality.record.rawValue)
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
