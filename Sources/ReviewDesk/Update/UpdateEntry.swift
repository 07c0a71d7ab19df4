import ECGPaper
import TerminalUI

extension Update {
  /// A key: a letter of the line being typed, else the action that it is bound to.
  static func applyKey(_ key: KeyStroke, to state: inout DeskState) -> [Effect] {
    if state.takesAnnotations { return applyEditKey(key, to: &state) }
    if state.takesStatements { return applyStatementKey(key, to: &state) }
    let action = state.action(for: key)
    guard var entry = state.entry else {
      guard let action else {
        state.notice = .hint("\(key) does nothing here; \(state.keyName(.help)) lists the keys")
        return []
      }
      return apply(.action(action), to: &state)
    }
    if entry.type(key) {
      state.entry = entry
      follow(entry, in: &state)
      return entry.isOverfull ? [.beep] : []
    }
    switch (key.key, action) {
    case (.enter, _), (_, .confirm): return commit(entry, in: &state)
    case (.escape, _), (_, .cancel): abandon(entry, in: &state)
    case (.up, _), (.left, _): return move(by: -1, in: &state)
    case (.down, _), (.right, _), (.tab, _): return move(by: 1, in: &state)
    case (_, .quit), (_, .suspend), (_, .redraw): return action.map { apply(.action($0), to: &state) } ?? []
    default: return [.beep]
    }
    return []
  }

  /// Pasted text goes into the line being typed; it never acts as keys.
  static func applyPaste(_ text: String, to state: inout DeskState) -> [Effect] {
    guard var entry = state.entry else {
      state.notice = .hint("pasted text was ignored: verdicts are typed")
      return []
    }
    entry.append(text)
    state.entry = entry
    follow(entry, in: &state)
    return entry.isOverfull ? [.beep] : []
  }

  /// What follows the line while it is typed.
  private static func follow(_ entry: TextEntry, in state: inout DeskState) {
    switch entry.purpose {
    case .listFilter, .helpSearch, .command, .stretchName: state.overlayKind?.follow(entry, in: &state)
    case .time, .note, .leads, .caseNumber, .comment: break
    }
  }

  private static func abandon(_ entry: TextEntry, in state: inout DeskState) {
    state.entry = nil
    switch entry.purpose {
    case .listFilter, .helpSearch, .command, .stretchName: state.overlayKind?.abandon(entry, in: &state)
    case .time, .note, .leads, .caseNumber, .comment: break
    }
  }

  private static func commit(_ entry: TextEntry, in state: inout DeskState) -> [Effect] {
    state.entry = nil
    switch entry.purpose {
    case .time:
      guard let seconds = ClockText.seconds(entry.text.trimmingPrefix(while: \.isWhitespace).description) else {
        state.notice = .failure("'\(entry.text)' is no time; expected seconds, m:ss or h:mm:ss")
        return [.beep]
      }
      if state.edit != nil, let rate = state.recording?.samplingRateHertz {
        return moveEditCaret(to: Int((seconds * rate).rounded()), in: &state)
      }
      return moveStart(to: seconds, in: &state)
    case .note: return attachNote(entry.text, in: &state)
    case .caseNumber: return openCase(numbered: entry.text, in: &state)
    case .leads: return toggleLeads(named: entry.text, in: &state)
    case .comment: return placeComment(entry.text, in: &state)
    case .listFilter, .helpSearch, .command, .stretchName: return state.overlayKind?.commit(entry, in: &state) ?? []
    }
  }

  private static func move(by lines: Int, in state: inout DeskState) -> [Effect] {
    guard let kind = state.overlayKind else { return [.beep] }
    kind.move(by: lines, in: &state)
    return []
  }
}
