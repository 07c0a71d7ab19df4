/// A table of comma-separated values: RFC 4180, UTF-8 with or without a byte order mark, LF or CRLF, quoted fields with embedded line ends.
///
/// It keeps the bytes and where each field lies in them, ten bytes for each of a table of shortest fields; text is made of a field when somebody asks.
public struct CSVTable: Sendable, Equatable {
  /// The fields of the first row.
  public let header: [String]
  /// The rows after it.
  public let rows: Rows

  /// More columns than this are no table.
  public static let mostColumns = 10_000

  /// The rows of a table.
  public struct Rows: RandomAccessCollection, Sendable {
    fileprivate let cells: CSVCells

    /// The first row.
    public var startIndex: Int { 0 }
    /// Behind the last row.
    public var endIndex: Int { cells.lines.count }
    /// A row.
    public subscript(index: Int) -> Row { Row(cells: cells, index: index) }
  }

  /// One row of a table.
  public struct Row: Sendable {
    fileprivate let cells: CSVCells
    fileprivate let index: Int

    /// Line in the file on which the row starts, counted from 1: 1 is the header.
    public var line: Int { Int(cells.lines[index]) }
    /// A field, by its column.
    public subscript(column: Int) -> String { cells.field(index * cells.columnCount + column) }
    /// All fields, as many as the header has.
    public var fields: [String] { (0..<cells.columnCount).map { self[$0] } }
  }

  /// Parses a table; blank lines are no rows.
  ///
  /// - Throws: ``CSVError`` where the text is not UTF-8, has no header or too many columns, a quoted field does not end where it should, or a
  ///   row's length differs from the header's.
  public init(parsing bytes: some Collection<UInt8>) throws {
    let bytes = Array(bytes)
    let (header, cells) = try bytes.withUnsafeBufferPointer { buffer in
      var parser = CSVParser(buffer)
      return try parser.table(of: bytes)
    }
    self.header = header
    rows = Rows(cells: cells)
  }

  /// The position of a column, white space and letter case aside.
  public func column(_ name: String) -> Int? {
    header.firstIndex { $0.filter { !$0.isWhitespace }.lowercased() == name.lowercased() }
  }

  /// Whether two tables hold the same.
  public static func == (left: CSVTable, right: CSVTable) -> Bool {
    left.header == right.header && left.rows.elementsEqual(right.rows) { $0.line == $1.line && $0.fields == $1.fields }
  }
}

/// The bytes of a table, and where its fields lie in them.
private struct CSVCells: Sendable {
  var bytes: [UInt8]
  let columnCount: Int
  var lines: [UInt32] = []
  /// First byte of each field, behind its quote where it has one.
  var starts: [UInt32] = []
  /// Its length in bytes; the highest bit says that it holds doubled quotes.
  var lengths: [UInt32] = []

  static let hasDoubledQuotes: UInt32 = 1 << 31

  func field(_ index: Int) -> String {
    let start = Int(starts[index])
    let length = Int(lengths[index] & ~Self.hasDoubledQuotes)
    let text = bytes[start..<start + length]
    guard lengths[index] & Self.hasDoubledQuotes != 0 else { return String(decoding: text, as: UTF8.self).withoutFormulaGuard }
    var content: [UInt8] = []
    var wasQuote = false
    for byte in text {
      let isSecond = wasQuote && byte == UInt8(ascii: "\"")
      if !isSecond { content.append(byte) }
      wasQuote = byte == UInt8(ascii: "\"") && !isSecond
    }
    return String(decoding: content, as: UTF8.self).withoutFormulaGuard
  }
}

/// What is wrong with a table of comma-separated values, by line.
public enum CSVError: Error, Equatable, CustomStringConvertible {
  case empty
  case notUTF8(line: Int)
  case unclosedQuote(line: Int)
  case textAfterQuote(line: Int)
  case wrongFieldCount(line: Int, found: Int, expected: Int)
  case tooManyColumns

