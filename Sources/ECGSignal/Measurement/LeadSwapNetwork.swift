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

  private let first, second, third: Convolution
  /// The dense layer that sees all of the third convolution.
  private let dense: Convolution
  private let last: SIMD16<Float>
  private let lastBias: Float

  private static let inputs = Lead.allCases.count
  private static let points = BeatOutline.pointCount

  /// The mean over the networks of the logarithm of each arrangement's probability, as recorded first, then the swaps in order.
  package static func logProbabilities(of shape: BeatOutline, networks: [LeadSwapNetwork] = shipped) -> [Float] {
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
    // Points outside the beat are 0.
    let margin = first.width / 2
    var padded = [Float](repeating: 0, count: (Self.points + 2 * margin) * Self.inputs)
    for lead in 0..<Self.inputs {
      for point in 0..<Self.points { padded[(point + margin) * Self.inputs + lead] = input[lead * Self.points + point] }
    }
    // The first convolution is a sum over leads: what an exchange leaves alone need not be summed again.
    let recorded = Lead.allCases.map { LeadPlace($0, from: $0) }
    let chest = first.sums(over: recorded.filter { !$0.lead.isLimb }, of: padded)
    let limbs = first.sums(over: recorded.filter(\.lead.isLimb), of: padded)
    let start = Self.sum(limbs, chest)
    return [score(of: start)]
      + LeadSwap.allCases.map { swap in
        if swap.isLimbSwap { return score(of: Self.sum(first.sums(over: swap.places.filter(\.lead.isLimb), of: padded), chest)) }
        let changed = swap.places.filter { $0.lead != $0.source }
        let before = changed.map { LeadPlace($0.lead, from: $0.lead, sign: -1) }
        return score(of: Self.sum(start, first.sums(over: changed + before, of: padded)))
      }
  }

  private static func sum(_ first: [SIMD16<Float>], _ second: [SIMD16<Float>]) -> [SIMD16<Float>] {
    first.indices.map { first[$0] + second[$0] }
  }

  /// What the layers after the first convolution's sums make of them.
  private func score(of sums: [SIMD16<Float>]) -> Float {
    let margin = second.width / 2
    var layer = [SIMD16<Float>](repeating: .zero, count: sums.count + 2 * margin)
    for index in sums.indices { layer[index + margin] = (sums[index] + first.bias[0]).cutOff }
    layer = second.apply(to: layer, points: sums.count / 2, margin: third.width / 2)
    layer = third.apply(to: layer, points: sums.count / 4, margin: 0)
    return (dense.apply(to: layer, points: 1, margin: 0)[0] * last).sum() + lastBias
  }
}

/// A convolution that keeps every second point; its outputs are in groups of sixteen.
private struct Convolution: Sendable {
  /// Points that an output sees; they are centred on it.
  let width: Int
  /// Inputs at each point.
  let inputCount: Int
  /// For each group the weights of its outputs, for each point of the width and each input in it.
  let weights: [[SIMD16<Float>]]
  /// The biases of each group.
  let bias: [SIMD16<Float>]

  /// The first group's sums over some leads of padded input (point after point, all leads of each), without bias.
  func sums(over places: [LeadPlace], of padded: [Float]) -> [SIMD16<Float>] {
    let count = (padded.count / inputCount - width + 2) / 2
    // Weight, value and sign of each product, from the first output's first point on.
    let terms = (0..<width).flatMap { point in
      places.map { (point * inputCount + $0.lead.rawValue, point * inputCount + $0.source.rawValue, $0.sign) }
    }
    var sums = [SIMD16<Float>](repeating: .zero, count: count)
    padded.withUnsafeBufferPointer { padded in
      weights[0].withUnsafeBufferPointer { weights in
        for output in 0..<count {
          var sum = SIMD16<Float>.zero
          let base = 2 * output * inputCount
          for (weight, value, sign) in terms { sum += weights[weight] * (padded[base + value] * sign) }
          sums[output] = sum
        }
      }
    }
    return sums
  }

  /// The outputs for a layer's padded outputs, negative ones cut off, with a margin of zeros.
  func apply(to layer: [SIMD16<Float>], points: Int, margin: Int) -> [SIMD16<Float>] {
    var result = [SIMD16<Float>](repeating: .zero, count: (points + 2 * margin) * bias.count)
    layer.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Float.self)
      for group in bias.indices {
        weights[group].withUnsafeBufferPointer { weights in
          for output in 0..<points {
            var sum = bias[group]
            let base = 2 * output * inputCount
            for index in weights.indices { sum += weights[index] * values[base + index] }
            result[(output + margin) * bias.count + group] = sum.cutOff
          }
        }
      }
    }
    return result
  }
}

extension SIMD16<Float> {
  /// Negative places made 0.
  fileprivate var cutOff: Self { replacing(with: 0, where: self .< 0) }
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
    first = reader.convolution(width: 7, inputs: Self.inputs, groups: 1)
    second = reader.convolution(width: 5, inputs: 16, groups: 1)
    third = reader.convolution(width: 5, inputs: 16, groups: 2)
    // One output point that sees all ten points of thirty-two.
    dense = reader.convolution(width: Self.points / 8, inputs: 32, groups: 1)
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

  mutating func vector() -> SIMD16<Float> {
    var vector = SIMD16<Float>.zero
    for place in vector.indices { vector[place] = float() }
    return vector
  }

  mutating func convolution(width: Int, inputs: Int, groups: Int) -> Convolution {
    let bias = (0..<groups).map { _ in vector() }
    let scales = (0..<groups).map { _ in vector() }
    var weights = [[SIMD16<Float>]](repeating: [], count: groups)
    for _ in 0..<width * inputs {
      for group in 0..<groups {
        var row = SIMD16<Float>.zero
        for place in row.indices { row[place] = Float(Int8(bitPattern: byte())) }
        weights[group].append(row * scales[group])
      }
    }
    return Convolution(width: width, inputCount: inputs, weights: weights, bias: bias)
  }
}
