import Foundation
import SEResNet

/// Squeeze and excitation (the paper's equations 1 and 2) of one block, or of the leads, in training: gates from channel means, and their gradients.
final class TrainingExcitation {
  let channels: Int
  let reduced: Int
  private let stored: Int
  private let parameters: ParameterStore
  private let squeezeOffset: Int
  private let exciteOffset: Int
  /// For each window: means [channels], hidden units [reduced], gates [channels], and the gradients before the two activations.
  private let means: FloatStorage
  private let hidden: FloatStorage
  private let gates: FloatStorage
  private let hiddenGradients: FloatStorage
  private let gateGradients: FloatStorage
  /// For each window: the gradients of the means [channels].
  private let meanGradients: FloatStorage

  /// The gates of a block.
  convenience init(_ block: NetworkShape.Block, windows: Int, parameters: ParameterStore) {
    self.init(
      squeeze: block.squeezeName, excite: block.exciteName, channels: block.channels, reduced: block.reducedChannels, windows: windows,
      parameters: parameters)
  }

  /// Gates of channels, made by two matrices of these names.
  init(squeeze: String, excite: String, channels: Int, reduced: Int, windows: Int, parameters: ParameterStore) {
    self.channels = channels
    self.reduced = reduced
    stored = Activations.storedChannels(channels)
    self.parameters = parameters
    squeezeOffset = parameters.offset(of: squeeze)
    exciteOffset = parameters.offset(of: excite)
    means = FloatStorage(count: windows * stored)
    hidden = FloatStorage(count: windows * reduced)
    gates = FloatStorage(count: windows * stored)
    hiddenGradients = FloatStorage(count: windows * reduced)
    gateGradients = FloatStorage(count: windows * stored)
    meanGradients = FloatStorage(count: windows * stored)
  }

  /// The gates of a window, zero beyond the channels.
  func gates(of window: Int) -> UnsafeMutablePointer<Float> { gates.pointer + window * stored }

  /// The gradients of a window's channel means, zero beyond the channels.
  func meanGradients(of window: Int) -> UnsafeMutablePointer<Float> { meanGradients.pointer + window * stored }

  /// Makes a window's gates from the means of its normalised channels.
  ///
  /// - Parameter mean: Of a channel.
  func forward(_ window: Int, mean: (Int) -> Double) {
    let (squeeze, excite) = (parameters.values.pointer + squeezeOffset, parameters.values.pointer + exciteOffset)
    let (means, hidden) = (means.pointer + window * stored, hidden.pointer + window * reduced)
    for channel in 0..<channels { means[channel] = Float(mean(channel)) }
    for unit in 0..<reduced {
      var sum: Float = 0
      for channel in 0..<channels { sum += squeeze[unit * channels + channel] * means[channel] }
      hidden[unit] = max(0, sum)
    }
    let gates = gates(of: window)
    for channel in 0..<channels {
      var sum: Float = 0
      for unit in 0..<reduced { sum += excite[channel * reduced + unit] * hidden[unit] }
      gates[channel] = Float(1 / (1 + exp(-Double(sum))))
    }
  }

  /// The gradient of a window's channel means from that of its gates.
  ///
  /// - Parameter gateGradient: Of a channel.
  func backward(_ window: Int, gateGradient: (Int) -> Double) {
    let (squeeze, excite) = (parameters.values.pointer + squeezeOffset, parameters.values.pointer + exciteOffset)
    let (outer, inner) = (gateGradients.pointer + window * stored, hiddenGradients.pointer + window * reduced)
    let (gates, hidden) = (gates(of: window), hidden.pointer + window * reduced)
    for unit in 0..<reduced { inner[unit] = 0 }
    for channel in 0..<channels {
      let gate = Double(gates[channel])
      let gradient = Float(gateGradient(channel) * gate * (1 - gate))
      outer[channel] = gradient
      for unit in 0..<reduced { inner[unit] += gradient * excite[channel * reduced + unit] }
    }
    for unit in 0..<reduced where hidden[unit] <= 0 { inner[unit] = 0 }
    for channel in 0..<channels {
      var sum: Float = 0
      for unit in 0..<reduced { sum += inner[unit] * squeeze[unit * channels + channel] }
      meanGradients(of: window)[channel] = sum
    }
  }

  /// Gradients of both matrices, for this worker's channels.
  func finishBackward(windows: Int, share: WorkShare) {
    let (squeeze, excite) = (parameters.gradients.pointer + squeezeOffset, parameters.gradients.pointer + exciteOffset)
    for channel in share.range(of: channels) {
      for unit in 0..<reduced {
        var (inner, outer): (Float, Float) = (0, 0)
        for window in 0..<windows {
          inner += hiddenGradients.pointer[window * reduced + unit] * means.pointer[window * stored + channel]
          outer += gateGradients.pointer[window * stored + channel] * hidden.pointer[window * reduced + unit]
        }
        squeeze[unit * channels + channel] = inner
        excite[channel * reduced + unit] = outer
      }
    }
  }
}
