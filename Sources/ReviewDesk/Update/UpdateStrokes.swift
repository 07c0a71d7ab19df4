import TerminalUI

extension Update {
  /// A key struck at a time: what it does, unless it judges and a keyboard repeats it because it is held down.
  ///
  /// A key that judges counts at once where another was struck before it, or the same one long before. The same one soon before, it waits a moment: where it
  /// comes again meanwhile, it is held down, and neither counts.
  static func applyStroke(_ key: KeyStroke, at milliseconds: Int, to state: inout DeskState) -> [Effect] {
    let since = state.strokes.strike(key, at: milliseconds)
    guard judges(key, in: state) else { return settle(in: &state) + applyKey(key, to: &state) }
    guard let since else { return settle(in: &state) + applyKey(key, to: &state) }
    if since < Strokes.shortestMilliseconds {
      _ = state.strokes.take()
      return refuse(held: key, in: &state)
    }
    let effects = settle(in: &state)
    // One that is refused in any case is refused at once.
    guard since < Strokes.longestDelayMilliseconds, state.viewedTicket == state.ticket else { return effects + applyKey(key, to: &state) }
    let number = state.strokes.wait(key, ticket: state.ticket)
    return effects + [.settleStroke(number, afterMilliseconds: Strokes.shortestMilliseconds)]
  }

  /// The key that waited was not struck again: it counts, where the record it was struck on is still the open one.
  static func settle(_ number: Int? = nil, in state: inout DeskState) -> [Effect] {
    guard let waiting = state.strokes.take(number) else { return [] }
    guard waiting.ticket == state.ticket else {
      state.ledger.waiting.remark = Ledger.Waiting.tooEarly
      state.notice = .failure("no verdict: [\(waiting.key)] was struck on the record before this one")
      return [.beep]
    }
    return applyKey(waiting.key, to: &state)
  }

  /// Whether a key gives a verdict or takes one back where the desk is now.
  private static func judges(_ key: KeyStroke, in state: DeskState) -> Bool {
    guard state.entry == nil, state.overlay == .none, state.study != nil else { return false }
    if state.edit != nil {
      // There taking back is of strokes, one of which is much like another.
      return state.asksForMarks && state.action(for: key).map { Action.verdicts.contains($0) } ?? false
    }
    return state.action(for: key).map { Action.judging.contains($0) || Action.relabelling.contains($0) } ?? false
  }

  /// Says that a key is held down, beside the word that a verdict is saved where that stands there.
  private static func refuse(held key: KeyStroke, in state: inout DeskState) -> [Effect] {
    let words = "[\(key)] is held down, which counts once"
    if state.ledger.onItsWay != .nothing { state.ledger.waiting.remark = words }
    switch state.notice {
    case .saved(let clock, let what):
      if !what.hasSuffix(words) { state.notice = .saved(clock: clock, what: "\(what) — \(words)") }
    case .takenBack(let what):
      if !what.hasSuffix(words) { state.notice = .takenBack("\(what) — \(words)") }
    case .failure: break
    case .none, .hint: state.notice = .hint(words)
    }
    return []
  }
}
