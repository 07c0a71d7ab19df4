import ECG
import Foundation
import SEResNet

/// Draws the window of one recording in one epoch.
///
/// Everything random in it follows from seed, epoch and the recording's number alone, each kind of change from numbers of its own: batches
/// may be made in any order and on any thread, and switching one augmentation on changes nothing else.
struct TrainingWindow {
  let augmentation: Augmentation
  let seed: UInt64
  let epoch: Int
  /// The recording's number among all.
  let number: Int

  private static let length = NetworkShape.windowLength
  /// Sines that make up baseline wander.
  private static let wanderSines = 3

  /// Writes twelve leads of 4096 samples, one lead after the other, into zeros.
  ///
  /// A longer recording is clipped at a random place; a shorter one lies at a random place between zeros, as in the paper.
  func fill(_ target: UnsafeMutableBufferPointer<Float>, from recording: PreparedRecording) {
    let count = recording.sampleCount
    let offset = offset(of: count)
    let visible = max(0, -offset)..<min(count, Self.length - offset)
    let gain = factor(.gain, largestChange: augmentation.gain)
    let unit = recording.preprocessing == .paper ? 1000.0 : 1
    var dropout = generator(.leadDropout)
    for lead in Lead.allCases.indices where dropout.uniform(in: 0...1) >= augmentation.leadDropout {
      let start = lead * Self.length + offset + visible.lowerBound
      let values = UnsafeMutableBufferPointer(rebasing: target[start..<start + visible.count])
      let source = lead * count + visible.lowerBound
      let gain = gain * factor(.leadGain, lead: lead, largestChange: augmentation.leadGain)
      for index in values.indices { values[index] = gain * recording.samples[source + index] }
      guard recording.liveLeads[lead] else { continue }
      if augmentation.wander > 0 { addWander(to: values, lead: lead, amplitude: augmentation.wander * unit) }
      if augmentation.noise > 0 { addNoise(to: values, lead: lead, largestDeviation: augmentation.noise * unit) }
    }
  }

  /// Age and sex as the network takes them; what is unknown is 0.
  func demographics(of recording: PreparedRecording) -> [Float] {
    // Models of this program know whether an age is known, as the paper says.
    var values = recording.demographics(.flag)
    var dropout = generator(.patientDropout)
    if dropout.uniform(in: 0...1) < augmentation.patientDropout { values.replaceSubrange(0..<2, with: [0, 0]) }
    if dropout.uniform(in: 0...1) < augmentation.patientDropout { values.replaceSubrange(2..<5, with: [0, 0, 0]) }
    return values
  }

  /// A recording's measurements, or none of them.
  func measured(_ values: [Double?]) -> [Double?]? {
    guard augmentation.measuredDropout > 0 else { return values }
    var dropout = generator(.measuredDropout)
    return dropout.uniform(in: 0...1) < augmentation.measuredDropout ? nil : values
  }

  /// Where in the window the recording begins; negative where the window begins later than the recording.
  private func offset(of count: Int) -> Int {
    var generator = generator(.position)
    guard count <= Self.length else { return -generator.below(count - Self.length + 1) }
    // At least half of a recording stays in view.
    let overhang = min(Int((augmentation.shiftSeconds * NetworkShape.samplingRateHertz).rounded()), count / 2)
    return generator.below(Self.length - count + 2 * overhang + 1) - overhang
  }

  /// A factor of amplitude, its logarithm evenly distributed.
  private func factor(_ purpose: Purpose, lead: Int = 0, largestChange: Double) -> Float {
    guard largestChange > 0 else { return 1 }
    var generator = generator(purpose, lead: lead)
    let largest = log(1 + largestChange)
    return Float(exp(generator.uniform(in: -largest...largest)))
  }

  private func addWander(to values: UnsafeMutableBufferPointer<Float>, lead: Int, amplitude: Double) {
    var generator = generator(.wander, lead: lead)
    for _ in 0..<Self.wanderSines {
      let height = Float(generator.uniform(in: 0...amplitude) / Double(Self.wanderSines))
      let radians = 2 * Double.pi * generator.uniform(in: 0.05...0.5) / NetworkShape.samplingRateHertz
      let phase = generator.uniform(in: 0...2 * Double.pi)
      for index in values.indices { values[index] += height * Float(sin(phase + radians * Double(index))) }
    }
  }

  private func addNoise(to values: UnsafeMutableBufferPointer<Float>, lead: Int, largestDeviation: Double) {
    var strength = generator(.noiseStrength)
    let deviation = Float(strength.uniform(in: 0...largestDeviation))
    var generator = generator(.noise, lead: lead)
    for index in values.indices { values[index] += deviation * generator.quickNormal() }
  }

  /// What random numbers are drawn for.
  private enum Purpose: UInt64 {
    case position = 1
    case gain, wander, noise, noiseStrength, leadDropout, patientDropout, leadGain, measuredDropout
  }

  private func generator(_ purpose: Purpose, lead: Int = 0) -> SeededGenerator {
    let stream = purpose.rawValue << 56 | UInt64(lead) << 48 | UInt64(epoch) << 28 | UInt64(number)
    return SeededGenerator(seed: seed, stream: stream)
  }
}

extension SeededGenerator {
  /// A number of the beta distribution whose two parameters are both `alpha` (Jöhnk 1964), from 0 to 1.
  mutating func beta(_ alpha: Double) -> Double {
    while true {
      let (first, second) = (pow(uniform(in: 0...1), 1 / alpha), pow(uniform(in: 0...1), 1 / alpha))
      if first + second > 0, first + second <= 1 { return first / (first + second) }
    }
  }

  /// A number of mean 0 and standard deviation 1, roughly normal: the sum of the four quarters of one draw, never beyond ±3.5.
  mutating func quickNormal() -> Float {
    let bits = next()
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48)
    return (Float(sum) / 65536 - 2 + 2 / 65536) * Float(3).squareRoot()
  }
}
