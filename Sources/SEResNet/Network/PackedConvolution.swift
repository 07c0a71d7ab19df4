import CKernels

/// A convolution with its batch normalisation folded in, its weights in the order in which a kernel reads them.
struct PackedConvolution: Sendable {
  /// How a convolution is computed; chosen for each layer when the network is built.
  enum Algorithm: Sendable {
    /// Multiply and add, tap by tap.
    case direct
  }

  let shape: NetworkShape.Convolution
  let algorithm: Algorithm
  private let weights: FloatStorage
  private let biases: FloatStorage
  private let kernel: Kernel

  /// Folds and packs a convolution of a model.
  ///
  /// - Throws: ``ModelError`` where a tensor holds a value that cannot be.
  init(_ shape: NetworkShape.Convolution, of model: Model, kernel: Kernel) throws {
    let folded = try FoldedConvolution(shape, of: model)
    self.init(shape, folded: folded, kernel: kernel)
  }

  /// Packs weights: panels of the kernel's output channels, within a panel [tap][input channel][output channel].
  init(_ shape: NetworkShape.Convolution, folded: FoldedConvolution, kernel: Kernel) {
    self.shape = shape
    self.kernel = kernel
    algorithm = .direct
    let width = kernel.tileChannels
    let stored = Activations.storedChannels(shape.outputChannels)
    let panelSize = shape.taps * shape.inputChannels * width
    weights = FloatStorage(count: stored / width * panelSize)
    biases = FloatStorage(folded.biases, count: stored)
    let target = weights.pointer
    let (inputs, taps) = (shape.inputChannels, shape.taps)
    folded.weights.withUnsafeBufferPointer { source in
      for output in 0..<shape.outputChannels {
        let panel = target + output / width * panelSize + output % width
        for input in 0..<inputs {
          for tap in 0..<taps { panel[(tap * inputs + input) * width] = source[(output * inputs + input) * taps + tap] }
        }
      }
    }
  }

  /// Computes this worker's share of the output; other workers of the team do the rest at the same time.
  ///
  /// Output channels are shared out where their panels divide evenly, points in time otherwise. Either way every output is computed by the
  /// same operations in the same order, so the number of threads never changes a result.
  func run(from input: Activations, to output: Activations, share: Share) {
    switch algorithm {
    case .direct: runDirectly(from: input, to: output, share: share)
    }
  }

  private func runDirectly(from input: Activations, to output: Activations, share: Share) {
    let panelCount = Activations.storedChannels(shape.outputChannels) / kernel.tileChannels
    let sharesPanels = panelCount.isMultiple(of: share.count)
    let panels = sharesPanels ? share.range(of: panelCount) : 0..<panelCount
    let rows = sharesPanels ? 0..<shape.rows : share.range(of: shape.rows, unit: kernel.tileRows)
    guard !rows.isEmpty else { return }
    // Rows without slack are one run of numbers, and all taps one long tap.
    let isOneRun = input.stride == shape.inputChannels
    var arguments = einthoven_convolution()
    arguments.input = UnsafePointer(input.row(rows.lowerBound * shape.stride - shape.padding))
    arguments.row_stride = shape.stride * input.stride
    arguments.tap_stride = isOneRun ? 0 : input.stride
    arguments.taps = isOneRun ? 1 : shape.taps
    arguments.channels = isOneRun ? shape.taps * shape.inputChannels : shape.inputChannels
    arguments.output_stride = output.stride
    arguments.rows = rows.count
    arguments.rectify = shape.rectifies ? 1 : 0
    for panel in panels {
      let channel = panel * kernel.tileChannels
      arguments.weights = UnsafePointer(weights.pointer + channel * shape.taps * shape.inputChannels)
      arguments.bias = UnsafePointer(biases.pointer + channel)
      arguments.output = output.row(rows.lowerBound) + channel
      kernel.table.pointee.convolve(&arguments)
    }
  }
}

/// A convolution's weights and biases with the batch normalisation that follows it multiplied in, in double precision.
struct FoldedConvolution {
  /// [output channel][input channel][tap].
  let weights: [Float]
  /// One for each output channel.
  let biases: [Float]

  /// Weights that need no folding.
  init(weights: [Float], biases: [Float]) {
    self.weights = weights
    self.biases = biases
  }

  /// Folds the tensors of a model: with g = γ / √(variance + ε), weights g·w and biases β − g·mean.
  ///
  /// - Throws: ``ModelError``.
  init(_ shape: NetworkShape.Convolution, of model: Model) throws {
    let channels = shape.outputChannels
    func normalisation(_ part: String) throws -> [Float] {
      try model.tensors.values(of: "\(shape.normalisationName).\(part)", shape: [channels])
    }
    var weights = try model.tensors.values(of: shape.weightName, shape: [channels, shape.inputChannels, shape.taps])
    let (scales, shifts) = (try normalisation("weight"), try normalisation("bias"))
    let (means, variances) = (try normalisation("running_mean"), try normalisation("running_var"))
    let size = shape.inputChannels * shape.taps
    var biases = [Float](repeating: 0, count: channels)
    for channel in 0..<channels {
      guard variances[channel] >= 0 else {
        throw ModelError.badWeight(file: model.fileName, name: "\(shape.normalisationName).running_var")
      }
      let gain = Double(scales[channel]) / (Double(variances[channel]) + NetworkShape.normalisationEpsilon).squareRoot()
      biases[channel] = Float(Double(shifts[channel]) - gain * Double(means[channel]))
      for index in channel * size..<(channel + 1) * size { weights[index] = Float(gain * Double(weights[index])) }
    }
    self.init(weights: weights, biases: biases)
  }
}
