/// One character cell: a scalar, the marks over it, and its style.
///
/// A character two columns wide, as Chinese and Korean have, takes two cells: it stands in the first, and the second is its continuation. Only
/// ``Grid/write(_:column:row:style:maxColumns:)`` makes such pairs, and the grid keeps them together.
public struct Cell: Equatable, Sendable {
  private let value: UInt32
  // Two marks are as many as letters of living languages have; inline, for a screen has thousands of cells.
  private var firstMark: UInt32 = 0
  private var secondMark: UInt32 = 0
  /// What the cell means.
  public var style: Style

  /// A cell that draws a scalar; one that is not exactly one column wide becomes U+FFFD.
  public init(_ scalar: Unicode.Scalar, style: Style = .plain) {
    value = scalar.cellWidth == .one ? scalar.value : 0xFFFD
    self.style = style
  }

  /// The first of two cells of a character two columns wide.
  init(wide scalar: Unicode.Scalar, style: Style) {
    value = scalar.value
    self.style = style
  }

  private init(continuationIn style: Style) {
    value = 0
    self.style = style
  }

  /// The second of two cells of a character two columns wide.
  static func continuation(style: Style) -> Cell { Cell(continuationIn: style) }

  /// An empty cell.
  public static let blank = Cell(" ")

  /// The character.
  public var scalar: Unicode.Scalar { Unicode.Scalar(value) ?? " " }
  /// The marks that are drawn over the character.
  public var marks: [Unicode.Scalar] { firstMark == 0 ? [] : [firstMark, secondMark].filter { $0 != 0 }.compactMap { Unicode.Scalar($0) } }
  /// Their values, 0 where there is none.
  public var markValues: (UInt32, UInt32) { (firstMark, secondMark) }
  /// Whether the cell belongs to the character in the cell before it.
  public var isContinuation: Bool { value == 0 }
  /// Whether the character takes the next cell too.
  var isWide: Bool { value >= 0x1100 && scalar.cellWidth == .two }
  /// Whether nothing is drawn: a space, or braille without dots.
  public var isBlank: Bool { value == 0x20 || value == 0x2800 }

  /// Adds a mark, if there is room for one.
  mutating func add(mark: Unicode.Scalar) {
    if firstMark == 0 { firstMark = mark.value } else if secondMark == 0 { secondMark = mark.value }
  }
}

extension String.UnicodeScalarView {
  /// Appends what a cell draws: nothing for the second cell of a wide character.
  mutating func append(_ cell: Cell) {
    guard !cell.isContinuation else { return }
    append(cell.scalar)
    append(contentsOf: cell.marks)
  }
}
