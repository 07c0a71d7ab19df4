import Agreement
import LabelReview

extension Update {
  /// Goes to the next or previous record.
  static func step(by direction: Int, in state: inout DeskState) -> [Effect] {
    // While the list is filtered, the cases that match are the queue.
    guard let target = direction > 0 ? state.queue.behind.first : state.queue.before.last else {
      state.notice = .hint(direction > 0 ? "this is the last record" : "this is the first record")
      return [.beep]
    }
    return open(target, in: &state)
  }

  /// Goes to the next case without the reader's verdict, starting over at the end of the list.
  static func openNextUnjudged(in state: inout DeskState) -> [Effect] {
    guard state.study != nil else { return refuseOutsideStudy(in: &state) }
    guard let next = state.queueAfterOpenCase.first(where: { state.cases[$0].verdict == nil }) else {
      guard state.openCase?.verdict != nil else { return [] }
      state.notice = .hint(
        state.list.filter.isEmpty
          ? "every case of this study has your verdict" : "every case that '\(state.list.filter)' lists has your verdict")
      return []
    }
    return open(next, in: &state)
  }

  /// Goes to the next flagged case, or the one before, starting over at the end of the list.
  static func openFlagged(after: Bool, in state: inout DeskState) -> [Effect] {
    guard state.study != nil else { return refuseOutsideStudy(in: &state) }
    let count = state.cases.count
    let order = (1..<max(1, count)).map { (state.current + (after ? $0 : count - $0)) % count }
    guard let target = order.first(where: { state.cases[$0].isFlagged }) else {
      state.notice = .hint(state.openCase?.isFlagged == true ? "no other case is flagged" : "no case is flagged")
      return [.beep]
    }
    return open(target, in: &state)
  }

  /// Goes to a case by its number.
  static func openCase(numbered text: String, in state: inout DeskState) -> [Effect] {
    let number = Int(text.filter { !$0.isWhitespace })
    guard let number, state.cases.indices.contains(number - 1) else {
      state.notice = .failure("'\(text)' is no case; expected a number from 1 to \(state.cases.count)")
      return [.beep]
    }
    return number - 1 == state.current ? [] : open(number - 1, in: &state)
  }

  /// Takes a verdict on the case whose trace is on the screen, or says why not.
  ///
  /// Where a study lets readers uncover what it hides, the case stays open after a verdict; the same verdict once more confirms it and goes on.
  static func judge(_ verdict: Verdict, isAgain: Bool = false, in state: inout DeskState) -> [Effect] {
    guard state.study != nil else { return refuseOutsideStudy(in: &state) }
    guard ViewGeometry(state).isLargeEnough else {
      return refuse("no verdict: the window is too small to judge an ECG in", in: &state)
    }
    switch state.ledger.onItsWay {
    case .nothing: break
    case .verdict:
      state.ledger.waiting.remark = Ledger.Waiting.tooEarly
      return refuse("no verdict: the one before is still being saved", in: &state)
    case .takingBack:
      // What is taken back brings its own case: a verdict struck before that comes was meant for it, and not for the one on the screen.
      state.ledger.waiting.remark = Ledger.Waiting.tooEarly
      return refuse("no verdict: the one before is still being taken back", in: &state)
    }
    switch state.loading {
    case .failed: return refuse("no verdict: this record cannot be shown", in: &state)
    case .waiting: return refuse("no verdict: this record is not on the screen yet", in: &state)
    case .ready: break
    }
    guard state.shownTicket == state.ticket else { return refuse("no verdict: this record is not on the screen yet", in: &state) }
    guard state.viewedTicket == state.ticket else {
      return refuse("no verdict: look first, this trace has been here for less than \(state.minimumViewMilliseconds) ms", in: &state)
    }
    if let reason = objection(to: verdict, in: state) { return refuse("not done: \(reason)", in: &state) }
    if !isAgain, let entry = state.openCase, state.study?.allowsReveal == true, entry.verdictInPlay == verdict,
      state.holdsWhatStands
    {
      return goOn(from: state.current, in: &state)
    }
    state.ledger.forgetTakenBack()
    return save(verdict, in: &state)
  }

  /// Asks for the open case's verdict to be made durable, with its note and with what stood beside the trace.
  static func save(_ verdict: Verdict, staysOpen: Bool = false, in state: inout DeskState) -> [Effect] {
    guard let entry = state.openCase, let studyCase = entry.studyCase, let study = state.study else {
      return refuse("no verdict: this record is not a case of the study", in: &state)
    }
    let strokes = state.asksForMarks ? state.own?.history.strokeCount : nil
    state.ledger.send(verdict, note: entry.note, strokes: strokes, staysOpen: staysOpen)
    let kind: VerdictEvent.Kind = study.isAdjudicating ? .adjudication : entry.isRevealed ? .verdictAfterReveal : .verdict
    let answer = state.relabel?.finished
    var measured = state.display?.findings.measurements.stored ?? [:]
    if state.asksForMarks, let recording = state.recording {
      measured.merge(Annotating.figures(of: recording)) { $1 }
    }
    state.cases[state.current].relabelled.onItsWay = answer
    return [
      .save(
        VerdictOrder(
          caseIndex: state.current, studyCase: studyCase, kind: kind, verdict: verdict, note: entry.note, visible: state.visible,
          probability: answer == nil ? state.prediction.mean?.first { $0.diagnosis == study.diagnosis }?.probability : nil,
          measured: measured, answer: answer, strokes: strokes))
    ]
  }

