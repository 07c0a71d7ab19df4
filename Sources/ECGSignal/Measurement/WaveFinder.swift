import ECG

/// Finds beats and their waves in a whole recording, window by window, in memory that does not grow with its length.
final class WaveFinder {
  /// Samples (at 250 Hz) of the longest window.
  static let windowLength = 8192
  /// Samples at either end of a window that only give the network its view.
  private static let margin = 512

  private var workspace = WaveNetwork.Workspace(length: WaveNetwork.unit, leads: Lead.allCases.count)
  /// The last recording's: most have the rate of the one before.
  private var resampler: WaveResampler?

  /// The beats of a recording in ascending order.
  ///
  /// - Parameter encoded: Its leads, or more than it has, encoded before.
  func beats(in recording: Recording, encoded: EncodedLeads? = nil) -> [FoundBeat] {
    let resampler = WaveResampler(
      samplingRateHertz: recording.samplingRateHertz, sampleCount: recording.sampleCount, like: self.resampler)
    self.resampler = resampler
    let count = resampler.count
    guard count > 0 else { return [] }
    let (windowLength, margin) = (Self.windowLength, Self.margin)
    makeRoom(forWindowOf: min(count, windowLength))
    var beats: [FoundBeat] = []
    var start = 0
    while true {
      let isLast = start + windowLength >= count
      let window = (isLast ? max(0, count - windowLength) : start)..<min(count, start + windowLength)
      // Beats count in the window in whose middle they lie.
      let from = start == 0 ? 0 : start + margin
      let to = isLast ? count : start + windowLength - margin
      let input = encoded?.input(of: recording) ?? WaveInput(recording, range: window, resampler: resampler)
      if !input.leads.isEmpty {
        let decoder =
          encoded.map { WaveDecoder(input, encoded: $0.leads(of: input), network: .shipped, workspace: workspace) }
          ?? WaveDecoder(input, network: .shipped, workspace: workspace)
        for beat in decoder.beats() {
          let middle = (beat.qrs.onset + beat.qrs.offset) / 2
          guard middle >= Double(from), middle < Double(to) else { continue }
          // At a seam the same complex may be seen a little earlier or later.
          if let last = beats.last, middle - (last.qrs.onset + last.qrs.offset) / 2 < 45 { continue }
          beats.append(beat)
        }
      }
      if isLast { return beats }
      start += windowLength - 2 * margin
    }
  }

  private func makeRoom(forWindowOf length: Int) {
    let unit = WaveNetwork.unit
    let padded = (length + unit - 1) / unit * unit
    if workspace.length < padded { workspace = WaveNetwork.Workspace(length: padded, leads: Lead.allCases.count) }
  }
}
