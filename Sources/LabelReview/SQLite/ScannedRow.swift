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
