import TerminalUI

/// What lies over the traces: which of the table's overlays, and what is selected in it.
public struct Overlay: Sendable, Equatable {
  /// Its name in the table; empty where nothing lies over the traces.
  let name: String
  /// The line that is selected, or the first that is in view.
  package var position: Int

  /// An overlay of the table.
  init(_ name: String, _ position: Int = 0) {
    self.name = name
    self.position = position
  }

  /// Nothing lies over the traces.
  public static let none = Overlay("")
}

/// One kind of overlay: what opens it, what keys do in it, and how it is drawn.
///
/// Verdicts are not taken while one lies over the traces; closing it, and going from one to another, is the same for all.
protocol OverlayKind: Sendable {
  /// Its name in the table.
  static var name: String { get }
  /// The action that opens it from anywhere, and closes it.
  static var action: Action { get }
  /// Further actions that open it while nothing lies over the traces.
  static var shortcuts: [Action] { get }
  /// What the help says of keys that mean something of their own in it; nil where none does.
  static var uses: ActionPlace? { get }

  /// Opens it.
  static func open(by action: Action, in state: inout DeskState) -> [Effect]
  /// What a key does in it.
  static func apply(_ action: Action, to state: inout DeskState) -> [Effect]
  /// Closes it.
  static func close(_ state: inout DeskState)
  /// A cell was pressed with the mouse.
  static func press(column: Int, row: Int, in state: inout DeskState) -> [Effect]
  /// The line being typed for it has changed.
  static func follow(_ entry: TextEntry, in state: inout DeskState)
  /// The line was ended; it is gone from the state already.
  static func commit(_ entry: TextEntry, in state: inout DeskState) -> [Effect]
  /// The line was abandoned; it is gone from the state already.
  static func abandon(_ entry: TextEntry, in state: inout DeskState)
  /// The record that is selected in it and whose sheet stands beside it; nil where there is none.
  static func previewed(_ state: DeskState) -> Int?
  /// Whether nothing is seen of the sheet and what stands beside and under it.
  static func coversSheet(_ state: DeskState) -> Bool
  /// Moves the selection while a line is typed.
  static func move(by lines: Int, in state: inout DeskState)

  /// Draws it over the screen.
  static func draw(_ state: DeskState, into grid: inout Grid)
}

extension OverlayKind {
  static var shortcuts: [Action] { [] }
  static var uses: ActionPlace? { nil }

  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    state.overlay = Overlay(name)
    return []
  }

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] { [] }
  static func close(_ state: inout DeskState) { state.overlay = .none }
  static func press(column: Int, row: Int, in state: inout DeskState) -> [Effect] { [] }
  static func follow(_ entry: TextEntry, in state: inout DeskState) {}
  static func commit(_ entry: TextEntry, in state: inout DeskState) -> [Effect] { [] }
  static func abandon(_ entry: TextEntry, in state: inout DeskState) {}
  static func previewed(_ state: DeskState) -> Int? { nil }
  static func coversSheet(_ state: DeskState) -> Bool { false }
  static func move(by lines: Int, in state: inout DeskState) { _ = apply(lines > 0 ? .nextRecord : .previousRecord, to: &state) }
}

/// Where keys mean something of their own, for help that is about what is on the screen.
struct ActionPlace: Sendable {
  /// What the place is called.
  let name: String
  /// What the keys of an action do there.
  let uses: [(action: Action, help: String)]

  /// Keys that go up and down in any list.
  static let moves: [(action: Action, help: String)] = [
    (.nextRecord, "down"), (.previousRecord, "up"), (.pageRight, "a page down"), (.pageLeft, "a page up"),
    (.goStart, "to the first"), (.goEnd, "to the last"),
  ]
  /// Keys that end a choice among records.
  static let ends: [(action: Action, help: String)] = [(.confirm, "open the record selected"), (.cancel, "close")]
  /// The edit mode.
  static let edit = ActionPlace(
    name: "In the edit mode",
    uses: [
      (.panRight, "the caret later, by a sample"), (.panLeft, "the caret earlier, by a sample"), (.nextBeat, "the caret to the next beat"),
      (.previousBeat, "the caret to the beat before"), (.nextMark, "the caret to the next mark"),
      (.previousMark, "the caret to the mark before"),
      (.deleteMark, "delete the mark here; once more: bring it back"), (.markRange, "a range begins here, and ends at the caret"),
      (.everyShape, "the next mnemonic is for every beat shaped as this one"),
      (.markStretch, "a stretch begins here; once more: ends here, and gets a name"),
      (.snapMarks, "whether marks go to the nearest R peak, onset or end"), (.bindLead, "marks for one lead, or for all"),
      (.undo, "take back the last stroke"), (.redo, "make it again"), (.writeAnnotations, "write the file beside the record"),
      (.cancel, "leave the edit mode"),
    ])
  /// The carets.
  static let calipers = ActionPlace(
    name: "With the calipers",
    uses: [
      (.panRight, "the caret later, by a dot"), (.panLeft, "the caret earlier, by a dot"), (.nextBeat, "the caret to the next beat"),
      (.previousBeat, "the caret to the beat before"), (.swapCarets, "the other caret"),
      (.snapToBeat, "the caret to the nearest R peak or boundary"),
      (.marchOut, "repeat the distance over the paper, or not"), (.cancel, "put the calipers away"),
    ])
}

extension Action {
  /// How far a key that moves among records or in time moves in a list.
  func lines(page: Int) -> Int {
    switch self {
    case .nextRecord, .panRight, .nextClass: 1
    case .previousRecord, .panLeft, .previousClass: -1
    case .pageRight, .nextWindow: page
    case .pageLeft, .previousWindow: -page
    case .halfPageRight: max(1, page / 2)
    case .halfPageLeft: -max(1, page / 2)
    case .goStart: -1_000_000
    case .goEnd: 1_000_000
    default: 0
    }
  }
}
