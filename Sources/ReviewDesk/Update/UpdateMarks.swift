import ECG
import ECGPaper
import ECGSignal
import LabelReview

/// What keys do to marks in the edit mode: place, change, delete, name a stretch.
extension Update {
  // MARK: Mnemonics

  /// A mnemonic was typed: the beats of a range or a shape become it, or it is placed at the caret.
  static func type(_ code: AnnotationCode, in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit else { return [] }
    state.edit?.question = nil
    state.edit?.deletedAt = nil
    guard code != .rhythm else {
      return refuseEdit("a rhythm lasts: \(state.keyName(.markStretch)) marks where it begins and where it ends", in: &state)
    }
    if code == .note {
      state.entry = TextEntry(.comment)
      return []
    }
    if edit.isForShape { return changeShape(to: code, in: &state) }
    if let range = edit.range {
      guard code.isBeat else { return refuseEdit("a range holds beats; \(code.symbol) is none", in: &state) }
      return changeBeats(in: range, to: code, in: &state)
    }
    return code.isBeat ? placeBeat(code, in: &state) : place(code, in: &state)
  }

  /// Makes the beat at the caret one of a kind, or adds it; the same kind again does so at the next beat.
  private static func placeBeat(_ code: AnnotationCode, in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit else { return [] }
    var effects: [Effect] = []
    var place = edit.caret
    if state.ownPoint(near: place, where: { $0.code.isBeat })?.code == code {
      guard let next = beatPlace(after: true, place, in: state) else { return refuseEdit("no beat behind this place", in: &state) }
      place = next
      effects += moveEditCaret(to: next, in: &state)
    }
    if let beat = state.ownPoint(near: place, where: { $0.code.isBeat }) {
      effects += moveEditCaret(to: beat.sample, in: &state)
      return beat.code == code ? effects : effects + stroke(.change([AnnotationChange(before: beat, after: beat.with(code))]), in: &state)
    }
    let sample = snapped(place, for: code, in: state)
    effects += moveEditCaret(to: sample, in: &state)
    return effects + stroke(.change([.add(Annotation(sample: sample, code: code, channel: state.channelOfMarks))]), in: &state)
  }

  /// Places a mark that is no beat.
  private static func place(_ code: AnnotationCode, text: String = "", in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit else { return [] }
    let sample = snapped(edit.caret, for: code, in: state)
    let mark = Annotation(sample: sample, code: code, channel: state.channelOfMarks, aux: AnnotationText(text))
    return moveEditCaret(to: sample, in: &state) + stroke(.change([.add(mark)]), in: &state)
  }

  /// A comment was typed.
  static func placeComment(_ text: String, in state: inout DeskState) -> [Effect] {
    let words = text.trimmingPrefix(while: \.isWhitespace)
    return words.isEmpty ? [] : place(.note, text: String(String(words).utf8.prefix(255)) ?? String(words.prefix(60)), in: &state)
  }

  /// Where a mark goes: the nearest R peak, onset, end or peak of its wave within 150 ms, unless the reader does not want that or the study hides it.
  private static func snapped(_ sample: Int, for code: AnnotationCode, in state: DeskState) -> Int {
    guard state.edit?.snaps == true, let recording = state.recording, let measurements = state.display?.findings.measurements else {
      return sample
    }
    let reach = Int(0.15 * recording.samplingRateHertz)
    if code.isBeat { return state.rPeakSamples.nearest(to: sample).flatMap { abs($0 - sample) <= reach ? $0 : nil } ?? sample }
    // Waves of a beat lie within two seconds of its peak.
    let far = Int(2 * recording.samplingRateHertz)
    let beats = measurements.beats
    let near = beats.firstPlace(of: sample - far) { $0.rPeak }..<beats.firstPlace(of: sample + far + 1) { $0.rPeak }
    let waves = state.isHidden(.measurements) ? [] : beats[near].map(\.waves)
    let candidates: [Int] =
      switch code {
      case .waveOnset: waves.flatMap { [$0.p?.onset, $0.qrs?.onset, $0.t?.onset].compactMap { $0 } }
      case .waveEnd: waves.flatMap { [$0.p?.offset, $0.qrs?.offset, $0.t?.offset].compactMap { $0 } }
      case .pWave: waves.compactMap { $0.p?.peak }
      case .tWave: waves.compactMap { $0.t?.peak }
      default: []
      }
    let nearest = candidates.min { abs($0 - sample) < abs($1 - sample) }
    return nearest.flatMap { abs($0 - sample) <= reach ? $0 : nil } ?? sample
  }

  // MARK: Many at once

  private static func changeBeats(in range: ClosedRange<Int>, to code: AnnotationCode, in state: inout DeskState) -> [Effect] {
    let beats = (state.own?.history.annotations ?? []).filter { range.contains($0.sample) && $0.code.isBeat && $0.code != code }
    return askOrDo(beats.map { AnnotationChange(before: $0, after: $0.with(code)) }, "become \(code.symbol)", in: &state)
  }

  /// The next mnemonic is for every beat shaped as the one at the caret.
  static func chooseShape(in state: inout DeskState) -> [Effect] {
    guard !state.isHidden(.measurements) else { return refuseEdit("the shapes of beats are measured, which this study hides", in: &state) }
    guard state.display?.measuredPart == nil else { return refuseEdit("the beats are still being looked for", in: &state) }
    if state.edit?.isForShape == true {
      state.edit?.isForShape = false
      return []
    }
    guard let count = beatsOfShape(in: state)?.count else { return refuseEdit("no beat stands at the caret", in: &state) }
    state.edit?.anchor = nil
    state.edit?.isForShape = true
    state.notice = .hint("\(count) beats are shaped as this one: a mnemonic is for all of them, \(state.keyName(.cancel)) for none")
    return []
  }

