import CKernels
import SEResNet

/// Sums of products that workers make for one layer's weight gradient, each in its own part.
final class WeightGradientSums {
  let storage: FloatStorage
  /// Floats from one worker's part to the next.
  let workerStride: Int

  /// Room for the largest of some layers.
  init(for layers: [TrainingLayer], workers: Int) {
    workerStride = layers.map(\.weightGradient.sumCount).max() ?? 0
    storage = FloatStorage(count: workers * workerStride)
  }

  /// A worker's part.
  func part(_ worker: Int) -> UnsafeMutablePointer<Float> { storage.pointer + worker * workerStride }
}

/// The gradient of a convolution's weights: dW[k] = Σ over windows and rows t of input[stride · t + k − padding] ⊗ gradient[t].
///
/// With three rows of gradient or more to a tile this is again a short filter: the taps are the outputs and a tile's rows of gradient the
/// filter, so that Winograd's transforms apply, and the sum over tiles is taken between them, where a transform back is needed but once.
final class WeightGradient {
  let convolution: BatchConvolution
  private let kernel: Kernel
  private let training: UnsafePointer<einthoven_training_kernels>
  private let transform: WinogradTransform?
  /// The transform's [point][row of gradient].
  private let gradientMatrix: FloatStorage?

  /// Rows that are multiplied before they are added to the sums.
  private static let productRows = 128
  /// Tiles that are transformed before they are multiplied.
  private static let transformedTiles = 256

  /// The gradient of a forward convolution's weights.
  init(of convolution: BatchConvolution, training: UnsafePointer<einthoven_training_kernels>) {
    self.convolution = convolution
    self.training = training
    kernel = convolution.kernel
    // Ten points make seven taps of four rows, or four taps (of each phase of a stride of two) of seven rows.
    transform = convolution.transform.flatMap { WinogradTransform(taps: $0.outputs, pairs: $0.pairs) }
    gradientMatrix = transform.map { FloatStorage($0.weights.map(Float.init)) }
  }

  private var panelCount: Int { convolution.panelCount }
  /// Products that each weight's sums have: one at each point, or the tap itself.
  private var points: Int { transform?.points ?? convolution.taps }
  private var phases: Int { transform == nil ? 1 : convolution.stride }
  private var panelSize: Int { convolution.inputs * kernel.tileChannels }

  /// Floats of one worker's sums.
  var sumCount: Int { points * phases * panelCount * panelSize }

  /// Windows whose transformed rows are multiplied together.
  func windowsAtOnce(rows: Int) -> Int {
    let tileRows = transform?.taps ?? rows
    return max(1, Self.transformedTiles * tileRows / rows)
  }

  /// Adds the products of some windows to a worker's sums.
  func accumulate(
    _ windows: Range<Int>, input: (Int) -> Activations, gradient: (Int) -> Activations, sums: UnsafeMutablePointer<Float>,
    scratch: TrainingScratch
  ) {
    // The matrix for the input is the forward pass's: it hangs on the points alone.
    guard let transform, let gradientMatrix, let forward = convolution.transform else {
      for window in windows { accumulateDirectly(input(window), gradient(window), sums: sums) }
      return
    }
    guard let first = windows.first else { return }
    let row = TileRow(tilesPerWindow: (gradient(first).rows + transform.taps - 1) / transform.taps, windows: windows)
    let inputStride = convolution.stride * Activations.storedChannels(convolution.inputs) + 16
    let gradientStride = Activations.storedChannels(convolution.outputs) + 16
    scratch.reserve(input: transform.points * row.count * inputStride, gradient: transform.points * row.count * gradientStride)
    let layout = BatchConvolution.TransformedLayout(
      points: transform.points, tileStride: inputStride, pointStride: row.count * inputStride)
    row.forEachWindow(of: 0..<row.count) { window, _, count, place in
      convolution.transformInput(
        input(window), transform: forward, tiles: 0..<count, layout: layout, into: scratch.transformed.pointer + place * inputStride)
      let values = gradient(window)
      var arguments = einthoven_winograd_gradient(
        matrix: UnsafePointer(gradientMatrix.pointer), tile_rows: transform.taps, input: UnsafePointer(values.firstRow),
        row_stride: values.stride, tiles: count, channels: values.channels,
        transformed: scratch.transformedGradient.pointer + place * gradientStride, transformed_stride: gradientStride,
        point_stride: row.count * gradientStride)
      training.pointee.winograd_gradient(&arguments)
    }
    for point in 0..<transform.points {
      multiply(
        left: UnsafePointer(scratch.transformed.pointer + point * layout.pointStride), leftStride: inputStride,
        right: UnsafePointer(scratch.transformedGradient.pointer + point * row.count * gradientStride), rightStride: gradientStride,
        rows: row.count, sums: sums + point * phases * panelCount * panelSize)
    }
  }

