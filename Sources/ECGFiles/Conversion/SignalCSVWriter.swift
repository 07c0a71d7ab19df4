import ECG
import Files
import Foundation
import PlainText

/// Writes a record as comma-separated values: a column of seconds, then one column a signal.
public enum SignalCSVWriter {
  /// Writes `time_s,<names>` and one row a frame, lines ending in LF, each number in the fewest digits that read back to the same value, missing samples empty.
  ///
  /// A signal with several samples a frame is averaged to one, as the WFDB library does; the samples of others are not changed.
  ///
  /// - Throws: ``ECGFileError`` where the record is not whole, or the file cannot be created or written; nothing remains then.
  public static func write(_ record: SignalRecord, to url: URL) throws {
    try record.checkIsWhole(path: url.path)
    do throws(FileError) {
      var file = try OutputFile(path: url.path)
      try file.write((CSVWriter.row(["time_s"] + record.signals.map(\.name)) + "\n").utf8)
      var columns = record.signals.map { Column($0.averagedToFrames) }
      var row: [UInt8] = []
      for frame in 0..<record.frameCount {
        row.removeAll(keepingCapacity: true)
        row.append(contentsOf: (Double(frame) / record.samplingRateHertz).shortestText.utf8)
        for index in columns.indices {
          row.append(UInt8(ascii: ","))
          columns[index].appendValue(at: frame, to: &row)
        }
        row.append(10)
        try file.write(row)
      }
      try file.finish()
    } catch {
      throw ECGFileError(error)
    }
  }
}

/// A signal's values as text.
///
/// A converter gives few different integers, so each one's digits are found once and kept.
private struct Column {
  private let samples: SignalSamples
  private let lowest: Int32
  /// For each integer from the lowest on, where its digits are in ``digits``; empty where there are too many to keep.
  private var places: [Range<Int32>?] = []
  private var digits: [UInt8] = []

  private static let mostPlaces = 1 << 18

  init(_ signal: Signal) {
    samples = signal.samples
    guard case .digital(let values, _, _) = signal.samples else {
      lowest = 0
      return
    }
    let present = values.lazy.filter { $0 != SignalSamples.missing }
    lowest = present.min() ?? 0
    let count = Int(present.max() ?? 0) - Int(lowest) + 1
    if count <= Self.mostPlaces { places = Array(repeating: nil, count: count) }
  }

  mutating func appendValue(at index: Int, to row: inout [UInt8]) {
    guard case .digital(let values, _, _) = samples, !places.isEmpty else {
      row.append(contentsOf: text(at: index).utf8)
      return
    }
    let value = values[index]
    guard value != SignalSamples.missing else { return }
    let slot = Int(value) - Int(lowest)
    let place: Range<Int32>
    if let known = places[slot] {
      place = known
    } else {
      let start = Int32(digits.count)
      digits.append(contentsOf: text(at: index).utf8)
      place = start..<Int32(digits.count)
      places[slot] = place
    }
    row.append(contentsOf: digits[Int(place.lowerBound)..<Int(place.upperBound)])
  }

  private func text(at index: Int) -> String {
    let value = samples.physicalValue(at: index)
    return value.isFinite ? value.shortestText : ""
  }
}
