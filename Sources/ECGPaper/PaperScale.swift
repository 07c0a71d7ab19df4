/// How fast the paper runs and how much a millivolt rises, in the millimetres of ECG paper, and what a millimetre is on this screen.
public struct PaperScale: Sendable, Equatable {
  /// Paper speed in millimetres a second.
  public var speedMillimetresPerSecond: Double
  /// Gain in millimetres a millivolt.
  public var gainMillimetresPerMillivolt: Double
  /// Braille dots in a millimetre across.
  ///
  /// A cell of a common terminal font is about 2.2 by 4.4 mm, so a dot is about a millimetre.
  public var dotsPerMillimetre: Double
  /// Braille dots in a millimetre down; as many as across unless the screen was measured.
  public var dotsPerMillimetreDown: Double

  /// A scale.
  public init(
    speedMillimetresPerSecond: Double, gainMillimetresPerMillivolt: Double, dotsPerMillimetre: Double, dotsPerMillimetreDown: Double? = nil
  ) {
    self.speedMillimetresPerSecond = speedMillimetresPerSecond
    self.gainMillimetresPerMillivolt = gainMillimetresPerMillivolt
    self.dotsPerMillimetre = dotsPerMillimetre
    self.dotsPerMillimetreDown = dotsPerMillimetreDown ?? dotsPerMillimetre
  }

  /// The standard of diagnostic electrocardiography: 25 mm/s, 10 mm/mV.
  public static let standard = PaperScale(speedMillimetresPerSecond: 25, gainMillimetresPerMillivolt: 10, dotsPerMillimetre: 1)

  /// Paper speeds that a key steps through.
  public static let speeds = [12.5, 25, 50, 100.0]
  /// Gains that a key steps through.
  public static let gains = [2.5, 5, 10, 20, 40.0]
  /// Dots in a millimetre, where nobody measured the screen: at 1.6, a large box is four cells across and two down.
  package static let dots = [1, 1.6, 2, 2.5, 3, 4.0]

  /// Dots across in a second.
  public var dotsPerSecond: Double { speedMillimetresPerSecond * dotsPerMillimetre }
  /// Dots up in a millivolt.
  public var dotsPerMillivolt: Double { gainMillimetresPerMillivolt * dotsPerMillimetreDown }

  /// The step after (`by` 1) or before (`by` -1) a value in a row of steps; the last one where there is none.
  package static func step(_ value: Double, in steps: [Double], by direction: Int) -> Double {
    direction > 0 ? steps.first { $0 > value } ?? value : steps.last { $0 < value } ?? value
  }

  /// A number as paper scales are written: `25`, `12.5`, `0.28`.
  package static func text(_ value: Double) -> String {
    if value == value.rounded() { return String(Int(value)) }
    let digits = value < 1 ? 100.0 : 10
    let rounded = (value * digits).rounded() / digits
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
