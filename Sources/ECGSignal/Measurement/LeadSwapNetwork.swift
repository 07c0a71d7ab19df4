import ECG
import Foundation

/// Tells how plausible an arrangement of the twelve leads is: small convolutional networks over one beat's shape.
///
/// The same network looks at the leads as recorded and at the leads as they would be with two electrodes exchanged back, and the most plausible
/// arrangement wins; it never has to learn what an exchange does to the leads. Each network is three convolutions (7, 5 and 5 points wide, every
/// second point kept, negative values cut off) and two dense layers. Several, trained from different starts, are averaged.
package struct LeadSwapNetwork: Sendable {
  /// The shipped networks (see ``LeadSwapWeights``), trained on PTB-XL.
  package static let shipped = LeadSwapNetwork.ensemble(LeadSwapWeights.bytes)

  private let first: Convolution<SIMD16<Float>>
  private let second: Convolution<SIMD16<Float>>
  private let third: Convolution<SIMD32<Float>>
  /// The dense layer that sees all of the third convolution.
  private let dense: [SIMD16<Float>]
  private let denseBias: SIMD16<Float>
  private let last: SIMD16<Float>
  private let lastBias: Float

  private static let inputs = Lead.allCases.count
  private static let points = BeatShape.pointCount

  /// The mean over the networks of the logarithm of each arrangement's probability, as recorded first, then the swaps in order.
  package static func logProbabilities(of shape: BeatShape, networks: [LeadSwapNetwork] = shipped) -> [Float] {
    var sums = [Float](repeating: 0, count: LeadSwap.allCases.count + 1)
    // The hyperbolic arc sine lets small P waves be seen beside tall QRS complexes; it is odd, so a turned lead stays a turned lead.
    let input = shape.points.map { asinh(3 * $0) / 1.5 }
    for network in networks {
      let scores = network.scores(of: input)
      let highest = scores.max() ?? 0
      let logSum = highest + log(scores.reduce(0) { $0 + exp($1 - highest) })
      for index in sums.indices { sums[index] += (scores[index] - logSum) / Float(networks.count) }
    }
    return sums
  }

  /// How plausible each arrangement of the leads is, as recorded first, then the swaps in order; only differences mean anything.
  private func scores(of input: [Float]) -> [Float] {
    let inputCount = Self.inputs
    // Points outside the beat are 0.
    let padding = first.width / 2
    var padded = [Float](repeating: 0, count: (Self.points + 2 * padding) * inputCount)
    for lead in 0..<inputCount {
      for point in 0..<Self.points { padded[(point + padding) * inputCount + lead] = input[lead * Self.points + point] }
    }
    // The first convolution is a sum over leads: what an exchange leaves alone need not be summed again.
    let recorded = Self.asRecorded
    let chest = first.sums(over: recorded.filter { !$0.lead.isLimb }, of: padded, inputCount: inputCount)
    let limbs = first.sums(over: recorded.filter(\.lead.isLimb), of: padded, inputCount: inputCount)
    let start = zip(limbs, chest).map { $0 + $1 }
    return [score(of: start)]
      + LeadSwap.allCases.map { swap in
        let changed = swap.places.filter { $0.lead.rawValue != $0.source.rawValue || $0.sign != 1 }
        if swap.isLimbSwap {
          let turned = first.sums(over: swap.places.filter(\.lead.isLimb), of: padded, inputCount: inputCount)
          return score(of: zip(turned, chest).map { $0 + $1 })
        }
        let before = first.sums(over: changed.map { LeadPlace($0.lead, from: $0.lead) }, of: padded, inputCount: inputCount)
        let after = first.sums(over: changed, of: padded, inputCount: inputCount)
        return score(of: start.indices.map { start[$0] - before[$0] + after[$0] })
      }
  }

  private static let asRecorded = Lead.allCases.map { LeadPlace($0, from: $0) }

  /// What the layers after the first convolution's sums make of them.
  private func score(of sums: [SIMD16<Float>]) -> Float {
    let one = sums.map { ($0 + first.bias).cutOff }
    let two = second.apply(to: one)
    let three = third.apply(to: two)
    var hidden = denseBias
    var index = 0
    dense.withUnsafeBufferPointer { dense in
      for values in three {
        for place in 0..<SIMD32<Float>.scalarCount {
          hidden += dense[index] * values[place]
          index += 1
        }
      }
    }
    return (hidden.cutOff * last).sum() + lastBias
  }
}

