import CKernels

/// The network's weights, folded and packed for one kind of CPU, and its forward pass.
final class Network: Sendable {
  let shape: NetworkShape
  /// What is done to its outputs.
  let calibration: OutputCalibration?
  /// The precision in which it computes.
  let precision: Precision
  private let kernel: Kernel
  private let stem: Stem
  private let blocks: [Block]
  private let demographicLayer: DenseLayer
  private let measuredLayer: DenseLayer?
  private let regressionLayer: DenseLayer?
  private let outputLayer: DenseLayer

  /// What comes before the blocks.
  private enum Stem: Sendable {
    /// A convolution that mixes the leads, then the maximum pool: the published form.
    case mixing(PackedConvolution)
    /// Each lead by itself and weighed, then the maximum pool and the mixture.
    case gated(PackedLeadGate, mixture: PackedConvolution)

    var convolution: PackedConvolution {
      switch self {
      case .mixing(let convolution), .gated(_, let convolution): convolution
      }
    }
  }

  /// A residual block's packed weights.
  private struct Block: Sendable {
    let shape: NetworkShape.Block
    let first: PackedConvolution
    let second: PackedConvolution
    let shortcut: PackedConvolution?
    let excitation: Excitation
  }

  /// The blocks before the first halving stay in single precision: 8 % of the multiplications, but the rounding of their operands went
  /// through all that follows and made up most of the error in the outputs.
  private static let exactBlockCount = 2

  /// All convolutions.
  var convolutions: [PackedConvolution] {
    [stem.convolution] + blocks.flatMap { [$0.first, $0.second] + ($0.shortcut.map { [$0] } ?? []) }
  }

  /// Folds and packs a model's weights.
  ///
  /// - Throws: ``ModelError`` where a tensor holds a value that cannot be.
  init(_ model: Model, kernel: Kernel, method: ConvolutionMethod = .automatic, precision: Precision = .exact) throws {
    let precision = kernel.hasBFloat16 && method == .automatic ? precision : .exact
    self.precision = precision
    shape = model.shape
    calibration = model.metadata.calibration
    self.kernel = kernel
    if let leadGate = shape.leadGate, let mixture = shape.mixture {
      stem = .gated(
        try PackedLeadGate(leadGate, of: model, kernel: kernel),
        mixture: try PackedConvolution(mixture, of: model, kernel: kernel, method: method, precision: precision))
    } else {
      stem = .mixing(try PackedConvolution(shape.stem, of: model, kernel: kernel, method: method, precision: precision))
    }
    blocks = try shape.blocks.enumerated().map { index, block in
      let precision = index < Self.exactBlockCount ? .exact : precision
      return Block(
        shape: block,
        first: try PackedConvolution(block.first, of: model, kernel: kernel, method: method, precision: precision),
        second: try PackedConvolution(block.second, of: model, kernel: kernel, method: method, precision: precision),
        shortcut: try block.shortcut.map { try PackedConvolution($0, of: model, kernel: kernel, method: method, precision: precision) },
        excitation: try Excitation(block, of: model)
      )
    }
    demographicLayer = try DenseLayer(
      named: "fc1", of: model, inputs: NetworkShape.demographicCount, outputs: NetworkShape.demographicFeatureCount)
    measuredLayer =
      try shape.measurementCount > 0
      ? DenseLayer(named: "fc2", of: model, inputs: 2 * shape.measurementCount, outputs: NetworkShape.measuredFeatureCount) : nil
    regressionLayer =
      try shape.hasRegression
      ? DenseLayer(named: "fc3", of: model, inputs: 2 * shape.measurementCount, outputs: NetworkShape.classCount) : nil
    outputLayer = try DenseLayer(
      named: "fc", of: model, inputs: shape.fusedFeatureCount + shape.featureCount, outputs: NetworkShape.classCount)
  }

