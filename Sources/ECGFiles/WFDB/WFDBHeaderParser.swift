import ECG

/// The grammar of a header: a record line, then one line a signal or a segment, with `#` comments anywhere.
extension WFDBHeader {
  /// The longest line that is read; a name, or a statement in a comment, is shorter.
  private static let longestLine = 1 << 16
  /// The longest line of a signal or segment.
  private static let longestEntry = 4096
  /// More lines than this are no header.
  private static let mostLines = 200_000
  /// More signals than this are not believed.
  private static let largestSignalCount = 1 << 16

  /// Parses the bytes of a header file.
  ///
  /// Text that is not UTF-8 is read as Latin-1. Lines end in LF, CR LF or CR; fields are separated by blanks and tabs.
  ///
  /// - Throws: ``ECGFileError/badHeader(file:line:problem:)`` with the line.
  init(parsing bytes: [UInt8], file: String) throws(ECGFileError) {
    self.file = file
    byteCount = bytes.count
    let text = WFDBHeaderText(bytes)
    var number = 0
    var hasRecordLine = false
    try text.forEachLine { (line) throws(ECGFileError) in
      number += 1
      guard number <= Self.mostLines else {
        throw .badHeader(file: file, line: number, problem: "more lines than any header has; expected at most \(Self.mostLines)")
      }
      let content = line.trimmingBlanks()
      guard let first = content.first else { return }
      let isComment = first == UInt8(ascii: "#")
      let longest = isComment ? Self.longestLine : Self.longestEntry
      guard content.count <= longest else {
        throw .badHeader(file: file, line: number, problem: "\(content.count) bytes; expected a line of at most \(longest)")
      }
      if isComment {
        comments.append(text.text(content.dropFirst().trimmingBlanks()))
        return
      }
      let fields = HeaderFields(content, of: text, file: file, line: number)
      if content.contains(0) {
        throw .badHeader(file: file, line: number, problem: "a zero byte; expected text")
      } else if !hasRecordLine {
        try parseRecordLine(fields)
        hasRecordLine = true
      } else {
        try parseEntry(fields)
      }
    }
    guard hasRecordLine else { throw .badHeader(file: file, line: nil, problem: "no record line; expected a WFDB header") }
    try checkCounts()
  }

  /// Parses a line after the record line; what follows the last declared signal is disregarded, as header(5) has it.
  private mutating func parseEntry(_ fields: HeaderFields) throws(ECGFileError) {
    if let count = segments?.count {
      if count == segmentCount { throw fields.surplus("segments", declared: segmentCount) }
      segments?.append(try Self.segmentLine(fields))
    } else if signals.count < signalCount {
      signals.append(try Self.signalLine(fields))
    } else if warnings.isEmpty {
      warnings.append(RecordWarning("\(file), line \(fields.number): not one of the \(signalCount) declared signals; disregarded"))
    }
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
    // Where no baseline is stated it is the ADC zero, which is negated and added to in 64 bits.
    guard (-Int(Int32.max)...Int(Int32.max)).contains(zero) else {
      throw line.expected("an ADC zero such as 0", found: Array("\(zero)".utf8)[...])
    }
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
    guard let value = Int(decimal: digits), (-Int(Int32.max)...Int(Int32.max)).contains(value) else {
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
  private let header: WFDBHeaderText
  private var remaining: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>, of header: WFDBHeaderText, file: String, line: Int) {
    self.file = file
    self.header = header
    number = line
    remaining = bytes
  }

  /// What has not been taken up to a comment, without the blanks around it: a signal's name.
  var rest: String { text(remaining.prefix { $0 != UInt8(ascii: "#") }.trimmingBlanks()) }

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
  func text(_ bytes: ArraySlice<UInt8>) -> String { header.text(bytes) }

  func surplus(_ what: String, declared count: Int) -> ECGFileError {
    .badHeader(file: file, line: number, problem: "a line after those of the \(count) declared \(what); expected a comment or the end")
  }

  func expected(_ what: String, found: ArraySlice<UInt8>) -> ECGFileError {
    let found = found.isEmpty ? "found nothing" : "found \"\(text(found).prefix(60))\""
    return .badHeader(file: file, line: number, problem: "\(found); expected \(what)")
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
