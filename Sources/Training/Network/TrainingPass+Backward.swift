import CKernels
import SEResNet

extension TrainingPass {
  /// One worker's share of the backward pass; leaves the gradients of all parameters in their store.
  ///
  /// - Parameter wait: Returns when every worker has called it as often.
  func backward(_ step: Step, share: WorkShare, wait: () -> Void) {
    let windows = share.range(of: step.batch.count)
    let last = blocks.count - 1
    for window in windows {
      spreadMeanGradient(window)
      passRectifier(ofBlock: last, window: window)
    }
    wait()
    output.finishBackward(windows: step.batch.count, share: share)
    for index in blocks.indices.reversed() {
      let block = blocks[index]
      block.second.normalisation.finishBackward(windows: step.batch.count, rows: block.rows, share: share)
      block.shortcut?.normalisation.finishBackward(windows: step.batch.count, rows: block.rows, share: share)
      block.excitation.finishBackward(windows: step.batch.count, share: share)
      wait()
      backwardSecond(of: index, windows: windows, worker: share.index)
      wait()
      block.second.weightGradient.finish(sums, workers: workers, into: block.second.gradient, share: share)
      block.first.normalisation.finishBackward(windows: step.batch.count, rows: block.rows, share: share)
      wait()
      backwardFirst(of: index, windows: windows, worker: share.index)
      wait()
      block.first.weightGradient.finish(sums, workers: workers, into: block.first.gradient, share: share)
      if let shortcut = block.shortcut {
        shortcut.weightGradient.finish(shortcutSums, workers: workers, into: shortcut.gradient, share: share)
      }
    }
    stem.normalisation.finishBackward(windows: step.batch.count, rows: stem.rows, share: share)
    wait()
    backwardStem(windows: windows, count: step.batch.count, worker: share.index)
    wait()
    stem.weightGradient.finish(sums, workers: workers, into: stem.gradient, share: share)
    if let leadGate { backwardLeads(leadGate, step, windows: windows, share: share, wait: wait) }
    wait()
  }

  /// The gradient of a block's output, in the block's shape.
  private func outputGradient(ofBlock index: Int) -> BatchActivations {
    BatchActivations(in: gradients[index % 2], rows: blocks[index].rows, channels: blocks[index].shape.channels)
  }

  /// The gradient of a block's input, which is that of the output before it.
  private func inputGradient(ofBlock index: Int) -> BatchActivations {
    let input = blockInput(index)
    return BatchActivations(in: gradients[(index + 1) % 2], rows: input.rows, channels: input.channels)
  }

  /// The last block's output gradient: each channel's mean over time hands its gradient on in equal parts.
  private func spreadMeanGradient(_ window: Int) {
    let target = outputGradient(ofBlock: blocks.count - 1)[window]
    let means = output.channelMeanGradients(of: window)
    for row in 0..<target.rows {
      let values = target.row(row)
      for channel in 0..<target.channels { values[channel] = means[channel] / Float(target.rows) }
    }
  }

  /// Back through a block's last ReLU and its gates, as far as sums over the window go.
  ///
  /// With S the gradient before the ReLU and z the normalised second convolution, the gates' gradient is Σ S·z, and that of z is
  /// gate · S + (gradient of z's mean) / rows. The normalisation is given the latter's sums.
  private func passRectifier(ofBlock index: Int, window: Int) {
    let block = blocks[index]
    let normalisation = block.second.normalisation
    let (sums, products) = (normalisation.gradientSums(of: window), normalisation.gradientProducts(of: window))
    var arguments = einthoven_rectifier_gradient()
    arguments.gradient = outputGradient(ofBlock: index)[window].block
    arguments.output = block.output[window].block
    arguments.scale = 1
    arguments.inputs.0 = block.second.raw[window].block
    arguments.sums = sums
    arguments.products.0 = products
    if let shortcut = block.shortcut {
      arguments.inputs.1 = shortcut.raw[window].block
      arguments.products.1 = shortcut.normalisation.gradientProducts(of: window)
    }
    kernels.training.pointee.rectifier_gradient(&arguments)
    block.shortcut?.normalisation.gradientSums(of: window).update(from: sums, count: normalisation.stored)
    let (rows, rawSums) = (Double(block.rows), normalisation.sums(of: window))
    let gates = block.excitation.gates(of: window)
    let meanGradients = block.excitation.meanGradients(of: window)
    block.excitation.backward(
      window,
      gateGradient: { Double(normalisation.scales.pointer[$0]) * products[$0] + Double(normalisation.shifts.pointer[$0]) * sums[$0] })
    for channel in 0..<block.shape.channels {
      let (gate, gradient) = (Double(gates[channel]), Double(meanGradients[channel]))
      sums[channel] = gate * sums[channel] + gradient
      products[channel] = gate * products[channel] + gradient * rawSums[channel] / rows
    }
  }

