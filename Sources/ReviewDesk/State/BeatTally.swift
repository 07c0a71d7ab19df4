import ECG

/// What the reader's beats come to: how many there are of each kind, and the distances between them.
///
/// Kept up stroke by stroke: of a day's beats nobody waits for a count.
struct BeatTally: Sendable, Equatable {
  /// Beats by kind.
  private(set) var counts: [AnnotationCode: Int] = [:]
  /// How many distances there are of each length, in samples.
  private var distances: [Int: Int] = [:]
  private var sum = 0

  /// Nothing is marked.
  init() {}

  /// The beats among annotations in order of time.
  init(_ annotations: [Annotation]) {
    var last: Int?
    for annotation in annotations where annotation.code.isBeat {
      counts[annotation.code, default: 0] += 1
      if let last { count(from: last, to: annotation.sample, 1) }
      last = annotation.sample
    }
  }

  /// How many beats there are.
  var total: Int { counts.values.reduce(0, +) }

  /// Takes the beats around a sample out of the count, as they are in the annotations: before these are changed there.
  mutating func remove(around sample: Int, in annotations: [Annotation]) { change(around: sample, in: annotations, -1) }

  /// Counts the beats around a sample, as they are in the annotations: after these were changed there.
  mutating func add(around sample: Int, in annotations: [Annotation]) { change(around: sample, in: annotations, 1) }

  /// Counts beats at a sample, and the distances from the one before them to the one behind them.
  private mutating func change(around sample: Int, in annotations: [Annotation], _ sign: Int) {
    let first = annotations.firstIndex(atOrAfter: sample)
    var last = annotations[..<first].last { $0.code.isBeat }?.sample
    for annotation in annotations[first...] where annotation.code.isBeat {
      if let last { count(from: last, to: annotation.sample, sign) }
      last = annotation.sample
      guard annotation.sample == sample else { return }
      let left = (counts[annotation.code] ?? 0) + sign
      counts[annotation.code] = left == 0 ? nil : left
    }
  }

  /// Beats of two signals at one sample have no distance.
  private mutating func count(from: Int, to sample: Int, _ sign: Int) {
    guard sample > from else { return }
    let left = (distances[sample - from] ?? 0) + sign
    distances[sample - from] = left == 0 ? nil : left
    sum += sign * (sample - from)
  }

  /// The rate and the distances of the beats.
  struct Rhythm: Sendable, Equatable {
    /// 60 by the mean distance.
    let beatsPerMinute: Double
    /// The median, shortest and longest distance, in ms.
    let (median, shortest, longest): (Double, Double, Double)

    static func == (one: Self, other: Self) -> Bool {
      (one.beatsPerMinute, one.median, one.shortest, one.longest) == (other.beatsPerMinute, other.median, other.shortest, other.longest)
    }
  }

  /// The rhythm at a sampling rate; nil where there are no two beats.
  func rhythm(samplingRateHertz rate: Double) -> Rhythm? {
    let lengths = distances.keys.sorted()
    let number = distances.values.reduce(0, +)
    guard let shortest = lengths.first, let longest = lengths.last, number > 0, rate > 0 else { return nil }
    func length(_ place: Int) -> Int {
      var before = 0
      return lengths.first { length in
        before += distances[length] ?? 0
        return before > place
      } ?? longest
    }
    let median = Double(length((number - 1) / 2) + length(number / 2)) / 2
    func milliseconds(_ samples: Double) -> Double { samples * 1000 / rate }
    return Rhythm(
      beatsPerMinute: 60 * rate * Double(number) / Double(sum), median: milliseconds(median), shortest: milliseconds(Double(shortest)),
      longest: milliseconds(Double(longest)))
  }
}