  /// Computes one worker's share of the forward pass of the window in `workspace`; leaves gates and logits there.
  ///
  /// All workers of the share call this at the same time with the same workspace. Nothing is allocated.
  ///
  /// - Parameter wait: Returns when every worker has called it as often.
  func forward(_ workspace: Workspace, share: WorkShare, wait: () -> Void) {
    var current = Activations(in: workspace.pool[0], rows: shape.stem.rows / 2, channels: shape.baseWidth)
    if share.index == 0 {
      workspace.stem.clearMargins()
      current.clearMargins()
    }
    let input = workspace.input
    switch stem {
    case .mixing(let convolution):
      convolution.run(from: input, to: workspace.stem, scratch: workspace.winograd, share: share, wait: wait)
      current.constantRows = convolution.constantRows(after: input.constantRows).pooled(rows: current.rows)
      wait()
      let channels = share.range(of: current.channels, unit: Self.channelUnit)
      kernel.table.pointee.maximum_pool(workspace.stem.block(channels: channels), current.block(channels: channels))
    case .gated(let gate, let mixture):
      weighLeads(gate, workspace, share: share, wait: wait)
      var weighed = workspace.weighedLeads
      weighed.constantRows = gate.constantRows(after: input.constantRows).pooled(rows: weighed.rows)
      mixture.run(from: weighed, to: current, scratch: workspace.winograd, share: share, wait: wait)
      current.constantRows = mixture.constantRows(after: weighed.constantRows)
    }
    wait()
    for index in blocks.indices {
      current = forward(index, from: current, workspace: workspace, share: share, wait: wait)
    }
    guard share.index == 0 else { return }
    kernel.table.pointee.column_means(current.block(channels: 0..<current.channels), workspace.means.pointer)
    outputLayer.apply(to: workspace, after: demographicLayer, measuredLayer)
    regressionLayer?.addValues(of: workspace.measured.pointer, to: workspace.logits.pointer)
  }

  /// From the window to the weighed and pooled channels of the single leads.
  private func weighLeads(_ gate: PackedLeadGate, _ workspace: Workspace, share: WorkShare, wait: () -> Void) {
    let (stem, weighed) = (workspace.stem, workspace.weighedLeads)
    gate.convolve(workspace.input, to: stem, share: share)
    wait()
    let channels = share.range(of: stem.channels, unit: Self.channelUnit)
    kernel.table.pointee.column_means(stem.block(channels: channels), workspace.leadMeans.pointer + channels.lowerBound)
    wait()
    if share.index == 0 {
      gate.weigh(
        means: workspace.leadMeans.pointer, leadWeights: workspace.leadWeights.pointer, scales: workspace.leadScales.pointer)
    }
    wait()
    kernel.table.pointee.scaled_maximum_pool(
      stem.block(channels: channels), workspace.leadScales.pointer + channels.lowerBound, weighed.block(channels: channels))
    wait()
  }

  /// Channels that elementwise work is shared out in: a vector of the widest kernel.
  private static let channelUnit = 16

  /// Computes one residual block, `relu(shortcut + gates · normalised convolutions)`, and returns its output.
  private func forward(_ index: Int, from current: Activations, workspace: Workspace, share: WorkShare, wait: () -> Void) -> Activations {
    let block = blocks[index]
    let (rows, count) = (block.shape.rows, block.shape.channels)
    var hidden = Activations(in: workspace.hidden, rows: rows, channels: count)
    var output = Activations(in: workspace.pool[(index + 1) % 3], rows: rows, channels: count)
    hidden.constantRows = block.first.constantRows(after: current.constantRows)
    output.constantRows = block.second.constantRows(after: hidden.constantRows)
    var shortcut = current
    if share.index == 0 {
      hidden.clearMargins()
      output.clearMargins()
    }
    block.first.run(from: current, to: hidden, scratch: workspace.winograd, share: share, wait: wait)
    if let convolution = block.shortcut {
      shortcut = Activations(in: workspace.pool[(index + 2) % 3], rows: rows, channels: count)
      convolution.run(from: current, to: shortcut, scratch: workspace.winograd, share: share, wait: wait)
      shortcut.constantRows = convolution.constantRows(after: current.constantRows)
    }
    output.constantRows = output.constantRows.intersection(shortcut.constantRows)
    wait()
    block.second.run(from: hidden, to: output, scratch: workspace.winograd, share: share, wait: wait)
    wait()
    let channels = share.range(of: output.channels, unit: Self.channelUnit)
    kernel.table.pointee.column_means(output.block(channels: channels), workspace.means.pointer + channels.lowerBound)
    wait()
    let gates = workspace.gates.pointer + workspace.gateOffsets[index]
    block.excitation.apply(kernel, means: workspace.means.pointer, gates: gates, channels: channels)
    kernel.table.pointee.gate_add_rectify(
      output.block(channels: channels), gates + channels.lowerBound, shortcut.block(channels: channels))
    wait()
    return output
  }
}

