import CKernels
import Dispatch
import Synchronization

/// How the convolutions of a network are computed.
package enum ConvolutionMethod: String, Sendable, CaseIterable {
  /// For each layer what is fastest.
  case automatic
  /// Multiply and add, tap by tap: the reference.
  case direct
}

/// A convolution with its batch normalisation folded in, its weights in the order in which a kernel reads them.
struct PackedConvolution: Sendable {
  /// How this convolution is computed.
  enum Algorithm: Sendable {
    /// Multiply and add, tap by tap.
    case direct
    /// Winograd's minimal filtering; of a convolution of stride two each phase is filtered and the products are summed.
    case winograd(WinogradTransform)

    var isTransformed: Bool { if case .winograd = self { true } else { false } }
  }

  let shape: NetworkShape.Convolution
  let algorithm: Algorithm
  let kernel: Kernel
  /// Whether transformed operands are rounded to bfloat16.
  let rounds: Bool
  private let weights: FloatStorage
  let biases: FloatStorage

  /// Folds and packs a convolution of a model, on all processors.
  ///
  /// Weights are packed in panels of the kernel's output channels; within a panel [tap][input channel][output channel], for Winograd
  /// [point][phase][input channel][output channel].
  ///
  /// - Throws: ``ModelError`` where a tensor holds a value that cannot be.
  init(_ shape: NetworkShape.Convolution, of model: Model, kernel: Kernel, method: ConvolutionMethod, precision: Precision) throws {
    self.shape = shape
    self.kernel = kernel
    algorithm = Self.algorithm(for: shape, method: method, precision: precision)
    // Two channels make a lane, and the channels of both phases must follow each other without a gap.
    let isDense = shape.inputChannels == Activations.storedChannels(shape.inputChannels)
    rounds = precision == .fast && algorithm.isTransformed && isDense
    let normalisation = try FoldedNormalisation(shape, of: model)
    biases = FloatStorage(normalisation.biases, count: Activations.storedChannels(shape.outputChannels))
    let panelCount = Activations.storedChannels(shape.outputChannels) / kernel.tileChannels
    weights = FloatStorage(count: panelCount * Self.panelSize(shape, algorithm, kernel, rounds: rounds))
    let hasBadWeight = Atomic(false)
    let outputSize = shape.inputChannels * shape.taps
    try model.tensors.withValues(of: shape.weightName, shape: [shape.outputChannels, shape.inputChannels, shape.taps]) { values in
      let (packed, source) = (self, WeightSource(values: values))
      DispatchQueue.concurrentPerform(iterations: (shape.outputChannels + kernel.tileChannels - 1) / kernel.tileChannels) { panel in
        let channels = panel * kernel.tileChannels..<min((panel + 1) * kernel.tileChannels, shape.outputChannels)
        let part = UnsafeBufferPointer(rebasing: source.values[channels.lowerBound * outputSize..<channels.upperBound * outputSize])
        if !part.isFinite { hasBadWeight.store(true, ordering: .relaxed) }
        packed.pack(part, gains: normalisation.gains[channels], panel: panel)
      }
    }
    if hasBadWeight.load(ordering: .relaxed) { throw ModelError.badWeight(file: model.fileName, name: shape.weightName) }
  }

  /// Fewer input channels than this are not worth a transform.
  private static let fewestTransformedChannels = 24

  private static func algorithm(for shape: NetworkShape.Convolution, method: ConvolutionMethod, precision: Precision) -> Algorithm {
    guard method == .automatic, shape.taps == 7, shape.inputChannels >= fewestTransformedChannels else { return .direct }
    // The more points, the larger the error of rounded operands; the four taps of a phase do with fewer for little more work.
    let pairs = precision == .fast && shape.stride == 2 ? 3 : 4
    guard let transform = WinogradTransform(taps: (shape.taps + shape.stride - 1) / shape.stride, pairs: pairs) else { return .direct }
    return .winograd(transform)
  }

  private static func panelSize(_ shape: NetworkShape.Convolution, _ algorithm: Algorithm, _ kernel: Kernel, rounds: Bool) -> Int {
    switch algorithm {
    case .direct: shape.taps * shape.inputChannels * kernel.tileChannels
    case .winograd(let transform): transform.points * shape.stride * shape.inputChannels * kernel.tileChannels / (rounds ? 2 : 1)
    }
  }

  /// The packed weights of a panel.
  func panelWeights(_ panel: Int) -> UnsafeMutablePointer<Float> {
    weights.pointer + panel * Self.panelSize(shape, algorithm, kernel, rounds: rounds)
  }

