import ECG
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// The mouse moves and selects; it never judges.
@Suite struct MouseTests {
  private let size = Size(columns: 120, rows: 40)

  private func desk(_ recording: String = "heart02") throws -> DeskState {
    var state = try DeskFixture.reviewing(size, recording: recording)
    state.usesMouse = true
    return state
  }

  private func mouse(_ kind: MouseEvent.Kind, _ place: (column: Int, row: Int), _ state: inout DeskState) -> [Effect] {
    Update.apply(.mouse(MouseEvent(kind, column: place.column, row: place.row)), to: &state)
  }

  /// Where a text stands on the screen.
  private func find(_ text: String, _ state: DeskState) throws -> (column: Int, row: Int) {
    let lines = Screen.render(state).plainText()
    let row = try #require(lines.firstIndex { $0.contains(text) }, "no '\(text)' on the screen")
    let before = try #require(lines[row].range(of: text)).lowerBound
    return (lines[row].distance(from: lines[row].startIndex, to: before), row)
  }

  @Test func aClickInTheListOpensTheRecord() throws {
    var state = try desk()
    _ = Update.apply(.action(.listRecords), to: &state)
    #expect(mouse(.press, try find("heart03", state), &state) == [.open(caseIndex: 2, ticket: state.ticket)])
    #expect(state.overlay == .none && state.current == 2)
  }

  @Test func aClickOnAClassSelectsIt() throws {
    var state = try desk()
    let place = try find("LAnFB", state)
    #expect(mouse(.press, place, &state) == [])
    #expect(Diagnosis.all[state.selectedClass].abbreviation == "LAnFB")
    _ = mouse(.press, (place.column, 1), &state)
    #expect(Diagnosis.all[state.selectedClass].abbreviation == "LAnFB", "the frame is no class")
  }

  @Test func theWheelPansAndScrolls() throws {
    var state = try desk("heart22")
    _ = mouse(.wheelDown, (10, 10), &state)
    #expect(state.paper.startSeconds > 0)
    _ = mouse(.wheelUp, (10, 10), &state)
    #expect(state.paper.startSeconds == 0)
    _ = Update.apply(.action(.help), to: &state)
    _ = mouse(.wheelDown, (10, 10), &state)
    #expect(state.overlay == .help(scroll: 3))
  }

  @Test func aCaretIsDragged() throws {
    var state = try desk()
    _ = Update.apply(.action(.calipers), to: &state)
    let start = try find("┃", state)
    _ = mouse(.press, start, &state)
    _ = mouse(.drag, (start.column + 5, start.row), &state)
    let caret = try find("┃", state)
    #expect(caret.column == start.column + 5)
    _ = mouse(.release, caret, &state)
    _ = mouse(.drag, start, &state)
    #expect(try find("┃", state) == caret, "let go is let go")
  }

  @Test func switchedOffItDoesNothingAndNoClickJudges() throws {
    var state = try desk()
    #expect(Update.apply(.action(.toggleMouse), to: &state) == [.reportMouse(false)])
    _ = Update.apply(.action(.listRecords), to: &state)
    #expect(mouse(.press, try find("heart03", state), &state) == [] && state.current == 1)
    _ = Update.apply(.action(.cancel), to: &state)
    #expect(Update.apply(.action(.toggleMouse), to: &state) == [.reportMouse(true)])
    for row in 0..<size.rows {
      for column in stride(from: 0, to: size.columns, by: 3) {
        for kind in [MouseEvent.Kind.press, .drag, .release] {
          #expect(!mouse(kind, (column, row), &state).contains { if case .save = $0 { true } else { false } })
        }
      }
    }
    #expect(state.saving == nil && state.cases[1].verdict == nil)
  }

  @Test func reportsAreRead() {
    #expect(MouseEvent(button: 0, column: 3, row: 4, isRelease: false) == MouseEvent(.press, column: 3, row: 4))
    #expect(MouseEvent(button: 0, column: 3, row: 4, isRelease: true)?.kind == .release)
    #expect(MouseEvent(button: 4 + 32, column: 3, row: 4, isRelease: false)?.kind == .drag, "shift does not count")
    #expect(MouseEvent(button: 64, column: 0, row: 0, isRelease: false)?.kind == .wheelUp)
    #expect(MouseEvent(button: 65, column: 0, row: 0, isRelease: false)?.kind == .wheelDown)
    for button: UInt32 in [1, 2, 33, 66, 128] { #expect(MouseEvent(button: button, column: 0, row: 0, isRelease: false) == nil) }
    func decoded(_ text: String) -> [InputDecoder.Input] {
      var decoder = InputDecoder()
      return decoder.decode(text.unicodeScalars.map { .character($0.value) })
    }
    #expect(decoded("\u{1B}[<0;12;7M1") == [.mouse(MouseEvent(.press, column: 11, row: 6)), .key(.character("1"))])
    #expect(decoded("\u{1B}[<0;12;7m") == [.mouse(MouseEvent(.release, column: 11, row: 6))])
    for nonsense in ["\u{1B}[<0;0;7M", "\u{1B}[<0;7M", "\u{1B}[<1;1;1;1M", "\u{1B}[<99999999999;1;1M", "\u{1B}[<M"] {
      #expect(decoded(nonsense).isEmpty, "\(nonsense.dropFirst())")
    }
  }
}