/// The two small layers that make a block's gates: the paper's equations 1 and 2.
private struct Excitation: Sendable {
  let squeeze: FloatStorage
  let excite: FloatStorage
  let reduced: Int
  let channels: Int

  init(_ block: NetworkShape.Block, of model: Model) throws {
    let (reduced, count) = (block.reducedChannels, block.channels)
    self.reduced = reduced
    channels = Activations.storedChannels(count)
    squeeze = FloatStorage(count: reduced * channels)
    excite = FloatStorage(count: reduced * channels)
    let down = try model.tensors.values(of: block.squeezeName, shape: [reduced, count])
    let up = try model.tensors.values(of: block.exciteName, shape: [count, reduced])
    for unit in 0..<reduced {
      for channel in 0..<count {
        squeeze.pointer[unit * channels + channel] = down[unit * count + channel]
        excite.pointer[unit * channels + channel] = up[channel * reduced + unit]
      }
    }
  }

  func apply(_ kernel: Kernel, means: UnsafePointer<Float>, gates: UnsafeMutablePointer<Float>, channels range: Range<Int>) {
    var weights = einthoven_excitation(
      squeeze: UnsafePointer(squeeze.pointer), excite: UnsafePointer(excite.pointer), reduced: reduced, channels: channels)
    kernel.table.pointee.excite(&weights, means, gates, range.lowerBound, range.upperBound)
  }
}

/// A fully connected layer; small enough for plain loops.
private struct DenseLayer: Sendable {
  let weights: FloatStorage
  let biases: FloatStorage
  let inputs: Int
  let outputs: Int

  init(named name: String, of model: Model, inputs: Int, outputs: Int) throws {
    weights = FloatStorage(try model.tensors.values(of: "\(name).weight", shape: [outputs, inputs]))
    biases = FloatStorage(try model.tensors.values(of: "\(name).bias", shape: [outputs]))
    self.inputs = inputs
    self.outputs = outputs
  }

  /// One output for the inputs `count` numbers from `offset` on.
  private func product(_ output: Int, _ values: UnsafePointer<Float>, offset: Int, count: Int) -> Float {
    let row = weights.pointer + output * inputs + offset
    var sum: Float = 0
    for index in 0..<count { sum += row[index] * values[index] }
    return sum
  }

  /// The logits: this layer on the demographic features, the rectified features of measurements and the channel means.
  func apply(to workspace: Workspace, after demographicLayer: DenseLayer, _ measuredLayer: DenseLayer?) {
    for output in 0..<outputs { workspace.logits.pointer[output] = biases.pointer[output] }
    for feature in 0..<demographicLayer.outputs {
      add(demographicLayer.value(feature, workspace.demographics.pointer), at: feature, to: workspace)
    }
    var features = demographicLayer.outputs
    if let measuredLayer {
      for feature in 0..<measuredLayer.outputs {
        add(max(0, measuredLayer.value(feature, workspace.measured.pointer)), at: features + feature, to: workspace)
      }
      features += measuredLayer.outputs
    }
    for output in 0..<outputs {
      workspace.logits.pointer[output] += product(output, workspace.means.pointer, offset: features, count: inputs - features)
    }
  }

  /// Adds every output to a number of its own.
  func addValues(of inputs: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>) {
    for output in 0..<outputs { sums[output] += value(output, inputs) }
  }

  /// One output for all inputs, bias included.
  private func value(_ output: Int, _ values: UnsafePointer<Float>) -> Float {
    biases.pointer[output] + product(output, values, offset: 0, count: inputs)
  }

  /// Adds what one input brings to every logit.
  private func add(_ value: Float, at input: Int, to workspace: Workspace) {
    for output in 0..<outputs { workspace.logits.pointer[output] += value * weights.pointer[output * inputs + input] }
  }
}
