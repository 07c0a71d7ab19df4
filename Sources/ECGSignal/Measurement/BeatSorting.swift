import ECG
import Foundation

/// Sorts beats by the shape of their QRS complexes, and says what kind of beat each is.
struct BeatSorting {
  /// Of each beat the number of its shape; the usual shape is 0.
  private(set) var shapes: [Int] = []
  /// How many shapes there are.
  private(set) var shapeCount = 0
  /// What kind each beat is.
  private(set) var kinds: [BeatKind] = []
  /// How regular the rhythm is, nil where there are too few intervals.
  private(set) var rhythm: RhythmRegularity?

  /// Complexes of one shape correlate at least so much.
  private static let leastCorrelation: Float = 0.85
  /// At most so many shapes are told apart; what is left is put to the one that is most alike.
  private static let mostShapes = 8
  /// A complex nearer to the record's start or end may be cut off: a strange shape then says nothing.
  private static let edgeSeconds = 0.1

  /// Sorts the beats of a recording.
  init(_ beats: [BeatTrace], in recording: Recording) {
    guard !beats.isEmpty else { return }
    let signatures = beats.map { QRSSignature($0, in: recording) }
    group(signatures)
    let rate = recording.samplingRateHertz
    let widths = beats.map { ($0.qrs.offset - $0.qrs.onset) / rate * 1000 }
    let hasP = beats.map { $0.middle[WaveClass.p.rawValue] != nil }
    chooseUsual(widths: widths, hasP: hasP)
    let intervals = zip(beats, beats.dropFirst()).map { Double($1.rPeak - $0.rPeak) / rate }
    rhythm = regularity(intervals)
    let isPaced = PacingSpikes.precede(beats, in: recording)
    let reach = Self.edgeSeconds * rate
    let end = Double(recording.sampleCount - 1)
    let usual = UsualBeats(shapes: shapes, widths: widths, hasP: hasP, rhythm: rhythm)
    kinds = beats.indices.map { index in
      let beat = beats[index]
      let isCutOff = beat.qrs.onset < reach || beat.qrs.offset > end - reach
      if beat.confidence < 0.5 || isCutOff && shapes[index] != 0 { return .unknown }
      if isPaced[index] { return .paced }
      return usual.kind(
        hasUsualShape: shapes[index] == 0, width: widths[index], hasP: hasP[index],
        prematurity: prematurity(of: index, intervals: intervals))
    }
  }

  // MARK: Shapes

  private mutating func group(_ signatures: [QRSSignature]) {
    var leaders: [QRSSignature] = []
    for signature in signatures {
      let likeness = leaders.map { signature.likeness(to: $0) }
      let best = likeness.indices.max { likeness[$0] < likeness[$1] }
      if let best, likeness[best] >= Self.leastCorrelation || leaders.count == Self.mostShapes {
        shapes.append(best)
        leaders[best].learn(signature)
      } else {
        shapes.append(leaders.count)
        leaders.append(signature)
      }
    }
    shapeCount = leaders.count
  }

  /// Numbers the shapes anew: the usual one first, then by how many beats they have.
  ///
  /// The usual shape is the commonest; but where that is wide and without P waves, a narrower one with P waves is usual if it occurs twice.
  private mutating func chooseUsual(widths: [Double], hasP: [Bool]) {
    var members = [[Int]](repeating: [], count: shapeCount)
    for (beat, shape) in shapes.enumerated() { members[shape].append(beat) }
    func width(_ shape: Int) -> Double { members[shape].map { widths[$0] }.median ?? 0 }
    func shareWithP(_ shape: Int) -> Double { Double(members[shape].count { hasP[$0] }) / Double(max(1, members[shape].count)) }
    var order = members.indices.sorted { (members[$0].count, $1) > (members[$1].count, $0) }
    if let first = order.first, width(first) > 120, shareWithP(first) < 0.5 {
      let other = order.firstIndex { members[$0].count >= 2 && width($0) < width(first) - 20 && shareWithP($0) >= 0.5 }
      if let other { order.insert(order.remove(at: other), at: 0) }
    }
    var numbers = [Int](repeating: 0, count: shapeCount)
    for (number, shape) in order.enumerated() { numbers[shape] = number }
    shapes = shapes.map { numbers[$0] }
  }

  // MARK: Kinds

  /// The interval before a beat as a share of the median of the eight around it; in bigeminy that lies between the short ones and the long ones.
  private func prematurity(of index: Int, intervals: [Double]) -> Double {
    guard index > 0, intervals.count >= 3 else { return 1 }
    let around = intervals[max(0, index - 5)..<index - 1] + intervals[index..<min(intervals.count, index + 4)]
    guard let median = Array(around).median, median > 0 else { return 1 }
    return intervals[index - 1] / median
  }

