/// A text for people in blocks, the same whether it is printed on a terminal or set as Markdown.
public struct Document: Sendable, Equatable {
  /// A part of a document.
  public enum Block: Sendable, Equatable {
    /// A heading, of the first level or one below it.
    case heading(String, level: Int = 3)
    /// Lines of text that belong together.
    case paragraph([String])
    /// A table.
    case table(Table)
    /// A drawing, with what it shows in words.
    case figure(svg: String, caption: String)
  }

  /// A table: first columns of words, then columns of numbers.
  public struct Table: Sendable, Equatable {
    /// What the columns are called.
    public let header: [String]
    /// The rows, each as long as the header.
    public let rows: [[String]]
    /// How many columns, from the left, hold words.
    public let wordColumns: Int
    /// Who stands above some columns, and how many; empty where nobody does.
    public let groups: [Group]
    /// Who stands beside the rows; nil where nobody does.
    public let rowGroup: String?

    /// A name over neighbouring columns.
    public struct Group: Sendable, Equatable {
      /// The name.
      public let name: String
      /// How many columns, behind those of the group before.
      public let columns: Int

      /// A name over so many columns.
      public init(_ name: String, columns: Int) {
        self.name = name
        self.columns = columns
      }
    }

    /// A table of rows as long as the header.
    public init(_ header: [String], _ rows: [[String]], wordColumns: Int = 1) {
      self.header = header
      self.rows = rows
      self.wordColumns = wordColumns
      groups = []
      rowGroup = nil
    }

    /// A cross table: rows of one thing, which are called something, by columns of one or several others.
    public init(rowGroup: String, rowNames: [String], groups: [Group], columnNames: [String], cells: [[String]]) {
      header = ["", ""] + columnNames
      rows = zip(rowNames, cells).enumerated().map { index, row in [index == 0 ? rowGroup : "", row.0] + row.1 }
      wordColumns = 2
      self.groups = groups
      self.rowGroup = rowGroup
    }

    /// The header with the groups' names before the columns'.
    var fullHeader: [String] {
      let names = groups.flatMap { [String](repeating: $0.name + " ", count: $0.columns) }
      let first = header.count - names.count
      return header.enumerated().map { index, name in index < first ? name : names[index - first] + name }
    }
  }

  /// The blocks in order.
  public var blocks: [Block]

  /// A document of blocks.
  public init(_ blocks: [Block] = []) { self.blocks = blocks }

  /// A document that goes on with another.
  public static func + (first: Document, second: Document) -> Document { Document(first.blocks + second.blocks) }
}

// MARK: Writers

extension Document {
  /// Lines for a terminal: a blank line between blocks, tables in columns as wide as their widest cell.
  ///
  /// Drawings have no place there; their words stand for them.
  public var textLines: [String] {
    joined { block in
      switch block {
      case .heading(let text, _): [text]
      case .paragraph(let lines): lines
      case .table(let table): table.textLines
      case .figure(_, let caption): [caption]
      }
    }
  }

  /// Lines of Markdown, tables as GitHub reads them; a drawing is named by its words.
  public var markdownLines: [String] {
    joined { block in
      switch block {
      case .heading(let text, let level): [String(repeating: "#", count: max(1, level)) + " " + text]
      case .paragraph(let lines): lines
      case .table(let table): table.markdownLines
      case .figure(_, let caption): [caption]
      }
    }
  }

  private func joined(_ lines: (Block) -> [String]) -> [String] { Array(blocks.map(lines).joined(separator: [""])) }
}

extension Document.Table {
  /// One group's name stands above the table, not before each column.
  fileprivate var textLines: [String] {
    let isLong = groups.count > 1
    var table = TextTable(isLong ? fullHeader : header, rightAligned: Set(wordColumns..<max(wordColumns, header.count)))
    for row in rows { table.append(row) }
    guard groups.count == 1, let rowGroup else { return table.lines }
    return ["(columns: \(groups[0].name), rows: \(rowGroup))"] + table.lines
  }

  fileprivate var markdownLines: [String] {
    func line(_ cells: [String]) -> String { "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |" }
    let rule = "|" + header.indices.map { $0 < wordColumns ? "---|" : "---:|" }.joined()
    return [line(fullHeader), rule] + rows.map(line)
  }
}
