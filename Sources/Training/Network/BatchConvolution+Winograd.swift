import CKernels
import SEResNet

/// Tiles of several windows in one row, and the window that each belongs to.
struct TileRow {
  /// Tiles of a window.
  let tilesPerWindow: Int
  let windows: Range<Int>

  /// All tiles.
  var count: Int { tilesPerWindow * windows.count }

  /// Calls `body` for each window that a range of tiles touches: with the window, the first of its tiles, how many, and their place in the
  /// range.
  func forEachWindow(of tiles: Range<Int>, _ body: (_ window: Int, _ first: Int, _ count: Int, _ place: Int) -> Void) {
    var tile = tiles.lowerBound
    while tile < tiles.upperBound {
      let (window, first) = tile.quotientAndRemainder(dividingBy: tilesPerWindow)
      let count = min(tilesPerWindow - first, tiles.upperBound - tile)
      body(windows.lowerBound + window, first, count, tile - tiles.lowerBound)
      tile += count
    }
  }
}

extension BatchConvolution {
  /// Transformed floats that may lie in the second-level cache between their making and their use.
  private static let cachedFloats = 160_000

  /// Transforms, multiplies and transforms back, some tiles at a time; where windows are short these are of several.
  func runTransformed(
    _ windows: Range<Int>, from input: (Int) -> Activations, to output: (Int) -> Activations, transform: WinogradTransform,
    scratch: TrainingScratch, prepare: (Int) -> Void, finish: (Int) -> Void
  ) {
    guard let first = windows.first else { return }
    let rows = output(first).rows
    let row = TileRow(tilesPerWindow: (rows + transform.outputs - 1) / transform.outputs, windows: windows)
    let tileStride = stride * Activations.storedChannels(inputs) + 16
    let unit = TrainingScratch.productTiles
    let block = max(unit, Self.cachedFloats / (transform.points * tileStride) / unit * unit)
    scratch.reserve(input: transform.points * block * tileStride)
    let layout = TransformedLayout(points: transform.points, tileStride: tileStride, pointStride: block * tileStride)
    for start in Swift.stride(from: 0, to: row.count, by: block) {
      let tiles = start..<min(start + block, row.count)
      row.forEachWindow(of: tiles) { window, first, count, place in
        if first == 0 { prepare(window) }
        transformInput(
          input(window), transform: transform, tiles: first..<first + count, layout: layout,
          into: scratch.transformed.pointer + place * tileStride)
      }
      for panel in 0..<panelCount {
        for start in Swift.stride(from: 0, to: tiles.count, by: unit) {
          let part = start..<min(start + unit, tiles.count)
          multiply(part, panel: panel, layout: layout, scratch: scratch)
          row.forEachWindow(of: tiles.lowerBound + part.lowerBound..<tiles.lowerBound + part.upperBound) { window, first, count, place in
            transformOutput(
              output(window), transform: transform, tiles: first..<first + count, place: place, panel: panel, scratch: scratch)
          }
        }
      }
      row.forEachWindow(of: tiles) { window, first, count, _ in
        if first + count == row.tilesPerWindow { finish(window) }
      }
    }
  }

  /// Where transformed numbers lie: [point][tile][phase][channel].
  struct TransformedLayout {
    let points: Int
    let tileStride: Int
    let pointStride: Int
  }

  /// Transforms some tiles of a window, of every phase.
  func transformInput(
    _ input: Activations, transform: WinogradTransform, tiles: Range<Int>, layout: TransformedLayout,
    into target: UnsafeMutablePointer<Float>
  ) {
    let stored = Activations.storedChannels(inputs)
    var arguments = einthoven_winograd_input()
    arguments.matrix = UnsafePointer(transform.input.pointer)
    arguments.pairs = transform.pairs
    arguments.row_stride = stride * input.stride
    arguments.tile_stride = transform.outputs * stride * input.stride
    arguments.tiles = tiles.count
    arguments.channels = stored
    arguments.transformed_stride = layout.tileStride
    arguments.point_stride = layout.pointStride
    for phase in 0..<stride {
      arguments.input = UnsafePointer(input.row(tiles.lowerBound * transform.outputs * stride + phase - padding))
      arguments.transformed = target + phase * stored
      kernel.table.pointee.winograd_input(&arguments)
    }
  }

  private func multiply(_ tiles: Range<Int>, panel: Int, layout: TransformedLayout, scratch: TrainingScratch) {
    let width = kernel.tileChannels
    var product = einthoven_convolution()
    product.row_stride = layout.tileStride
    product.tap_stride = Activations.storedChannels(inputs)
    product.taps = stride
    product.channels = inputs
    product.bias = UnsafePointer(scratch.zeros.pointer)
    product.output_stride = width
    product.rows = tiles.count
    product.outputs = min(width, outputs - panel * width)
    for point in 0..<layout.points {
      product.input = UnsafePointer(scratch.transformed.pointer + point * layout.pointStride + tiles.lowerBound * layout.tileStride)
      product.weights = UnsafePointer(weights.pointer + panel * panelSize + point * stride * inputs * width)
      product.output = scratch.products.pointer + point * TrainingScratch.productTiles * width
      kernel.table.pointee.convolve(&product)
    }
  }

  private func transformOutput(
    _ output: Activations, transform: WinogradTransform, tiles: Range<Int>, place: Int, panel: Int, scratch: TrainingScratch
  ) {
    let width = kernel.tileChannels
    var back = einthoven_winograd_output()
    back.matrix = UnsafePointer(transform.output.pointer)
    back.pairs = transform.pairs
    back.tile_outputs = transform.outputs
    back.products = UnsafePointer(scratch.products.pointer + place * width)
    back.point_stride = TrainingScratch.productTiles * width
    back.tiles = tiles.count
    back.bias = UnsafePointer(scratch.zeros.pointer)
    back.output = output.row(tiles.lowerBound * transform.outputs) + panel * width
    back.output_stride = output.stride
    back.rows = output.rows - tiles.lowerBound * transform.outputs
    kernel.table.pointee.winograd_output(&back)
  }
}
