import CKernels
import SEResNet

/// Forward and backward passes of a batch: the layers, and all memory that they need, taken once and used for every step.
///
/// Each worker computes its own windows from layer to layer. Where batch normalisation needs the sums of all windows the workers meet.
/// Elementwise work on a window is done right before or after the convolution that needs or makes it, while the window is in a cache.
final class TrainingPass {
  let shape: NetworkShape
  /// The largest batch that there is room for.
  let capacity: Int
  /// Samples of a window.
  let sampleCount: Int
  let kernels: TrainingKernels
  let workers: Int
  let options: TrainingOptions

  let input: BatchActivations
  /// What weighs the leads; nil in the published form.
  let leadGate: TrainingLeadGate?
  /// The convolution that mixes the leads: the first one, or the mixture behind the lead gate.
  let stem: TrainingLayer
  /// The stem's output after normalisation and ReLU, and after the maximum pool, which comes before the stem where there is a lead gate.
  let rectified: BatchActivations
  let pooled: BatchActivations
  let blocks: [TrainingBlock]
  let output: TrainingOutput
  let scratch: [TrainingScratch]
  let sums: WeightGradientSums
  let shortcutSums: WeightGradientSums
  /// Gradients: of a block's output and of its input, which change places from block to block; of its hidden activations; of what a
  /// convolution gives.
  let gradients: [BatchActivations]
  let hiddenGradient: BatchActivations
  let rawGradient: BatchActivations

  /// One step's numbers.
  struct Step {
    let batch: TrainingBatch
    /// Whether statistics are the batch's and dropout is on.
    let isTraining: Bool
    let number: Int
    let seed: UInt64
  }

  /// Memory for batches of up to `capacity` windows.
  init(
    shape: NetworkShape, capacity: Int, sampleCount: Int, kernels: TrainingKernels, workers: Int, options: TrainingOptions,
    parameters: ParameterStore, sources: SourceHead?
  ) {
    self.shape = shape
    self.capacity = capacity
    self.sampleCount = sampleCount
    self.kernels = kernels
    self.workers = workers
    self.options = options
    let stemShape = shape.stem(sampleCount: sampleCount)
    let leads = stemShape.inputChannels
    input = BatchActivations(count: capacity, rows: sampleCount, channels: leads, stride: leads)
    leadGate = shape.leadGate.map {
      TrainingLeadGate(
        $0, stemShape, windows: capacity, workers: workers, sparsity: options.leadSparsity, kernels: kernels, parameters: parameters)
    }
    let mixture = shape.mixture(sampleCount: sampleCount)
    stem = TrainingLayer(
      mixture ?? stemShape, windows: capacity, needsInputGradient: mixture != nil, kernels: kernels, parameters: parameters)
    rectified = BatchActivations(count: mixture == nil ? capacity : 0, rows: stemShape.rows, channels: shape.baseWidth)
    pooled = BatchActivations(count: capacity, rows: (stemShape.rows + 1) / 2, channels: shape.baseWidth)
    let blocks = shape.blocks(sampleCount: sampleCount).map {
      TrainingBlock($0, windows: capacity, kernels: kernels, parameters: parameters)
    }
    self.blocks = blocks
    output = TrainingOutput(shape: shape, windows: capacity, parameters: parameters, options: options, sources: sources)
    scratch = (0..<workers).map { _ in TrainingScratch(featureCount: shape.featureCount, kernel: kernels.kernel) }
    sums = WeightGradientSums(for: [stem] + blocks.flatMap { [$0.first, $0.second] }, workers: workers)
    shortcutSums = WeightGradientSums(for: blocks.compactMap(\.shortcut), workers: workers)
    // The largest in rows or in channels, according to the window's length.
    let shapes = [(stemShape.rows, stemShape.outputChannels)] + blocks.map { ($0.rows, $0.shape.channels) }
    let largest = shapes.max { Activations.capacity(rows: $0.0, channels: $0.1) < Activations.capacity(rows: $1.0, channels: $1.1) }
    func buffer() -> BatchActivations {
      BatchActivations(count: capacity, rows: largest?.0 ?? 0, channels: largest?.1 ?? 0)
    }
    gradients = [buffer(), buffer()]
    hiddenGradient = buffer()
    rawGradient = buffer()
  }

  /// All normalisations, with the rows of what they normalise.
  var normalisations: [(normalisation: BatchNormalisation, rows: Int)] {
    (leadGate.map { [($0.normalisation, $0.rows)] } ?? []) + layers.map { ($0.normalisation, $0.rows) }
  }

  /// All layers.
  var layers: [TrainingLayer] { [stem] + blocks.flatMap(\.layers) }

  /// Copies a worker's windows from [lead][sample] to [sample][lead].
  func load(_ batch: TrainingBatch, windows: Range<Int>) {
    batch.signals.withUnsafeBufferPointer { signals in
      guard let base = signals.baseAddress else { return }
      let leads = input.channels
      for window in windows {
        let (target, source) = (input[window].firstRow, base + window * leads * sampleCount)
        for sample in 0..<sampleCount {
          for lead in 0..<leads { target[sample * leads + lead] = source[lead * sampleCount + sample] }
        }
      }
    }
  }
}
