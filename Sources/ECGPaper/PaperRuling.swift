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

  /// The height of a large box.
  static let boxMillimetres = 5.0
  /// Dots across that a box must have to be counted.
  private static let leastDotsOfBox = 4.0

  /// The width of a large box: five times as wide where its usual one would not be two cells.
  static func boxMillimetresAcross(at scale: PaperScale) -> Double {
    boxMillimetres * scale.dotsPerMillimetre < leastDotsOfBox ? 5 * boxMillimetres : boxMillimetres
  }

  /// Dots that a millimetre must be wide for small boxes to be told apart.
  private static let leastDotsOfSmallBox = 2.0

  /// The ruling that can be drawn at a scale.
  package func possible(at scale: PaperScale) -> PaperRuling {
    let narrowest = min(scale.dotsPerMillimetre, scale.dotsPerMillimetreDown)
    return self == .small && narrowest < Self.leastDotsOfSmallBox ? .large : self
  }
}
