/// A table of comma-separated values: RFC 4180, UTF-8 with or without a byte order mark, LF or CRLF, quoted fields with embedded line ends.
public struct CSVTable: Sendable, Equatable {
  /// The fields of the first row.
  public let header: [String]
  /// The rows after it, each with its line in the file (1 is the header) for error messages.
  public let rows: [Row]

  /// One row of a table.
  public struct Row: Sendable, Equatable {
    /// Line in the file on which the row starts, counted from 1.
    public let line: Int
    /// Its fields, as many as the header has.
    public let fields: [String]
  }

  /// Parses a table; blank lines are no rows.
  ///
  /// - Throws: ``CSVError`` where the text is not UTF-8, has no header, a quoted field does not end where it should, or a row's length differs
  ///   from the header's.
  public init(parsing bytes: some Collection<UInt8>) throws {
    let parsed = try bytes.withContiguousStorageIfAvailable { try Self.parse($0) }
    (header, rows) = try parsed ?? Array(bytes).withUnsafeBufferPointer { try Self.parse($0) }
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws -> (header: [String], rows: [Row]) {
    var parser = CSVParser(bytes)
    guard let header = try parser.nextRow(expectedCount: nil) else { throw CSVError.empty }
    var rows: [Row] = []
    while let row = try parser.nextRow(expectedCount: header.fields.count) { rows.append(row) }
    return (header.fields, rows)
  }

  /// The position of a column, white space and letter case aside.
  public func column(_ name: String) -> Int? {
    header.firstIndex { $0.filter { !$0.isWhitespace }.lowercased() == name.lowercased() }
  }
}

/// What is wrong with a table of comma-separated values, by line.
public enum CSVError: Error, Equatable, CustomStringConvertible {
  case empty
  case notUTF8(line: Int)
  case unclosedQuote(line: Int)
  case textAfterQuote(line: Int)
  case wrongFieldCount(line: Int, found: Int, expected: Int)

  /// One line for a person.
  public var description: String {
    switch self {
    case .empty: "the table is empty; expected a header row"
    case .notUTF8(let line): "line \(line): not UTF-8 text"
    case .unclosedQuote(let line): "line \(line): a quoted field is not closed"
    case .textAfterQuote(let line): "line \(line): text after the closing quote of a field; expected a comma or the line's end"
    case .wrongFieldCount(let line, let found, let expected): "line \(line): \(found) fields where the header has \(expected)"
    }
  }
}

/// Walks once over the bytes of a table; a field without quotes is decoded where it lies.
private struct CSVParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position: Int
  private var line = 1

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next row that is not blank, nil at the end.
  mutating func nextRow(expectedCount: Int?) throws -> CSVTable.Row? {
    skipBlankLines()
    guard position < bytes.count else { return nil }
    let rowLine = line
    var fields: [String] = []
    fields.reserveCapacity(expectedCount ?? 0)
    while true {
      fields.append(try nextField(rowLine: rowLine))
      guard position < bytes.count, bytes[position] == Self.comma else { break }
      position += 1
    }
    skipLineEnd()
    if let expectedCount, fields.count != expectedCount {
      throw CSVError.wrongFieldCount(line: rowLine, found: fields.count, expected: expectedCount)
    }
    return CSVTable.Row(line: rowLine, fields: fields)
  }

  /// The field at the position, which moves to the comma or line end behind it.
  private mutating func nextField(rowLine: Int) throws -> String {
    if position < bytes.count, bytes[position] == Self.quote { return try quotedField(rowLine: rowLine) }
    let start = position
    while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.lineFeed { position += 1 }
    let endsRow = position == bytes.count || bytes[position] == Self.lineFeed
    if endsRow, position > start, bytes[position - 1] == Self.carriageReturn { position -= 1 }
    return try decode(UnsafeBufferPointer(rebasing: bytes[start..<position]), rowLine: rowLine)
  }

  private mutating func quotedField(rowLine: Int) throws -> String {
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != Self.quote {
        if byte == Self.lineFeed { line += 1 }
        content.append(byte)
      } else if position < bytes.count, bytes[position] == Self.quote {
        content.append(byte)
        position += 1
      } else {
        guard position == bytes.count || bytes[position] == Self.comma || lineEndLength > 0 else {
          throw CSVError.textAfterQuote(line: line)
        }
        return try content.withUnsafeBufferPointer { try decode($0, rowLine: rowLine) }
      }
    }
    throw CSVError.unclosedQuote(line: rowLine)
  }

  private func decode(_ field: UnsafeBufferPointer<UInt8>, rowLine: Int) throws -> String {
    guard let text = String(validating: field, as: UTF8.self) else { throw CSVError.notUTF8(line: rowLine) }
    return text
  }

  private mutating func skipBlankLines() {
    while lineEndLength > 0 { skipLineEnd() }
  }

  private mutating func skipLineEnd() {
    let length = lineEndLength
    guard length > 0 else { return }
    position += length
    line += 1
  }

  /// Bytes of the line end at the position: 1 for LF or a CR that ends the file, 2 for CR LF, 0 where there is none.
  private var lineEndLength: Int {
    guard position < bytes.count else { return 0 }
    if bytes[position] == Self.lineFeed { return 1 }
    guard bytes[position] == Self.carriageReturn else { return 0 }
    if position + 1 == bytes.count { return 1 }
    return bytes[position + 1] == Self.lineFeed ? 2 : 0
  }
}
