import TerminalUI

/// A report for a narrower screen: prose is broken between words; a table is cut between its columns and goes on below, each part with its
/// first column, so that no number is cut.
package enum FoldedReport {
  /// The lines, none longer than `columns` unless a column of a table is.
  package static func lines(_ lines: [String], columns: Int) -> [String] {
    lines.split(separator: "", omittingEmptySubsequences: false).map { paragraph -> [String] in
      guard paragraph.contains(where: { $0.columnCount > columns }) else { return Array(paragraph) }
      let isTable = paragraph.count > 1 && paragraph.allSatisfy { $0.contains("  ") }
      return isTable ? fold(paragraph.map(cells), columns: columns) : paragraph.flatMap { PanelText.wrap($0, columns) }
    }.joined(separator: [""]).map(\.self)
  }

  /// A line column by column: what is drawn in each, with its marks; nothing in the second of a wide character.
  private static func cells(_ line: String) -> [String] {
    var cells: [String] = []
    for scalar in line.unicodeScalars {
      let width = String(scalar).columnCount
      if width == 0, let last = cells.lastIndex(where: { !$0.isEmpty }) { cells[last].unicodeScalars.append(scalar) }
      if width > 0 { cells += [String(scalar)] + Array(repeating: "", count: width - 1) }
    }
    return cells
  }

  /// The parts of a table, a blank line between them.
  private static func fold(_ rows: [[String]], columns: Int) -> [String] {
    let tableColumns = tableColumns(of: rows)
    guard let first = tableColumns.first else { return rows.map { $0.joined() } }
    var parts: [[Range<Int>]] = []
    var width = Int.max
    for column in tableColumns.dropFirst() {
      if width == .max || width + 2 + column.count > columns {
        parts.append([first])
        width = first.count
      }
      parts[parts.count - 1].append(column)
      width += 2 + column.count
    }
    return parts.map { part in
      rows.map { row in
        part.map { column in column.map { $0 < row.count ? row[$0] : " " }.joined() }.joined(separator: "  ")
      }
    }.joined(separator: [""]).map(\.self)
  }

  /// Where the columns of a table lie: between stretches of two blanks or more in every row.
  private static func tableColumns(of rows: [[String]]) -> [Range<Int>] {
    let width = rows.map(\.count).max() ?? 0
    func isBlank(_ position: Int) -> Bool { rows.allSatisfy { position >= $0.count || $0[position] == " " } }
    var columns: [Range<Int>] = []
    for position in 0..<width where !isBlank(position) {
      if let last = columns.last, position - last.upperBound < 2 {
        columns[columns.count - 1] = last.lowerBound..<position + 1
      } else {
        columns.append(position..<position + 1)
      }
    }
    return columns
  }
}
