import TerminalUI

/// How fast the paper runs and how much a millivolt rises, in the millimetres of ECG paper, and what a millimetre is on this screen.
public struct PaperScale: Sendable, Equatable {
  /// Paper speed in millimetres a second.
  public var speedMillimetresPerSecond: Double
  /// Gain in millimetres a millivolt.
  public var gainMillimetresPerMillivolt: Double
  /// Braille dots in a millimetre, across and down. A cell of a common terminal font is about 2.2 by 4.4 mm, so a dot is about a millimetre.
  public var dotsPerMillimetre: Double

  /// A scale.
  public init(speedMillimetresPerSecond: Double, gainMillimetresPerMillivolt: Double, dotsPerMillimetre: Double) {
    self.speedMillimetresPerSecond = speedMillimetresPerSecond
    self.gainMillimetresPerMillivolt = gainMillimetresPerMillivolt
    self.dotsPerMillimetre = dotsPerMillimetre
  }

  /// The standard of diagnostic electrocardiography: 25 mm/s, 10 mm/mV.
  public static let standard = PaperScale(speedMillimetresPerSecond: 25, gainMillimetresPerMillivolt: 10, dotsPerMillimetre: 1)

  /// Paper speeds that a key steps through.
  public static let speeds = [12.5, 25, 50, 100.0]
  /// Gains that a key steps through.
  public static let gains = [2.5, 5, 10, 20, 40.0]

  /// Dots across in a second.
  public var dotsPerSecond: Double { speedMillimetresPerSecond * dotsPerMillimetre }
  /// Dots up in a millivolt.
  public var dotsPerMillivolt: Double { gainMillimetresPerMillivolt * dotsPerMillimetre }

  /// The step after (`by` 1) or before (`by` -1) a value in a row of steps; the last one where there is none.
  static func step(_ value: Double, in steps: [Double], by direction: Int) -> Double {
    direction > 0 ? steps.first { $0 > value } ?? value : steps.last { $0 < value } ?? value
  }

  /// A number as paper scales are written: `25`, `12.5`.
  static func text(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String((value * 10).rounded() / 10)
  }
}
