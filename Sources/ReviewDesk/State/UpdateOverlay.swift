extension Update {
  /// Moves in, or closes, what lies over the traces. Verdicts are not taken while something does.
  static func applyToOverlay(_ action: Action, to state: inout DeskState) -> [Effect] {
    switch (state.overlay, action) {
    case (_, .cancel), (.help, .help), (.list, .listRecords):
      state.overlay = .none
    case (_, .verdictPresent), (_, .verdictAbsent), (_, .verdictUnsure), (_, .undo):
      state.notice = .failure("no verdict: close the list first with \(keyName(.cancel, state))")
      return [.beep]
    case (_, .help): state.overlay = .help(scroll: 0)
    case (_, .listRecords): state.overlay = .list(selected: state.current)
    case (.help(let scroll), _):
      state.overlay = .help(scroll: max(0, scroll + lines(for: action, page: state.size.rows / 2)))
    case (.list(let selected), .confirm):
      state.overlay = .none
      return selected == state.current ? [] : open(selected, in: &state)
    case (.list(let selected), _):
      let target = selected + lines(for: action, page: max(1, state.size.rows - 8))
      state.overlay = .list(selected: min(max(0, target), max(0, state.cases.count - 1)))
    case (.none, _): break
    }
    return []
  }

  /// How far a key that moves among records or in time moves in a list.
  private static func lines(for action: Action, page: Int) -> Int {
    switch action {
    case .nextRecord, .panRight, .nextClass: 1
    case .previousRecord, .panLeft, .previousClass: -1
    case .pageRight, .nextWindow: page
    case .pageLeft, .previousWindow: -page
    case .goStart: -1_000_000
    case .goEnd: 1_000_000
    default: 0
    }
  }
}
