import ECG
import ECGPaper
import ECGSignal
import LabelReview
import TerminalUI

/// The edit mode: into it and out of it, its caret, and the strokes on their way to the store.
extension Update {
  // MARK: Into it, and out of it

  /// Begins or goes on annotating the open recording, or says why not.
  ///
  /// - Parameter layer: the layer to begin from, in place of what stands; nil goes on, and where nothing stands begins with what is measured.
  static func annotate(from layer: String? = nil, in state: inout DeskState) -> [Effect] {
    guard state.study != nil, state.openCase?.studyCase != nil else {
      return refuseEdit("records are only viewed here; `einthoven review` stores annotations", in: &state)
    }
    guard ViewGeometry(state).isLargeEnough else { return refuseEdit("the window is too small to annotate an ECG in", in: &state) }
    guard state.shownTicket == state.ticket, let own = state.own, state.ownLook != nil else {
      return refuseEdit("this record is not on the screen yet", in: &state)
    }
    guard let display = state.display else { return refuseEdit("the beats are still being looked for", in: &state) }
    let isEmpty = own.history.strokeCount == 0
    if (layer ?? (isEmpty ? Layers.measured : "")) == Layers.measured, display.measuredPart != nil, !state.isHidden(.measurements) {
      return refuseEdit("the beats are still being looked for: nobody can begin with some of them", in: &state)
    }
    enterEdit(in: &state)
    // Whoever settles what readers said begins with one of theirs, or with nothing.
    guard layer != nil || isEmpty && !(state.asksForMarks && state.study?.isAdjudicating == true) else {
      return keepCaretInView(&state)
    }
    let name = layer ?? Layers.measured
    guard let beginning = beginning(name, in: state) else {
      guard layer != nil else { return keepCaretInView(&state) }
      return refuseEdit("'\(name)' holds the marks of single leads together: nobody can go on from it", in: &state)
    }
    guard !beginning.isEmpty || !own.history.annotations.isEmpty else { return keepCaretInView(&state) }
    let changes = own.history.annotations.map { AnnotationChange.delete($0) } + beginning.map { AnnotationChange.add($0) }
    return keepCaretInView(&state) + stroke(.change(changes, source: name), in: &state)
  }

  /// Puts the caret on the first R peak that the paper shows.
  static func enterEdit(in state: inout DeskState) {
    guard let recording = state.recording else { return }
    if state.layout.isOfBeats { state.paper.layout = .threeByFour }
    state.calipers = nil
    let stretch = ViewGeometry(state).stretch
    let first = Int((stretch.lowerBound * recording.samplingRateHertz).rounded(.up))
    state.edit = EditMode(caret: peak(atOrAfter: first, in: state) ?? first)
  }

  private static func peak(atOrAfter sample: Int, in state: DeskState) -> Int? {
    let peaks = state.rPeakSamples
    let place = peaks.firstPlace(of: sample) { $0 }
    return place < peaks.count ? peaks[place] : nil
  }

  /// The annotations of a layer; nothing where the study hides it; nil where it is none that can be gone on from.
  private static func beginning(_ name: String, in state: DeskState) -> [Annotation]? {
    guard name != Layers.measured else {
      guard !state.isHidden(.measurements), !state.layers.off.contains(name) else { return [] }
      return state.display?.findings.measurements.beats.map {
        Annotation(sample: $0.rPeak, code: AnnotationCode(symbol: $0.kind.annotationSymbol) ?? .normal)
      }
    }
    if let reader = state.layers.readers.first(where: { $0.name == name }) { return reader.annotations }
    guard let layer = state.layers.files.first(where: { $0.name == name }), !state.isHidden(.labels) else { return [] }
    return layer.annotations.isEmpty && layer.count > 0 ? nil : layer.annotations.asBeginning
  }

  /// Leaves the edit mode; what was done is written into the reader's file.
  static func leaveEdit(in state: inout DeskState) -> [Effect] {
    guard state.edit != nil else { return [] }
    state.edit = nil
    return writeAnnotations(in: &state)
  }

  /// Asks for the reader's annotations to be written into a file beside the record, from the store.
  ///
  /// Not in a study of annotation: what lies beside a record, its other readers may find.
  static func writeAnnotations(in state: inout DeskState) -> [Effect] {
    guard !state.asksForMarks, let own = state.own, own.history.strokeCount > 0 else { return [] }
    return [.writeAnnotations(caseIndex: state.current)]
  }

  static func refuseEdit(_ reason: String, in state: inout DeskState) -> [Effect] {
    state.notice = .hint(reason)
    return [.beep]
  }

  // MARK: Keys

