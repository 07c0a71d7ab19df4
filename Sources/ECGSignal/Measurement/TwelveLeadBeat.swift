import ECG

/// One beat of the twelve leads, such as the median beat, with the sample at which its QRS lies.
public struct TwelveLeadBeat: Sendable {
  /// Samples per second.
  public let samplingRateHertz: Double
  /// Samples in each lead.
  public let sampleCount: Int
  /// The sample of the R peak, or one within 40 ms of the middle of the QRS.
  public let rIndex: Int
  /// Millivolts, lead after lead in the standard order (12 × ``sampleCount``); NaN where nothing is known.
  public let millivolts: [Float]

  /// A beat from samples in order.
  ///
  /// - Precondition: `millivolts` holds twelve leads of equal length.
  public init(samplingRateHertz: Double, rIndex: Int, millivolts: [Float]) {
    precondition(millivolts.count.isMultiple(of: Lead.allCases.count))
    self.samplingRateHertz = samplingRateHertz
    sampleCount = millivolts.count / Lead.allCases.count
    self.rIndex = min(max(rIndex, 0), max(0, sampleCount - 1))
    self.millivolts = millivolts
  }

  /// The median of the beats of one shape.
  ///
  /// - Parameter limbFactors: What the limb leads are multiplied by; see ``Measurements/limbFactors``.
  public init(_ shape: BeatShape, limbFactors: [Double] = Lead.limb.map { _ in 1 }) {
    var millivolts = shape.median.millivolts
    for (lead, factor) in zip(Lead.limb, limbFactors) where factor != 1 {
      let first = lead.rawValue * shape.median.sampleCount
      for index in first..<first + shape.median.sampleCount { millivolts[index] *= Float(factor) }
    }
    self.init(samplingRateHertz: shape.median.samplingRateHertz, rIndex: shape.rPeak, millivolts: millivolts)
  }
}

