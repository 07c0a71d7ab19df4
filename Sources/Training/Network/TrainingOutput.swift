import Foundation
import SEResNet

/// The network's last layers in training: `fc1` on age and sex, `fc2` on measurements where there are any, `fc` on their features and the channel
/// means, binary cross-entropy; and beside them the head that tells sources apart, where they are unlearnt.
final class TrainingOutput {
  private let inputs: Int
  /// Inputs of `fc` before the channel means.
  private let fused: Int
  /// Floats of a window's inputs, for which channels are rounded up.
  private let rowLength: Int
  private let parameters: ParameterStore
  private let offsets: (weight: Int, bias: Int)
  private let positiveWeights: [Float]?
  private let demographic: FusedLayer
  private let measured: FusedLayer?
  private let sources: SourceHead?
  /// For each window: the inputs of `fc` and their gradients, logits and their gradients, the loss.
  private let features: FloatStorage
  private let featureGradients: FloatStorage
  private let logits: FloatStorage
  private let logitGradients: FloatStorage
  private let losses: DoubleStorage

  private static let classes = NetworkShape.classCount

  /// The last layers of a network.
  init(shape: NetworkShape, windows: Int, parameters: ParameterStore, options: TrainingOptions, sources: SourceHead?) {
    fused = shape.fusedFeatureCount
    inputs = fused + shape.featureCount
    rowLength = fused + Activations.storedChannels(shape.featureCount)
    self.parameters = parameters
    positiveWeights = options.positiveWeights
    offsets = (parameters.offset(of: "fc.weight"), parameters.offset(of: "fc.bias"))
    demographic = FusedLayer(
      "fc1", inputs: NetworkShape.demographicCount, outputs: NetworkShape.demographicFeatureCount, rectifies: false, windows: windows,
      parameters: parameters)
    measured =
      shape.measurementCount > 0
      ? FusedLayer(
        "fc2", inputs: 2 * shape.measurementCount, outputs: NetworkShape.measuredFeatureCount, rectifies: true, windows: windows,
        parameters: parameters) : nil
    self.sources = sources
    features = FloatStorage(count: windows * rowLength)
    featureGradients = FloatStorage(count: windows * rowLength)
    logits = FloatStorage(count: windows * Self.classes)
    logitGradients = FloatStorage(count: windows * Self.classes)
    losses = DoubleStorage(count: windows)
  }

  /// Where the means of a window's stored channels belong.
  func channelMeans(of window: Int) -> UnsafeMutablePointer<Float> { features.pointer + window * rowLength + fused }
  /// The gradients of the channel means of a window.
  func channelMeanGradients(of window: Int) -> UnsafeMutablePointer<Float> { featureGradients.pointer + window * rowLength + fused }
  /// A window's mean loss over the classes.
  func loss(of window: Int) -> Double { losses.pointer[window] }
  /// A window's probability of a class.
  func probability(of window: Int, class index: Int) -> Float {
    Float(1 / (1 + exp(-Double(logits.pointer[window * Self.classes + index]))))
  }

  /// The logits of a window whose channel means are there.
  func forward(_ window: Int, _ batch: TrainingBatch) {
    let features = features.pointer + window * rowLength
    demographic.forward(window, batch.patients, to: features)
    measured?.forward(window, batch.measured, to: features + NetworkShape.demographicFeatureCount)
    let values = parameters.values.pointer
    for output in 0..<Self.classes {
      let row = values + offsets.weight + output * inputs
      var sum = values[offsets.bias + output]
      for input in 0..<inputs { sum += row[input] * features[input] }
      logits.pointer[window * Self.classes + output] = sum
    }
  }

