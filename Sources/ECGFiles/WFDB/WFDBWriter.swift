import ECG
import Files
import Foundation

/// Writes a record as WFDB: a header `name.hea` and one signal file `name.dat` beside it.
public enum WFDBWriter {
  /// Writes a record, both files beside their places first, so that a failure leaves nothing behind.
  ///
  /// Digital samples, gain, baseline and unit are kept; the signal format is 16, or 24 or 32 where values need it. Physical samples are stored in steps
  /// of a power of ten. The record's comments are written as they are where they state its patient and diagnoses, and otherwise after
  /// `#Age`, `#Sex`, `#Patient` and `#Dx` lines in the form of the PhysioNet/CinC Challenge.
  ///
  /// - Parameters:
  ///   - record: signals of `frameCount × samplesPerFrame` samples each.
  ///   - url: the record, with the extension `hea` or `dat` or none. Its name may hold letters, digits, `-` and `_`.
  /// - Throws: ``ECGFileError``.
  public static func write(_ record: SignalRecord, to url: URL) throws {
    let base = url.deletingExtension(["hea", "dat"])
    let name = base.lastPathComponent
    guard !name.isEmpty, name.utf8.allSatisfy(\.isAllowedInRecordName) else {
      throw ECGFileError.notRepresentable(path: url.path, reason: "a WFDB record's name may hold only letters, digits, - and _")
    }
    try record.checkIsWhole(path: url.path)
    let signals = record.signals.map(StoredSignal.init)
    let encoding = signals.map(\.smallestEncoding).max { $0.bits < $1.bits } ?? .integer16
    do throws(FileError) {
      var header = try OutputFile(path: base.path + ".hea")
      try header.write(headerText(record, name: name, signals: signals, encoding: encoding).utf8)
      var samples = try OutputFile(path: base.path + ".dat")
      try writeSamples(signals, frames: record.frameCount, encoding: encoding, to: &samples)
      try header.flush()
      try samples.finish()
      do throws(FileError) {
        try header.finish()
      } catch {
        unlink(base.path + ".dat")
        throw error
      }
    } catch {
      throw ECGFileError(error)
    }
  }

  private static func headerText(_ record: SignalRecord, name: String, signals: [StoredSignal], encoding: WFDBEncoding) -> String {
    var lines = ["\(name) \(signals.count) \(record.samplingRateHertz.shortestText) \(record.frameCount)"]
    for signal in signals {
      let spread = signal.samplesPerFrame == 1 ? "" : "x\(signal.samplesPerFrame)"
      let (initial, checksum) = signal.initialValueAndChecksum(encoding)
      let calibration = "\(signal.gain.shortestText)(\(signal.baseline))/\(signal.unit)"
      let line = "\(name).dat \(encoding.rawValue)\(spread) \(calibration) \(encoding.bits) 0 \(initial) \(checksum) 0 \(signal.name)"
      lines.append(line.trimmingWhitespace())
    }
    lines += WFDBClinicalComments.lines(for: record).map { "#" + $0.onOneLine }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func writeSamples(
    _ signals: [StoredSignal], frames: Int, encoding: WFDBEncoding, to file: inout OutputFile
  ) throws(FileError) {
    let mark = encoding.missingMark ?? .min
    let piece = 4096
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: frames, by: piece) {
      bytes.removeAll(keepingCapacity: true)
      for frame in start..<min(start + piece, frames) {
        for signal in signals {
          for index in frame * signal.samplesPerFrame..<(frame + 1) * signal.samplesPerFrame {
            let value = signal.values[index]
            encoding.pack(value == SignalSamples.missing ? mark : value, into: &bytes)
          }
        }
      }
      try file.write(bytes)
    }
  }
}

/// A signal as a header describes it.
private struct StoredSignal {
  let name: String
  let unit: String
  let samplesPerFrame: Int
  let values: [Int32]
  let gain: Double
  let baseline: Int

  init(_ signal: Signal) {
    name = signal.name.onOneLine
    unit = signal.unit.isEmpty ? "mV" : String(signal.unit.map { $0.isWhitespace ? "_" : $0 }).onOneLine
    samplesPerFrame = signal.samplesPerFrame
    switch signal.samples {
    case .digital(let values, let gain, let baseline):
      (self.values, self.gain, self.baseline) = (values, gain, baseline)
    case .physical(let values):
      gain = DecimalSteps.gain(for: values)
      self.values = DecimalSteps.quantised(values, gain: gain)
      baseline = 0
    }
  }

  var smallestEncoding: WFDBEncoding {
    var lowest: Int32 = 0
    var highest: Int32 = 0
    for value in values where value != SignalSamples.missing {
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    return WFDBEncoding.holding(lowest: lowest, highest: highest)
  }

  /// The first stored value and the sum of all modulo 65536, as a signed number.
  func initialValueAndChecksum(_ encoding: WFDBEncoding) -> (initial: Int32, checksum: Int16) {
    let mark = encoding.missingMark ?? .min
    var sum: Int32 = 0
    for value in values { sum &+= value == SignalSamples.missing ? mark : value }
    let first = values.first ?? 0
    return (first == SignalSamples.missing ? mark : first, Int16(truncatingIfNeeded: sum))
  }
}

extension UInt8 {
  fileprivate var isAllowedInRecordName: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    default: self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
    }
  }
}

extension String {
  /// The text with every control character as a blank, so that it cannot end its line.
  fileprivate var onOneLine: String {
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars { scalars.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar) }
    return String(scalars).trimmingWhitespace()
  }
}
