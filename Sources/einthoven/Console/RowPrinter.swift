import PlainText

/// Prints rows of the same columns as a table for people, as CSV, or as one JSON object a row.
struct RowPrinter {
  let columns: [String]
  var rightAligned: Set<Int> = []
  let format: ReportFormat

  func print(_ rows: some Sequence<[JSONValue]>) throws {
    switch format {
    case .json: try Console.print(rows.lazy.map { JSONValue.object(Array(zip(columns, $0))).text })
    case .csv:
      try Console.print(CSVWriter.row(columns))
      try Console.print(rows.lazy.map { row in CSVWriter.row(row.map { Self.text($0, digits: nil) }) })
    case .table:
      var table = TextTable(columns.map { $0.replacing("_", with: " ") }, rightAligned: rightAligned)
      for row in rows { table.append(row.map { Self.text($0, digits: 3) }) }
      try Console.print(table.lines)
    }
  }

  /// A value as a field: strings bare, null empty in CSV and a dash in tables, numbers in full or with a few digits.
  private static func text(_ value: JSONValue, digits: Int?) -> String {
    switch value {
    case .null: return digits == nil ? "" : "–"
    case .string(let text): return text
    case .number(let number):
      guard let digits else { return value.text }
      return number.formatted(.number.precision(.fractionLength(digits)).grouping(.never).locale(.init(identifier: "en_US_POSIX")))
    default: return value.text
    }
  }
}
