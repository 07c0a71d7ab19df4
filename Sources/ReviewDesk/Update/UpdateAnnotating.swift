import Agreement
import ECGPaper
import LabelReview

/// Studies of annotation: the edit mode begins by itself, and one key says that a case is done.
extension Update {
  /// Begins the edit mode on a case that is not done, once all is there that it needs.
  ///
  /// It makes no stroke. Where the reader may begin with the measured beats, that is left to the reader.
  static func beginAnnotating(in state: inout DeskState) {
    guard let study = state.study, study.study.annotating != nil, state.offeredEdit != state.ticket, state.edit == nil else { return }
    guard state.openCase?.verdictInPlay == nil, let own = state.own, state.display != nil, state.ownLook != nil else { return }
    guard state.overlay == .none, state.entry == nil, ViewGeometry(state).isLargeEnough else { return }
    state.offeredEdit = state.ticket
    guard study.isAdjudicating || own.history.strokeCount > 0 || state.isHidden(.measurements) else { return }
    enterEdit(in: &state)
  }

  /// Why the open case cannot be done with a verdict as it is marked; nil where it can, and in studies that ask for verdicts.
  static func objection(to verdict: Verdict, in state: DeskState) -> String? {
    guard let task = state.study?.study.annotating?.task else { return nil }
    guard let own = state.own else { return "your marks are not on the screen yet" }
    if let edit = state.edit, edit.anchor != nil || edit.spanStart != nil {
      return "a range or a stretch is begun; \(state.keyName(.cancel)) puts it away"
    }
    return StudyRules.objection(to: verdict, of: own.history.annotations, for: task)
  }

  /// Takes a reader's annotations over whole, in place of what the adjudicator has.
  static func takeReader(_ place: Int, in state: inout DeskState) -> [Effect] {
    guard state.study?.isAdjudicating == true, state.study?.study.annotating != nil else {
      return refuseEdit("that settles where readers differ, with --adjudicate in a study of annotation", in: &state)
    }
    guard state.layers.readers.indices.contains(place) else {
      return refuseEdit("\(state.layers.readers.count) readers marked this recording", in: &state)
    }
    let reader = state.layers.readers[place]
    let before = state.own?.history.annotations ?? []
    if before == reader.annotations, state.own?.history.source == reader.name {
      return refuseEdit("these are the marks of \(reader.name)", in: &state)
    }
    let changes = before.map { AnnotationChange.delete($0) } + reader.annotations.map { AnnotationChange.add($0) }
    let effects = stroke(.change(changes, source: reader.name), in: &state)
    if effects != [.beep] {
      state.notice = .hint("the marks of \(reader.name) are yours to change; \(state.keyName(.verdictPresent)) settles the case")
    }
    return effects
  }

  /// What the readers marked, once the recording is there.
  static func layReaders(in state: inout DeskState) {
    guard let look = state.ownLook else { return }
    state.layers.readers = state.layers.readerMarks.map { look.layer(of: $0.reader, $0.annotations) }
  }
}
