extension Update {
  /// What a key does while something lies over the traces: it closes that, goes to another overlay, or is the overlay's own.
  ///
  /// Verdicts are not taken meanwhile.
  static func apply(_ action: Action, to kind: any OverlayKind.Type, in state: inout DeskState) -> [Effect] {
    switch action {
    case .cancel, kind.action: kind.close(&state)
    case .verdictPresent, .verdictAbsent, .verdictUnsure, .undo, .redo:
      state.notice = .failure("no verdict: \(state.keyName(.cancel)) closes what lies over the traces first")
      return [.beep]
    default:
      if let other = state.furniture.overlays.first(where: { $0.action == action }) { return other.open(by: action, in: &state) }
      return kind.apply(action, to: &state)
    }
    return []
  }
}
