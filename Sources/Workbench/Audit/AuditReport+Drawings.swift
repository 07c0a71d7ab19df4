import ECG
import ECGFiles
import ECGPaper
import ECGSignal
import Evaluation
import Reports

extension AuditReport {
  /// More drawings than this make a file that no browser likes.
  public static let mostDrawings = 50

  /// The limb beats of the first rows' records; nil of one that cannot be drawn.
  public func drawings(rows: Int) -> [String?] {
    let drawn = Replicates.spread(min(rows, Self.mostDrawings)) { row -> String? in
      let record = record(ofRow: row)
      guard let recording = try? Recording(RecordFile.read(record.reference)) else { return nil }
      return LimbBeatsSketch(Measurements(of: recording), title: record.reference.name).svg(hasVoltages: record.facts?.hasVoltages ?? true)
    }
    return drawn + [String?](repeating: nil, count: max(0, rows - drawn.count))
  }

  /// The axes of all records by label of a diagnosis, and by source.
  public func axisSheet(of diagnosis: Diagnosis) -> AxisSheet {
    AxisSheet(
      records.records.compactMap { record in
        guard let axis = record.facts?[.qrsAxis], record.labels[diagnosis] != .unknown else { return nil }
        return AxisSheet.Dot(axis: axis, source: record.source, isPresent: record.labels[diagnosis] == .present)
      }, diagnosis: diagnosis)
  }

  /// The records of an audit of one diagnosis as a study draws them.
  public var candidates: [AuditStudy.Candidate] { order.map { AuditStudy.Candidate(records.records[$0.label.record], $0.label) } }
}
