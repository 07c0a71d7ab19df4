import ECG
import Files
import Foundation

/// Converts recordings to CSV and WFDB.
public enum RecordConverter {
  /// Converts a recording; the output's extension chooses: `.csv`, or a WFDB record (`.hea`, `.dat` or none).
  ///
  /// A twelve-lead record gets the canonical names and order, derived limb leads included, other signals after the twelve; any other record keeps its names
  /// and order. CSV holds the unit of the record, mV for the twelve leads; WFDB keeps the converter's integers and their calibration. Nothing is
  /// filtered or resampled. After a failure no output remains.
  ///
  /// - Returns: what looked suspicious in the record, and what the output does not show as the file has it.
  /// - Throws: ``ECGFileError``, or ``RecordingError`` where two signals stand for one lead.
  @discardableResult
  public static func convert(_ reference: RecordReference, to output: String) throws -> [RecordWarning] {
    let kind = try OutputKind(path: output)
    let target = URL(fileURLWithPath: output)
    let record = try TwelveLeadOrder.arranged(RecordFile.read(reference), inMillivolts: kind == .csv)
    switch kind {
    case .csv:
      try SignalCSVWriter.write(record, to: target)
      let averaged = record.signals.filter { $0.samplesPerFrame > 1 }.map {
        RecordWarning("lead \($0.name) has \($0.samplesPerFrame) samples a frame; the CSV holds their mean")
      }
      return record.warnings + averaged
    case .wfdb:
      try checkThatNothingIsLost(target.deletingExtension(["hea", "dat"]).path, converting: reference)
      try WFDBWriter.write(record, to: target)
      return record.warnings
    }
  }

  /// Refuses an output in place of the record that is converted, or of a signal file that has no header of its own: another record's.
  private static func checkThatNothingIsLost(_ output: String, converting reference: RecordReference) throws(ECGFileError) {
    let header = PathIdentity(output + ".hea")
    if let header, header == PathIdentity(reference.url.path) {
      throw .cannotCreate(path: output, reason: "it is the record that is converted")
    }
    if header == nil, PathKind(output + ".dat") != .missing {
      throw .cannotCreate(path: output, reason: "a signal file of this name exists without a header; it may belong to another record")
    }
  }
}

/// What an output's extension asks for.
private enum OutputKind {
  case csv, wfdb

  init(path: String) throws(ECGFileError) {
    guard !path.isEmpty, PathKind(path) != .folder else {
      throw .cannotCreate(path: path, reason: "a folder; expected the name of a file or record")
    }
    switch URL(fileURLWithPath: path).pathExtension.lowercased() {
    case "csv": self = .csv
    case "", "hea", "dat": self = .wfdb
    default:
      throw .notRepresentable(
        path: path, reason: "unknown kind of output; expected a name that ends in .csv, or a WFDB record (.hea or no extension)")
    }
  }
}
