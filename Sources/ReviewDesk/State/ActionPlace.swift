/// Where keys mean something of their own, for help that is about what is on the screen.
struct ActionPlace {
  /// What the place is called.
  let name: String
  /// What the keys of an action do there.
  let uses: [(action: Action, help: String)]

  /// The place that the reader is in, or was in before the help was opened; nil where nothing special holds.
  init?(_ state: DeskState) {
    switch state.overlay {
    case .help: self.init(overlay: state.beneathHelp, hasCalipers: state.calipers != nil)
    default: self.init(overlay: state.overlay, hasCalipers: state.calipers != nil)
    }
  }

  private init?(overlay: Overlay, hasCalipers: Bool) {
    switch overlay {
    case .list:
      self.init(name: "In this list", uses: Self.moves + [(.search, "filter it"), (.sortList, "sort it by the next column")] + Self.ends)
    case .results: self.init(name: "In these results", uses: Self.moves + Self.ends)
    case .none where hasCalipers: self.init(name: "With the calipers", uses: Self.calipers)
    default: return nil
    }
  }

  private init(name: String, uses: [(action: Action, help: String)]) {
    self.name = name
    self.uses = uses
  }

  private static let moves: [(action: Action, help: String)] = [
    (.nextRecord, "down"), (.previousRecord, "up"), (.pageRight, "a page down"), (.pageLeft, "a page up"),
    (.goStart, "to the first"), (.goEnd, "to the last"),
  ]
  private static let ends: [(action: Action, help: String)] = [(.confirm, "open the record selected"), (.cancel, "close")]
  private static let calipers: [(action: Action, help: String)] = [
    (.panRight, "the caret later, by a dot"), (.panLeft, "the caret earlier, by a dot"), (.nextBeat, "the caret to the next beat"),
    (.previousBeat, "the caret to the beat before"), (.swapCarets, "the other caret"), (.snapToBeat, "the caret to the nearest R peak"),
    (.marchOut, "repeat the distance over the paper, or not"), (.cancel, "put the calipers away"),
  ]
}

extension Action.Entry {
  /// Whether the action does something on the desk as it is, rather than say why not.
  func isAvailable(in state: DeskState) -> Bool {
    guard !needsStudy || state.study != nil else { return false }
    return switch action {
    case .reveal: state.study?.allowsReveal == true
    case .redo: !state.takenBack.isEmpty
    case .showResults: state.results != nil
    case .swapCarets, .snapToBeat, .marchOut: state.calipers != nil
    case .allLeads: state.whatIf != nil
    default: true
    }
  }
}