  /// One line for a person.
  public var description: String {
    switch self {
    case .empty: "the table is empty; expected a header row"
    case .notUTF8(let line): "line \(line): not UTF-8 text"
    case .unclosedQuote(let line): "line \(line): a quoted field is not closed"
    case .textAfterQuote(let line): "line \(line): text after the closing quote of a field; expected a comma or the line's end"
    case .wrongFieldCount(let line, let found, let expected): "line \(line): \(found) fields where the header has \(expected)"
    case .tooManyColumns: "line 1: more than \(CSVTable.mostColumns) columns; expected a table of fewer"
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

  /// Where a field lies.
  private struct Place {
    var start: Int
    var length: Int
    var hasDoubledQuotes = false
  }

  /// The whole table; `whole` are the bytes that this walks over.
  mutating func table(of whole: [UInt8]) throws -> (header: [String], cells: CSVCells) {
    skipBlankLines()
    guard position < bytes.count, bytes.count < Int(CSVCells.hasDoubledQuotes) else { throw CSVError.empty }
    var header = CSVCells(bytes: whole, columnCount: 0)
    let columnCount = try row(expectedCount: nil, into: &header)
    let names = (0..<columnCount).map { header.field($0) }
    var cells = CSVCells(bytes: whole, columnCount: columnCount)
    // Exactly as many as there can be: an array that grows takes twice its length and more.
    let separators = bytes[position...].reduce(into: (commas: 0, ends: 0)) { count, byte in
      if byte == Self.comma { count.commas += 1 } else if byte == Self.lineFeed { count.ends += 1 }
    }
    let most = separators.commas + separators.ends + 1
    cells.starts.reserveCapacity(most)
    cells.lengths.reserveCapacity(most)
    cells.lines.reserveCapacity(min(separators.ends, most / columnCount) + 1)
    while true {
      skipBlankLines()
      guard position < bytes.count else { break }
      cells.lines.append(UInt32(truncatingIfNeeded: line))
      _ = try row(expectedCount: columnCount, into: &cells)
    }
    return (names, cells)
  }

  /// Walks over a row and adds its fields, as many as are told.
  private mutating func row(expectedCount: Int?, into cells: inout CSVCells) throws -> Int {
    let rowLine = line
    var count = 0
    while true {
      let place = try nextField(rowLine: rowLine)
      count += 1
      if count <= expectedCount ?? CSVTable.mostColumns {
        cells.starts.append(UInt32(truncatingIfNeeded: place.start))
        cells.lengths.append(UInt32(truncatingIfNeeded: place.length) | (place.hasDoubledQuotes ? CSVCells.hasDoubledQuotes : 0))
      } else if expectedCount == nil {
        throw CSVError.tooManyColumns
      }
      guard position < bytes.count, bytes[position] == Self.comma else { break }
      position += 1
    }
    skipLineEnd()
    if let expectedCount, count != expectedCount {
      throw CSVError.wrongFieldCount(line: rowLine, found: count, expected: expectedCount)
    }
    return count
  }

  /// The field at the position, which moves to the comma or line end behind it.
  private mutating func nextField(rowLine: Int) throws -> Place {
    if position < bytes.count, bytes[position] == Self.quote { return try quotedField(rowLine: rowLine) }
    let start = position
    while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.lineFeed { position += 1 }
    let endsRow = position == bytes.count || bytes[position] == Self.lineFeed
    if endsRow, position > start, bytes[position - 1] == Self.carriageReturn { position -= 1 }
    return try checked(Place(start: start, length: position - start), rowLine: rowLine)
  }

  private mutating func quotedField(rowLine: Int) throws -> Place {
    position += 1
    var place = Place(start: position, length: 0)
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != Self.quote {
        if byte == Self.lineFeed { line += 1 }
      } else if position < bytes.count, bytes[position] == Self.quote {
        place.hasDoubledQuotes = true
        position += 1
      } else {
        guard position == bytes.count || bytes[position] == Self.comma || lineEndLength > 0 else {
          throw CSVError.textAfterQuote(line: line)
        }
        place.length = position - 1 - place.start
        return try checked(place, rowLine: rowLine)
      }
    }
    throw CSVError.unclosedQuote(line: rowLine)
  }

  private func checked(_ place: Place, rowLine: Int) throws -> Place {
    let field = UnsafeBufferPointer(rebasing: bytes[place.start..<place.start + place.length])
    guard field.allSatisfy({ $0 < 0x80 }) || String(validating: field, as: UTF8.self) != nil else { throw CSVError.notUTF8(line: rowLine) }
    return place
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
