import Foundation
import LabelReview

extension Update {
  /// A verdict is on disk: says so, then does what was asked for meanwhile, or opens the next case.
  static func takeInSaved(
    _ verdict: Verdict, ofCase index: Int, at time: Date, seconds: Double?, in state: inout DeskState
  ) -> [Effect] {
    let after = state.afterSaving
    state.saving = nil
    state.afterSaving = AfterSaving()
    let isSecond = state.cases[index].isRevealed
    if isSecond { state.cases[index].verdictAfterReveal = verdict } else { state.cases[index].verdict = verdict }
    if !isSecond { state.cases[index].seconds = seconds }
    let clock = ClockText.timeOfDay(time)
    let name = state.cases[index].name
    let what = "\(name): \(state.study?.answer(verdict) ?? verdict.rawValue)" + (isSecond ? " after reveal" : "")
    state.notice = .saved(clock: clock, what: what + (after.hasRefused ? " — a key came too early" : ""))
    if after.takesBack {
      state.noteChanges.removeAll { !$0.isStored && $0.caseIndex == index }
      state.isTakingBack = true
      return [.undo]
    }
    if index == state.current, let effects = storeNote(typedAfter: after.note, with: verdict, in: &state) { return effects }
    // A note is stored with the verdict it waited for.
    state.noteChanges.removeAll { !$0.isStored && $0.caseIndex == index }
    if state.study?.allowsReveal == true, !isSecond {
      // The case stays open, or there would be nothing to uncover.
      let keys = "\(keyName(.reveal, state)) uncovers, \(keyName(.nextUnjudged, state)) goes on"
      state.notice = .saved(clock: clock, what: "\(what) — \(keys)")
      return []
    }
    // The record that a note is being written about stays, too.
    let isNoting = state.entry?.purpose == .note
    return after.staysOpen || isNoting ? [] : advance(from: index, in: &state)
  }

  /// Stores the open case's verdict once more, where its note was finished while the verdict was being saved with the one before.
  private static func storeNote(typedAfter stored: String, with verdict: Verdict, in state: inout DeskState) -> [Effect]? {
    let index = state.current
    guard state.cases[index].note != stored else { return nil }
    state.noteChanges.removeAll { !$0.isStored && $0.caseIndex == index }
    state.noteChanges.append(NoteChange(caseIndex: index, before: stored, isStored: true))
    let effects = save(verdict, in: &state)
    state.afterSaving.staysOpen = true
    return effects
  }

  /// A verdict is taken back: its case opens, unless a note is being written about another.
  static func takeInUndone(
    _ takenBack: Verdict, standing: Verdict?, ofCase index: Int, in state: inout DeskState
  ) -> [Effect] {
    if state.cases[index].isRevealed {
      state.cases[index].verdictAfterReveal = standing
    } else {
      state.cases[index].verdict = standing
    }
    let early = state.afterSaving.hasRefused ? " — a key came too early" : ""
    state.afterSaving = AfterSaving()
    let answer = state.study?.answer(takenBack) ?? takenBack.rawValue
    let stays = index == state.current || state.entry?.purpose == .note
    let name = state.cases[index].name
    if standing == takenBack, restoreNote(ofCase: index, in: &state) {
      let effects = stays ? [] : open(index, in: &state)
      state.notice = .hint("the note on \(name) is as it was before; your verdict stands: \(answer)" + early)
      return effects
    }
    state.takenBack.append((index, takenBack))
    let effects = stays ? [] : open(index, in: &state)
    state.notice = .hint("taken back: \(answer) on \(name)" + early)
    return effects
  }

  /// Nothing has changed on disk: says so, and drops what would have followed.
  static func takeInFailure(_ reason: String, in state: inout DeskState) -> [Effect] {
    state.notice = .failure((state.isTakingBack ? "NOT taken back: " : "NOT saved: ") + reason)
    if state.afterSaving.staysOpen, !state.noteChanges.isEmpty { state.noteChanges[state.noteChanges.count - 1].isStored = false }
    state.saving = nil
    state.isTakingBack = false
    state.leavesOnceStored = false
    state.afterSaving = AfterSaving()
    return [.beep]
  }
}