  /// Back through the second convolution of a block, to the sums that the first normalisation needs.
  private func backwardSecond(of index: Int, windows: Range<Int>, worker: Int) {
    let block = blocks[index]
    let normalisation = block.second.normalisation
    let (own, coefficients) = (sums.part(worker), scratch[worker].coefficients)
    let outer = outputGradient(ofBlock: index)
    let raw = BatchActivations(in: rawGradient, rows: block.rows, channels: block.shape.channels)
    let hidden = BatchActivations(in: hiddenGradient, rows: block.rows, channels: block.shape.channels)
    clear(own, block.second)
    run(block.second, windows, gradient: { raw[$0] }, input: { block.hidden[$0] }, to: hidden, sums: own, worker: worker) { window in
      let gates = block.excitation.gates(of: window)
      let meanGradients = block.excitation.meanGradients(of: window)
      for channel in 0..<normalisation.stored {
        let scale = normalisation.gradientScales.pointer[channel]
        coefficients.first.pointer[channel] = scale * gates[channel]
        coefficients.shifts.pointer[channel] =
          scale * meanGradients[channel] / Float(block.rows) + normalisation.gradientShifts.pointer[channel]
      }
      blend(
        to: raw[window], outer[window], coefficients.first, block.second.raw[window], normalisation.gradientSlopes, coefficients.shifts)
      raw[window].clearMargins()
    } finish: { window in
      var arguments = einthoven_rectifier_gradient()
      arguments.gradient = hidden[window].block
      arguments.output = block.hidden[window].block
      arguments.scale = options.dropoutRate > 0 ? survivorScale : 1
      arguments.inputs.0 = block.first.raw[window].block
      arguments.sums = block.first.normalisation.gradientSums(of: window)
      arguments.products.0 = block.first.normalisation.gradientProducts(of: window)
      kernels.training.pointee.rectifier_gradient(&arguments)
    }
  }

  /// Back through the first convolution of a block and its shortcut, and through the ReLU before them.
  private func backwardFirst(of index: Int, windows: Range<Int>, worker: Int) {
    let block = blocks[index]
    let (input, target) = (blockInput(index), inputGradient(ofBlock: index))
    let outer = outputGradient(ofBlock: index)
    let raw = BatchActivations(in: rawGradient, rows: block.rows, channels: block.shape.channels)
    let hidden = BatchActivations(in: hiddenGradient, rows: block.rows, channels: block.shape.channels)
    let own = sums.part(worker)
    clear(own, block.first)
    run(block.first, windows, gradient: { raw[$0] }, input: { input[$0] }, to: target, sums: own, worker: worker) { window in
      normaliseGradient(of: block.first, hidden[window], window: window, to: raw[window])
    } finish: { window in
      if block.shortcut == nil { add(outer[window], to: target[window], worker: worker) }
    }
    if let shortcut = block.shortcut {
      let own = shortcutSums.part(worker)
      clear(own, shortcut)
      let compact = BatchActivations(in: hiddenGradient, rows: block.rows, channels: input.channels)
      run(shortcut, windows, gradient: { raw[$0] }, input: { input[$0] }, to: compact, sums: own, worker: worker) { window in
        normaliseGradient(of: shortcut, outer[window], window: window, to: raw[window])
      } finish: { window in
        add(compact[window], to: target[window].everySecondRow(from: 0), worker: worker)
      }
    }
    for window in windows {
      if index > 0 { passRectifier(ofBlock: index - 1, window: window) } else { passStemRectifier(window) }
    }
  }

  /// Input and weight gradients of a layer, for as many windows at a time as are multiplied together.
  private func run(
    _ layer: TrainingLayer, _ windows: Range<Int>, gradient: (Int) -> Activations, input: (Int) -> Activations,
    to target: BatchActivations, sums: UnsafeMutablePointer<Float>, worker: Int, prepare: (Int) -> Void, finish: (Int) -> Void
  ) {
    let size = layer.weightGradient.windowsAtOnce(rows: layer.rows)
    for start in stride(from: windows.lowerBound, to: windows.upperBound, by: size) {
      let group = start..<min(start + size, windows.upperBound)
      for window in group { prepare(window) }
      layer.weightGradient.accumulate(group, input: input, gradient: gradient, sums: sums, scratch: scratch[worker])
      let phases = layer.inputGradients.count
      for (phase, convolution) in layer.inputGradients.enumerated() {
        convolution.run(
          group, from: gradient, to: { phases == 1 ? target[$0] : target[$0].everySecondRow(from: phase) }, scratch: scratch[worker])
      }
      for window in group { finish(window) }
    }
  }

