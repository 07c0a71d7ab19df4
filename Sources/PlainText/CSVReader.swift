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

  /// Parses a table.
  ///
  /// - Throws: ``CSVError`` where the text is not UTF-8, has no header, a quote is not closed, or a row's length differs from the header's.
  public init(parsing bytes: some Collection<UInt8>) throws {
    var parser = CSVParser()
    try parser.parse(bytes)
    guard let first = parser.rows.first else { throw CSVError.empty }
    header = first.fields
    rows = Array(parser.rows.dropFirst())
    for row in rows where row.fields.count != header.count {
      throw CSVError.wrongFieldCount(line: row.line, found: row.fields.count, expected: header.count)
    }
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
  case wrongFieldCount(line: Int, found: Int, expected: Int)

  /// One line for a person.
  public var description: String {
    switch self {
    case .empty: "the table is empty; expected a header row"
    case .notUTF8(let line): "line \(line): not UTF-8 text"
    case .unclosedQuote(let line): "line \(line): a quoted field is not closed"
    case .wrongFieldCount(let line, let found, let expected): "line \(line): \(found) fields where the header has \(expected)"
    }
  }
}

/// The state of a parse: fields gather bytes, rows gather fields.
private struct CSVParser {
  var rows: [CSVTable.Row] = []
  private var field: [UInt8] = []
  private var fields: [String] = []
  private var line = 1
  private var rowLine = 1
  private var inQuotes = false
  private var wasQuoted = false

  mutating func parse(_ bytes: some Collection<UInt8>) throws {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    var index = rest.startIndex
    while index != rest.endIndex {
      let byte = rest[index]
      let next = rest.index(after: index)
      if inQuotes {
        if byte == UInt8(ascii: "\"") {
          if next != rest.endIndex, rest[next] == UInt8(ascii: "\"") {
            field.append(byte)
            index = rest.index(after: next)
            continue
          }
          inQuotes = false
        } else {
          if byte == 10 { line += 1 }
          field.append(byte)
        }
      } else {
        switch byte {
        case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted:
          inQuotes = true
          wasQuoted = true
        case UInt8(ascii: ","): try endField()
        case 13 where next == rest.endIndex || rest[next] == 10: break
        case 10: try endRow()
        default: field.append(byte)
        }
      }
      index = next
    }
    if inQuotes { throw CSVError.unclosedQuote(line: rowLine) }
    if !field.isEmpty || !fields.isEmpty || wasQuoted { try endRow() }
  }

  private mutating func endField() throws {
    guard let text = String(validating: field, as: UTF8.self) else { throw CSVError.notUTF8(line: rowLine) }
    fields.append(text)
    field.removeAll(keepingCapacity: true)
    wasQuoted = false
  }

  private mutating func endRow() throws {
    let isBlank = fields.isEmpty && field.isEmpty && !wasQuoted
    if !isBlank {
      try endField()
      rows.append(CSVTable.Row(line: rowLine, fields: fields))
      fields.removeAll(keepingCapacity: true)
    }
    line += 1
    rowLine = line
  }
}
