import ECG

/// What becomes of a lead in the wave network before it hears the others: its activations at 4 samples a row, at 8, and these on their way to be joined
/// with what all leads show.
struct EncodedLead: Sendable {
  /// Samples of the lead, with the zeros that fill it up.
  let length: Int
  let fine: [Float]
  let coarse: [Float]
  let joined: [Float]
}

/// The leads of a short recording as far as finding waves in them depends on no other lead, so that it can be measured again and again, each time without
/// other leads, and nothing is done twice.
package struct EncodedLeads: Sendable {
  private let range: Range<Int>
  private let candidates: [WaveInput.Candidate]
  private let encoded: [Lead: EncodedLead]

  /// The leads of a recording; nil of one that is not measured in one piece, for what is kept grows with the length.
  package init?(of recording: Recording) {
    guard ECGMeasurer.canMeasure(recording) else { return nil }
    let resampler = WaveResampler(samplingRateHertz: recording.samplingRateHertz, sampleCount: recording.sampleCount)
    guard (1...WaveFinder.windowLength).contains(resampler.count) else { return nil }
    let range = 0..<resampler.count
    let candidates = WaveInput.candidates(recording, range: range, resampler: resampler)
    var encoded: [Lead: EncodedLead] = [:]
    let padded = WaveInput([], range: range).paddedLength
    let workspace = WaveNetwork.Workspace(length: padded, leads: 1)
    for candidate in candidates where !candidate.isFlat {
      let alone = WaveInput([candidate], range: range)
      alone.normalise(to: workspace.window, paddedLength: padded)
      encoded[candidate.lead] = WaveNetwork.shipped.encode(UnsafeBufferPointer(rebasing: workspace.window[..<padded]), in: workspace)
    }
    self.range = range
    self.candidates = candidates
    self.encoded = encoded
  }

  /// The input of those leads that a recording has.
  func input(of recording: Recording) -> WaveInput { WaveInput(candidates.filter { recording[source: $0.lead] != .absent }, range: range) }

  /// The encoded leads of an input, in its order.
  func leads(of input: WaveInput) -> [EncodedLead] { input.leads.compactMap { encoded[$0] } }
}
