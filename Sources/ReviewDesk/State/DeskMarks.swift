import ECG
import ECGPaper
import ECGSignal

extension DeskState {
  /// What is marked on the paper where it shows a stretch of the recording: the kinds of beats, the boundaries of waves on median beats, the layers of
  /// annotators, the carets of the calipers and their march.
  func marks(in stretch: ClosedRange<Double>) -> [PaperMark] {
    (showsMeasuredMarks ? beatMarks(in: stretch) + boundaryMarks : []) + layerMarks(in: stretch) + ownMarks(in: stretch)
      + caliperMarks(in: stretch) + editMarks
  }

  /// Whether the paper shows what was measured: the study does not hide it, and the reader did not fold it away.
  private var showsMeasuredMarks: Bool {
    // Whoever edits has begun with these marks, or does not want them.
    edit == nil && showsMeasurements && !layers.off.contains(Layers.measured)
  }

  /// Whether figures may be told: the study does not hide them, and the reader did not fold them away.
  var showsMeasurements: Bool { !isHidden(.measurements) && !hiddenPanels.contains(.measurements) }

  private func caliperMarks(in stretch: ClosedRange<Double>) -> [PaperMark] {
    guard let calipers else { return [] }
    let isOfBeats = layout.isOfBeats
    let shown = isOfBeats ? 0...BeatPaper.seconds : stretch
    let content: PaperContent = isOfBeats ? .medianBeat : .recording
    return calipers.marks(in: shown).map { PaperMark(.march, at: $0, of: content) }
      + calipers.seconds.enumerated().map { PaperMark(.caret(isActive: $0 == calipers.active), at: $1, of: content) }
  }

  /// More beats than this on the paper leave no room for their letters; those of the usual kind then have none.
  private static let mostNamedBeats = 60

  private func beatMarks(in stretch: ClosedRange<Double>) -> [PaperMark] {
    guard let measurements = display?.findings.measurements else { return [] }
    let rate = measurements.samplingRateHertz
    let samples = Int(stretch.lowerBound * rate)...Int(stretch.upperBound * rate)
    let beats = measurements.beats
    let shown = beats.firstPlace(of: samples.lowerBound) { $0.rPeak }..<beats.firstPlace(of: samples.upperBound + 1) { $0.rPeak }
    let usual = measurements.usualKind
    return shown.compactMap { index in
      let beat = measurements.beats[index]
      guard shown.count <= Self.mostNamedBeats || beat.kind != usual || index == chosenBeat else { return nil }
      return PaperMark(.beat(Character(beat.kind.rawValue), isChosen: index == chosenBeat), at: Double(beat.rPeak) / rate)
    }
  }

  /// Each lead's own boundaries on the median beat.
  private var boundaryMarks: [PaperMark] {
    guard let shape = display?.findings.measurements.usualShape else { return [] }
    return Lead.allCases.flatMap { lead in
      shape.boundarySeconds(of: shape.leads[lead.rawValue]).map { wave in
        PaperMark(.wave(seconds: wave.offset - wave.onset), at: wave.onset, of: .medianBeat, on: lead)
      }
    }
  }

  /// Where calipers snap to, in seconds of what the paper shows: R peaks, and the boundaries of waves unless the study hides measurements.
  var landmarkSeconds: [Double] {
    guard let display else { return [] }
    let measurements = display.findings.measurements
    if layout.isOfBeats {
      guard display.medianBeats != nil else { return [] }
      let waves = isHidden(.measurements) ? [] : measurements.usualShape.map { $0.boundarySeconds(of: $0.waves) } ?? []
      return [BeatPaper.secondsToPeak] + waves.flatMap { [$0.onset, $0.offset] }
    }
    let rate = display.recording.recording.samplingRateHertz
    let boundaries = isHidden(.measurements) ? [] : measurements.beats.flatMap { beat in beat.waves.all.flatMap { [$0.onset, $0.offset] } }
    return (display.rPeaks + boundaries).map { Double($0) / rate }
  }
}

extension DeskState {
  /// How far a key moves a caret, in seconds: a dot, or a sample where that is wider.
  func caliperStep(_ geometry: ViewGeometry) -> Double {
    max(1 / geometry.scale.dotsPerSecond, 1 / (recording?.samplingRateHertz ?? 1e9))
  }
}

extension Measurements {
  /// The kind of the usual beat.
  var usualKind: ECGSignal.BeatKind { usualShape?.kind ?? .normal }
}

extension BeatWaves {
  /// The waves that are seen, in order.
  fileprivate var all: [WaveMarks] { [p, qrs, t].compactMap { $0 } }
}

extension BeatShape {
  /// Where waves on the median begin and end, in seconds on the paper of median beats.
  fileprivate func boundarySeconds(of waves: BeatWaves) -> [(onset: Double, offset: Double)] {
    func seconds(_ sample: Int) -> Double { BeatPaper.secondsToPeak + Double(sample - rPeak) / median.samplingRateHertz }
    return waves.all.map { (seconds($0.onset), seconds($0.offset)) }
  }
}
