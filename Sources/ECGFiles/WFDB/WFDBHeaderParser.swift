/// The grammar of a header: a record line, then one line a signal or a segment, with `#` comments anywhere.
extension WFDBHeader {
  /// The longest line that is read.
  private static let longestLine = 1 << 20
  /// More signals than this are not believed.
  private static let largestSignalCount = 1 << 16

  /// Parses the bytes of a header file.
  ///
  /// Text that is not UTF-8 is read as Latin-1. Lines end in LF, CR LF or CR; fields are separated by blanks and tabs.
  ///
  /// - Throws: ``ECGFileError/badHeader(file:line:problem:)`` with the line.
  init(parsing bytes: [UInt8], file: String) throws(ECGFileError) {
    self.file = file
    let isUTF8 = String(validating: bytes, as: UTF8.self) != nil
    var number = 0
    var hasRecordLine = false
    for line in Self.lines(of: bytes) {
      number += 1
      guard line.count <= Self.longestLine else {
        throw .badHeader(file: file, line: number, problem: "\(line.count) bytes; expected a line of at most \(Self.longestLine)")
      }
      let content = line.trimmingBlanks()
      guard let first = content.first else { continue }
      if first == UInt8(ascii: "#") {
        comments.append(String(header: content.dropFirst().trimmingBlanks(), isUTF8: isUTF8))
        continue
      }
      let fields = HeaderFields(content, isUTF8: isUTF8, file: file, line: number)
      if content.contains(0) {
        throw .badHeader(file: file, line: number, problem: "a zero byte; expected text")
      } else if !hasRecordLine {
        try parseRecordLine(fields)
        hasRecordLine = true
      } else if let count = segments?.count {
        if count == segmentCount { throw fields.surplus("segments", declared: segmentCount) }
        segments?.append(try Self.segmentLine(fields))
      } else {
        if signals.count == signalCount { throw fields.surplus("signals", declared: signalCount) }
        signals.append(try Self.signalLine(fields))
      }
    }
    guard hasRecordLine else { throw .badHeader(file: file, line: nil, problem: "no record line; expected a WFDB header") }
    try checkCounts()
  }

  private func checkCounts() throws(ECGFileError) {
    if let segments, segments.count != segmentCount {
      throw .badHeader(file: file, line: nil, problem: "declares \(segmentCount) segments but has \(segments.count) segment lines")
    }
    if segments == nil, signals.count != signalCount {
      throw .badHeader(file: file, line: nil, problem: "declares \(signalCount) signals but has \(signals.count) signal lines")
    }
  }

