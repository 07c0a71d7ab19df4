import ECG
import Foundation

/// Breathing: slow, nearly regular, and visible in amplitude, axis, baseline and heart rate.
struct Respiration {
  private let breathsPerSecond: Double
  private let phase: Double

  init(using generator: inout SeededGenerator) {
    breathsPerSecond = generator.uniform(in: 0.20...0.30)
    phase = generator.uniform(in: 0...2 * Double.pi)
  }

  /// Depth of breath, -1 to 1.
  func depth(atSeconds time: Double) -> Double { sin(2 * .pi * breathsPerSecond * time + phase) }
}
