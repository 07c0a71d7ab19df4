import Foundation
import SEResNet

/// The network's last layers in training: `fc1` on age and sex, `fc` on its features and the channel means, binary cross-entropy.
final class TrainingOutput {
  private let featureCount: Int
  private let inputs: Int
  /// Floats of a window's inputs, for which channels are rounded up.
  private let rowLength: Int
  private let parameters: ParameterStore
  private let offsets: (demographicWeight: Int, demographicBias: Int, weight: Int, bias: Int)
  private let positiveWeights: [Float]?
  /// For each window: age and sex, the inputs of `fc` and their gradients, logits and their gradients, the loss.
  private let demographics: FloatStorage
  private let features: FloatStorage
  private let featureGradients: FloatStorage
  private let logits: FloatStorage
  private let logitGradients: FloatStorage
  private let losses: DoubleStorage

  private static let classes = NetworkShape.classCount
  private static let demographicInputs = NetworkShape.demographicCount
  private static let demographicFeatures = NetworkShape.demographicFeatureCount

  /// The last layers of a network.
  init(shape: NetworkShape, windows: Int, parameters: ParameterStore, positiveWeights: [Float]?) {
    featureCount = shape.featureCount
    inputs = Self.demographicFeatures + featureCount
    rowLength = Self.demographicFeatures + Activations.storedChannels(featureCount)
    self.parameters = parameters
    self.positiveWeights = positiveWeights
    offsets = (
      parameters.offset(of: "fc1.weight"), parameters.offset(of: "fc1.bias"), parameters.offset(of: "fc.weight"),
      parameters.offset(of: "fc.bias")
    )
    demographics = FloatStorage(count: windows * Self.demographicInputs)
    features = FloatStorage(count: windows * rowLength)
    featureGradients = FloatStorage(count: windows * rowLength)
    logits = FloatStorage(count: windows * Self.classes)
    logitGradients = FloatStorage(count: windows * Self.classes)
    losses = DoubleStorage(count: windows)
  }

  /// Where the means of a window's stored channels belong.
  func channelMeans(of window: Int) -> UnsafeMutablePointer<Float> { features.pointer + window * rowLength + Self.demographicFeatures }
  /// The gradients of the channel means of a window.
  func channelMeanGradients(of window: Int) -> UnsafeMutablePointer<Float> {
    featureGradients.pointer + window * rowLength + Self.demographicFeatures
  }
  /// A window's mean loss over the classes.
  func loss(of window: Int) -> Double { losses.pointer[window] }
  /// A window's probability of a class.
  func probability(of window: Int, class index: Int) -> Float {
    Float(1 / (1 + exp(-Double(logits.pointer[window * Self.classes + index]))))
  }

  /// The logits of a window whose channel means are there.
  func forward(_ window: Int, patient: UnsafePointer<Float>) {
    let values = parameters.values.pointer
    let own = demographics.pointer + window * Self.demographicInputs
    own.update(from: patient, count: Self.demographicInputs)
    let features = features.pointer + window * rowLength
    for feature in 0..<Self.demographicFeatures {
      var sum = values[offsets.demographicBias + feature]
      for input in 0..<Self.demographicInputs {
        sum += values[offsets.demographicWeight + feature * Self.demographicInputs + input] * own[input]
      }
      features[feature] = sum
    }
    for output in 0..<Self.classes {
      let row = values + offsets.weight + output * inputs
      var sum = values[offsets.bias + output]
      for input in 0..<inputs { sum += row[input] * features[input] }
      logits.pointer[window * Self.classes + output] = sum
    }
  }

  /// A window's loss and the gradients of its logits and of the inputs of `fc`.
  ///
  /// With target t, positive weight w and σ the sigmoid: loss = w·t·log(1 + e⁻ˣ) + (1 − t)·log(1 + eˣ), gradient = σ·(w·t + 1 − t) − w·t.
  func lossAndGradient(_ window: Int, targets: UnsafePointer<Float>, windows: Int) {
    var loss = 0.0
    let gradients = logitGradients.pointer + window * Self.classes
    let features = featureGradients.pointer + window * rowLength
    for input in 0..<inputs { features[input] = 0 }
    for output in 0..<Self.classes {
      let (logit, target) = (Double(logits.pointer[window * Self.classes + output]), Double(targets[output]))
      let positive = target * Double(positiveWeights?[output] ?? 1)
      // log(1 + e^x) without overflow.
      let softplus = max(logit, 0) + log1p(exp(-abs(logit)))
      loss += positive * (softplus - logit) + (1 - target) * softplus
      let gradient = (positive + 1 - target) / (1 + exp(-logit)) - positive
      gradients[output] = Float(gradient / Double(windows * Self.classes))
      let row = parameters.values.pointer + offsets.weight + output * inputs
      for input in 0..<inputs { features[input] += gradients[output] * row[input] }
    }
    losses.pointer[window] = loss / Double(Self.classes)
  }

  /// Says that a window's loss is no number.
  func spoil(_ window: Int) { losses.pointer[window] = .nan }

  /// Gradients of both layers; this worker's outputs of `fc`, and the first worker those of `fc1`.
  func finishBackward(windows: Int, share: WorkShare) {
    let gradients = parameters.gradients.pointer
    for output in share.range(of: Self.classes) {
      let row = gradients + offsets.weight + output * inputs
      for input in 0..<inputs { row[input] = 0 }
      var bias: Float = 0
      for window in 0..<windows {
        let gradient = logitGradients.pointer[window * Self.classes + output]
        bias += gradient
        let values = features.pointer + window * rowLength
        for input in 0..<inputs { row[input] += gradient * values[input] }
      }
      gradients[offsets.bias + output] = bias
    }
    guard share.index == 0 else { return }
    for feature in 0..<Self.demographicFeatures {
      var bias: Float = 0
      for window in 0..<windows { bias += featureGradients.pointer[window * rowLength + feature] }
      gradients[offsets.demographicBias + feature] = bias
      for input in 0..<Self.demographicInputs {
        var sum: Float = 0
        for window in 0..<windows {
          sum += featureGradients.pointer[window * rowLength + feature] * demographics.pointer[window * Self.demographicInputs + input]
        }
        gradients[offsets.demographicWeight + feature * Self.demographicInputs + input] = sum
      }
    }
  }
}
