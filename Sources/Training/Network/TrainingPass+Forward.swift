import CKernels
import SEResNet

extension TrainingPass {
  /// One worker's share of the forward pass; leaves logits, losses and their gradients in `output`.
  ///
  /// - Parameter wait: Returns when every worker has called it as often.
  func forward(_ step: Step, share: WorkShare, wait: () -> Void) {
    let windows = share.range(of: step.batch.count)
    let scratch = scratch[share.index]
    for layer in layers { layer.pack(forTraining: step.isTraining, share: share) }
    leadGate?.pack(share: share)
    load(step.batch, windows: windows)
    wait()
    if let leadGate {
      for window in windows {
        leadGate.convolve(input[window], window: window)
        addSums(of: leadGate.normalisation, leadGate.raw, window: window)
      }
      finishStatistics([(leadGate.normalisation, leadGate.rows)], step, share: share, wait: wait)
    }
    stem.forward.run(
      windows, from: { leadGate?.weighed[$0] ?? input[$0] }, to: { stem.raw[$0] }, scratch: scratch,
      prepare: { weighLeads($0) }, finish: { addSums(of: stem, window: $0) })
    finishStatistics([stem], step, share: share, wait: wait)
    var current = pooled
    for (index, block) in blocks.enumerated() {
      let from = current
      block.first.forward.run(
        windows, from: { from[$0] }, to: { block.first.raw[$0] }, scratch: scratch,
        prepare: { index == 0 ? pool($0) : finishBlock(index - 1, window: $0, worker: share.index) },
        finish: { addSums(of: block.first, window: $0) })
      if let shortcut = block.shortcut {
        shortcut.forward.run(
          windows, from: { from[$0] }, to: { shortcut.raw[$0] }, scratch: scratch, finish: { addSums(of: shortcut, window: $0) })
      }
      finishStatistics([block.first] + (block.shortcut.map { [$0] } ?? []), step, share: share, wait: wait)
      block.second.forward.run(
        windows, from: { block.hidden[$0] }, to: { block.second.raw[$0] }, scratch: scratch,
        prepare: { normaliseHidden(of: block, index: index, window: $0, step: step) },
        finish: { addSums(of: block.second, window: $0) })
      finishStatistics([block.second], step, share: share, wait: wait)
      current = block.output
    }
    for window in windows {
      finishBlock(blocks.count - 1, window: window, worker: share.index)
      kernels.kernel.table.pointee.column_means(current[window].block, output.channelMeans(of: window))
      finishWindow(window, step)
    }
    wait()
  }

  private func addSums(of layer: TrainingLayer, window: Int) { addSums(of: layer.normalisation, layer.raw, window: window) }

  private func addSums(of normalisation: BatchNormalisation, _ raw: BatchActivations, window: Int) {
    kernels.training.pointee.channel_sums(raw[window].block, normalisation.sums(of: window), normalisation.squares(of: window))
  }

  /// A window's leads before they are mixed: normalisation, ReLU, lead weights, pool.
  private func weighLeads(_ window: Int) {
    guard let leadGate else { return }
    normalise(leadGate.raw, leadGate.normalisation, window: window, to: leadGate.rectified[window], dropoutKey: nil)
    leadGate.weigh(window)
  }

  /// Turns the windows' sums into scales and shifts; all workers meet before and after.
  private func finishStatistics(_ layers: [TrainingLayer], _ step: Step, share: WorkShare, wait: () -> Void) {
    finishStatistics(layers.map { ($0.normalisation, $0.rows) }, step, share: share, wait: wait)
  }

  private func finishStatistics(
    _ normalisations: [(normalisation: BatchNormalisation, rows: Int)], _ step: Step, share: WorkShare, wait: () -> Void
  ) {
    wait()
    for (normalisation, rows) in normalisations {
      if step.isTraining {
        normalisation.finishForward(windows: step.batch.count, rows: rows, share: share)
      } else {
        normalisation.useRunningStatistics(share: share)
      }
    }
    wait()
  }

  private func normalise(_ layer: TrainingLayer, window: Int, to output: Activations, dropoutKey: UInt32?) {
    normalise(layer.raw, layer.normalisation, window: window, to: output, dropoutKey: dropoutKey)
  }

