import CKernels

/// The memory in which workers transform and multiply, taken once.
final class WinogradScratch: Sendable {
  /// Transformed input of a whole layer, shared by the workers.
  let transformed: FloatStorage
  /// Products of a few tiles and one panel, one block for each worker.
  let products: [FloatStorage]
  /// A bias of zeros.
  let zeros: FloatStorage

  /// Memory for the convolutions of a network.
  init(for convolutions: [PackedConvolution], workers: Int) {
    transformed = FloatStorage(count: convolutions.map(\.transformedCount).max() ?? 0)
    let count = convolutions.map(\.productCount).max() ?? 0
    products = (0..<workers).map { _ in FloatStorage(count: count) }
    zeros = FloatStorage(count: Int(EINTHOVEN_CHANNEL_UNIT))
  }
}

extension PackedConvolution {
  /// Tiles whose products are made before they are transformed back, so that they stay in the cache nearest to the processor.
  private static let productTiles = 48
  /// Transformed floats that may lie in the second-level cache between their making and their use.
  private static let cachedFloats = 160_000
  /// Packed floats of a layer from which on workers share out panels, so that each reads but a part of the weights.
  private static let sharedWeightFloats = 1 << 18

  /// Tiles that see no row of input but those that are alike.
  func constantTiles(_ input: ConstantRows, _ transform: WinogradTransform) -> ConstantRows {
    // Each phase of a stride reads as many taps, though the last one may be none.
    input.groups(
      of: transform.outputs, rows: shape.rows, taps: transform.taps * shape.stride, stride: shape.stride, padding: shape.padding)
  }

  private func tileCount(_ transform: WinogradTransform) -> Int { (shape.rows + transform.outputs - 1) / transform.outputs }
  /// Floats of a transformed tile at one point: both phases, and slack against cache-set clashes.
  private var transformedStride: Int { shape.stride * Activations.storedChannels(shape.inputChannels) + 16 }

  fileprivate var transformedCount: Int {
    guard case .winograd(let transform) = algorithm else { return 0 }
    return transform.points * tileCount(transform) * transformedStride
  }

  fileprivate var productCount: Int {
    guard case .winograd(let transform) = algorithm else { return 0 }
    return transform.points * Self.productTiles * kernel.tileChannels
  }

  /// Packs a panel's weights as [point][phase][input channel][output channel]; phase f of a stride of two holds the taps f, f + 2, ….
  func packTransformed(_ source: UnsafeBufferPointer<Float>, gains: [Double], panel: Int, transform: WinogradTransform) {
    let (inputs, width) = (shape.inputChannels, kernel.tileChannels)
    let whole = rounds ? FloatStorage(count: transform.points * shape.stride * inputs * width) : nil
    let target = whole?.pointer ?? panelWeights(panel)
    defer { if let whole { packRounded(whole, panel: panel) } }
    transform.weights.withUnsafeBufferPointer { matrix in
      gains.withUnsafeBufferPointer { gains in
        for phase in 0..<shape.stride {
          let taps = (shape.taps - phase + shape.stride - 1) / shape.stride
          var arguments = einthoven_winograd_weights()
          arguments.matrix = matrix.baseAddress
          arguments.points = transform.points
          arguments.matrix_stride = transform.taps
          arguments.taps = taps
          arguments.tap_step = shape.stride
          arguments.weights = source.baseAddress.map { $0 + phase }
          arguments.channel_stride = shape.taps
          arguments.output_stride = inputs * shape.taps
          arguments.channels = inputs
          arguments.outputs = gains.count
          arguments.gains = gains.baseAddress
          arguments.packed = target + phase * inputs * width
          arguments.point_stride = shape.stride * inputs * width
          kernel.table.pointee.winograd_weights(&arguments)
        }
      }
    }
  }

