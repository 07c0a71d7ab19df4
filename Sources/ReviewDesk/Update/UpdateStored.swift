import Agreement
import ECGPaper
import Foundation
import LabelReview

extension Update {
  /// A verdict is on disk: says so, then does what was asked for meanwhile, or opens the next case.
  static func takeInSaved(
    _ verdict: Verdict, ofCase index: Int, at time: Date, seconds: Double?, in state: inout DeskState
  ) -> [Effect] {
    let after = state.ledger.answered()
    let isSecond = state.cases[index].isRevealed
    if isSecond { state.cases[index].verdictAfterReveal = verdict } else { state.cases[index].verdict = verdict }
    if !isSecond { state.cases[index].seconds = seconds }
    state.cases[index].relabelled.stored(isAfterReveal: isSecond)
    if index == state.current { state.own?.done = after.strokes }
    let clock = ClockText.timeOfDay(time)
    let name = state.cases[index].name
    let what = "\(name): \(state.words(verdict, state.cases[index].relabelled.inPlay(isSecond)))" + (isSecond ? " after reveal" : "")
    state.notice = .saved(clock: clock, what: what + (after.remark.map { " — \($0)" } ?? ""))
    if after.takesBack {
      state.ledger.settleNotes(ofCase: index)
      state.ledger.sendBack()
      return [.undo]
    }
    if index == state.current, let effects = storeNote(typedAfter: after.note, with: verdict, in: &state) { return effects }
    // A note is stored with the verdict it waited for.
    state.ledger.settleNotes(ofCase: index)
    if state.study?.allowsReveal == true, !isSecond {
      // The case stays open, or there would be nothing to uncover.
      let keys = "\(state.keyName(.reveal)) uncovers, the same verdict again goes on"
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
    state.ledger.settleNotes(ofCase: index)
    state.ledger.changed(noteOfCase: index, from: stored, isStored: true)
    return save(verdict, staysOpen: true, in: &state)
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
    let early = state.ledger.answered().remark.map { " — \($0)" } ?? ""
    let answer = state.words(takenBack, state.cases[index].relabelled.takenBack)
    if index == state.current { beginRelabelling(in: &state) }
    let stays = index == state.current || state.entry?.purpose == .note
    let name = state.cases[index].name
    // Where the verdict was only stored again for a note, the note before comes back.
    if standing == takenBack, let before = state.ledger.takeBackNote(ofCase: index, isStored: true) {
      state.cases[index].note = before
      let effects = stays ? [] : open(index, in: &state)
      state.notice = .hint("the note on \(name) is as it was before; your verdict stands: \(answer)" + early)
      return effects
    }
    state.ledger.keep(takenBack: takenBack, ofCase: index)
    let effects = stays ? [] : open(index, in: &state)
    state.notice = .takenBack("taken back: \(answer) on \(name)" + early)
    return effects
  }

  /// Says that the store is gone, as long as verdicts wait for another.
  static func sayWhatIsKept(in state: inout DeskState) {
    guard let displacement = state.displacement else { return }
    state.notice = .failure(displacement.line(state))
  }

  /// The verdicts that were kept are on disk; of those saved before, the ones that could not be brought along count no more.
  static func takeInRescued(
    _ verdicts: [Int: Verdict], place: String, standing: StandingOnDesk, in state: inout DeskState
  ) -> [Effect] {
    state.displacement = nil
    var lost = 0
    for index in state.cases.indices {
      let entry = state.cases[index]
      let (first, second) = (standing.verdicts[index], standing.afterReveal[index])
      if verdicts[index] != nil {
        state.cases[index].relabelled.stored(isAfterReveal: entry.isRevealed)
        state.ledger.settleNotes(ofCase: index)
      } else if (entry.verdict ?? first) != first || (entry.verdictAfterReveal ?? second) != second {
        lost += 1
        state.cases[index].seconds = nil
        state.cases[index].isRevealed = entry.isRevealed && first != nil
        state.cases[index].relabelled.forget()
      }
      (state.cases[index].verdict, state.cases[index].verdictAfterReveal) = (first, second)
    }
    let effects = verdicts[state.current] == nil ? [] : advance(from: state.current, in: &state)
    if lost > 0 {
      let held = standing.verdicts.count == 1 ? "1 verdict" : "\(standing.verdicts.count) verdicts"
      state.notice = .failure("LOST: \(lost) of your earlier verdicts; \(held) of yours in \(place), where the session goes on")
      return effects + [.beep]
    }
    let count = verdicts.count == 1 ? "1 verdict is" : "\(verdicts.count) verdicts are"
    state.notice = .hint("\(count) saved in \(place), where the session goes on")
    return effects
  }

  /// Nothing has changed on disk: says so, and drops what would have followed.
  static func takeInFailure(_ reason: String, in state: inout DeskState) -> [Effect] {
    state.notice = .failure((state.ledger.isTakingBack ? "NOT taken back: " : "NOT saved: ") + reason)
    state.ledger.failed()
    return [.beep]
  }
}