  /// Parses a record line.
  ///
  /// `name[/segments] signals [rate[/counter rate[(base counter)]] [frames [time [date]]]]`
  private mutating func parseRecordLine(_ line: HeaderFields) throws(ECGFileError) {
    var fields = line
    let name = fields.next()
    if let slash = name.firstIndex(of: UInt8(ascii: "/")) {
      let count = name[(slash + 1)...]
      guard let value = Int(decimal: count), value > 0 else { throw line.expected("a positive number of segments", found: count) }
      segmentCount = value
      segments = []
    }
    let count = fields.next()
    guard let value = Int(decimal: count), value >= 0 else {
      throw line.expected("the number of signals after the record's name", found: count)
    }
    guard value <= Self.largestSignalCount else { throw line.expected("at most \(Self.largestSignalCount) signals", found: count) }
    signalCount = value
    let rates = fields.next()
    guard !rates.isEmpty else { return }
    let rate = rates.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "(") }
    if !rate.isEmpty {
      guard let value = Double(headerNumber: rate) else { throw line.expected("a sampling rate", found: rate) }
      statedSamplingRateHertz = value
    }
    let frames = fields.next()
    guard !frames.isEmpty else { return }
    guard let value = Int(decimal: frames), value >= 0 else { throw line.expected("a number of samples", found: frames) }
    frameCount = value == 0 ? nil : value
  }

  /// Parses a signal line.
  ///
  /// `file format[xsamples a frame][:skew][+offset] [gain[(baseline)][/unit] [resolution [zero [initial [checksum [block [name]]]]]]]`
  private static func signalLine(_ line: HeaderFields) throws(ECGFileError) -> SignalLine {
    var fields = line
    let fileName = fields.next()
    let format = fields.next()
    guard !format.isEmpty else { throw line.expected("a file name and a signal format", found: []) }
    var signal = SignalLine(line: line.number, fileName: line.text(fileName), formatCode: 0)
    try signal.parseFormat(format, of: line)
    let gain = fields.next()
    guard !gain.isEmpty else { return signal }
    try signal.parseGain(gain, of: line)
    // Each field may be left out with all after it but the name, so the first that is no integer begins the name.
    guard fields.nextInteger() != nil else { return signal.named(fields.rest) }
    guard let zero = fields.nextInteger() else { return signal.named(fields.rest) }
    signal.converterZero = zero
    signal.initialValue = fields.nextInteger()
    guard signal.initialValue != nil else { return signal.named(fields.rest) }
    signal.checksum = fields.nextInteger()
    guard signal.checksum != nil else { return signal.named(fields.rest) }
    _ = fields.nextInteger()
    return signal.named(fields.rest)
  }

  /// Parses a segment line: `name frames`.
  private static func segmentLine(_ line: HeaderFields) throws(ECGFileError) -> SegmentLine {
    var fields = line
    let name = fields.next()
    let count = fields.next()
    guard !count.isEmpty else { throw line.expected("a segment's name and its number of samples", found: []) }
    guard let frames = Int(decimal: count), frames >= 0 else { throw line.expected("a segment's number of samples", found: count) }
    return SegmentLine(line: line.number, name: line.text(name), frameCount: frames)
  }

  /// Whether a header's record line may declare segments, so that it is worth reading; looks at the header's first bytes only.
  static func mayHaveSegments(path: String) -> Bool {
    guard let input = try? InputFile(path: path, shownAs: path), let bytes = try? input.prefix(4096) else { return true }
    for line in lines(of: bytes) {
      let name = line.trimmingBlanks().prefix { !$0.isBlank }
      if let first = name.first, first != UInt8(ascii: "#") { return name.contains(UInt8(ascii: "/")) }
    }
    return true
  }

  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var index = start
    while index < bytes.count {
      if bytes[index] == 10 || bytes[index] == 13 {
        lines.append(bytes[start..<index])
        if bytes[index] == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { index += 1 }
        start = index + 1
      }
      index += 1
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    return lines
  }
}

extension WFDBHeader.SignalLine {
  /// Parses a format: `format[xsamples a frame][:skew][+offset]`.
  fileprivate mutating func parseFormat(_ text: ArraySlice<UInt8>, of line: HeaderFields) throws(ECGFileError) {
    var rest = text
    var mark: UInt8?
    repeat {
      let digits = rest.prefix { $0 != UInt8(ascii: "x") && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "+") }
      rest = rest[digits.endIndex...]
      guard let value = Int(decimal: digits) else { throw line.expected("a signal format such as 16, 212x2 or 16:3+24", found: text) }
      switch mark {
      case UInt8(ascii: "x"): samplesPerFrame = value
      case UInt8(ascii: ":"): skewFrames = value
      case UInt8(ascii: "+"): byteOffset = value
      default: formatCode = value
      }
      mark = rest.popFirst()
    } while mark != nil
  }

  /// Parses a calibration: `gain[(baseline)][/unit]`.
  fileprivate mutating func parseGain(_ text: ArraySlice<UInt8>, of line: HeaderFields) throws(ECGFileError) {
    let calibration = text.prefix { $0 != UInt8(ascii: "/") }
    let unitText = text[calibration.endIndex...].dropFirst()
    if !unitText.isEmpty { unit = line.text(unitText) }
    let number = calibration.prefix { $0 != UInt8(ascii: "(") }
    if !number.isEmpty {
      guard let value = Double(headerNumber: number) else { throw line.expected("a gain such as 200(0)/mV", found: text) }
      gain = value == 0 ? nil : value
    }
    guard number.endIndex < calibration.endIndex else { return }
    let digits = calibration[(number.endIndex + 1)...].prefix { $0 != UInt8(ascii: ")") }
    guard let value = Int(decimal: digits), Int32(exactly: value) != nil else {
      throw line.expected("a baseline such as (0)", found: text)
    }
    statedBaseline = value
  }

  fileprivate func named(_ name: String) -> Self {
    var signal = self
    signal.name = name
    return signal
  }
}