  /// Packs transformed weights as pairs of bfloat16 numbers: [point][phase][pair of input channels][output channel].
  private func packRounded(_ whole: FloatStorage, panel: Int) {
    let width = kernel.tileChannels
    let target = UnsafeMutableRawPointer(panelWeights(panel)).assumingMemoryBound(to: UInt32.self)
    func rounded(_ index: Int) -> UInt32 {
      let bits = whole.pointer[index].bitPattern
      return (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
    }
    for pair in 0..<whole.count / (2 * width) {
      for output in 0..<width {
        let index = 2 * pair * width + output
        target[pair * width + output] = rounded(index) | rounded(index + width) << 16
      }
    }
  }

  /// Transforms, multiplies and transforms back.
  ///
  /// A layer with many weights is transformed by all workers together, and then each multiplies with its own panels. Of a layer with few
  /// each worker does its own tiles, block by block, so that what it has transformed is still in its cache.
  func runTransformed(
    from input: Activations, to output: Activations, transform: WinogradTransform, scratch: WinogradScratch, share: WorkShare,
    wait: () -> Void
  ) {
    let computed = ComputedRows(total: tileCount(transform), constant: constantTiles(input.constantRows, transform).range)
    let panelCount = Activations.storedChannels(shape.outputChannels) / kernel.tileChannels
    let step = WinogradStep(self, transform: transform, input: input, output: output, scratch: scratch, worker: share.index)
    let weightCount = shape.stride * shape.inputChannels * shape.outputChannels * transform.points
    let isShared = share.count > 1 && weightCount >= Self.sharedWeightFloats
    let part = isShared ? 0..<computed.count : share.range(of: computed.count, unit: kernel.tileRows)
    let panels = isShared ? share.range(of: panelCount) : 0..<panelCount
    if isShared {
      computed.forRanges(of: share.range(of: computed.count), step.transformInput)
      wait()
      computed.forRanges(of: part) { step.multiply($0, panels: panels) }
    } else {
      let unit = kernel.tileRows
      let block = max(unit, Self.cachedFloats / (transform.points * transformedStride) / unit * unit)
      computed.forRanges(of: part) { own in
        for first in stride(from: own.lowerBound, to: own.upperBound, by: block) {
          let tiles = first..<min(first + block, own.upperBound)
          step.transformInput(tiles)
          step.multiply(tiles, panels: panels)
        }
      }
    }
    if computed.holdsConstant(part) {
      // The rows of one tile are rounded in different ways; from here on all are the first.
      let rows = constantTiles(input.constantRows, transform).rows(each: transform.outputs)
      output.repeatFirst(of: rows.range, channels: channels(of: panels))
    }
  }

  /// One worker's calls to the kernels for one layer.
  private struct WinogradStep {
    let convolution: PackedConvolution
    let transform: WinogradTransform
    let input: Activations
    let output: Activations
    let transformed: UnsafeMutablePointer<Float>
    let products: UnsafeMutablePointer<Float>
    let zeros: UnsafePointer<Float>
    let pointStride: Int
    let tileStride: Int

    init(
      _ convolution: PackedConvolution, transform: WinogradTransform, input: Activations, output: Activations, scratch: WinogradScratch,
      worker: Int
    ) {
      self.convolution = convolution
      self.transform = transform
      self.input = input
      self.output = output
      transformed = scratch.transformed.pointer
      products = scratch.products[worker].pointer
      zeros = UnsafePointer(scratch.zeros.pointer)
      tileStride = convolution.transformedStride
      pointStride = convolution.tileCount(transform) * tileStride
    }

    func transformInput(_ tiles: Range<Int>) {
      let shape = convolution.shape
      let stored = Activations.storedChannels(shape.inputChannels)
      var arguments = einthoven_winograd_input()
      arguments.matrix = UnsafePointer(transform.input.pointer)
      arguments.pairs = transform.pairs
      arguments.row_stride = shape.stride * input.stride
      arguments.tile_stride = transform.outputs * shape.stride * input.stride
      arguments.tiles = tiles.count
      arguments.channels = stored
      arguments.transformed_stride = tileStride
      arguments.point_stride = pointStride
      arguments.rounds = convolution.rounds ? 1 : 0
      for phase in 0..<shape.stride {
        arguments.input = UnsafePointer(input.row(tiles.lowerBound * transform.outputs * shape.stride + phase - shape.padding))
        let offset = tiles.lowerBound * tileStride + phase * stored
        arguments.transformed = transformed + (convolution.rounds ? offset / 2 : offset)
        convolution.kernel.table.pointee.winograd_input(&arguments)
      }
    }

    func multiply(_ tiles: Range<Int>, panels: Range<Int>) {
      for panel in panels {
        for first in stride(from: tiles.lowerBound, to: tiles.upperBound, by: PackedConvolution.productTiles) {
          multiply(first..<min(first + PackedConvolution.productTiles, tiles.upperBound), panel: panel)
        }
      }
    }

    private func multiply(_ tiles: Range<Int>, panel: Int) {
      let (shape, kernel) = (convolution.shape, convolution.kernel)
      let width = kernel.tileChannels
      let pointWeights = shape.stride * shape.inputChannels * width
      let pointProducts = PackedConvolution.productTiles * width
      if convolution.rounds {
        multiplyRounded(tiles, panel: panel)
        return transformOutput(tiles, panel: panel)
      }
      var product = einthoven_convolution()
      product.row_stride = tileStride
      product.tap_stride = Activations.storedChannels(shape.inputChannels)
      product.taps = shape.stride
      product.channels = shape.inputChannels
      product.bias = zeros
      product.output_stride = width
      product.rows = tiles.count
      product.outputs = min(width, shape.outputChannels - panel * width)
      for point in 0..<transform.points {
        product.input = UnsafePointer(transformed + point * pointStride + tiles.lowerBound * tileStride)
        product.weights = UnsafePointer(convolution.panelWeights(panel) + point * pointWeights)
        product.output = products + point * pointProducts
        kernel.table.pointee.convolve(&product)
      }
      transformOutput(tiles, panel: panel)
    }

    /// The products of bfloat16 operands; both phases are one run of channels.
    private func multiplyRounded(_ tiles: Range<Int>, panel: Int) {
      let (shape, width) = (convolution.shape, convolution.kernel.tileChannels)
      let pairs = shape.stride * shape.inputChannels / 2
      let values = UnsafeRawPointer(transformed).assumingMemoryBound(to: einthoven_bfloat16_pair.self)
      let weights = UnsafeRawPointer(convolution.panelWeights(panel)).assumingMemoryBound(to: einthoven_bfloat16_pair.self)
      var product = einthoven_bfloat16_product()
      product.row_stride = tileStride / 2
      product.pairs = pairs
      product.output_stride = width
      product.rows = tiles.count
      for point in 0..<transform.points {
        product.input = values + (point * pointStride + tiles.lowerBound * tileStride) / 2
        product.weights = weights + point * pairs * width
        product.output = products + point * PackedConvolution.productTiles * width
        convolution.kernel.table.pointee.multiply_bfloat16?(&product)
      }
    }

    private func transformOutput(_ tiles: Range<Int>, panel: Int) {
      let (shape, kernel) = (convolution.shape, convolution.kernel)
      let width = kernel.tileChannels
      var back = einthoven_winograd_output()
      back.matrix = UnsafePointer(transform.output.pointer)
      back.pairs = transform.pairs
      back.tile_outputs = transform.outputs
      back.products = UnsafePointer(products)
      back.point_stride = PackedConvolution.productTiles * width
      back.tiles = tiles.count
      back.bias = UnsafePointer(convolution.biases.pointer + panel * width)
      back.output = output.row(tiles.lowerBound * transform.outputs) + panel * width
      back.output_stride = output.stride
      back.rows = shape.rows - tiles.lowerBound * transform.outputs
      back.rectify = shape.rectifies ? 1 : 0
      kernel.table.pointee.winograd_output(&back)
    }
  }
}

extension UnsafeBufferPointer<Float> {
  /// Whether no value is infinite or NaN.
  var isFinite: Bool {
    var largest: Int32 = 0
    for value in self { largest = Swift.max(largest, Int32(bitPattern: value.bitPattern & 0x7FFF_FFFF)) }
    return largest < 0x7F80_0000
  }
}
