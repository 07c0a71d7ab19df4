import Agreement
import Foundation
import GRDB
import GRDBSQLite

/// The row that SQLite stands on, its columns where SQLite has them: nothing is copied or decoded, and all of it is gone at the next row.
struct ScannedRow {
  fileprivate let statement: SQLiteStatement

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// A whole number; 0 for what is none.
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  /// A number with a fraction; 0 for what is none.
  func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

  /// The bytes of a text in UTF-8; nil where it is null.
  func text(_ column: Int32) -> UnsafeRawBufferPointer? {
    guard let start = sqlite3_column_text(statement, column) else { return nil }
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  /// The bytes of a blob; nil where it is null or empty.
  func blob(_ column: Int32) -> UnsafeRawBufferPointer? {
    guard let start = sqlite3_column_blob(statement, column) else { return nil }
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  /// A text as a string of its own; empty where it is null.
  func string(_ column: Int32) -> String { text(column).map { String(decoding: $0, as: UTF8.self) } ?? "" }

  /// A text as a string of its own; nil where it is null.
  func stringOrNull(_ column: Int32) -> String? { text(column).map { String(decoding: $0, as: UTF8.self) } }

  /// The verdict of a word; nil for one that we do not know.
  func verdict(_ column: Int32) -> Verdict? {
    guard let word = text(column), let letter = word.first else { return nil }
    // Their first letters differ.
    let verdict: Verdict
    switch letter {
    case UInt8(ascii: "p"): verdict = .present
    case UInt8(ascii: "a"): verdict = .absent
    default: verdict = .unsure
    }
    return verdict.rawValue.utf8.elementsEqual(word) ? verdict : nil
  }

  /// Whether the columns hold what they may.
  func matches(_ types: [ColumnType]) -> Bool {
    for (column, type) in types.enumerated() {
      let found = sqlite3_column_type(statement, Int32(column))
      guard found == type.code || (found == SQLITE_NULL && type.mayBeNull) else { return false }
    }
    return true
  }

  /// What a column may hold.
  enum ColumnType {
    case integer, integerOrNull, realOrNull, text, textOrNull, blob

    fileprivate var code: Int32 {
      switch self {
      case .integer, .integerOrNull: SQLITE_INTEGER
      case .realOrNull: SQLITE_FLOAT
      case .text, .textOrNull: SQLITE_TEXT
      case .blob: SQLITE_BLOB
      }
    }

    fileprivate var mayBeNull: Bool {
      switch self {
      case .integerOrNull, .realOrNull, .textOrNull: true
      case .integer, .text, .blob: false
      }
    }
  }
}

extension Database {
  /// Walks over the rows of a query.
  func scan(_ sql: String, arguments: StatementArguments = StatementArguments(), _ body: (ScannedRow) throws -> Void) throws {
    let query = try makeStatement(sql: sql)
    try query.setArguments(arguments)
    let row = ScannedRow(statement: query.sqliteStatement)
    while true {
      switch sqlite3_step(query.sqliteStatement) {
      case SQLITE_ROW: try body(row)
      case SQLITE_DONE: return
      case let code:
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: lastErrorMessage, sql: sql)
      }
    }
  }
}

/// A statement that is run for many rows: values are bound as SQLite takes them, and rows read where they lie.
struct RepeatedStatement {
  private let statement: GRDB.Statement
  private let database: Database
  /// SQLite's word for a text or blob of which it is to make a copy.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  init(_ sql: String, in database: Database) throws {
    statement = try database.cachedStatement(sql: sql)
    self.database = database
  }

  private var handle: SQLiteStatement { statement.sqliteStatement }

  func bind(_ place: Int32, _ number: Int64?) {
    if let number { sqlite3_bind_int64(handle, place, number) } else { sqlite3_bind_null(handle, place) }
  }

  func bind(_ place: Int32, _ number: Double?) {
    if let number { sqlite3_bind_double(handle, place, number) } else { sqlite3_bind_null(handle, place) }
  }

  func bind(_ place: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(handle, place)
      return
    }
    guard !text.isEmpty else {
      // Without a byte there may be no address, which would be null.
      sqlite3_bind_text(handle, place, "", 0, Self.copied)
      return
    }
    text.withUTF8 { bytes in
      _ = bytes.withMemoryRebound(to: CChar.self) { sqlite3_bind_text(handle, place, $0.baseAddress, Int32($0.count), Self.copied) }
    }
  }

  func bind(_ place: Int32, _ blob: Data) {
    _ = blob.withUnsafeBytes { sqlite3_bind_blob(handle, place, $0.baseAddress, Int32($0.count), Self.copied) }
  }

  /// Runs the statement to its end.
  func run() throws {
    while try step() {}
  }

  /// What is made of the first row; nil where there is none.
  func first<Result>(_ body: (ScannedRow) throws -> Result) throws -> Result? {
    defer { sqlite3_reset(handle) }
    return try step() ? try body(ScannedRow(statement: handle)) : nil
  }

  /// Goes to the next row; false, and the statement is ready for other values, where there is none.
  private func step() throws -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    let error = code == SQLITE_DONE ? nil : DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    sqlite3_reset(handle)
    if let error { throw error }
    return false
  }
}
