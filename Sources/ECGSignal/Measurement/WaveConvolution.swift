import CKernels

/// The inner loops for this processor: a constant table of functions, which lives as long as the program.
struct WaveKernels: @unchecked Sendable {
  let table: UnsafePointer<einthoven_kernels>

  /// The fastest kernels that this processor can run.
  static let fastest: WaveKernels = {
    var index = 0
    while let name = einthoven_kernel_name(index) {
      if let table = einthoven_kernels_named(name) { return WaveKernels(table: table) }
      index += 1
    }
    preconditionFailure("the portable kernels run on every processor")
  }()
}

/// A block of activations as the kernels read them: rows of a fixed number of channels, with rows of zeros before and after.
final class WaveActivations {
  /// Rows of zeros on either side: as far as the widest convolution reaches.
  static let margin = 8

  let channels: Int
  private(set) var rows: Int
  private let capacity: Int
  private let storage: UnsafeMutablePointer<Float>

  init(channels: Int, capacity: Int) {
    self.channels = channels
    self.capacity = capacity
    rows = capacity
    let count = (capacity + 2 * Self.margin) * channels
    storage = .allocate(capacity: count)
    storage.initialize(repeating: 0, count: count)
  }

  deinit { storage.deallocate() }

  /// The first channel of a row; rows down to minus the margin are zeros.
  func row(_ index: Int) -> UnsafeMutablePointer<Float> { storage + (index + Self.margin) * channels }

  /// Sets how many rows are meant from now on, and clears the margin behind them.
  func resize(rows: Int) {
    precondition(rows <= capacity)
    self.rows = rows
    row(rows).update(repeating: 0, count: Self.margin * channels)
  }

  /// The channels of all rows, row after row.
  var values: [Float] {
    get { Array(UnsafeBufferPointer(start: row(0), count: rows * channels)) }
    set {
      precondition(newValue.count == rows * channels)
      newValue.withUnsafeBufferPointer { source in
        if let first = source.baseAddress { row(0).update(from: first, count: source.count) }
      }
    }
  }
}

/// A one-dimensional convolution with its normalisation folded in, packed for a kernel.
struct WaveConvolution: Sendable {
  /// What a convolution looks like.
  struct Shape: Sendable {
    let inputs: Int
    let outputs: Int
    let taps: Int
    var stride = 1
    var dilation = 1
    /// Rows of zeros before the first input row.
    let padding: Int
    var rectifies = true

    /// A convolution over as many rows as it was given.
    static func same(_ inputs: Int, _ outputs: Int, taps: Int = 3, dilation: Int = 1, rectifies: Bool = true) -> Shape {
      Shape(inputs: inputs, outputs: outputs, taps: taps, dilation: dilation, padding: dilation * (taps / 2), rectifies: rectifies)
    }

    /// A convolution that halves the rows.
    static func halving(_ inputs: Int, _ outputs: Int) -> Shape { Shape(inputs: inputs, outputs: outputs, taps: 4, stride: 2, padding: 1) }

    /// Bytes of its weights in half and its biases in single precision.
    var byteCount: Int { 2 * outputs * inputs * taps + 4 * outputs }
  }

  let shape: Shape
  private let kernels: WaveKernels
  private let weights: [Float]
  private let biases: [Float]

  /// Packs weights [output][input][tap] in panels of the kernel's output channels.
  ///
  /// - Parameter bytes: ``Shape/byteCount`` bytes as the training program wrote them.
  init(_ shape: Shape, bytes: UnsafeRawBufferPointer, kernels: WaveKernels) {
    self.shape = shape
    self.kernels = kernels
    let width = kernels.table.pointee.tile_channels
    let panels = (shape.outputs + width - 1) / width
    var weights = [Float](repeating: 0, count: panels * shape.taps * shape.inputs * width)
    var biases = [Float](repeating: 0, count: panels * width)
    var offset = 0
    for output in 0..<shape.outputs {
      let panel = output / width * shape.taps * shape.inputs * width + output % width
      for input in 0..<shape.inputs {
        for tap in 0..<shape.taps {
          let bits = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
          weights[panel + (tap * shape.inputs + input) * width] = Float(halfPrecisionBits: bits)
          offset += 2
        }
      }
    }
    for output in 0..<shape.outputs {
      biases[output] = Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      offset += 4
    }
    self.weights = weights
    self.biases = biases
  }

  /// Writes `rows` output rows.
  func run(_ input: UnsafePointer<Float>, inputStride: Int, rows: Int, to output: WaveActivations) {
    let width = kernels.table.pointee.tile_channels
    let isOneRun = inputStride == shape.inputs && shape.dilation == 1
    var arguments = einthoven_convolution()
    arguments.input = input - shape.padding * inputStride
    arguments.row_stride = shape.stride * inputStride
    arguments.tap_stride = isOneRun ? 0 : shape.dilation * inputStride
    arguments.taps = isOneRun ? 1 : shape.taps
    arguments.channels = isOneRun ? shape.taps * shape.inputs : shape.inputs
    arguments.output_stride = output.channels
    arguments.rows = rows
    arguments.rectify = shape.rectifies ? 1 : 0
    weights.withUnsafeBufferPointer { weights in
      biases.withUnsafeBufferPointer { biases in
        guard let packed = weights.baseAddress, let bias = biases.baseAddress else { return }
        for panel in 0..<biases.count / width {
          arguments.outputs = min(width, shape.outputs - panel * width)
          arguments.weights = packed + panel * shape.taps * shape.inputs * width
          arguments.bias = bias + panel * width
          arguments.output = output.row(0) + panel * width
          kernels.table.pointee.convolve(&arguments)
        }
      }
    }
  }

  /// Fills `output`, whose rows say how many.
  func run(_ input: WaveActivations, to output: WaveActivations) {
    run(input.row(0), inputStride: input.channels, rows: output.rows, to: output)
  }
}

extension Float {
  /// A number of half precision; subnormal ones become zero, as no weight is that small.
  fileprivate init(halfPrecisionBits bits: UInt16) {
    let exponent = UInt32(bits >> 10 & 0x1F)
    guard exponent != 0 else {
      self = 0
      return
    }
    self.init(bitPattern: UInt32(bits >> 15) << 31 | (exponent + 112) << 23 | UInt32(bits & 0x3FF) << 13)
  }
}
