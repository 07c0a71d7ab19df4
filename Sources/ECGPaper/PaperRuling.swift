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

  /// What the status line calls it.
  package var words: String {
    switch self {
    case .none: ""
    case .large: "grid 5 mm"
    case .small: "grid 1 and 5 mm"
    }
  }

  /// Dots that a millimetre must be wide for small boxes to be told apart.
  private static let leastDotsOfSmallBox = 2.0

  /// The ruling that can be drawn at a scale.
  package func possible(at scale: PaperScale) -> PaperRuling {
    let narrowest = min(scale.dotsPerMillimetre, scale.dotsPerMillimetreDown)
    return self == .small && narrowest < Self.leastDotsOfSmallBox ? .large : self
  }
}