  /// The reader's beats of the shape of the one at the caret; nil where none stands there.
  private static func beatsOfShape(in state: DeskState) -> [Annotation]? {
    guard let edit = state.edit, let recording = state.recording, let beats = state.display?.findings.measurements.beats else { return nil }
    let reach = Int(recording.samplingRateHertz / 10)
    guard let here = beats.min(by: { abs($0.rPeak - edit.caret) < abs($1.rPeak - edit.caret) }), abs(here.rPeak - edit.caret) <= reach
    else {
      return nil
    }
    let annotations = state.own?.history.annotations ?? []
    return beats.filter { $0.shape == here.shape }.compactMap { beat in
      let near = annotations[
        annotations.firstIndex(atOrAfter: beat.rPeak - reach)..<annotations.firstIndex(atOrAfter: beat.rPeak + reach + 1)]
      return near.filter { $0.code.isBeat }.min { abs($0.sample - beat.rPeak) < abs($1.sample - beat.rPeak) }
    }
  }

  private static func changeShape(to code: AnnotationCode, in state: inout DeskState) -> [Effect] {
    state.edit?.isForShape = false
    guard code.isBeat else { return refuseEdit("beats are shaped; \(code.symbol) is none", in: &state) }
    var seen = Set<Annotation>()
    let beats = (beatsOfShape(in: state) ?? []).filter { $0.code != code && seen.insert($0).inserted }
    return askOrDo(beats.map { AnnotationChange(before: $0, after: $0.with(code)) }, "become \(code.symbol)", in: &state)
  }

  /// Makes changes at once; where some are off the screen, after a confirmation.
  private static func askOrDo(_ changes: [AnnotationChange], _ what: String, in state: inout DeskState) -> [Effect] {
    guard !changes.isEmpty, let rate = state.recording?.samplingRateHertz else {
      return refuseEdit("there is nothing to change", in: &state)
    }
    let stretch = ViewGeometry(state).stretch
    let unseen = changes.count { !stretch.contains(Double(($0.before ?? $0.after)?.sample ?? 0) / rate) }
    guard unseen > 0 else { return answer(with: changes, in: &state) }
    state.edit?.question = changes
    state.notice = .hint(
      "\(changes.count) marks \(what), \(unseen) of them off the screen: \(state.keyName(.confirm)) does it, any other key does not")
    return []
  }

  /// Makes changes that were asked about.
  static func answer(with changes: [AnnotationChange], in state: inout DeskState) -> [Effect] {
    state.edit?.question = nil
    state.edit?.anchor = nil
    let effects = stroke(.change(changes), in: &state)
    if effects != [.beep] { state.notice = .hint("\(changes.count) marks changed; \(state.keyName(.undo)) takes it back") }
    return effects
  }

  // MARK: Deleting

  /// Deletes the marks of the range, or the one at the caret, or the stretch around it; once more at the same place brings it back.
  static func deleteMarks(in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit, let annotations = state.own?.history.annotations else { return [] }
    if let range = edit.range {
      let marks = annotations.filter { range.contains($0.sample) && $0.endSample == nil }
      return askOrDo(marks.map { .delete($0) }, "are deleted", in: &state)
    }
    if edit.deletedAt == edit.caret {
      state.edit?.deletedAt = nil
      return stroke(.undo, in: &state)
    }
    let around = annotations.filter { mark in
      guard let end = mark.endSample else { return false }
      return mark.sample <= edit.caret && edit.caret <= end
    }
    let innermost = around.min { $0.length < $1.length }
    guard let mark = state.ownPoint(near: edit.caret) ?? innermost else { return refuseEdit("no mark of yours stands here", in: &state) }
    let effects = stroke(.change([.delete(mark)]), in: &state)
    state.edit?.deletedAt = edit.caret
    return effects
  }

  // MARK: Stretches

  /// Marks where a stretch begins, then where it ends, and asks for its name.
  static func markStretch(in state: inout DeskState) -> [Effect] {
    guard let edit = state.edit else { return [] }
    guard let start = edit.spanStart else {
      state.edit?.spanStart = edit.caret
      state.edit?.anchor = nil
      state.notice = .hint("a stretch begins here: \(state.keyName(.markStretch)) marks where it ends")
      return []
    }
    guard start != edit.caret else { return refuseEdit("a stretch of no length; move the caret to its end", in: &state) }
    state.edit?.spanStart = nil
    state.edit?.span = min(start, edit.caret)...max(start, edit.caret)
    state.overlay = Overlay(EditMode.stretchMenu)
    state.entry = TextEntry(.stretchName)
    return []
  }

  /// The stretch has a name.
  static func placeStretch(_ entry: SpanName.Entry, in state: inout DeskState) -> [Effect] {
    guard let span = state.edit?.span else { return [] }
    state.edit?.span = nil
    let mark = Annotation(
      sample: span.lowerBound, endSample: span.upperBound, code: entry.code, channel: state.channelOfMarks,
      aux: AnnotationText("(" + entry.name))
    return stroke(.change([.add(mark)]), in: &state)
  }
}

extension Annotation {
  /// How long a stretch is, in samples; 0 for a moment.
  fileprivate var length: Int { (endSample ?? sample) - sample }

  /// The same mark of another kind.
  fileprivate func with(_ code: AnnotationCode) -> Annotation {
    var other = self
    other.code = code
    return other
  }
}
