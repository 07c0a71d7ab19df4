import CKernels
import SEResNet

/// A convolution of the network and the normalisation after it, with all that training keeps of them.
final class TrainingLayer {
  let shape: NetworkShape.Convolution
  let forward: BatchConvolution
  /// One for each phase of the input's rows; none where nobody asks for the input's gradient.
  let inputGradients: [BatchConvolution]
  let weightGradient: WeightGradient
  let normalisation: BatchNormalisation
  /// What the convolution gives, before normalisation.
  let raw: BatchActivations
  private let parameters: ParameterStore
  private let offset: Int

  /// Rows of output.
  var rows: Int { shape.rows }

  /// A layer for batches of up to `windows` windows.
  init(_ shape: NetworkShape.Convolution, windows: Int, needsInputGradient: Bool, kernels: TrainingKernels, parameters: ParameterStore) {
    self.shape = shape
    self.parameters = parameters
    offset = parameters.offset(of: shape.weightName)
    let forward = BatchConvolution(shape, kernel: kernels.kernel)
    self.forward = forward
    // A single tap reaches the rows of phase 0 alone.
    let phases = needsInputGradient ? min(shape.stride, shape.taps) : 0
    inputGradients = (0..<phases).map { BatchConvolution(inputGradientOf: shape, phase: $0, kernel: kernels.kernel) }
    weightGradient = WeightGradient(of: forward, training: kernels.training)
    normalisation = BatchNormalisation(
      named: shape.normalisationName, channels: shape.outputChannels, windows: windows, parameters: parameters)
    raw = BatchActivations(count: windows, rows: shape.rows, channels: shape.outputChannels)
  }

  /// Packs this worker's share of the weights.
  func pack(forTraining: Bool, share: WorkShare) {
    let tensor = UnsafePointer(parameters.values.pointer + offset)
    forward.pack(tensor, share: share)
    guard forTraining else { return }
    for convolution in inputGradients { convolution.pack(tensor, share: share) }
  }

  /// Where the gradient of the weights belongs.
  var gradient: UnsafeMutablePointer<Float> { parameters.gradients.pointer + offset }
}

/// The kernels of one CPU that training uses.
struct TrainingKernels: @unchecked Sendable {
  let kernel: Kernel
  /// A constant table of functions, which lives as long as the program.
  let training: UnsafePointer<einthoven_training_kernels>

  /// The training kernels that go with others.
  ///
  /// - Throws: ``PredictorError/unknownKernel(name:available:)`` where there are none.
  init(_ kernel: Kernel) throws(PredictorError) {
    guard let training = einthoven_training_kernels_named(kernel.name) else {
      throw .unknownKernel(name: kernel.name, available: Kernel.available.map(\.name))
    }
    self.kernel = kernel
    self.training = training
  }
}

/// A residual block in training.
final class TrainingBlock {
  let shape: NetworkShape.Block
  let first: TrainingLayer
  let second: TrainingLayer
  let shortcut: TrainingLayer?
  let excitation: TrainingExcitation
  /// What comes between the convolutions, after normalisation, ReLU and dropout.
  let hidden: BatchActivations
  let output: BatchActivations

  var rows: Int { first.rows }
  var layers: [TrainingLayer] { [first, second] + (shortcut.map { [$0] } ?? []) }

  /// A block for batches of up to `windows` windows.
  init(_ shape: NetworkShape.Block, windows: Int, kernels: TrainingKernels, parameters: ParameterStore) {
    self.shape = shape
    func layer(_ convolution: NetworkShape.Convolution) -> TrainingLayer {
      TrainingLayer(convolution, windows: windows, needsInputGradient: true, kernels: kernels, parameters: parameters)
    }
    first = layer(shape.first)
    second = layer(shape.second)
    shortcut = shape.shortcut.map(layer)
    excitation = TrainingExcitation(shape, windows: windows, parameters: parameters)
    hidden = BatchActivations(count: windows, rows: shape.rows, channels: shape.channels)
    output = BatchActivations(count: windows, rows: shape.rows, channels: shape.channels)
  }
}
