extension Collection<UInt8> {
  /// The bytes behind a byte order mark (UTF-8), as programs of Windows put it before a text; all of them where there is none.
  public var withoutByteOrderMark: SubSequence { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...] }

  /// Whether a file holds objects of JSON and no table: its first byte that is no blank is a brace.
  public var isJSONObjects: Bool { withoutByteOrderMark.first { $0 > 0x20 } == UInt8(ascii: "{") }
}
