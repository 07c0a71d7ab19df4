import ECG

/// The lines of a WFDB header, and in which encoding they are.
///
/// Text that is not UTF-8 as a whole is Latin-1, as in older databases. Lines end in LF, CR LF or CR.
public struct WFDBHeaderText: Sendable {
  private let bytes: [UInt8]
  /// Whether the text is UTF-8; Latin-1 where it is not.
  public let isUTF8: Bool

  /// A header's bytes; a byte order mark before them is no part of the text.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    isUTF8 = String(validating: bytes, as: UTF8.self) != nil
  }

  /// Walks over the lines.
  ///
  /// - Parameter body: is given each line without its end.
  func forEachLine<Failure: Error>(_ body: (ArraySlice<UInt8>) throws(Failure) -> Void) throws(Failure) {
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var index = start
    while index < bytes.count {
      if bytes[index] == 10 || bytes[index] == 13 {
        try body(bytes[start..<index])
        if bytes[index] == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { index += 1 }
        start = index + 1
      }
      index += 1
    }
    if start < bytes.count { try body(bytes[start...]) }
  }

  /// All lines, as text.
  public var lines: [String] {
    var lines: [String] = []
    forEachLine { lines.append(text($0)) }
    return lines
  }

  /// The text of every comment line, without `#` and surrounding blanks.
  var comments: [String] {
    var comments: [String] = []
    forEachLine { line in
      let content = line.trimmingBlanks()
      if content.first == UInt8(ascii: "#") { comments.append(text(content.dropFirst().trimmingBlanks())) }
    }
    return comments
  }

  /// Whether the record line may declare segments, so that the header is worth reading for them.
  var mayHaveSegments: Bool {
    var answer: Bool?
    forEachLine { line in
      guard answer == nil else { return }
      let name = line.trimmingBlanks().prefix { !$0.isBlank }
      if let first = name.first, first != UInt8(ascii: "#") { answer = name.contains(UInt8(ascii: "/")) }
    }
    return answer ?? true
  }

  /// Bytes of the header as text.
  func text(_ bytes: ArraySlice<UInt8>) -> String {
    if isUTF8 { return String(decoding: bytes, as: UTF8.self) }
    var scalars = String.UnicodeScalarView()
    for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
    return String(scalars)
  }

  /// Text in the header's own encoding; UTF-8 where that has not all of its characters.
  public func encoded(_ text: String) -> [UInt8] {
    guard !isUTF8, text.unicodeScalars.allSatisfy({ $0.value < 0x100 }) else { return Array(text.utf8) }
    return text.unicodeScalars.map { UInt8($0.value) }
  }

  /// The statements of a `#Dx` line; nil where a line is none.
  public static func diagnoses(in line: String) -> [String]? {
    guard line.utf8.first == UInt8(ascii: "#"), line.utf8.contains(UInt8(ascii: ":")) else { return nil }
    let comment = Substring(line.utf8.drop { $0 == UInt8(ascii: "#") || $0.isBlank })
    guard comment.prefix(while: { $0 != ":" }).trimmingWhitespace().lowercased() == "dx" else { return nil }
    return WFDBClinicalComments([String(comment)]).statements.diagnoses
  }
}

extension UInt8 {
  var isBlank: Bool { self == 32 || self == 9 }
}

extension ArraySlice<UInt8> {
  func trimmingBlanks() -> ArraySlice<UInt8> {
    var rest = drop { $0.isBlank }
    while let last = rest.last, last.isBlank { rest.removeLast() }
    return rest
  }
}