  private func pack(_ source: UnsafeBufferPointer<Float>, gains: ArraySlice<Double>, panel: Int) {
    switch algorithm {
    case .direct:
      let (target, width) = (panelWeights(panel), kernel.tileChannels)
      let (inputs, taps) = (shape.inputChannels, shape.taps)
      for (output, gain) in gains.enumerated() {
        for input in 0..<inputs {
          for tap in 0..<taps {
            target[(tap * inputs + input) * width + output] = Float(gain * Double(source[(output * inputs + input) * taps + tap]))
          }
        }
      }
    case .winograd(let transform): packTransformed(source, gains: Array(gains), panel: panel, transform: transform)
    }
  }

  /// Rows of output that are alike where rows of input are.
  func constantRows(after input: ConstantRows) -> ConstantRows {
    switch algorithm {
    case .direct: shape.constantRows(after: input)
    case .winograd(let transform): constantTiles(input, transform).rows(each: transform.outputs)
    }
  }

  /// Computes this worker's share of the output; other workers of the team do the rest at the same time.
  ///
  /// Every output is computed by the same operations in the same order however the work is shared out, so the number of threads never
  /// changes a result. Of rows that are alike, as the input's ``Activations/constantRows`` tell, one is computed.
  ///
  /// - Parameter wait: Returns when every worker has called it as often.
  func run(from input: Activations, to output: Activations, scratch: WinogradScratch, share: WorkShare, wait: () -> Void) {
    switch algorithm {
    case .direct: runDirectly(from: input, to: output, share: share)
    case .winograd(let transform):
      runTransformed(from: input, to: output, transform: transform, scratch: scratch, share: share, wait: wait)
    }
  }

  private func runDirectly(from input: Activations, to output: Activations, share: WorkShare) {
    let panelCount = Activations.storedChannels(shape.outputChannels) / kernel.tileChannels
    let sharesPanels = panelCount.isMultiple(of: share.count)
    let panels = sharesPanels ? share.range(of: panelCount) : 0..<panelCount
    let computed = ComputedRows(total: shape.rows, constant: constantRows(after: input.constantRows).range)
    let part = sharesPanels ? 0..<computed.count : share.range(of: computed.count, unit: kernel.tileRows)
    computed.forRanges(of: part) { runDirectly(from: input, to: output, rows: $0, panels: panels) }
    if computed.holdsConstant(part) { output.repeatFirst(of: computed.constant, channels: channels(of: panels)) }
  }

  /// The stored channels of some panels.
  func channels(of panels: Range<Int>) -> Range<Int> { panels.lowerBound * kernel.tileChannels..<panels.upperBound * kernel.tileChannels }

  private func runDirectly(from input: Activations, to output: Activations, rows: Range<Int>, panels: Range<Int>) {
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
      arguments.outputs = min(kernel.tileChannels, shape.outputChannels - channel)
      arguments.weights = UnsafePointer(panelWeights(panel))
      arguments.bias = UnsafePointer(biases.pointer + channel)
      arguments.output = output.row(rows.lowerBound) + channel
      kernel.table.pointee.convolve(&arguments)
    }
  }
}

/// A tensor's numbers, which threads read at the same time.
private struct WeightSource: @unchecked Sendable {
  let values: UnsafeBufferPointer<Float>
}

/// The batch normalisation after a convolution as a factor and a summand for each output channel: with g = γ / √(variance + ε), weights
/// become g·w and biases β − g·mean.
struct FoldedNormalisation {
  let gains: [Double]
  let biases: [Float]

  /// Folds the tensors of a model.
  ///
  /// - Throws: ``ModelError``.
  init(_ shape: NetworkShape.Convolution, of model: Model) throws {
    func part(_ name: String) throws -> [Float] {
      try model.tensors.values(of: "\(shape.normalisationName).\(name)", shape: [shape.outputChannels])
    }
    let (scales, shifts, means, variances) = (try part("weight"), try part("bias"), try part("running_mean"), try part("running_var"))
    guard variances.allSatisfy({ $0 >= 0 }) else {
      throw ModelError.badWeight(file: model.fileName, name: "\(shape.normalisationName).running_var")
    }
    let gains = zip(scales, variances).map { Double($0) / (Double($1) + NetworkShape.normalisationEpsilon).squareRoot() }
    self.gains = gains
    biases = gains.indices.map { Float(Double(shifts[$0]) - gains[$0] * Double(means[$0])) }
  }
}
