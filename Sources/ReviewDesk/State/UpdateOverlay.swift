extension Update {
  /// Moves in, or closes, what lies over the traces.
  ///
  /// Verdicts are not taken while something does.
  static func applyToOverlay(_ action: Action, to state: inout DeskState) -> [Effect] {
    switch (state.overlay, action) {
    case (.help, .cancel), (.help, .help): closeHelp(in: &state)
    case (_, .cancel), (.list, .listRecords), (.glyphTest, .glyphTest): state.overlay = .none
    case (_, .verdictPresent), (_, .verdictAbsent), (_, .verdictUnsure), (_, .undo), (_, .redo):
      state.notice = .failure("no verdict: \(keyName(.cancel, state)) closes what lies over the traces first")
      return [.beep]
    case (_, .help): openHelp(in: &state)
    case (_, .listRecords): openList(in: &state)
    case (_, .palette): openPalette(in: &state)
    case (_, .glyphTest): state.overlay = .glyphTest
    case (_, .showResults): return showResults(in: &state)
    case (.help, .search): state.entry = TextEntry(.helpSearch, state.helpSearch)
    case (.help(let scroll), _):
      state.overlay = .help(scroll: max(0, scroll + lines(for: action, page: state.size.rows / 2)))
    case (.list, .search): state.entry = TextEntry(.listFilter, state.list.filter)
    case (.list, .sortList): state.list.order = state.list.order.next
    case (.list(let selected), .confirm):
      guard state.listed.contains(selected) else { return [.beep] }
      state.overlay = .none
      return selected == state.current ? [] : open(selected, in: &state)
    case (.list(let selected), _):
      state.overlay = .list(selected: neighbour(of: selected, by: lines(for: action, page: max(1, state.size.rows - 8)), in: state))
    case (.results(let selected), .confirm):
      guard state.cases.indices.contains(selected) else { return [.beep] }
      state.overlay = .none
      return selected == state.current ? [] : open(selected, in: &state)
    case (.results, .pageRight), (.results, .pageLeft):
      let page = max(1, state.size.rows / 3)
      state.resultsScroll = min(max(0, state.resultsScroll + (action == .pageRight ? page : -page)), ResultsOverlay.lastScroll(state))
    case (.results(let selected), _):
      let last = max(0, (state.results?.cases.count ?? 0) - 1)
      state.overlay = .results(selected: min(max(0, selected + lines(for: action, page: state.size.rows / 3)), last))
    case (.none, _), (.palette, _), (.glyphTest, _): break
    }
    return []
  }

  /// Opens the help over whatever is open.
  static func openHelp(in state: inout DeskState) {
    state.beneathHelp = state.overlay
    state.overlay = .help(scroll: 0)
  }

  private static func closeHelp(in state: inout DeskState) {
    state.overlay = state.beneathHelp
    state.beneathHelp = .none
    state.helpSearch = ""
  }

  /// Opens the list at the open case.
  static func openList(in state: inout DeskState) {
    state.overlay = .list(selected: state.current)
    keepSelectionInList(&state)
  }

  /// Opens the command palette with its line.
  static func openPalette(in state: inout DeskState) {
    state.overlay = .palette(selected: 0)
    state.entry = TextEntry(.command)
  }

  /// Opens the list with a line for its filter.
  static func openSearch(in state: inout DeskState) {
    openList(in: &state)
    state.entry = TextEntry(.listFilter, state.list.filter)
  }

  /// Selects a case that the list shows: the one selected, else the first.
  static func keepSelectionInList(_ state: inout DeskState) {
    guard case .list(let selected) = state.overlay else { return }
    let listed = state.listed
    if !listed.contains(selected), let first = listed.first { state.overlay = .list(selected: first) }
  }

  /// The case some rows further in the list.
  static func neighbour(of selected: Int, by lines: Int, in state: DeskState) -> Int {
    let listed = state.listed
    guard let position = listed.firstIndex(of: selected) else { return listed.first ?? selected }
    return listed[min(max(0, position + lines), listed.count - 1)]
  }

  /// How far a key that moves among records or in time moves in a list.
  private static func lines(for action: Action, page: Int) -> Int {
    switch action {
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