  /// Asks for the reader's last verdict to be taken back.
  static func undo(in state: inout DeskState) -> [Effect] {
    guard state.study != nil else { return refuseOutsideStudy(in: &state) }
    switch state.ledger.onItsWay {
    case .takingBack:
      state.ledger.waiting.remark = Ledger.Waiting.tooEarly
      return refuse("the last verdict is still being taken back", in: &state)
    case .verdict:
      state.ledger.waiting.takesBack = true
      return []
    case .nothing: break
    }
    // A change of the open case's note that is not stored yet is taken back first, without a word to the store.
    if let before = state.ledger.takeBackNote(ofCase: state.current, isStored: false) {
      state.cases[state.current].note = before
      state.notice = .hint(before.isEmpty ? "the note is taken back" : "the note is as it was before")
      return []
    }
    state.ledger.sendBack()
    return [.undo]
  }

  /// Asks for what the study hides to be uncovered on the open case, or says why not.
  static func reveal(in state: inout DeskState) -> [Effect] {
    guard let study = state.study else { return refuseOutsideStudy(in: &state) }
    guard study.allowsReveal else { return refuse("this study uncovers nothing", in: &state) }
    guard state.ledger.onItsWay == .nothing, let entry = state.openCase else {
      return refuse("not yet: your last verdict is still on its way to the disk", in: &state)
    }
    guard entry.verdict != nil else { return refuse("nothing is uncovered before your verdict", in: &state) }
    return entry.isRevealed ? [] : [.reveal(caseIndex: state.current)]
  }

  /// Gives again the verdict that was taken back last: on its case, once that is on the screen.
  static func redo(in state: inout DeskState) -> [Effect] {
    guard state.study != nil else { return refuseOutsideStudy(in: &state) }
    guard !state.ledger.isTakingBack else { return refuse("the last verdict is still being taken back", in: &state) }
    guard let last = state.ledger.takenBack.last else {
      state.notice = .hint("nothing was taken back that could be given again")
      return [.beep]
    }
    guard last.caseIndex == state.current else {
      let effects = open(last.caseIndex, in: &state)
      state.notice = .hint("this is the case of the verdict taken back; \(state.keyName(.redo)) gives it again")
      return effects
    }
    if let answer = state.openCase?.relabelled.takenBack { state.relabel?.answer = answer }
    let earlier = Array(state.ledger.takenBack.dropLast())
    let effects = judge(last.verdict, in: &state)
    if state.saving != nil { state.ledger.giveAgain(earlier) }
    return effects
  }

  /// Starts the line for a note on the open case.
  static func startNote(in state: inout DeskState) -> [Effect] {
    guard state.study != nil else { return refuseOutsideStudy(in: &state) }
    guard let open = state.openCase else { return [.beep] }
    state.entry = TextEntry(.note, open.note)
    return []
  }

  /// Keeps a note for the next verdict; on a case that has one already, the verdict is stored again with the note.
  static func attachNote(_ text: String, in state: inout DeskState) -> [Effect] {
    guard state.cases.indices.contains(state.current), state.cases[state.current].note != text else { return [] }
    state.ledger.changed(noteOfCase: state.current, from: state.cases[state.current].note, isStored: false)
    state.cases[state.current].note = text
    // One that is being saved is stored again with the note as soon as it is on disk.
    guard let verdict = state.cases[state.current].verdictInPlay, state.saving == nil, state.holdsWhatStands else {
      state.notice = .hint("the note is stored with your verdict on this case; \(state.keyName(.undo)) takes it back")
      return []
    }
    let effects = judge(verdict, isAgain: true, in: &state)
    if state.saving != nil {
      state.ledger.lastChangeIsStored()
      state.ledger.waiting.staysOpen = true
    } else if case .failure(let reason) = state.notice {
      state.notice = .failure("the note is NOT stored; \(reason)")
    }
    return effects
  }

  /// Flags the open case for later, or takes the flag away.
  static func toggleFlag(in state: inout DeskState) -> [Effect] {
    guard state.study != nil else { return refuseOutsideStudy(in: &state) }
    guard state.cases.indices.contains(state.current) else { return [.beep] }
    state.cases[state.current].isFlagged.toggle()
    let name = state.cases[state.current].name
    state.notice = .hint(state.cases[state.current].isFlagged ? "\(name) is flagged for later" : "\(name) is flagged no more")
    return [.saveFlags]
  }

  private static func refuse(_ reason: String, in state: inout DeskState) -> [Effect] {
    state.notice = .failure(reason)
    return [.beep]
  }

  private static func refuseOutsideStudy(in state: inout DeskState) -> [Effect] {
    refuse("records are only viewed here; `einthoven review` takes verdicts", in: &state)
  }
}