  /// A window's loss and the gradients of its logits and of the inputs of `fc`.
  ///
  /// With target t, positive weight w and σ the sigmoid: loss = w·t·log(1 + e⁻ˣ) + (1 − t)·log(1 + eˣ), gradient = σ·(w·t + 1 − t) − w·t. What is
  /// unknown of a class (a target below 0) adds nothing; the mean is over all classes all the same.
  func lossAndGradient(_ window: Int, targets: UnsafePointer<Float>, windows: Int) {
    var loss = 0.0
    let gradients = logitGradients.pointer + window * Self.classes
    let features = featureGradients.pointer + window * rowLength
    for input in 0..<inputs { features[input] = 0 }
    for output in 0..<Self.classes {
      let (logit, target) = (Double(logits.pointer[window * Self.classes + output]), Double(targets[output]))
      guard target >= 0 else {
        gradients[output] = 0
        continue
      }
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

  /// Adds what unlearning a window's source brings to the gradients of the channel means; nothing where its source is not known.
  func confuse(_ window: Int, targets: UnsafePointer<Float>, source: Int?, windows: Int) {
    guard let source else { return }
    sources?.confuse(
      channelMeans(of: window), targets: targets, source: source, gradients: channelMeanGradients(of: window), windows: windows)
  }

  /// Hands a batch's windows to the head that tells sources apart.
  func rememberSources(of batch: TrainingBatch) {
    batch.targets.withUnsafeBufferPointer { targets in
      guard let base = targets.baseAddress else { return }
      for (window, source) in batch.sources.enumerated() {
        if let source { sources?.remember(channelMeans(of: window), targets: base + window * Self.classes, source: source) }
      }
    }
  }

  /// Says that a window's loss is no number.
  func spoil(_ window: Int) { losses.pointer[window] = .nan }

  /// Gradients of all layers; this worker's outputs of `fc`, and the first worker the others.
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
    demographic.finishBackward(windows: windows) {
      self.features.pointer + $0 * self.rowLength
    } gradients: {
      self.featureGradients.pointer + $0 * self.rowLength
    }
    let offset = NetworkShape.demographicFeatureCount
    measured?.finishBackward(windows: windows) {
      self.features.pointer + $0 * self.rowLength + offset
    } gradients: {
      self.featureGradients.pointer + $0 * self.rowLength + offset
    }
  }
}

/// A small layer on inputs beside the signal, whose outputs are inputs of the last one.
private final class FusedLayer {
  private let inputs: Int
  private let outputs: Int
  private let rectifies: Bool
  private let parameters: ParameterStore
  private let weight: Int
  private let bias: Int
  private let values: FloatStorage

  init(_ name: String, inputs: Int, outputs: Int, rectifies: Bool, windows: Int, parameters: ParameterStore) {
    (self.inputs, self.outputs, self.rectifies, self.parameters) = (inputs, outputs, rectifies, parameters)
    weight = parameters.offset(of: "\(name).weight")
    bias = parameters.offset(of: "\(name).bias")
    values = FloatStorage(count: windows * inputs)
  }

  /// The outputs of a window, whose inputs lie in a batch's numbers.
  func forward(_ window: Int, _ batch: [Float], to features: UnsafeMutablePointer<Float>) {
    let own = values.pointer + window * inputs
    for input in 0..<inputs { own[input] = batch[window * inputs + input] }
    let tensors = parameters.values.pointer
    for output in 0..<outputs {
      var sum = tensors[bias + output]
      for input in 0..<inputs { sum += tensors[weight + output * inputs + input] * own[input] }
      features[output] = rectifies ? max(0, sum) : sum
    }
  }

  /// Gradients from those of the outputs of all windows.
  func finishBackward(
    windows: Int, features: (Int) -> UnsafeMutablePointer<Float>, gradients: (Int) -> UnsafeMutablePointer<Float>
  ) {
    let target = parameters.gradients.pointer
    for output in 0..<outputs {
      var sum: Float = 0
      for input in 0..<inputs { target[weight + output * inputs + input] = 0 }
      for window in 0..<windows {
        guard !rectifies || features(window)[output] > 0 else { continue }
        let gradient = gradients(window)[output]
        sum += gradient
        for input in 0..<inputs { target[weight + output * inputs + input] += gradient * values.pointer[window * inputs + input] }
      }
      target[bias + output] = sum
    }
  }
}
