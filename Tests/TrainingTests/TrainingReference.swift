import Foundation
import SEResNet
import Training

/// The network's loss in double precision, written as its definitions read: what finite differences are taken of.
struct TrainingReference {
  /// Tensors by name.
  var tensors: [String: [Double]]
  let baseWidth: Int

  /// One window: [row][channel].
  private typealias Window = [[Double]]

  init(_ tensors: [NamedTensor]) {
    self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.values.map(Double.init)) })
    baseWidth = tensors.first { $0.name == "conv1.weight" }?.shape[0] ?? 0
  }

  /// Mean binary cross-entropy of a batch with its own statistics and no dropout.
  func loss(_ batch: TrainingBatch) -> Double {
    var current: [Window] = (0..<batch.count).map { window in
      (0..<batch.sampleCount).map { sample in
        (0..<12).map { Double(batch.signals[(window * 12 + $0) * batch.sampleCount + sample]) }
      }
    }
    current = rectified(normalised(convolved(current, "conv1", taps: 15, stride: 2), "bn1"))
    current = current.map { window in
      (0..<(window.count + 1) / 2).map { row in
        (0..<baseWidth).map { channel in
          (max(0, 2 * row - 1)...min(window.count - 1, 2 * row + 1)).map { window[$0][channel] }.max() ?? 0
        }
      }
    }
    for layer in 1...4 {
      for block in 0...1 { current = self.block(current, "layer\(layer).\(block)", stride: layer > 1 && block == 0 ? 2 : 1) }
    }
    let losses = zip(0..., current).map { index, window in loss(of: window, index: index, batch) }
    return losses.reduce(0, +) / Double(batch.count)
  }

  private func loss(of window: Window, index: Int, _ batch: TrainingBatch) -> Double {
    let patient = batch.patients[index * 5..<index * 5 + 5].map(Double.init)
    let means = window[0].indices.map { channel in window.reduce(0) { $0 + $1[channel] } / Double(window.count) }
    let features = linear(patient, "fc1", bias: true) + means
    let logits = linear(features, "fc", bias: true)
    return zip(0..., logits).reduce(0) { sum, output in
      let target = Double(batch.targets[index * 24 + output.0])
      return sum + log(1 + exp(output.1)) - target * output.1
    } / 24
  }

  private func block(_ input: [Window], _ name: String, stride: Int) -> [Window] {
    let hidden = rectified(normalised(convolved(input, "\(name).conv1", taps: 7, stride: stride), "\(name).bn1"))
    let branch = normalised(convolved(hidden, "\(name).conv2", taps: 7, stride: 1), "\(name).bn2")
    var shortcut = input
    if stride == 2 { shortcut = normalised(convolved(input, "\(name).downsample.0", taps: 1, stride: 2), "\(name).downsample.1") }
    return zip(branch, shortcut).map { window, added in
      let means = window[0].indices.map { channel in window.reduce(0) { $0 + $1[channel] } / Double(window.count) }
      let units = linear(means, "\(name).se.fc.0").map { max(0, $0) }
      let gates = linear(units, "\(name).se.fc.2").map { 1 / (1 + exp(-$0)) }
      return zip(window, added).map { row, other in row.indices.map { max(0, row[$0] * gates[$0] + other[$0]) } }
    }
  }

  private func linear(_ input: [Double], _ name: String, bias: Bool = false) -> [Double] {
    let weights = tensors["\(name).weight"] ?? []
    let outputs = weights.count / input.count
    let biases = bias ? tensors["\(name).bias"] ?? [] : Array(repeating: 0, count: outputs)
    return (0..<outputs).map { output in
      input.indices.reduce(biases[output]) { $0 + weights[output * input.count + $1] * input[$1] }
    }
  }

  private func convolved(_ input: [Window], _ name: String, taps: Int, stride: Int) -> [Window] {
    let weights = tensors["\(name).weight"] ?? []
    let channels = input[0][0].count
    let outputs = weights.count / (channels * taps)
    return input.map { window in
      (0..<(window.count + stride - 1) / stride).map { row in
        (0..<outputs).map { output in
          var sum = 0.0
          for tap in 0..<taps {
            let at = row * stride + tap - taps / 2
            guard window.indices.contains(at) else { continue }
            for channel in 0..<channels { sum += weights[(output * channels + channel) * taps + tap] * window[at][channel] }
          }
          return sum
        }
      }
    }
  }

  private func normalised(_ input: [Window], _ name: String) -> [Window] {
    let (scales, shifts) = (tensors["\(name).weight"] ?? [], tensors["\(name).bias"] ?? [])
    let count = Double(input.count * input[0].count)
    var result = input
    for channel in scales.indices {
      let mean = input.reduce(0) { $0 + $1.reduce(0) { $0 + $1[channel] } } / count
      let variance = input.reduce(0) { $0 + $1.reduce(0) { $0 + ($1[channel] - mean) * ($1[channel] - mean) } } / count
      let scale = scales[channel] / (variance + 1e-5).squareRoot()
      for window in input.indices {
        for row in input[window].indices {
          result[window][row][channel] = (input[window][row][channel] - mean) * scale + shifts[channel]
        }
      }
    }
    return result
  }

  private func rectified(_ input: [Window]) -> [Window] { input.map { $0.map { $0.map { max(0, $0) } } } }
}