/// A convolution that keeps every second point, with as many outputs as its vectors are wide.
private struct Convolution<Outputs: SIMD & Sendable>: Sendable where Outputs.Scalar == Float {
  /// Points that an output sees; they are centred on it.
  let width: Int
  /// Weights of all outputs, for each point of the width and each input in it.
  let weights: [Outputs]
  let bias: Outputs

  /// The sums over some leads of padded input (point after point, all leads of each), without bias.
  func sums(over places: [LeadPlace], of padded: [Float], inputCount: Int) -> [Outputs] {
    let count = (padded.count / inputCount - width + 1 + 1) / 2
    return padded.withUnsafeBufferPointer { padded in
      weights.withUnsafeBufferPointer { weights in
        (0..<count).map { output in
          var sum = Outputs.zero
          for point in 0..<width {
            let base = (2 * output + point) * inputCount
            for place in places {
              sum += weights[point * inputCount + place.lead.rawValue] * (padded[base + place.source.rawValue] * place.sign)
            }
          }
          return sum
        }
      }
    }
  }

  /// The outputs for a layer's outputs, negative ones cut off.
  func apply<Inputs: SIMD>(to layer: [Inputs]) -> [Outputs] where Inputs.Scalar == Float {
    let half = width / 2
    return layer.withUnsafeBufferPointer { layer in
      weights.withUnsafeBufferPointer { weights in
        (0..<(layer.count + 1) / 2).map { output in
          var sum = bias
          for point in max(0, half - 2 * output)..<min(width, layer.count + half - 2 * output) {
            let values = layer[2 * output + point - half]
            let base = point * Inputs.scalarCount
            for place in 0..<Inputs.scalarCount { sum += weights[base + place] * values[place] }
          }
          return sum.cutOff
        }
      }
    }
  }
}

extension SIMD where Scalar == Float {
  /// Negative places made 0.
  fileprivate var cutOff: Self { replacing(with: 0, where: self .< 0) }

  fileprivate static var zero: Self { Self(repeating: 0) }
}

extension LeadSwapNetwork {
  /// The networks in a file of weights, as Tests/Oracles/lead_swap_network.py writes it.
  ///
  /// A byte says how many there are; each layer follows as its biases and its outputs' scales (32-bit floats, little-endian), then its weights
  /// as signed bytes in units of the scales, input after input, all outputs of each. The last layer is 32-bit floats.
  static func ensemble(_ bytes: [UInt8]) -> [LeadSwapNetwork] {
    var reader = WeightReader(bytes: bytes)
    return (0..<reader.byte()).map { _ in LeadSwapNetwork(&reader) }
  }

  private init(_ reader: inout WeightReader) {
    first = reader.convolution(width: 7, inputs: Self.inputs)
    second = reader.convolution(width: 5, inputs: SIMD16<Float>.scalarCount)
    third = reader.convolution(width: 5, inputs: SIMD16<Float>.scalarCount)
    (denseBias, dense) = reader.layer(inputs: Self.points / 8 * SIMD32<Float>.scalarCount)
    last = reader.vector()
    lastBias = reader.float()
  }
}

/// Reads a file of weights from its start; beyond its end all is 0.
private struct WeightReader {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() -> UInt8 {
    guard position < bytes.count else { return 0 }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func float() -> Float {
    var bits: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bits |= UInt32(byte()) << shift }
    return Float(bitPattern: bits)
  }

  mutating func vector<Outputs: SIMD>() -> Outputs where Outputs.Scalar == Float {
    var vector = Outputs()
    for place in vector.indices { vector[place] = float() }
    return vector
  }

  mutating func layer<Outputs: SIMD>(inputs: Int) -> (bias: Outputs, weights: [Outputs]) where Outputs.Scalar == Float {
    let bias: Outputs = vector()
    let scale: Outputs = vector()
    let weights = (0..<inputs).map { _ in
      var row = Outputs()
      for place in row.indices { row[place] = Float(Int8(bitPattern: byte())) }
      return row * scale
    }
    return (bias, weights)
  }

  mutating func convolution<Outputs: SIMD & Sendable>(width: Int, inputs: Int) -> Convolution<Outputs> where Outputs.Scalar == Float {
    let (bias, weights): (Outputs, [Outputs]) = layer(inputs: width * inputs)
    return Convolution(width: width, weights: weights, bias: bias)
  }
}