  /// A key in the edit mode: an action of the edit mode, a mnemonic, else an action that means the same everywhere.
  static func applyEditKey(_ key: KeyStroke, to state: inout DeskState) -> [Effect] {
    if let action = state.keymap.annotatingAction(for: key).flatMap(Action.init(rawValue:)) { return apply(.action(action), to: &state) }
    if let code = state.mark(of: key) {
      state.notice = .none
      state.ledger.leaving = .no
      return type(code, in: &state)
    }
    guard let action = state.keymap.action(for: key).flatMap(Action.init(rawValue:)) else {
      state.notice = .hint("\(key) does nothing here; \(state.keyName(.help)) lists the keys")
      return []
    }
    return apply(.action(action), to: &state)
  }

  /// What an action does in the edit mode; nil where it means the same as elsewhere.
  static func applyToEdit(_ action: Action, in state: inout DeskState) -> [Effect]? {
    if action == .confirm, let changes = state.edit?.question { return answer(with: changes, in: &state) }
    if state.edit?.question != nil {
      state.edit?.question = nil
      if action == .cancel || Action.judging.contains(action) { return [] }
    }
    switch action {
    case .annotate, .cancel: return stepOut(in: &state)
    case .verdictPresent, .verdictAbsent, .verdictUnsure:
      // The next case begins its own edit mode.
      return state.asksForMarks ? nil : refuseEdit("annotating: \(state.keyName(.cancel)) leaves the edit mode first", in: &state)
    case .takeReader1, .takeReader2: return takeReader(action == .takeReader1 ? 0 : 1, in: &state)
    case .reveal, .calipers:
      return refuseEdit("annotating: \(state.keyName(.cancel)) leaves the edit mode first", in: &state)
    case .panLeft, .panRight: return moveEditCaret(by: action == .panRight ? 1 : -1, in: &state)
    case .nextBeat, .previousBeat: return goToEditBeat(after: action == .nextBeat, in: &state)
    case .nextMark, .previousMark: return goToMark(after: action == .nextMark, in: &state)
    case .goStart: return moveEditCaret(to: 0, in: &state)
    case .goEnd: return moveEditCaret(to: (state.recording?.sampleCount ?? 1) - 1, in: &state)
    case .deleteMark: return deleteMarks(in: &state)
    case .markRange: state.edit?.turnRange()
    case .everyShape: return chooseShape(in: &state)
    case .markStretch: return markStretch(in: &state)
    case .snapMarks: state.edit?.snaps.toggle()
    case .bindLead: return bindLead(in: &state)
    case .writeAnnotations:
      guard !state.asksForMarks else {
        return refuseEdit("readers of this study find no file of yours: `einthoven study export` writes them", in: &state)
      }
      let effects = writeAnnotations(in: &state)
      return effects.isEmpty ? refuseEdit("nothing is annotated yet", in: &state) : effects
    case .undo, .redo: return takeBack(action == .undo ? .undo : .redo, in: &state)
    default: return nil
    }
    return []
  }

  /// Puts away a range or a stretch that was begun, else leaves the edit mode.
  private static func stepOut(in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit, edit.anchor != nil || edit.spanStart != nil || edit.isForShape else { return leaveEdit(in: &state) }
    state.edit?.anchor = nil
    state.edit?.spanStart = nil
    state.edit?.isForShape = false
    return []
  }

  private static func bindLead(in state: inout DeskState) -> [Effect] {
    guard state.edit?.isForOneLead == false else {
      state.edit?.isForOneLead = false
      return []
    }
    guard state.signalOfStrip != nil else {
      return refuseEdit(
        "marks cannot belong to \(state.paper.rhythmLead.name) alone: the record's first signal, and leads that it lacks, have no number of their own",
        in: &state)
    }
    state.edit?.isForOneLead = true
    return []
  }

  // MARK: The caret

  private static func moveEditCaret(by samples: Int, in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit else { return [] }
    return moveEditCaret(to: edit.caret + samples, in: &state)
  }

  /// Moves the caret to a sample of the recording.
  static func moveEditCaret(to sample: Int, in state: inout DeskState) -> [Effect] {
    guard let recording = state.recording else { return [] }
    state.edit?.caret = min(max(0, sample), max(0, recording.sampleCount - 1))
    return keepCaretInView(&state)
  }

  /// Turns the paper where the caret left it.
  private static func keepCaretInView(_ state: inout DeskState) -> [Effect] {
    guard let edit = state.edit, let rate = state.recording?.samplingRateHertz else { return [] }
    let geometry = ViewGeometry(state)
    let time = Double(edit.caret) / rate
    let lane = geometry.lanes.last { $0.content == .recording }
    if let lane, lane.column(ofSecond: time) != nil { return [] }
    return moveStart(to: time - geometry.spanSeconds / 10, in: &state)
  }

