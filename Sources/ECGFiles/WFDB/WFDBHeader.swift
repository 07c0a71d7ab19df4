import ECG
import Files

/// A WFDB header as its text has it: syntax is checked, truth is not (header(5) of the WFDB Applications Guide).
struct WFDBHeader {
  /// How the header is named in messages.
  var file: String
  /// The length of the header file.
  var byteCount: Int
  /// Frames per second as stated, true or not; nil where the record line has none.
  var statedSamplingRateHertz: Double?
  /// Frames in the record; nil where the header does not say (missing or 0).
  var frameCount: Int?
  /// One entry a signal line.
  var signals: [SignalLine] = []
  /// One entry a segment line; nil in a record of one segment.
  var segments: [SegmentLine]?
  /// Signals that the record line declares.
  var signalCount = 0
  /// Segments that the record line declares; 1 where it declares none.
  var segmentCount = 1
  /// The text of every comment line, without `#` and surrounding white space.
  var comments: [String] = []

  /// What is odd about the header and does no harm.
  var warnings: [RecordWarning] = []

  /// The rate of a record line without one.
  static let defaultSamplingRateHertz = 250.0
  /// Units of the converter per physical unit where a header gives none (header(5): `WFDB_DEFGAIN`).
  static let defaultGain = 200.0
  /// The longest header that is read.
  static let largestByteCount = 4 << 20

  /// One signal of a header.
  struct SignalLine {
    var line: Int
    var fileName: String
    var formatCode: Int
    var samplesPerFrame = 1
    var skewFrames = 0
    var byteOffset = 0
    /// Units of the converter per physical unit; nil where missing or 0.
    var gain: Double?
    var statedBaseline: Int?
    var unit = "mV"
    var converterZero = 0
    var initialValue: Int?
    var checksum: Int?
    var name = ""

    /// Whether the initial value and the checksum are zeros that stand for "not known".
    var hasPlaceholders: Bool { checksum == 0 && initialValue == 0 }

    /// The converter's value at physical zero; where not stated, the middle of the converter's range.
    var baseline: Int { statedBaseline ?? converterZero }
  }

  /// One segment of a multi-segment header.
  struct SegmentLine {
    var line: Int
    var name: String
    var frameCount: Int

    /// Whether this is a gap in the record: no file, every sample missing.
    var isGap: Bool { name == "~" }
  }

  /// Memory that the header takes, about.
  var memory: Int { comments.count * 64 + signals.count * MemoryLayout<SignalLine>.stride + byteCount }

  /// Frames per second.
  var samplingRateHertz: Double { statedSamplingRateHertz ?? Self.defaultSamplingRateHertz }

  /// Whether the first segment is the layout of a record whose segments hold differing signals.
  var hasVariableLayout: Bool { segments?.first?.frameCount == 0 }

  /// Reads and parses a header file.
  ///
  /// - Throws: ``ECGFileError`` where it is missing, too long, or breaks the grammar.
  init(path: String, shownAs shownPath: String) throws(ECGFileError) {
    try self.init(parsing: Self.bytes(path: path, shownAs: shownPath), file: shownPath)
  }

  /// The bytes of a header file.
  ///
  /// - Throws: ``ECGFileError`` where it is missing or too long.
  static func bytes(path: String, shownAs shownPath: String) throws(ECGFileError) -> [UInt8] {
    do throws(FileError) {
      return try RegularFile(path: path, shownAs: shownPath).contents(limit: largestByteCount)
    } catch {
      switch error {
      case .tooLong(_, let byteCount?, let limit):
        throw .badHeader(file: shownPath, line: nil, problem: "\(byteCount) bytes; expected a header of at most \(limit)")
      case .notRegular: throw .badHeader(file: shownPath, line: nil, problem: error.problem)
      default: throw ECGFileError(error)
      }
    }
  }

  /// The first error among the header's values that keeps samples from being read; nil where there is none.
  var refusal: ECGFileError? {
    if let refusal = samplingRateRefusal { return refusal }
    if signalCount == 0 { return .badHeader(file: file, line: nil, problem: "declares no signals") }
    return signals.lazy.compactMap(refusal(of:)).first
  }

  /// The rates that are believed: one frame in two hours to a million a second.
  static let plausibleSamplingRatesHertz = 0.0001...1_000_000

  /// Why the sampling rate cannot be true; nil where it can.
  var samplingRateRefusal: ECGFileError? {
    guard Self.plausibleSamplingRatesHertz.contains(samplingRateHertz) else {
      let range = Self.plausibleSamplingRatesHertz
      return .badHeader(
        file: file, line: nil,
        problem: "the sampling rate is \(samplingRateHertz) Hz; expected a number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return nil
  }

  private func refusal(of signal: SignalLine) -> ECGFileError? {
    let lead = signal.name.isEmpty ? "the signal" : "lead \(signal.name)"
    func refused(_ problem: String) -> ECGFileError { .badHeader(file: file, line: signal.line, problem: "\(lead) \(problem)") }
    if WFDBEncoding(rawValue: signal.formatCode) == nil {
      return refused("has the signal format \(signal.formatCode); expected one of \(WFDBEncoding.allCodes)")
    }
    if let gain = signal.gain, !(1e-9...1e12).contains(gain) {
      return refused("has a gain of \(gain) per \(signal.unit); expected a number from 1e-9 to 1e12")
    }
    if signal.samplesPerFrame < 1 { return refused("has \(signal.samplesPerFrame) samples a frame; expected at least 1") }
    if signal.skewFrames < 0 { return refused("has a skew of \(signal.skewFrames) frames; expected none or a positive number") }
    if signal.byteOffset < 0 { return refused("has a byte offset of \(signal.byteOffset); expected none or a positive number") }
    return nil
  }
}
