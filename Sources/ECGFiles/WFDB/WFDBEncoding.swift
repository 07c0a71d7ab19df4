/// The signal formats of WFDB that store samples uncompressed (signal(5) of the WFDB Applications Guide); the raw value is the format's number.
enum WFDBEncoding: Int, CaseIterable, Sendable {
  /// One byte a sample: the difference from the sample before.
  case differences8 = 8
  /// Two bytes, little-endian.
  case integer16 = 16
  /// Three bytes, little-endian.
  case integer24 = 24
  /// Four bytes, little-endian.
  case integer32 = 32
  /// Two bytes, big-endian.
  case bigEndian16 = 61
  /// One byte, offset binary: 128 stands for 0.
  case offset8 = 80
  /// Two bytes, little-endian offset binary: 32768 stands for 0.
  case offset16 = 160
  /// Two samples of 12 bits in three bytes.
  case packed12 = 212
  /// Three samples of 10 bits in four bytes; the low bit of each byte pair is unused.
  case packed10 = 310
  /// Three samples of 10 bits in four bytes, the unused bits at the top.
  case packed10Dense = 311

  /// All format numbers, for messages.
  static let allCodes = allCases.map { String($0.rawValue) }.joined(separator: ", ")

  /// Bits of a stored sample.
  var bits: Int {
    switch self {
    case .differences8, .offset8: 8
    case .packed10, .packed10Dense: 10
    case .packed12: 12
    case .integer16, .bigEndian16, .offset16: 16
    case .integer24: 24
    case .integer32: 32
    }
  }

  /// The value that marks a missing sample, the lowest that the format holds; nil for format 8, which has none.
  var missingMark: Int32? {
    self == .differences8 ? nil : Int32(truncatingIfNeeded: -1 << (bits - 1))
  }

  /// Samples that are stored together, and the bytes they take.
  var group: (samples: Int, bytes: Int) {
    switch self {
    case .packed12: (2, 3)
    case .packed10, .packed10Dense: (3, 4)
    default: (1, bits / 8)
    }
  }

  /// The bytes that `count` samples take, the last group cut where its samples end; nil where that overflows.
  func byteCount(ofSamples count: Int) -> Int? {
    let (groups, remainder) = count.quotientAndRemainder(dividingBy: group.samples)
    let (whole, overflow) = groups.multipliedReportingOverflow(by: group.bytes)
    let tail: Int
    switch (self, remainder) {
    case (_, 0): tail = 0
    case (.packed10, 2): tail = 4
    default: tail = remainder + 1
    }
    let (total, sumOverflow) = whole.addingReportingOverflow(tail)
    return overflow || sumOverflow ? nil : total
  }

  /// The samples that `count` bytes hold.
  func sampleCount(inBytes count: Int) -> Int {
    let (groups, remainder) = count.quotientAndRemainder(dividingBy: group.bytes)
    return groups * group.samples + remainder * group.samples / group.bytes
  }
}
