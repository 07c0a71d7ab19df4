/// A note as it was before it was changed.
struct NoteChange: Sendable {
  let caseIndex: Int
  let before: String
  /// Whether the change is stored with a verdict of its own.
  var isStored: Bool
}

extension Update {
  /// Leaves the desk; asks first where a note would be lost, and where the reader wants to be asked about unjudged cases.
  ///
  /// While the store has not answered, it waits for that: a verdict that could not be saved is told to somebody who is still there.
  static func leave(_ state: inout DeskState) -> [Effect] {
    guard state.study != nil, !state.isLeaving else { return [.quit] }
    if state.saving != nil || state.isTakingBack {
      state.isLeaving = true
      state.leavesOnceStored = true
      return []
    }
    let unjudged = state.cases.count { $0.verdict == nil }
    let reason: String
    if let lost = state.noteChanges.last(where: { !$0.isStored && state.cases[$0.caseIndex].note != $0.before }) {
      reason = "the note on \(state.cases[lost.caseIndex].name) is not stored: it needs your verdict"
    } else if state.confirmsLeaving, unjudged > 0 {
      reason = "\(unjudged) of \(state.cases.count) cases have no verdict of yours"
    } else {
      return [.quit]
    }
    state.isLeaving = true
    state.notice = .failure("\(reason); \(keyName(.quit, state)) again quits, any other key stays")
    return [.beep]
  }

  /// Leaves, where that was asked for before the store had answered.
  static func leaveOnceStored(_ state: inout DeskState) -> [Effect] {
    guard state.leavesOnceStored, state.saving == nil, !state.isTakingBack else { return [] }
    state.leavesOnceStored = false
    state.isLeaving = false
    return leave(&state)
  }

  /// Takes back a change of the open case's note that is not stored yet; nil where there is none.
  static func undoNote(in state: inout DeskState) -> [Effect]? {
    guard let last = state.noteChanges.last, !last.isStored, last.caseIndex == state.current else { return nil }
    state.noteChanges.removeLast()
    state.cases[last.caseIndex].note = last.before
    state.notice = .hint(last.before.isEmpty ? "the note is taken back" : "the note is as it was before")
    return []
  }

  /// The note before, where the verdict taken back was only stored again for a note.
  static func restoreNote(ofCase index: Int, in state: inout DeskState) -> Bool {
    guard let last = state.noteChanges.last, last.isStored, last.caseIndex == index else { return false }
    state.noteChanges.removeLast()
    state.cases[index].note = last.before
    return true
  }
}
