import ECG
import ECGFiles
import Evaluation
import Foundation
import PlainText

/// What earlier runs of `predict`, `measure` and `train` wrote about the records of an audit.
extension AuditRecords {
  /// Fills in measurements of a file.
  ///
  /// - Returns: how many records have none in it.
  /// - Throws: ``JobError``.
  public mutating func take(measurements bytes: [UInt8], path: String) throws -> Int {
    var index = RecordIndex(records.map(\.reference))
    try MeasurementFile.forEachEntry(bytes, path: path) { entry in
      guard let place = index.place(path: entry.path, name: entry.name, digest: entry.digest) else { return }
      var facts = entry.facts
      facts.patient = records[place].patient
      records[place].facts = facts
    }
    return records.count { $0.facts == nil }
  }

  /// Fills in predictions of a file.
  ///
  /// - Returns: how many records have none in it, and what the file says of the models.
  /// - Throws: ``JobError`` or `EvaluationError`.
  public mutating func take(predictions bytes: [UInt8], path: String) throws -> (missing: Int, models: Set<String>) {
    var index = RecordIndex(records.map(\.reference))
    var models: Set<String> = []
    var hasAny = false
    try PredictionFile.forEachRecord(in: bytes, path: path) { entry in
      if let model = entry.maker.model { models.insert(model) }
      hasAny = true
      guard let place = index.place(path: entry.path, name: entry.name, digest: entry.digest) else { return }
      var prediction = AuditRecord.Prediction()
      for said in entry.classes {
        guard let diagnosis = said.diagnosis, let score = said.score, score.isFinite else { continue }
        guard (0...1).contains(score) else {
          throw JobError.badData("\(path): line \(entry.line): probability \(score); expected a number from 0 to 1")
        }
        // Of merged codes the higher counts.
        let before = prediction.probabilities[diagnosis.index]
        prediction.probabilities[diagnosis.index] = before.isNaN ? score : max(before, score)
        if said.isPositive ?? (score >= said.threshold ?? 0.5) { prediction.positive |= 1 << UInt32(diagnosis.index) }
      }
      records[place].prediction = prediction
    }
    guard hasAny else { throw JobError.badData("\(path): no prediction in it; expected what `einthoven predict` wrote") }
    return (records.count { $0.prediction == nil }, models)
  }

  /// The folds that a training left records out of, by the table that it wrote (MODEL.report.csv: record, path, use, fold): from 1, nil for a record in none.
  ///
  /// - Throws: ``JobError``.
  public func folds(in bytes: [UInt8], path: String) throws -> [Int?] {
    let table: CSVTable
    do { table = try CSVTable(parsing: bytes) } catch { throw JobError.badData("\(path): \(error)") }
    guard let name = table.column("record"), table.column("use") != nil || table.column("fold") != nil else {
      throw JobError.badData(
        "\(path): line 1: expected the columns record and use, as in the MODEL.report.csv of `train --folds`, or record and fold")
    }
    let (pathColumn, use, fold) = (table.column("path"), table.column("use"), table.column("fold"))
    var index = RecordIndex(records.map(\.reference))
    var folds = [Int?](repeating: nil, count: records.count)
    for row in table.rows {
      guard let place = index.place(path: pathColumn.map { row[$0].withControlCharactersRead }, name: row[name].withControlCharactersRead)
      else { continue }
      let dealt = use.flatMap { column in row[column].hasPrefix("fold ") ? Int(row[column].dropFirst(5)) : nil }
      guard let number = dealt ?? fold.flatMap({ Int(row[$0]) }) else { continue }
      guard number >= 1 else { throw JobError.badData("\(path): line \(row.line): fold \(number); expected a number from 1") }
      folds[place] = number
    }
    guard folds.contains(where: { $0 != nil }) else { throw JobError.badData("\(path): no fold of any of these records in it") }
    return folds
  }
}
