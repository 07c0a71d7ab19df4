import ECG

/// Goes through one annotator's beats as `bxb` does: the beat, the one after it, the interval, and the stretches in which beats do not count.
struct BeatReader {
  /// What a beat is counted as.
  enum Label: Equatable {
    /// Before the first beat.
    case beginning
    case kind(BeatKind)
    /// A flutter wave: a QRS complex that is no kind of beat.
    case other
    /// Behind the last beat.
    case end
  }

  /// A beat.
  struct Beat {
    var sample: Int
    var label: Label
  }

  /// Later than every beat.
  static let never = Int.max / 4

  /// The beat in question.
  private(set) var beat = Beat(sample: 0, label: .beginning)
  /// The beat behind it.
  private(set) var next = Beat(sample: 0, label: .beginning)
  /// Samples since the beat before; 0 where that is no RR interval.
  private(set) var interval = 0
  /// Stretches in which no signal can be read.
  private(set) var shutdown = Stretches()
  /// Stretches of ventricular flutter or fibrillation.
  private(set) var fibrillation = Stretches()

  private let annotations: [Annotation]
  private let tolerance: Int
  private let isReference: Bool
  private var position = 0

  /// The last two stretches of a kind that were met.
  struct Stretches {
    private(set) var latest = Stretch()
    private(set) var previous = Stretch()

    struct Stretch {
      /// −1 before any.
      var start = -1
      /// −1 while it is open.
      var end = -1
    }

    /// A stretch begins.
    ///
    /// Its end is as before until it is met: so an open stretch behind another counts as ended, in `bxb` too.
    mutating func begin(at sample: Int) {
      previous = latest
      latest.start = sample
    }

    mutating func end(at sample: Int) { latest.end = sample }

    mutating func moveStart(to sample: Int) { latest.start = sample }

    func contains(_ sample: Int) -> Bool {
      (latest.start != -1 && latest.start <= sample && (sample <= latest.end || latest.end == -1))
        || (previous.start != -1 && previous.start <= sample && sample <= previous.end)
    }

    /// Whether one of them begins between two beats.
    func begins(from first: Int, before second: Int) -> Bool {
      [latest.start, previous.start].contains { first <= $0 && $0 < second }
    }
  }

  init(_ annotations: [Annotation], tolerance: Int, isReference: Bool) {
    self.annotations = annotations
    self.tolerance = tolerance
    self.isReference = isReference
  }

  /// Goes on by one beat.
  mutating func advance() {
    let before = beat.sample
    beat = next
    let isInterval =
      before != 0 && beat.sample != Self.never && !fibrillation.begins(from: before, before: beat.sample)
      && !shutdown.begins(from: before, before: beat.sample)
    interval = isInterval ? beat.sample - before : 0
    next = Beat(sample: Self.never, label: .end)
    while let annotation = take() {
      if annotation.code.isBeat {
        next = Beat(sample: annotation.sample, label: annotation.code.beatKind.map { .kind($0) } ?? .other)
        return
      }
      switch annotation.code {
      case .noise where Self.isShutdown(annotation): readShutdown(annotation)
      case .fibrillationStart:
        fibrillation.begin(at: annotation.sample)
        while let inside = take() {
          guard inside.code == .fibrillationEnd else { continue }
          fibrillation.end(at: inside.sample)
          break
        }
      default: break
      }
    }
  }

  private mutating func take() -> Annotation? {
    guard position < annotations.count else { return nil }
    position += 1
    return annotations[position - 1]
  }

  /// The bits of the first two signals: neither can be read.
  private static func isShutdown(_ annotation: Annotation) -> Bool { annotation.code == .noise && annotation.subtype & 0x30 == 0x30 }

  /// A shutdown ends at the next annotation if that is of quality too, else it fills the time between the beats (as in the AHA's database).
  private mutating func readShutdown(_ annotation: Annotation) {
    shutdown.begin(at: annotation.sample)
    guard let following = take() else {
      // The test annotator's open end is not recorded, as in bxb.
      if isReference { shutdown.end(at: Self.never) }
      return
    }
    if following.code == .noise, !Self.isShutdown(following) { return shutdown.end(at: following.sample) }
    position -= 1
    let lastFibrillation = fibrillation.latest.end
    let end = following.sample - tolerance
    shutdown.moveStart(to: min(end, (lastFibrillation > beat.sample ? lastFibrillation : beat.sample) + tolerance))
    shutdown.end(at: end)
  }
}
