import ECGPaper

extension DeskState {
  /// What is marked on the paper where it shows a stretch of the recording: the carets of the calipers and their march.
  func marks(in stretch: ClosedRange<Double>) -> [PaperMark] {
    guard let calipers else { return [] }
    let isOfBeats = layout.isOfBeats
    let shown = isOfBeats ? 0...BeatPaper.seconds : stretch
    let content: PaperContent = isOfBeats ? .medianBeat : .recording
    return calipers.marks(in: shown).map { PaperMark(.march, at: $0, of: content) }
      + calipers.seconds.enumerated().map { PaperMark(.caret(isActive: $0 == calipers.active), at: $1, of: content) }
  }
}

extension DeskState {
  /// How far a key moves a caret, in seconds: a dot, or a sample where that is wider.
  func caliperStep(_ geometry: ViewGeometry) -> Double {
    max(1 / geometry.scale.dotsPerSecond, 1 / (recording?.samplingRateHertz ?? 1e9))
  }
}
