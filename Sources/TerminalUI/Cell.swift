/// One character cell: a scalar exactly one column wide, and its style.
public struct Cell: Equatable, Sendable {
  private let value: UInt32
  /// What the cell means.
  public var style: Style

  /// A cell that draws a scalar; one that is not exactly one column wide becomes U+FFFD.
  public init(_ scalar: Unicode.Scalar, style: Style = .plain) {
    value = scalar.cellWidth == .one ? scalar.value : 0xFFFD
    self.style = style
  }

  /// An empty cell.
  public static let blank = Cell(" ")

  /// The character.
  public var scalar: Unicode.Scalar { Unicode.Scalar(value) ?? " " }
  /// Whether nothing is drawn: a space, or braille without dots.
  public var isBlank: Bool { value == 0x20 || value == 0x2800 }
}
