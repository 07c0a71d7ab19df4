import TerminalUI

/// A table for people: columns as wide as their widest cell, numbers to the right.
public struct TextTable: Sendable {
  private let header: [String]
  private var rows: [[String]] = []
  private let rightAligned: Set<Int>

  /// A table that has only a header yet.
  public init(_ header: [String], rightAligned: Set<Int> = []) {
    self.header = header
    self.rightAligned = rightAligned
  }

  /// Adds a row as long as the header, without control characters.
  public mutating func append(_ row: [String]) { rows.append(row.map(\.withoutControlCharacters)) }

  /// The lines of the table, the header first.
  public var lines: [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].columnCount }.max() ?? 0 }
    return all.map { row in
      let cells = row.enumerated().map { column, text in
        let padding = String(repeating: " ", count: widths[column] - text.columnCount)
        return rightAligned.contains(column) ? padding + text : text + padding
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