  /// Back through the ReLU after the stem, and through the maximum pool where that comes after it.
  private func passStemRectifier(_ window: Int) {
    var arguments = einthoven_rectifier_gradient()
    arguments.scale = 1
    arguments.inputs.0 = stem.raw[window].block
    arguments.sums = stem.normalisation.gradientSums(of: window)
    arguments.products.0 = stem.normalisation.gradientProducts(of: window)
    arguments.gradient = stemGradient[window].block
    if leadGate == nil {
      kernels.training.pointee.pool_gradient(
        inputGradient(ofBlock: 0)[window].block, rectified[window].block, stemGradient[window].block)
      arguments.output = rectified[window].block
    } else {
      arguments.output = pooled[window].block
    }
    kernels.training.pointee.rectifier_gradient(&arguments)
  }

  /// The gradient of what the stem gives after its normalisation.
  private var stemGradient: BatchActivations {
    guard leadGate == nil else { return inputGradient(ofBlock: 0) }
    return BatchActivations(in: hiddenGradient, rows: stem.rows, channels: shape.baseWidth)
  }

  /// Back through the stem; where there is a lead gate, on to the sums that the normalisation of the single leads needs.
  private func backwardStem(windows: Range<Int>, count: Int, worker: Int) {
    let gradient = stemGradient
    let raw = BatchActivations(in: rawGradient, rows: stem.rows, channels: shape.baseWidth)
    let own = sums.part(worker)
    clear(own, stem)
    guard let leadGate else {
      for window in windows {
        normaliseGradient(of: stem, gradient[window], window: window, to: raw[window])
        stem.weightGradient.accumulate(
          window..<window + 1, input: { input[$0] }, gradient: { raw[$0] }, sums: own, scratch: scratch[worker])
      }
      return
    }
    let weighed = BatchActivations(in: hiddenGradient, rows: stem.rows, channels: leadGate.gate.channels)
    let target = leadGradient(leadGate)
    run(stem, windows, gradient: { raw[$0] }, input: { leadGate.weighed[$0] }, to: weighed, sums: own, worker: worker) { window in
      normaliseGradient(of: stem, gradient[window], window: window, to: raw[window])
    } finish: { window in
      leadGate.backward(window, windows: count, from: weighed[window], to: target[window])
    }
  }

  /// The gradient of the single leads' channels after their normalisation, where the last block's output gradient was.
  private func leadGradient(_ leadGate: TrainingLeadGate) -> BatchActivations {
    BatchActivations(in: gradients[0], rows: leadGate.rows, channels: leadGate.gate.channels)
  }

  /// Back through the normalisation of the single leads to their filters, and the gradients of what makes the lead weights.
  private func backwardLeads(_ leadGate: TrainingLeadGate, _ step: Step, windows: Range<Int>, share: WorkShare, wait: () -> Void) {
    leadGate.normalisation.finishBackward(windows: step.batch.count, rows: leadGate.rows, share: share)
    leadGate.excitation.finishBackward(windows: step.batch.count, share: share)
    wait()
    let gradient = leadGradient(leadGate)
    let raw = BatchActivations(in: rawGradient, rows: leadGate.rows, channels: leadGate.gate.channels)
    leadGate.clearSums(worker: share.index)
    for window in windows {
      normaliseGradient(leadGate.normalisation, leadGate.raw, gradient[window], window: window, to: raw[window])
      leadGate.addProducts(input[window], gradient: raw[window], worker: share.index)
    }
    wait()
    leadGate.finishBackward(workers: workers, share: share)
  }

  /// Back through a normalisation, from the gradient of what it gives.
  private func normaliseGradient(of layer: TrainingLayer, _ gradient: Activations, window: Int, to target: Activations) {
    normaliseGradient(layer.normalisation, layer.raw, gradient, window: window, to: target)
  }

  private func normaliseGradient(
    _ normalisation: BatchNormalisation, _ raw: BatchActivations, _ gradient: Activations, window: Int, to target: Activations
  ) {
    blend(to: target, gradient, normalisation.gradientScales, raw[window], normalisation.gradientSlopes, normalisation.gradientShifts)
    target.clearMargins()
  }

  /// target = firstScales · first + secondScales · second + shifts.
  private func blend(
    to target: Activations, _ first: Activations, _ firstScales: FloatStorage, _ second: Activations, _ secondScales: FloatStorage,
    _ shifts: FloatStorage
  ) {
    var arguments = einthoven_blend()
    (arguments.output, arguments.first, arguments.second) = (target.block, first.block, second.block)
    arguments.first_scales = UnsafePointer(firstScales.pointer)
    arguments.second_scales = UnsafePointer(secondScales.pointer)
    arguments.shifts = UnsafePointer(shifts.pointer)
    kernels.training.pointee.blend(&arguments)
  }

  private func add(_ addend: Activations, to target: Activations, worker: Int) {
    let scratch = scratch[worker]
    blend(to: target, target, scratch.ones, addend, scratch.ones, scratch.zeros)
  }

  private func clear(_ sums: UnsafeMutablePointer<Float>, _ layer: TrainingLayer) {
    sums.update(repeating: 0, count: layer.weightGradient.sumCount)
  }
}
