import ECG
import Foundation

/// The unrest of fibrillating atria: four to eight waves a second that drift in rate and size, largest in V1.
struct FibrillatoryWaves {
  private let hertz: Double
  private let driftHertz: Double
  private let phase: Double
  private let vector: HeartVector

  init(using generator: inout SeededGenerator) {
    hertz = generator.uniform(in: 5.2...6.8)
    driftHertz = generator.uniform(in: 0.25...0.45)
    phase = generator.uniform(in: 0...2 * Double.pi)
    vector = HeartVector(millivolts: 0.075, frontalDegrees: 100, posteriorDegrees: -55)
  }

  func vector(atSeconds time: Double) -> HeartVector {
    let slow = 2 * Double.pi * driftHertz * time + phase
    let angle = 2 * Double.pi * hertz * time + 2.4 * sin(slow) + 1.1 * sin(2.7 * slow)
    let size = 1 + 0.35 * sin(1.6 * slow + 1)
    return vector * (size * (sin(angle) + 0.35 * sin(2 * angle + 0.7)))
  }
}
