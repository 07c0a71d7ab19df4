import ECG

/// A stretch of time at 250 Hz, with fractions of a sample, counted from the start of the record.
struct WaveSpan: Sendable, Hashable {
  var onset: Double
  var offset: Double
}

/// A beat as the wave network shows it.
struct FoundBeat: Sendable {
  /// The QRS complex of all leads together.
  var qrs: WaveSpan
  /// Each lead's own waves, in the standard order; nil where a wave is not seen in it.
  var leads: [[WaveSpan?]]
  /// How sure the leads together are of each wave, 0 to 1, at best.
  var confidence: [Float]
}

/// Reads beats and waves off the log odds of a window.
///
/// Leads are first heard together: the mean of their probabilities says where the beats are, and whether a beat has a P wave and a T wave. Each
/// lead's own log odds then give its boundaries, where they cross even odds.
struct WaveDecoder {
  private let length: Int
  private let start: Int
  private let leads: [Lead]
  /// [lead][wave][sample]; the workspace's, so a decoder is done with before the next one begins.
  private let logits: UnsafeMutableBufferPointer<Float>
  /// [wave][sample], the mean over leads.
  private var means: [[Float]]

  /// The log odds at which a wave begins and ends.
  ///
  /// Even odds put the edge where as many readers would put it earlier as later; those of QRS are
  /// lower, for its edges are steep to the inside and flat to the outside.
  private static let edgeOdds: [Float] = [0, -0.2, 0]

  /// Runs the network over a window.
  init(_ input: WaveInput, network: WaveNetwork, workspace: WaveNetwork.Workspace) {
    self.init(input, workspace) { emit in
      let padded = input.paddedLength
      input.normalise(to: workspace.window, paddedLength: padded)
      let views = input.leads.indices.map { UnsafeBufferPointer(rebasing: workspace.window[$0 * padded..<($0 + 1) * padded]) }
      network.run(views, in: workspace, emit: emit)
    }
  }

  /// Runs the rest of the network over a window whose leads were encoded before.
  init(_ input: WaveInput, encoded: [EncodedLead], network: WaveNetwork, workspace: WaveNetwork.Workspace) {
    self.init(input, workspace) { network.run(encoded, in: workspace, emit: $0) }
  }

  private init(
    _ input: WaveInput, _ workspace: WaveNetwork.Workspace, run: (_ emit: (_ lead: Int, _ rows: WaveActivations) -> Void) -> Void
  ) {
    length = input.length
    start = input.start
    leads = input.leads
    let length = length
    let waves = WaveClass.allCases.count
    let logits = workspace.logits
    self.logits = logits
    run { lead, rows in
      for row in 0..<(length + 3) / 4 {
        let values = rows.row(row)
        for wave in 0..<waves {
          let target = (lead * waves + wave) * length + 4 * row
          for phase in 0..<min(4, length - 4 * row) { logits[target + phase] = values[4 * wave + phase] }
        }
      }
    }
    means = (0..<waves).map { wave in
      var mean = [Float](repeating: 0, count: length)
      for lead in input.leads.indices {
        let offset = (lead * waves + wave) * length
        for index in 0..<length {
          let odds = logits[offset + index]
          mean[index] += odds / (1 + abs(odds))
        }
      }
      let share = 0.5 / Float(max(1, input.leads.count))
      for index in 0..<length { mean[index] = 0.5 + share * mean[index] }
      return mean
    }
  }

  /// The beats of the window in ascending order, with their waves.
  func beats() -> [FoundBeat] {
    let complexes = complexes()
    var beats = complexes.indices.map { index in beat(index, among: complexes) }
    dropUnlikelyPWaves(in: &beats)
    return beats
  }

  // MARK: QRS complexes

  /// Runs of samples, both ends included.
  private typealias Run = ClosedRange<Int>

  private func complexes() -> [ClosedRange<Int>] {
    let smooth = Self.smoothed(means[WaveClass.qrs.rawValue])
    var found: [Run] = []
    for run in Self.runs(of: smooth, above: 0.35) where (smooth[run].max() ?? 0) >= 0.45 {
      if let last = found.last, run.lowerBound - last.upperBound < 6 {
        found[found.count - 1] = last.lowerBound...run.upperBound
      } else {
        found.append(run)
      }
    }
    return Self.withoutTwins(found, in: smooth)
  }

  /// Of two complexes closer than 180 ms (a rate that no heart keeps up) the weaker one goes.
  private static func withoutTwins(_ runs: [Run], in values: [Float]) -> [Run] {
    var result: [Run] = []
    for run in runs {
      if let last = result.last, run.lowerBound + run.upperBound - last.lowerBound - last.upperBound < 90 {
        if values[run].reduce(0, +) > values[last].reduce(0, +) { result[result.count - 1] = run }
      } else {
        result.append(run)
      }
    }
    return result
  }

  private static func smoothed(_ values: [Float]) -> [Float] {
    guard values.count > 4 else { return values }
    var result = values
    for index in 2..<values.count - 2 {
      let sum: Float = values[index - 2] + values[index - 1] + values[index] + values[index + 1] + values[index + 2]
      result[index] = sum / 5
    }
    return result
  }

  private static func runs(of values: [Float], in range: Range<Int>? = nil, above threshold: Float) -> [ClosedRange<Int>] {
    let range = range ?? values.indices
    var result: [Run] = []
    var index = range.lowerBound
    while index < range.upperBound {
      guard values[index] > threshold else {
        index += 1
        continue
      }
      let first = index
      while index < range.upperBound, values[index] > threshold { index += 1 }
      result.append(first...index - 1)
    }
    return result
  }