/// A beat's outline, freed of rate, gain and baseline: eighty points of each lead, 8 ms apart, from 232 ms before the middle of the QRS to 400 ms after.
///
/// The limb leads share one gain, for their sizes follow from one another; each chest lead has its own, so that only its shape counts.
package struct BeatOutline: Sendable {
  /// Points of each lead.
  package static let pointCount = 80
  /// Points before the middle of the QRS.
  static let pointsBefore = 29
  /// Seconds between points.
  static let stepSeconds = 0.008
  /// Half the stretch that is averaged to a point.
  private static let halfPointSeconds = 0.006
  private static let qrsReachSeconds = 0.1

  /// Lead after lead, 12 × ``pointCount``; a lead of the limbs in units of their common root mean square, a chest lead in units of its own.
  let points: [Float]
  /// Which leads vary at all and hold no unknown sample.
  let isKnown: [Bool]

  /// The points of one lead.
  package subscript(lead: Lead) -> ArraySlice<Float> { points[lead.rawValue * Self.pointCount..<(lead.rawValue + 1) * Self.pointCount] }

  /// The share of the leads' squared slopes that lies more than 100 ms from the middle of the QRS: a P and a T wave are gentle, another beat is not.
  package var restlessness: Float {
    var (near, far): (Float, Float) = (0, 0)
    for lead in Lead.allCases {
      let start = lead.rawValue * Self.pointCount
      let squares = (1..<Self.pointCount - 1).map {
        (points[start + $0 + 1] - points[start + $0 - 1]) * (points[start + $0 + 1] - points[start + $0 - 1])
      }
      let total = squares.reduce(0, +) + 1e-9
      for (index, square) in squares.enumerated() {
        // Half a step more, for points that lie at 100 ms but for rounding.
        if abs(Self.seconds(at: index + 1)) <= Self.qrsReachSeconds + Self.stepSeconds / 2 {
          near += square / total
        } else {
          far += square / total
        }
      }
    }
    return far / max(near + far, 1e-9)
  }

  /// The time of a point from the middle of the QRS, in seconds.
  static func seconds(at point: Int) -> Double { Double(point - pointsBefore) * stepSeconds }

  /// Nil where the beat is too short or too coarsely sampled to have a shape.
  package init?(_ beat: TwelveLeadBeat) {
    let rate = beat.samplingRateHertz
    let count = beat.sampleCount
    guard rate.isFinite, rate >= 60, rate <= 100_000, count > 2, Double(count) >= 0.3 * rate else { return nil }
    var isKnown = [Bool](repeating: true, count: Lead.allCases.count)
    var leads = Lead.allCases.map { lead in
      let samples = beat.millivolts[lead.rawValue * count..<(lead.rawValue + 1) * count].map(Double.init)
      guard samples.allSatisfy(\.isFinite) else {
        isKnown[lead.rawValue] = false
        return [Double](repeating: 0, count: count)
      }
      return samples
    }
    let middle = Self.middleOfQRS(leads, rate: rate, near: beat.rIndex)
    leads = leads.map { Self.points(of: $0, middle: middle, rate: rate) }
    let sizes = leads.map { lead in (lead.reduce(0) { $0 + $1 * $1 } / Double(Self.pointCount)).squareRoot() }
    let limbSize = (sizes.prefix(Lead.limb.count).reduce(0) { $0 + $1 * $1 } / Double(Lead.limb.count)).squareRoot()
    var points: [Float] = []
    points.reserveCapacity(leads.count * Self.pointCount)
    for lead in Lead.allCases {
      // A thousandth of a millivolt is the step of common recorders; less than one is no shape.
      if !(sizes[lead.rawValue] > 0.001) && !lead.isLimb || lead.isLimb && !(limbSize > 0.001) { isKnown[lead.rawValue] = false }
      let size = max(lead.isLimb ? limbSize : sizes[lead.rawValue], 1e-6)
      points += leads[lead.rawValue].map { Float($0 / size) }
    }
    self.points = points
    self.isKnown = isKnown
  }

  /// The centre of gravity of the squared slopes near the R peak, each lead's in units of all its own: no gain enters.
  private static func middleOfQRS(_ leads: [[Double]], rate: Double, near rIndex: Int) -> Double {
    let count = leads.first?.count ?? 0
    let step = max(1, Int((0.008 * rate).rounded()))
    guard count > 2 * step else { return Double(rIndex) }
    var slopes = [Double](repeating: 0, count: count)
    for lead in leads {
      let squares = (step..<count - step).map { (lead[$0 + step] - lead[$0 - step]) * (lead[$0 + step] - lead[$0 - step]) }
      let total = squares.reduce(0, +) + 1e-12
      for (index, square) in squares.enumerated() { slopes[index + step] += square / total }
    }
    let reach = Int((qrsReachSeconds * rate).rounded())
    let range = max(0, rIndex - reach)...min(count - 1, rIndex + reach)
    let mass = range.reduce(0) { $0 + slopes[$1] }
    return range.reduce(0) { $0 + Double($1) * slopes[$1] } / max(mass, 1e-12)
  }

  /// The mean over 12 ms about each point, less the median of all.
  private static func points(of samples: [Double], middle: Double, rate: Double) -> [Double] {
    let count = samples.count
    var sums = [0.0]
    sums.reserveCapacity(count + 1)
    for sample in samples { sums.append((sums.last ?? 0) + sample) }
    /// The integral of the samples, each half a sample wide on either side, up to a position.
    func integral(to position: Double) -> Double {
      let edge = min(max(position + 0.5, 0), Double(count))
      let whole = min(Int(edge), count - 1)
      return sums[whole] + (edge - Double(whole)) * samples[whole]
    }
    let half = halfPointSeconds * rate
    let points = (0..<pointCount).map { point in
      let position = min(max(middle + seconds(at: point) * rate, 0), Double(count - 1))
      let (low, high) = (max(position - half, -0.5), min(position + half, Double(count) - 0.5))
      return (integral(to: high) - integral(to: low)) / (high - low)
    }
    let sorted = points.sorted()
    let median = (sorted[pointCount / 2 - 1] + sorted[pointCount / 2]) / 2
    return points.map { $0 - median }
  }
}
