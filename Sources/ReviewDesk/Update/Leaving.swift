extension Update {
  /// Leaves the desk; asks first where a note would be lost, and where the reader wants to be asked about unjudged cases.
  ///
  /// While the store has not answered, it waits for that: a verdict that could not be saved is told to somebody who is still there.
  static func leave(_ state: inout DeskState) -> [Effect] {
    guard state.study != nil, state.ledger.leaving == .no else { return [.quit] }
    if state.ledger.onItsWay != .nothing || (state.own?.pending ?? 0) > 0 {
      state.ledger.leaving = .onceStored
      return []
    }
    let unjudged = state.cases.count { $0.verdict == nil }
    let reason: String
    if let displacement = state.displacement, displacement.kept > 0 {
      reason = "verdicts are NOT saved (\(displacement.kept)); \(state.keyName(.confirm)) writes them"
    } else if let lost = state.ledger.noteChanges.last(where: { !$0.isStored && state.cases[$0.caseIndex].note != $0.before }) {
      reason = "the note on \(state.cases[lost.caseIndex].name) is not stored: it needs your verdict"
    } else if state.confirmsLeaving, unjudged > 0 {
      reason = "\(unjudged) of \(state.cases.count) cases have no verdict of yours"
    } else {
      return [.quit]
    }
    state.ledger.leaving = .asked
    state.notice = .failure("\(reason); \(state.keyName(.quit)) again quits, any other key stays")
    return [.beep]
  }

  /// Leaves, where that was asked for before the store had answered.
  static func leaveOnceStored(_ state: inout DeskState) -> [Effect] {
    guard state.ledger.leaving == .onceStored, state.ledger.onItsWay == .nothing, (state.own?.pending ?? 0) == 0 else { return [] }
    state.ledger.leaving = .no
    return apply(.action(.quit), to: &state)
  }
}