  // MARK: One beat's waves

  private func beat(_ index: Int, among complexes: [ClosedRange<Int>]) -> FoundBeat {
    let complex = complexes[index]
    let previous = index > 0 ? complexes[index - 1] : nil
    let next = index + 1 < complexes.count ? complexes[index + 1] : nil
    let (first, last) = (complex.lowerBound, complex.upperBound)

    let qrsStart = max(0, first - 25, previous.map { ($0.upperBound + first) / 2 } ?? 0)
    let qrsEnd = min(length, last + 26, next.map { ($0.lowerBound + last) / 2 + 1 } ?? length)
    let pStart = max(0, first - 110, previous.map { $0.upperBound + 4 } ?? 0)
    let pRun = together(.p, in: pStart..<min(length, first + 3))
    let tEnd = min(length, last + 180, next.map { $0.lowerBound + 4 } ?? length)
    let tRun = together(.t, in: min(last + 2, tEnd)..<tEnd)

    var waves = [[WaveSpan?]](repeating: [nil, nil, nil], count: Lead.allCases.count)
    for (position, lead) in leads.enumerated() {
      waves[lead.rawValue] = [
        pRun.flatMap { span(.p, of: position, in: pStart..<min(length, first + 9), around: $0.run, atLeast: 5) },
        span(.qrs, of: position, in: qrsStart..<qrsEnd, around: complex, atLeast: 4),
        tRun.flatMap { span(.t, of: position, in: max(0, last - 6)..<tEnd, around: $0.run, atLeast: 6) },
      ]
    }
    let peak = means[WaveClass.qrs.rawValue][complex].max() ?? 0
    return FoundBeat(
      qrs: WaveSpan(onset: Double(start + first), offset: Double(start + last)), leads: waves,
      confidence: [pRun?.peak ?? 0, peak, tRun?.peak ?? 0])
  }

  /// The run in which the leads together are surest of a wave.
  private func together(_ wave: WaveClass, in range: Range<Int>) -> (run: ClosedRange<Int>, peak: Float)? {
    guard range.count >= 5 else { return nil }
    let mean = means[wave.rawValue]
    var best: (run: Run, peak: Float, mass: Float)?
    for run in Self.runs(of: mean, in: range, above: 0.35) where run.count >= 4 {
      let (peak, mass) = (mean[run].max() ?? 0, mean[run].reduce(0, +))
      if peak > 0.4, mass > best?.mass ?? 0 { best = (run, peak, mass) }
    }
    return best.map { ($0.run, $0.peak) }
  }

  /// Where a lead's own log odds of a wave are above those of its edges, of several such stretches the one with most in common with `run`.
  private func span(
    _ wave: WaveClass, of lead: Int, in range: Range<Int>, around run: ClosedRange<Int>, atLeast shortest: Int
  ) -> WaveSpan? {
    guard !range.isEmpty else { return nil }
    let offset = (lead * WaveClass.allCases.count + wave.rawValue) * length
    let odds = UnsafeBufferPointer(rebasing: logits[offset..<offset + length])
    let edge = Self.edgeOdds[wave.rawValue]
    var best: (first: Int, last: Int, mass: Float)?
    var index = range.lowerBound
    while index < range.upperBound {
      guard odds[index] > edge else {
        index += 1
        continue
      }
      let first = index
      // A dip of up to 12 ms is a notch, not a boundary.
      var last = index
      while index < range.upperBound, index - last <= 3 {
        if odds[index] > edge { last = index }
        index += 1
      }
      index = max(index, last + 1)
      let (from, to) = (max(first, run.lowerBound), min(last, run.upperBound))
      guard from <= to, last - first + 1 >= shortest else { continue }
      let mass = odds[from...to].reduce(Float(0)) { $0 + max(0, $1) }
      if mass > best?.mass ?? 0 { best = (first, last, mass) }
    }
    guard let best else { return nil }
    return WaveSpan(
      onset: Double(start) + Self.crossing(odds, edge, at: best.first, toward: -1),
      offset: Double(start) + Self.crossing(odds, edge, at: best.last, toward: 1))
  }

  /// Where between a sample above the edge's odds and its neighbour below them they are reached.
  private static func crossing(_ odds: UnsafeBufferPointer<Float>, _ edge: Float, at index: Int, toward step: Int) -> Double {
    let neighbour = index + step
    guard odds.indices.contains(neighbour), odds[neighbour] <= edge else { return Double(index) }
    let share = (odds[index] - edge) / (odds[index] - odds[neighbour])
    return Double(index) + Double(step) * Double(share)
  }

  /// P waves of beats in which the leads are not sure go; and all of them where that holds for the beat in the middle: then it is most likely unrest
  /// of the atria that looks like a P wave now and then.
  private func dropUnlikelyPWaves(in beats: inout [FoundBeat]) {
    let wave = WaveClass.p.rawValue
    let confidences = beats.map { $0.confidence[wave] }.sorted()
    let isRare = (confidences[safe: confidences.count / 2] ?? 0) < Self.leastPConfidence
    for index in beats.indices where isRare || beats[index].confidence[wave] < Self.leastPConfidence {
      beats[index].confidence[wave] = 0
      for lead in beats[index].leads.indices { beats[index].leads[lead][wave] = nil }
    }
  }

  private static let leastPConfidence: Float = 0.45
}
