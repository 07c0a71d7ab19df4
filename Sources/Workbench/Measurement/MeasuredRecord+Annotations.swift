import ECG
import ECGSignal

extension MeasuredRecord {
  /// The beats and their waves as WFDB annotations in the order of time: `(` `p` `)` `(` `N` `)` `(` `t` `)`.
  ///
  /// The letter of a beat tells its kind (N, V, S, Q, and `/` for a paced one). `(` and `)` say in `number` whose they are, as ecgpuwave has it: 0 of P, 1 of
  /// QRS, 2 of T.
  public var annotations: [Annotation] {
    let marks = measurements.beats.flatMap { beat -> [Annotation] in
      let code = AnnotationCode(symbol: beat.kind.annotationSymbol) ?? .normal
      return Self.marks(beat.waves.p, peak: Annotation(sample: beat.waves.p?.peak ?? 0, code: .pWave), number: 0)
        + (beat.waves.qrs == nil
          ? [Annotation(sample: beat.rPeak, code: code)]
          : Self.marks(beat.waves.qrs, peak: Annotation(sample: beat.rPeak, code: code), number: 1))
        + Self.marks(beat.waves.t, peak: Annotation(sample: beat.waves.t?.peak ?? 0, code: .tWave), number: 2)
    }
    // The T wave of one beat may reach into the next; marks of one sample keep the order above.
    return marks.enumerated().sorted { ($0.element.sample, $0.offset) < ($1.element.sample, $1.offset) }.map(\.element)
  }

  private static func marks(_ wave: WaveMarks?, peak: Annotation, number: Int8) -> [Annotation] {
    guard let wave else { return [] }
    return [
      Annotation(sample: wave.onset, code: .waveOnset, number: number), peak,
      Annotation(sample: wave.offset, code: .waveEnd, number: number),
    ]
  }
}
