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
        rightAligned.contains(column) ? text.right(in: widths[column]) : text.padded(to: widths[column])
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

extension String {
  /// The text with blanks behind it, so many columns wide on a screen where it is not wider.
  public func padded(to columns: Int) -> String { self + blanks(to: columns) }

  /// The text with blanks before it, so many columns wide on a screen where it is not wider.
  public func right(in columns: Int) -> String { blanks(to: columns) + self }

  private func blanks(to columns: Int) -> String { String(repeating: " ", count: max(0, columns - columnCount)) }
}
