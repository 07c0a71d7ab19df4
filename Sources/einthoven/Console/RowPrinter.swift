import PlainText

/// Prints rows of the same columns as a table for people, as CSV, or as one JSON object a row.
struct RowPrinter {
  let columns: [String]
  var rightAligned: Set<Int> = []
  let format: ReportFormat

  func print(_ rows: [[JSONValue]]) throws {
    switch format {
    case .json: for row in rows { try Console.print(JSONValue.object(Array(zip(columns, row))).text) }
    case .csv:
      try Console.print(CSVWriter.row(columns))
      for row in rows { try Console.print(CSVWriter.row(row.map { Self.text($0, digits: nil) })) }
    case .table:
      var table = TextTable(columns.map { $0.replacing("_", with: " ") }, rightAligned: rightAligned)
      for row in rows { table.append(row.map { Self.text($0, digits: 3) }) }
      for line in table.lines { try Console.print(line) }
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