  /// Judges intervals between beats of the usual shape.
  private func regularity(_ intervals: [Double]) -> RhythmRegularity? {
    let usual = intervals.indices.filter { shapes[$0] == 0 && shapes[$0 + 1] == 0 }
    guard let mean = usual.map({ intervals[$0] }).mean, usual.count >= 4 else { return nil }
    let pairs = usual.filter { $0 + 1 < intervals.count && shapes[$0 + 2] == 0 }
    // A premature beat and its pause make three large differences; a median ignores them.
    let differences = pairs.map { abs(intervals[$0 + 1] - intervals[$0]) / mean }
    guard let median = differences.median, differences.count >= 3 else { return nil }
    let kept = differences.filter { $0 <= max(4 * median, 0.1) }
    let variation = (kept.map { $0 * $0 }.mean ?? 0).squareRoot()
    return RhythmRegularity(successiveVariation: variation, isIrregular: median > 0.1)
  }
}

/// What the beats of the usual shape are like: what the others are judged by.
private struct UsualBeats {
  /// The middle width of their QRS complexes, in milliseconds.
  let width: Double
  /// Whether most of them have a P wave.
  let havePWaves: Bool
  /// Without P waves and without order any beat comes early: nothing is premature in atrial fibrillation.
  let fibrillate: Bool

  init(shapes: [Int], widths: [Double], hasP: [Bool], rhythm: RhythmRegularity?) {
    let usual = shapes.indices.filter { shapes[$0] == 0 }
    width = usual.map { widths[$0] }.median ?? 0
    havePWaves = 2 * usual.count { hasP[$0] } >= usual.count
    fibrillate = (rhythm?.isIrregular ?? false) && !havePWaves
  }

  /// The kind of a beat that no pacemaker made.
  func kind(hasUsualShape: Bool, width: Double, hasP: Bool, prematurity: Double) -> BeatKind {
    if hasUsualShape {
      // A P wave that others have and this beat has not lies in the T wave before.
      let limit = havePWaves && !hasP ? 0.88 : 0.8
      return prematurity < limit && !fibrillate ? .supraventricular : .normal
    }
    let isWide = width >= max(110, self.width + 15)
    let isPremature = prematurity < 0.9
    if isWide, !hasP || isPremature { return .ventricular }
    return isPremature && !fibrillate ? .supraventricular : .normal
  }
}

/// A QRS complex as a row of numbers: every lead's mean over each 8 ms, from shortly before its start on.
private struct QRSSignature {
  private var values: [Float]
  private var norm: Float
  private static let bins = 20
  private static let binSeconds = 0.008
  private static let shifts = -2...2

  init(_ beat: BeatTrace, in recording: Recording) {
    let rate = recording.samplingRateHertz
    let start = beat.qrs.onset - 2 * Self.binSeconds * rate
    let edges = (0...Self.bins).map { Int((start + Double($0) * Self.binSeconds * rate).rounded()) }
    values = [Float](repeating: 0, count: Lead.allCases.count * Self.bins)
    for lead in Lead.allCases where beat.spans[lead.rawValue][WaveClass.qrs.rawValue] != nil {
      let samples = recording[lead]
      let level = samples.level(before: beat.qrsSamples.lowerBound, samplingRateHertz: rate)
      for bin in 0..<Self.bins {
        let first = max(0, edges[bin])
        let end = min(recording.sampleCount, max(first + 1, edges[bin + 1]))
        var sum: Float = 0
        for index in first..<max(first, end) { sum += samples[samples.startIndex + index] - level }
        if end > first, sum.isFinite { values[lead.rawValue * Self.bins + bin] = sum / Float(end - first) }
      }
    }
    norm = Self.norm(of: values)
  }

  private static func norm(of values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// The correlation with another complex at the best of a few shifts; 0 where one is twice as large as the other.
  func likeness(to other: QRSSignature) -> Float {
    let product = norm * other.norm
    guard product > 0, norm < 2 * other.norm, other.norm < 2 * norm else { return 0 }
    let bins = Self.bins
    return Self.shifts.map { shift -> Float in
      var sum: Float = 0
      for lead in Lead.allCases {
        let offset = lead.rawValue * bins
        for bin in max(0, -shift)..<min(bins, bins - shift) { sum += values[offset + bin] * other.values[offset + bin + shift] }
      }
      return sum / product
    }.max() ?? 0
  }

  /// Moves towards another complex of the same shape.
  mutating func learn(_ other: QRSSignature) {
    for index in values.indices { values[index] += 0.125 * (other.values[index] - values[index]) }
    norm = Self.norm(of: values)
  }
}
