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

  /// What the header says of the patient and the diagnoses.
  public var statements: RecordStatements { WFDBClinicalComments(comments).statements }

  /// Where a header states diagnoses.
  public struct DiagnosisLine: Sendable {
    /// How a line states them.
    public enum Form: Sendable {
      /// A list, `#Dx: …`.
      case list
      /// A field such as `#<diagnoses>: …`; without a value it begins a block of lines that are statements.
      case field
      /// A statement of a block.
      case blockMember
    }

    /// The number of the line, from 0, in ``WFDBHeaderText/lines``.
    public let number: Int
    /// How it states them.
    public let form: Form
    /// Its statements; none where it says that nothing is known, or begins a block.
    public let statements: [String]
    /// Whether it begins a block.
    public let beginsBlock: Bool
  }

  /// The lines that state diagnoses, or could: lists and beginnings of blocks without a statement too.
  public var diagnosisLines: [DiagnosisLine] {
    var found: [DiagnosisLine] = []
    var reader = WFDBClinicalComments()
    var number = -1
    forEachLine { line in
      number += 1
      let content = line.trimmingBlanks()
      guard content.first == UInt8(ascii: "#") else { return }
      let comment = text(content.dropFirst().trimmingBlanks())
      let (count, wasInBlock) = (reader.statements.diagnoses.count, reader.isInDiagnosisBlock)
      reader.read(comment)
      let statements = Array(reader.statements.diagnoses[count...])
      let isMember = wasInBlock && reader.isInDiagnosisBlock && !WFDBClinicalComments.beginsBlock(comment)
      let isList = !isMember && WFDBClinicalComments.isList(comment)
      let beginsBlock = reader.isInDiagnosisBlock && !isMember
      guard !statements.isEmpty || isList || beginsBlock else { return }
      found.append(
        DiagnosisLine(
          number: number, form: isMember ? .blockMember : isList ? .list : .field, statements: statements, beginsBlock: beginsBlock))
    }
    return found
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
