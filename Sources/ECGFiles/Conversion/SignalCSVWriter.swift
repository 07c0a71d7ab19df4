import ECG
import Files
import Foundation
import PlainText

/// Writes a record as comma-separated values: a column of seconds, then one column a signal.
public enum SignalCSVWriter {
  /// Writes `time_s,<names>` and one row a sample, lines ending in LF, each number in the fewest digits that read back to the same value, missing samples empty.
  ///
  /// Signals with several samples a frame have all of them, at their times; a signal has an empty field in the rows between its own samples.
  ///
  /// - Throws: ``ECGFileError`` where the record is not whole, has so many rates that the table would be all but empty, or the file cannot be created or
  ///   written; nothing remains then.
  public static func write(_ record: SignalRecord, to url: URL) throws {
    try record.checkIsWhole(path: url.path)
    let widths = record.signals.map(\.samplesPerFrame)
    let instants = FrameInstant.all(of: widths)
    try checkSize(record, rowsAFrame: instants.count, path: url.path)
    do throws(FileError) {
      var file = try OutputFile(path: url.path)
      try file.write((CSVWriter.row(["time_s"] + record.signals.map(\.name)) + "\n").utf8)
      var columns = record.signals.map { Column($0) }
      var row: [UInt8] = []
      for frame in 0..<record.frameCount {
        for instant in instants {
          row.removeAll(keepingCapacity: true)
          row.append(contentsOf: instant.seconds(inFrame: frame, rateHertz: record.samplingRateHertz).shortestText.utf8)
          for index in columns.indices {
            row.append(UInt8(ascii: ","))
            guard let sample = instant.sample(of: widths[index]) else { continue }
            columns[index].appendValue(at: frame * widths[index] + sample, to: &row)
          }
          row.append(10)
          try file.write(row)
        }
      }
      try file.finish()
    } catch {
      throw ECGFileError(error)
    }
  }

  /// Refuses a table that is far larger than the samples: one fast signal among very many slow ones.
  private static func checkSize(_ record: SignalRecord, rowsAFrame: Int, path: String) throws(ECGFileError) {
    let sampleCount = record.signals.reduce(0) { $0 + $1.samples.count }
    let (rows, overflow) = record.frameCount.multipliedReportingOverflow(by: rowsAFrame)
    guard !overflow, rows / 64 <= (sampleCount + 1 << 20) / record.signals.count else {
      throw .notRepresentable(
        path: path,
        reason: "\(record.signals.count) signals of so different rates that a table of them would be all but empty; expected a WFDB record")
    }
  }
}

/// An instant in a frame at which a signal has a sample: its sample of some number, of so many in each frame.
private struct FrameInstant {
  let number: Int
  let width: Int

  /// The instants of signals with so many samples a frame, in time order, each once.
  static func all(of widths: [Int]) -> [FrameInstant] {
    var instants: [FrameInstant] = []
    // The fastest signal's own come first where others have the same.
    let all = Set(widths).sorted(by: >).flatMap { width in (0..<width).map { FrameInstant(number: $0, width: width) } }
    for instant in all.enumerated().sorted(by: { isEarlier($0.element, $1.element) ?? ($0.offset < $1.offset) }).map(\.element) {
      if let last = instants.last, isEarlier(last, instant) == nil { continue }
      instants.append(instant)
    }
    return instants
  }

  /// Whether an instant is before another; nil where they are one.
  private static func isEarlier(_ left: FrameInstant, _ right: FrameInstant) -> Bool? {
    let (one, other) = (left.number.multipliedFullWidth(by: right.width), right.number.multipliedFullWidth(by: left.width))
    return one == other ? nil : one < other
  }

  /// The number in its frame of the sample that a signal has at the instant; nil where it has none.
  func sample(of width: Int) -> Int? {
    if width == self.width { return number }
    let (quotient, remainder) = (number * width).quotientAndRemainder(dividingBy: self.width)
    return remainder == 0 ? quotient : nil
  }

  func seconds(inFrame frame: Int, rateHertz: Double) -> Double { Double(frame * width + number) / (rateHertz * Double(width)) }
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
