import CKernels
import SEResNet

/// A convolution without bias over the windows of a batch, by the kernels of the forward pass, with weights that are packed anew each step.
///
/// It serves the forward pass and the input gradients: see ``init(inputGradientOf:phase:kernel:)``.
final class BatchConvolution {
  let inputs: Int
  let outputs: Int
  let taps: Int
  let stride: Int
  /// Rows before an output's first input row.
  let padding: Int
  /// Winograd's transform, nil where tap by tap is faster.
  let transform: WinogradTransform?
  let kernel: Kernel
  let weights: FloatStorage
  private let order: WeightOrder

  /// Where a weight lies in a tensor: strides in floats.
  private struct WeightOrder {
    var first = 0
    let output: Int
    let input: Int
    let tap: Int
  }

  /// Fewer input channels than this are not worth a transform.
  static let fewestTransformedChannels = 24

  /// The forward pass of a layer.
  init(_ shape: NetworkShape.Convolution, kernel: Kernel) {
    (inputs, outputs, taps, stride) = (shape.inputChannels, shape.outputChannels, shape.taps, shape.stride)
    padding = shape.padding
    order = WeightOrder(output: shape.inputChannels * shape.taps, input: shape.taps, tap: 1)
    transform = Self.transform(inputs: inputs, taps: taps, stride: stride)
    self.kernel = kernel
    weights = FloatStorage(count: Self.packedCount(inputs, outputs, taps, stride, transform))
  }

  /// The gradient of a layer's input rows `phase`, `phase + stride`, … from the gradient of its output: again a convolution, of stride one,
  /// with every `stride`-th tap in reverse.
  ///
  /// With row i = stride · u + phase and padding p it is Σ weights[k] · gradient[(i + p − k) / stride] over the k that divide.
  init(inputGradientOf shape: NetworkShape.Convolution, phase: Int, kernel: Kernel) {
    let last =
      (shape.taps - 1 - (phase + shape.padding) % shape.stride) / shape.stride * shape.stride
      + (phase + shape.padding) % shape.stride
    (inputs, outputs, stride) = (shape.outputChannels, shape.inputChannels, 1)
    taps = last / shape.stride + 1
    padding = (last - phase - shape.padding) / shape.stride
    order = WeightOrder(
      first: last, output: shape.taps, input: shape.inputChannels * shape.taps, tap: -shape.stride)
    transform = shape.taps == 7 ? Self.transform(inputs: inputs, taps: taps, stride: 1) : nil
    self.kernel = kernel
    weights = FloatStorage(count: Self.packedCount(inputs, outputs, taps, 1, transform))
  }

  private static func transform(inputs: Int, taps: Int, stride: Int) -> WinogradTransform? {
    guard (3...7).contains(taps), inputs >= fewestTransformedChannels else { return nil }
    return WinogradTransform(taps: (taps + stride - 1) / stride, pairs: 4)
  }

  private static func packedCount(_ inputs: Int, _ outputs: Int, _ taps: Int, _ stride: Int, _ transform: WinogradTransform?) -> Int {
    inputs * Activations.storedChannels(outputs) * (transform.map { $0.points * stride } ?? taps)
  }

  /// Panels of packed weights, those of channels that only fill up included.
  var panelCount: Int { Activations.storedChannels(outputs) / kernel.tileChannels }
  /// Floats of a panel.
  var panelSize: Int { inputs * kernel.tileChannels * (transform.map { $0.points * stride } ?? taps) }

  /// Packs this worker's panels of a tensor [output][input][tap].
  func pack(_ tensor: UnsafePointer<Float>, share: WorkShare) {
    let width = kernel.tileChannels
    let ones = [Double](repeating: 1, count: width)
    for panel in share.range(of: (outputs + width - 1) / width) {
      let source = tensor + order.first + panel * width * order.output
      let count = min(width, outputs - panel * width)
      if let transform {
        packTransformed(source, count: count, panel: panel, transform: transform, gains: ones)
      } else {
        packDirectly(source, count: count, panel: panel)
      }
    }
  }

  private func packDirectly(_ source: UnsafePointer<Float>, count: Int, panel: Int) {
    var target = weights.pointer + panel * panelSize
    for tap in 0..<taps {
      for input in 0..<inputs {
        let from = source + tap * order.tap + input * order.input
        for output in 0..<count { target[output] = from[output * order.output] }
        target += kernel.tileChannels
      }
    }
  }

  private func packTransformed(
    _ source: UnsafePointer<Float>, count: Int, panel: Int, transform: WinogradTransform, gains: [Double]
  ) {
    var arguments = einthoven_winograd_weights()
    arguments.points = transform.points
    arguments.matrix_stride = transform.taps
    arguments.tap_step = order.tap * stride
    arguments.channel_stride = order.input
    arguments.output_stride = order.output
    arguments.channels = inputs
    arguments.outputs = count
    arguments.point_stride = stride * inputs * kernel.tileChannels
    transform.weights.withUnsafeBufferPointer { matrix in
      gains.withUnsafeBufferPointer { gains in
        arguments.matrix = matrix.baseAddress
        arguments.gains = gains.baseAddress
        for phase in 0..<stride {
          arguments.taps = (taps - phase + stride - 1) / stride
          arguments.weights = source + phase * order.tap
          arguments.packed = weights.pointer + panel * panelSize + phase * inputs * kernel.tileChannels
          kernel.table.pointee.winograd_weights(&arguments)
        }
      }
    }
  }

  /// Convolves windows one after the other.
  ///
  /// - Parameters:
  ///   - prepare: Called before a window's input is read.
  ///   - finish: Called when a window's output is complete, which is while it is likely to be in a cache.
  func run(
    _ windows: Range<Int>, from input: (Int) -> Activations, to output: (Int) -> Activations, scratch: TrainingScratch,
    prepare: (Int) -> Void = { _ in }, finish: (Int) -> Void = { _ in }
  ) {
    if let transform {
      runTransformed(
        windows, from: input, to: output, transform: transform, scratch: scratch, prepare: prepare, finish: finish)
      return
    }
    for window in windows {
      prepare(window)
      runDirectly(from: input(window), to: output(window), scratch: scratch)
      finish(window)
    }
  }

  private func runDirectly(from input: Activations, to output: Activations, scratch: TrainingScratch) {
    // Rows without slack are one run of numbers, and all taps one long tap.
    let isOneRun = input.stride == inputs
    var arguments = einthoven_convolution()
    arguments.input = UnsafePointer(input.row(-padding))
    arguments.row_stride = stride * input.stride
    arguments.tap_stride = isOneRun ? 0 : input.stride
    arguments.taps = isOneRun ? 1 : taps
    arguments.channels = isOneRun ? taps * inputs : inputs
    arguments.bias = UnsafePointer(scratch.zeros.pointer)
    arguments.output_stride = output.stride
    arguments.rows = output.rows
    for panel in 0..<panelCount {
      arguments.outputs = min(kernel.tileChannels, outputs - panel * kernel.tileChannels)
      arguments.weights = UnsafePointer(weights.pointer + panel * panelSize)
      arguments.output = output.firstRow + panel * kernel.tileChannels
      kernel.table.pointee.convolve(&arguments)
    }
  }
}