  /// The next place where a beat is or could be: a beat of the reader's, or an R peak that none stands at.
  static func beatPlace(after: Bool, _ sample: Int, in state: DeskState) -> Int? {
    let gap = Int((state.recording?.samplingRateHertz ?? 500) / 16)
    let annotations = state.own?.history.annotations ?? []
    let peaks = state.rPeakSamples
    let place = annotations.firstIndex(atOrAfter: after ? sample + 1 : sample)
    let own =
      after
      ? annotations[place...].first { $0.code.isBeat }?.sample : annotations[..<place].last { $0.code.isBeat }?.sample
    let next = peaks.firstPlace(of: after ? sample + gap + 1 : sample - gap) { $0 }
    let peak = after ? (next < peaks.count ? peaks[next] : nil) : (next > 0 ? peaks[next - 1] : nil)
    guard let own, let peak else { return own ?? peak }
    // A beat marked beside an R peak is that beat.
    if abs(own - peak) <= gap { return own }
    return after ? min(own, peak) : max(own, peak)
  }

  private static func goToEditBeat(after: Bool, in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit else { return [] }
    guard let target = beatPlace(after: after, edit.caret, in: state) else {
      return refuseEdit(after ? "no beat behind this place" : "no beat before this place", in: &state)
    }
    return moveEditCaret(to: target, in: &state)
  }

  private static func goToMark(after: Bool, in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit, let annotations = state.own?.history.annotations else { return [] }
    let place = annotations.firstIndex(atOrAfter: after ? edit.caret + 1 : edit.caret)
    guard let target = after ? annotations[place...].first?.sample : annotations[..<place].last?.sample else {
      return refuseEdit(after ? "no mark behind this place" : "no mark before this place", in: &state)
    }
    return moveEditCaret(to: target, in: &state)
  }

  // MARK: Strokes

  /// Makes a stroke: at once on the screen, and on its way to the store; only what the store has is shown as saved.
  static func stroke(_ stroke: AnnotationStroke, in state: inout DeskState) -> [Effect] {
    guard state.shownTicket == state.ticket else { return refuseEdit("this record is not on the screen yet", in: &state) }
    guard !state.layout.isOfBeats, ViewGeometry(state).isLargeEnough else {
      return refuseEdit("the caret cannot be seen here: choose another layout, or make the window larger", in: &state)
    }
    guard let look = state.ownLook, let studyCase = state.openCase?.studyCase, let before = state.own?.history.strokeCount else {
      return [.beep]
    }
    do {
      try state.own?.take(stroke, look: look)
    } catch {
      return refuseEdit("\(error)", in: &state)
    }
    return [
      .saveStroke(StrokeOrder(caseIndex: state.current, studyCase: studyCase, stroke: stroke, after: before, visible: state.visible))
    ]
  }

  private static func takeBack(_ stroke: AnnotationStroke, in state: inout DeskState) -> [Effect] {
    state.edit?.deletedAt = nil
    let effects = Self.stroke(stroke, in: &state)
    if effects != [.beep] { state.notice = .hint(stroke == .undo ? "taken back" : "done again") }
    return effects
  }

  /// The answers of the store to strokes.
  static func applyStrokeMessage(_ message: DeskMessage, to state: inout DeskState) -> [Effect] {
    switch message {
    case .strokes(let ticket, let strokes) where ticket == state.ticket:
      guard let look = state.ownLook else {
        state.waitingStrokes = strokes
        return []
      }
      takeIn(strokes, look, in: &state)
      beginAnnotating(in: &state)
    case .readerMarks(let ticket, let marks) where ticket == state.ticket:
      state.layers.readerMarks = marks
      layReaders(in: &state)
    case .strokeSaved(let caseIndex, let count, let time) where caseIndex == state.current:
      state.own?.confirm(count)
      state.savedStrokesClock = ClockText.timeOfDay(time)
    case .strokeFailed(let caseIndex, let reason):
      state.notice = .failure("NOT saved: \(reason)")
      state.ledger.leaving = .no
      // What the store holds is what stands.
      return caseIndex == state.current ? [.beep, .loadStrokes(caseIndex: caseIndex, ticket: state.ticket)] : [.beep]
    case .annotationsWritten(let what): state.notice = .hint(what)
    case .annotationsNotWritten(let reason):
      state.notice = .failure("the file is NOT written: \(reason)")
      return [.beep]
    default: break
    }
    return []
  }

  /// What the store holds of the reader's annotations, once the recording is there.
  static func takeInWaitingStrokes(in state: inout DeskState) {
    guard let strokes = state.waitingStrokes, let look = state.ownLook else { return }
    state.waitingStrokes = nil
    takeIn(strokes, look, in: &state)
  }

  private static func takeIn(_ stored: StoredStrokes, _ look: OwnAnnotations.Look, in state: inout DeskState) {
    do {
      state.own = OwnAnnotations(try AnnotationHistory(stored.strokes), done: stored.done, look: look)
    } catch {
      state.notice = .failure("your annotations cannot be read: \(error)")
    }
  }
}