  /// Multiplies transformed rows at one point.
  private func multiply(
    left: UnsafePointer<Float>, leftStride: Int, right: UnsafePointer<Float>, rightStride: Int, rows: Int,
    sums: UnsafeMutablePointer<Float>
  ) {
    var product = einthoven_row_products()
    product.left_stride = leftStride
    product.right_stride = rightStride
    product.channels = convolution.inputs
    for first in stride(from: 0, to: rows, by: Self.productRows) {
      product.rows = min(Self.productRows, rows - first)
      for panel in 0..<panelCount {
        product.right = right + first * rightStride + panel * kernel.tileChannels
        for phase in 0..<phases {
          product.left = left + first * leftStride + phase * Activations.storedChannels(convolution.inputs)
          product.sums = sums + (phase * panelCount + panel) * panelSize
          training.pointee.multiply_rows(&product)
        }
      }
    }
  }

  /// Multiplies rows tap by tap: sums are [tap][panel][channel][output].
  private func accumulateDirectly(_ input: Activations, _ gradient: Activations, sums: UnsafeMutablePointer<Float>) {
    var product = einthoven_row_products()
    product.left_stride = convolution.stride * input.stride
    product.right_stride = gradient.stride
    product.channels = convolution.inputs
    for first in stride(from: 0, to: gradient.rows, by: Self.productRows) {
      product.rows = min(Self.productRows, gradient.rows - first)
      for panel in 0..<panelCount {
        product.right = UnsafePointer(gradient.row(first) + panel * kernel.tileChannels)
        for tap in 0..<convolution.taps {
          product.left = UnsafePointer(input.row(convolution.stride * first + tap - convolution.padding))
          product.sums = sums + (tap * panelCount + panel) * panelSize
          training.pointee.multiply_rows(&product)
        }
      }
    }
  }

  /// Adds up the workers' sums and transforms this worker's panels back into a tensor [output][input][tap].
  func finish(_ sums: WeightGradientSums, workers: Int, into tensor: UnsafeMutablePointer<Float>, share: WorkShare) {
    let (inputs, taps, width) = (convolution.inputs, convolution.taps, kernel.tileChannels)
    var arguments = einthoven_weight_gradient()
    arguments.matrix = transform.map { UnsafePointer($0.output.pointer) }
    arguments.points = points
    arguments.point_stride = phases * panelCount * panelSize
    arguments.worker_stride = sums.workerStride
    arguments.workers = workers
    arguments.channels = inputs
    arguments.output_stride = inputs * taps
    arguments.channel_stride = taps
    arguments.tap_step = phases
    for panel in share.range(of: (convolution.outputs + width - 1) / width) {
      arguments.outputs = min(width, convolution.outputs - panel * width)
      for phase in 0..<phases {
        arguments.taps = (taps - phase + phases - 1) / phases
        arguments.sums = UnsafePointer(sums.storage.pointer + (phase * panelCount + panel) * panelSize)
        arguments.gradient = tensor + panel * width * inputs * taps + phase
        training.pointee.weight_gradient(&arguments)
      }
    }
  }
}
