/// The boxes that are ruled on the paper.
public enum PaperRuling: String, CaseIterable, Sendable {
  /// None.
  case none
  /// Large boxes, 5 mm wide: 0.2 s and 0.5 mV on standard paper.
  case large
  /// Large boxes and within them small ones, 1 mm wide: 0.04 s and 0.1 mV.
  case small

  /// The ruling that a key steps to next.
  package var next: PaperRuling {
    switch self {
    case .none: .large
    case .large: .small
    case .small: .none
    }
  }

  /// What the status line calls it at a scale.
  package func words(at scale: PaperScale) -> String {
    let across = Self.boxMillimetresAcross(at: scale)
    switch self {
    case .none: return ""
    case .large: return across == Self.boxMillimetres ? "grid 5 mm" : "grid \(PaperScale.text(across))×5 mm"
    case .small: return "grid 1 and 5 mm"
    }
  }

  /// What a large box of a median beat means, for the status line.
  package static func wordsOfBeats(_ lane: Lane) -> String {
    let (across, down) = box(of: lane)
    return "\(PaperScale.text(across / lane.scale.dotsPerSecond)) s × \(PaperScale.text(down / lane.scale.dotsPerMillivolt)) mV"
  }

  /// The height of a large box.
  private static let boxMillimetres = 5.0
  /// Dots across that a box must have to be counted.
  private static let leastDotsOfBox = 4.0

  /// The width of a large box: five times as wide where its usual one would not be two cells.
  private static func boxMillimetresAcross(at scale: PaperScale) -> Double {
    boxMillimetres * scale.dotsPerMillimetre < leastDotsOfBox ? 5 * boxMillimetres : boxMillimetres
  }

  /// The dots across and down of a lane's large boxes.
  ///
  /// A median beat has a speed and a gain of its own: its boxes are those of standard paper in seconds and millivolts, or five times as large where that
  /// could not be counted.
  static func box(of lane: Lane) -> (across: Double, down: Double) {
    let scale = lane.scale
    guard lane.content == .medianBeat else {
      return (boxMillimetresAcross(at: scale) * scale.dotsPerMillimetre, boxMillimetres * scale.dotsPerMillimetreDown)
    }
    func countable(_ dots: Double) -> Double { dots < leastDotsOfBox ? 5 * dots : dots }
    return (
      countable(boxMillimetres / PaperScale.standard.speedMillimetresPerSecond * scale.dotsPerSecond),
      countable(boxMillimetres / PaperScale.standard.gainMillimetresPerMillivolt * scale.dotsPerMillivolt)
    )
  }

  /// Whether a lane's small boxes, five in a large one, can be told apart.
  static func hasRoomForSmallBoxes(in lane: Lane) -> Bool {
    let (across, down) = box(of: lane)
    return min(across, down) / 5 >= leastDotsOfSmallBox
  }

  /// Dots that a millimetre must be wide for small boxes to be told apart.
  private static let leastDotsOfSmallBox = 2.0

  /// The ruling that can be drawn at a scale.
  package func possible(at scale: PaperScale) -> PaperRuling {
    let narrowest = min(scale.dotsPerMillimetre, scale.dotsPerMillimetreDown)
    return self == .small && narrowest < Self.leastDotsOfSmallBox ? .large : self
  }
}