  private func normalise(
    _ raw: BatchActivations, _ normalisation: BatchNormalisation, window: Int, to output: Activations, dropoutKey: UInt32?
  ) {
    var arguments = einthoven_normalisation()
    arguments.input = raw[window].block
    arguments.output = output.block
    arguments.scales = UnsafePointer(normalisation.scales.pointer)
    arguments.shifts = UnsafePointer(normalisation.shifts.pointer)
    if let dropoutKey {
      arguments.key = dropoutKey
      arguments.drop_limit = UInt32(Double(options.dropoutRate) * 0x1p32)
      arguments.survivor_scale = survivorScale
    }
    kernels.training.pointee.normalise(&arguments)
  }

  /// What dropout multiplies survivors with.
  var survivorScale: Float { 1 / (1 - options.dropoutRate) }

  /// The stem's normalisation, ReLU and, where it has not been before, maximum pool.
  private func pool(_ window: Int) {
    guard leadGate == nil else { return normalise(stem, window: window, to: pooled[window], dropoutKey: nil) }
    let target = rectified[window]
    normalise(stem, window: window, to: target, dropoutKey: nil)
    kernels.kernel.table.pointee.maximum_pool(target.block, pooled[window].block)
  }

  private func normaliseHidden(of block: TrainingBlock, index: Int, window: Int, step: Step) {
    let drops = step.isTraining && options.dropoutRate > 0
    let key = drops ? dropoutKey(step, block: index, window: window) : nil
    normalise(block.first, window: window, to: block.hidden[window], dropoutKey: key)
  }

  /// A key that no other window, block or step of the run has, but by chance.
  private func dropoutKey(_ step: Step, block: Int, window: Int) -> UInt32 {
    var key = step.seed
    for part in [step.number, block, window] {
      key = (key ^ UInt64(part)) &* 0x9E37_79B9_7F4A_7C15
      key = (key ^ (key >> 30)) &* 0xBF58_476D_1CE4_E5B9
      key = (key ^ (key >> 27)) &* 0x94D0_49BB_1331_11EB
      key ^= key >> 31
    }
    return UInt32(truncatingIfNeeded: key)
  }

  /// A block's gates and its output, max(0, gates · normalised convolutions + shortcut), for one window.
  private func finishBlock(_ index: Int, window: Int, worker: Int) {
    let block = blocks[index]
    let normalisation = block.second.normalisation
    let sums = normalisation.sums(of: window)
    let count = Double(block.rows)
    block.excitation.forward(window) { channel in
      Double(normalisation.scales.pointer[channel]) * sums[channel] / count + Double(normalisation.shifts.pointer[channel])
    }
    let gates = block.excitation.gates(of: window)
    let coefficients = scratch[worker].coefficients
    let shortcut = block.shortcut?.normalisation
    for channel in 0..<Activations.storedChannels(block.shape.channels) {
      coefficients.first.pointer[channel] = gates[channel] * normalisation.scales.pointer[channel]
      coefficients.second.pointer[channel] = shortcut?.scales.pointer[channel] ?? 1
      coefficients.shifts.pointer[channel] =
        gates[channel] * normalisation.shifts.pointer[channel] + (shortcut?.shifts.pointer[channel] ?? 0)
    }
    var arguments = einthoven_blend()
    arguments.output = block.output[window].block
    arguments.first = block.second.raw[window].block
    arguments.second = (block.shortcut?.raw ?? blockInput(index))[window].block
    arguments.first_scales = UnsafePointer(coefficients.first.pointer)
    arguments.second_scales = UnsafePointer(coefficients.second.pointer)
    arguments.shifts = UnsafePointer(coefficients.shifts.pointer)
    arguments.rectify = 1
    kernels.training.pointee.blend(&arguments)
  }

  /// What a block starts from.
  func blockInput(_ index: Int) -> BatchActivations { index == 0 ? pooled : blocks[index - 1].output }

  private func finishWindow(_ window: Int, _ step: Step) {
    output.forward(window, step.batch)
    guard step.isTraining else { return }
    step.batch.targets.withUnsafeBufferPointer { targets in
      guard let base = targets.baseAddress else { return }
      let (own, source) = (base + window * NetworkShape.classCount, step.batch.sources.isEmpty ? nil : step.batch.sources[window])
      output.lossAndGradient(window, targets: own, windows: step.batch.count)
      output.confuse(window, targets: own, source: source, windows: step.batch.count)
    }
    // A rectifier makes a zero of what is no number, which the loss would not show.
    if !normalisations.allSatisfy({ $0.normalisation.isFinite(window) }) { output.spoil(window) }
  }
}
