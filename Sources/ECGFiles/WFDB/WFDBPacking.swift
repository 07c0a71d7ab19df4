extension WFDBEncoding {
  /// The formats that are written, the smallest first.
  ///
  /// Every program that reads WFDB knows them.
  static let written: [WFDBEncoding] = [.integer16, .integer24, .integer32]

  /// The smallest written format that holds values from `lowest` to `highest` besides its mark of a missing sample.
  static func holding(lowest: Int32, highest: Int32) -> WFDBEncoding {
    written.first { encoding in
      let mark = Int64(encoding.missingMark ?? .min)
      return Int64(lowest) > mark && Int64(highest) < -mark
    } ?? .integer32
  }

  /// Appends a stored value, low byte first.
  func pack(_ value: Int32, into bytes: inout [UInt8]) {
    let pattern = UInt32(bitPattern: value)
    for shift in stride(from: UInt32(0), to: UInt32(bits), by: 8) { bytes.append(UInt8(truncatingIfNeeded: pattern >> shift)) }
  }
}
