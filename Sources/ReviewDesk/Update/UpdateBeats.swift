import ECGPaper
import ECGSignal

extension Update {
  /// Goes to the beat after or before: the active caret does where there are calipers, else the paper's left edge.
  static func goToBeat(after: Bool, in state: inout DeskState) -> [Effect] {
    let here = state.calipers.map { $0.seconds[$0.active] } ?? state.paper.startSeconds
    let beats = beatSeconds(state)
    guard !beats.isEmpty else { return noBeats(in: &state) }
    // A hair's breadth keeps a beat that is reached from being found again.
    let place = beats.firstPlace(of: after ? here + 1e-6 : here - 1e-6) { $0 }
    let target = after ? beats[place...].first { $0 > here + 1e-6 } : beats[..<place].last
    guard let target else { return [.beep] }
    return state.calipers == nil ? moveStart(to: target, in: &state) : moveCaret(to: target, in: &state)
  }

  /// Goes to the next beat that is not of the usual kind, or the one before: it stands out, in the middle of the paper; so does the active caret.
  static func goToOtherBeat(after: Bool, in state: inout DeskState) -> [Effect] {
    guard !state.isHidden(.measurements) else {
      state.notice = .hint("the kinds of beats are hidden by this study")
      return [.beep]
    }
    guard let measurements = state.display?.findings.measurements, !measurements.beats.isEmpty else { return noBeats(in: &state) }
    let (beats, rate, usual) = (measurements.beats, measurements.samplingRateHertz, measurements.usualKind)
    func seconds(_ index: Int) -> Double { Double(beats[index].rPeak) / rate }
    let geometry = ViewGeometry(state)
    // From the beat that was gone to before, as long as it is in view; else from the edge of the paper.
    let chosen = state.chosenBeat.map(seconds).flatMap { geometry.stretch.contains($0) ? $0 : nil }
    let edge = after ? geometry.stretch.lowerBound - 1e-6 : geometry.stretch.upperBound + 1e-6
    let here = state.calipers.map { $0.seconds[$0.active] } ?? chosen ?? edge
    let others = beats.indices.filter { beats[$0].kind != usual }
    guard let target = after ? others.first(where: { seconds($0) > here + 1e-6 }) : others.last(where: { seconds($0) < here - 1e-6 }) else {
      state.notice = .hint(
        others.isEmpty
          ? "all \(beats.count) beats are of one kind: \(usual.name)" : "no beat of another kind \(after ? "behind" : "before") this place")
      return [.beep]
    }
    state.chosenBeat = target
    let kind = beats[target].kind
    state.notice = .hint("\(kind.rawValue): \(kind.name), beat \(target + 1) of \(beats.count), at \(ClockText.tenths(seconds(target)))")
    if state.calipers != nil, !state.layout.isOfBeats { return moveCaret(to: seconds(target), in: &state) }
    return geometry.stretch.contains(seconds(target)) ? [] : moveStart(to: seconds(target) - geometry.spanSeconds / 2, in: &state)
  }

  /// R peaks on the paper, in seconds.
  private static func beatSeconds(_ state: DeskState) -> [Double] {
    guard let display = state.display else { return [] }
    if state.layout.isOfBeats { return display.medianBeats == nil ? [] : [BeatPaper.secondsToPeak] }
    let rate = display.recording.recording.samplingRateHertz
    return display.rPeaks.map { Double($0) / rate }
  }

  static func noBeats(in state: inout DeskState) -> [Effect] {
    state.notice = .hint(state.display == nil ? "the beats are still being looked for" : "no beats were found in this recording")
    return [.beep]
  }
}
