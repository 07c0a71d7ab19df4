/// What a mouse did over a cell.
public struct MouseEvent: Equatable, Sendable {
  /// What it did.
  public enum Kind: Equatable, Sendable {
    /// The left button went down.
    case press
    /// The mouse moved with the left button down.
    case drag
    /// The left button was let go.
    case release
    case wheelUp
    case wheelDown
  }

  /// What it did.
  public let kind: Kind
  /// The column under it, from 0.
  public let column: Int
  /// The row under it, from 0.
  public let row: Int

  /// An event.
  public init(_ kind: Kind, column: Int, row: Int) {
    self.kind = kind
    self.column = column
    self.row = row
  }

  /// The event of an SGR report (xterm's mode 1006); nil for buttons that nobody is told about.
  ///
  /// The button's number holds Shift, Alt and Ctrl as 4, 8 and 16, which do not count, 32 for a drag, and 64 for the wheel.
  public init?(button: UInt32, column: Int, row: Int, isRelease: Bool) {
    switch button & ~28 {
    case 0: self.init(isRelease ? .release : .press, column: column, row: row)
    case 32: self.init(.drag, column: column, row: row)
    case 64: self.init(.wheelUp, column: column, row: row)
    case 65: self.init(.wheelDown, column: column, row: row)
    default: return nil
    }
  }
}