/// The fields of one line, taken one after the other; bytes until somebody needs text, for a folder may hold many thousand headers.
private struct HeaderFields {
  let number: Int
  private let file: String
  private let isUTF8: Bool
  private var remaining: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>, isUTF8: Bool, file: String, line: Int) {
    self.file = file
    self.isUTF8 = isUTF8
    number = line
    remaining = bytes
  }

  /// What has not been taken, without the blanks before it.
  var rest: String { text(remaining.drop { $0.isBlank }) }

  /// Takes the next field; empty where there is none.
  mutating func next() -> ArraySlice<UInt8> {
    let start = remaining.drop { $0.isBlank }
    let field = start.prefix { !$0.isBlank }
    remaining = start[field.endIndex...]
    return field
  }

  /// Takes the next field if it is an integer.
  mutating func nextInteger() -> Int? {
    let before = remaining
    if let value = Int(decimal: next()) { return value }
    remaining = before
    return nil
  }

  /// Bytes of this line as text.
  func text(_ bytes: ArraySlice<UInt8>) -> String { String(header: bytes, isUTF8: isUTF8) }

  func surplus(_ what: String, declared count: Int) -> ECGFileError {
    .badHeader(file: file, line: number, problem: "a line after those of the \(count) declared \(what); expected a comment or the end")
  }

  func expected(_ what: String, found: ArraySlice<UInt8>) -> ECGFileError {
    let found = found.isEmpty ? "found nothing" : "found \"\(text(found).prefix(60))\""
    return .badHeader(file: file, line: number, problem: "\(found); expected \(what)")
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 32 || self == 9 }
}

extension ArraySlice<UInt8> {
  fileprivate func trimmingBlanks() -> ArraySlice<UInt8> {
    var rest = drop { $0.isBlank }
    while let last = rest.last, last.isBlank { rest.removeLast() }
    return rest
  }
}

extension String {
  /// The text of a header's bytes: UTF-8, or Latin-1 where the header as a whole is not UTF-8.
  fileprivate init(header bytes: ArraySlice<UInt8>, isUTF8: Bool) {
    if isUTF8 {
      self.init(decoding: bytes, as: UTF8.self)
    } else {
      var scalars = String.UnicodeScalarView()
      for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
      self.init(scalars)
    }
  }
}

extension Int {
  /// A whole number in decimal digits with or without a sign.
  fileprivate init?(decimal digits: ArraySlice<UInt8>) {
    let sign = digits.first == UInt8(ascii: "-") ? -1 : 1
    let magnitude = digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") ? digits.dropFirst() : digits
    guard !magnitude.isEmpty else { return nil }
    var value = 0
    for byte in magnitude {
      guard (48...57).contains(byte) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      // With its sign in every step, so that the least integer is one too.
      let (sum, sumOverflow) = tens.addingReportingOverflow(sign * Int(byte - 48))
      if overflow || sumOverflow { return nil }
      value = sum
    }
    self = value
  }
}

extension Double {
  /// A decimal number; `nan`, `inf` and hexadecimal, which Swift would read, are none.
  fileprivate init?(headerNumber text: ArraySlice<UInt8>) {
    // Most are whole and short, and such a number is exact.
    if text.count <= 15, let whole = Int(decimal: text) {
      self = Double(whole)
      return
    }
    guard text.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
    guard let value = Double(String(decoding: text, as: UTF8.self)) else { return nil }
    self = value
  }
}
