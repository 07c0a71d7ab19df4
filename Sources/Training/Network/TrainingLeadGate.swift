import CKernels
import ECG
import SEResNet

/// The layers before the mixture of the leads in training: a convolution of each lead, its normalisation, the lead weights, the pool.
///
/// See `LeadGate` for what they are. The mixture itself is a layer as any other.
final class TrainingLeadGate {
  let gate: LeadGate
  let normalisation: BatchNormalisation
  /// What the convolution gives, and the same after normalisation and ReLU.
  let raw: BatchActivations
  let rectified: BatchActivations
  /// After the maximum pool, as it is and times the lead weights.
  let pooled: BatchActivations
  let weighed: BatchActivations
  /// Makes the lead weights.
  let excitation: TrainingExcitation

  /// Rows of the convolution.
  var rows: Int { shape.rows }

  private let shape: NetworkShape.Convolution
  private let kernels: TrainingKernels
  private let parameters: ParameterStore
  private let offset: Int
  private let sparsity: Double
  /// [filter][tap][lane], a lane a lead.
  private let weights: FloatStorage
  private let zeros: FloatStorage
  /// For each window a factor and a summand a channel.
  private let scales: FloatStorage
  private let shifts: FloatStorage
  /// For each window sums over the rows a channel: of the rectified values, of their squares, and of gradients times values.
  private let sums: DoubleStorage
  private let squares: DoubleStorage
  private let products: DoubleStorage
  /// For each worker [filter][tap][lane].
  private let weightSums: FloatStorage

  private static let lanes = Int(EINTHOVEN_LEAD_LANES)
  private static let leads = Lead.allCases.count
  private var stored: Int { normalisation.stored }
  private var sumCount: Int { gate.filterCount * shape.taps * Self.lanes }
  private var kernel: UnsafePointer<einthoven_kernels> { kernels.kernel.table }

  /// The layers for batches of up to `windows` windows.
  ///
  /// - Parameter sparsity: What each window's mean lead weight adds to the loss, as a factor.
  init(
    _ gate: LeadGate, _ shape: NetworkShape.Convolution, windows: Int, workers: Int, sparsity: Double, kernels: TrainingKernels,
    parameters: ParameterStore
  ) {
    self.gate = gate
    self.shape = shape
    self.kernels = kernels
    self.parameters = parameters
    self.sparsity = sparsity
    offset = parameters.offset(of: shape.weightName)
    normalisation = BatchNormalisation(
      named: shape.normalisationName, channels: gate.channels, windows: windows, parameters: parameters)
    raw = BatchActivations(count: windows, rows: shape.rows, channels: gate.channels)
    rectified = BatchActivations(count: windows, rows: shape.rows, channels: gate.channels)
    let pooledRows = (shape.rows + 1) / 2
    pooled = BatchActivations(count: windows, rows: pooledRows, channels: gate.channels)
    weighed = BatchActivations(count: windows, rows: pooledRows, channels: gate.channels)
    excitation = TrainingExcitation(
      squeeze: LeadGate.squeezeName, excite: LeadGate.exciteName, channels: Self.leads, reduced: LeadGate.reducedCount, windows: windows,
      parameters: parameters)
    let stored = Activations.storedChannels(gate.channels)
    let filterSize = shape.taps * Self.lanes
    weights = FloatStorage(count: gate.filterCount * filterSize)
    zeros = FloatStorage(count: max(stored, gate.filterCount * Self.lanes))
    (scales, shifts) = (FloatStorage(count: windows * stored), FloatStorage(count: windows * stored))
    (sums, squares) = (DoubleStorage(count: windows * stored), DoubleStorage(count: windows * stored))
    products = DoubleStorage(count: windows * stored)
    weightSums = FloatStorage(count: workers * gate.filterCount * filterSize)
  }

  // MARK: Forward

  /// Packs the filters; the first worker does.
  func pack(share: WorkShare) {
    guard share.index == 0 else { return }
    let tensor = parameters.values.pointer + offset
    let own = gate.filters == .shared ? 1 : Self.leads
    for filter in 0..<gate.filterCount {
      for tap in 0..<shape.taps {
        for lead in 0..<Self.leads {
          weights.pointer[(filter * shape.taps + tap) * Self.lanes + lead] =
            tensor[(filter * own + (own == 1 ? 0 : lead)) * shape.taps + tap]
        }
      }
    }
  }

  /// The convolution of a window.
  func convolve(_ input: Activations, window: Int) {
    let output = raw[window]
    var arguments = einthoven_lead_convolution()
    arguments.input = UnsafePointer(input.row(-shape.padding))
    arguments.row_stride = shape.stride * input.stride
    arguments.tap_stride = input.stride
    arguments.taps = shape.taps
    arguments.weights = UnsafePointer(weights.pointer)
    arguments.bias = UnsafePointer(zeros.pointer)
    arguments.filters = gate.filterCount
    arguments.output = output.firstRow
    arguments.output_stride = output.stride
    arguments.rows = output.rows
    kernel.pointee.convolve_leads(&arguments)
  }

  /// The lead weights of a window that is rectified, and its channels pooled and weighed.
  func weigh(_ window: Int) {
    let values = rectified[window].block
    let sums = sums.pointer + window * stored
    kernels.training.pointee.channel_sums(values, sums, squares.pointer + window * stored)
    let count = Double(gate.filterCount * shape.rows)
    excitation.forward(window) { lead in total(lead, of: sums) / count }
    let (gates, scales) = (excitation.gates(of: window), scales.pointer + window * stored)
    for channel in 0..<gate.channels { scales[channel] = gates[channel % Self.leads] }
    kernel.pointee.maximum_pool(values, pooled[window].block)
    kernel.pointee.scaled_maximum_pool(values, scales, weighed[window].block)
  }

  private func total(_ lead: Int, of channels: UnsafeMutablePointer<Double>) -> Double {
    (0..<gate.filterCount).reduce(0) { $0 + channels[$1 * Self.leads + lead] }
  }

  // MARK: Backward

  /// Back from the gradient of the weighed channels through lead weights, pool and ReLU, to the sums that the normalisation needs.
  ///
  /// With G the gradient of s · p, p the pooled channels, that of s is Σ G · p over a lead's channels and rows (and what sparsity adds); that
  /// of the rectified channels is s · G at the rows that the pool chose, and each lead's gradient of z in equal parts.
  func backward(_ window: Int, windows: Int, from outer: Activations, to gradient: Activations) {
    let (products, sums) = (products.pointer + window * stored, sums.pointer + window * stored)
    var arguments = einthoven_rectifier_gradient()
    arguments.gradient = outer.block
    arguments.output = pooled[window].block
    arguments.scale = 1
    arguments.inputs.0 = pooled[window].block
    arguments.sums = sums
    arguments.products.0 = products
    // Where nothing was above zero neither the pool nor the ReLU lets a gradient pass.
    kernels.training.pointee.rectifier_gradient(&arguments)
    let penalty = sparsity / Double(Self.leads * windows)
    excitation.backward(window) { lead in total(lead, of: products) + penalty }
    kernels.training.pointee.pool_gradient(outer.block, rectified[window].block, gradient.block)
    let (means, shifts) = (excitation.meanGradients(of: window), shifts.pointer + window * stored)
    let count = Float(gate.filterCount * shape.rows)
    for channel in 0..<gate.channels { shifts[channel] = means[channel % Self.leads] / count }
    var blend = einthoven_blend()
    (blend.output, blend.first, blend.second) = (gradient.block, gradient.block, gradient.block)
    blend.first_scales = UnsafePointer(scales.pointer + window * stored)
    blend.second_scales = UnsafePointer(zeros.pointer)
    blend.shifts = UnsafePointer(shifts)
    kernels.training.pointee.blend(&blend)
    arguments.gradient = gradient.block
    arguments.output = rectified[window].block
    arguments.inputs.0 = raw[window].block
    arguments.sums = normalisation.gradientSums(of: window)
    arguments.products.0 = normalisation.gradientProducts(of: window)
    kernels.training.pointee.rectifier_gradient(&arguments)
  }

  /// Sets a worker's sums of the filters' gradient to zero.
  func clearSums(worker: Int) { (weightSums.pointer + worker * sumCount).update(repeating: 0, count: sumCount) }

  /// Adds the gradient of the filters that a window brings to a worker's sums.
  func addProducts(_ input: Activations, gradient: Activations, worker: Int) {
    var arguments = einthoven_lead_products()
    arguments.input = UnsafePointer(input.row(-shape.padding))
    arguments.row_stride = shape.stride * input.stride
    arguments.tap_stride = input.stride
    arguments.gradient = UnsafePointer(gradient.firstRow)
    arguments.gradient_stride = gradient.stride
    arguments.rows = gradient.rows
    arguments.filters = gate.filterCount
    arguments.sums = weightSums.pointer + worker * sumCount
    kernels.training.pointee.multiply_leads(&arguments)
  }

  /// The gradient of the filters from all workers' sums; of shared filters the sum over the leads.
  func finishBackward(workers: Int, share: WorkShare) {
    let target = parameters.gradients.pointer + offset
    for filter in share.range(of: gate.filterCount) {
      for tap in 0..<shape.taps {
        var all: Float = 0
        for lead in 0..<Self.leads {
          let place = (filter * shape.taps + tap) * Self.lanes + lead
          let sum = (0..<workers).reduce(Float(0)) { $0 + weightSums.pointer[$1 * sumCount + place] }
          if gate.filters == .own { target[(filter * Self.leads + lead) * shape.taps + tap] = sum }
          all += sum
        }
        if gate.filters == .shared { target[filter * shape.taps + tap] = all }
      }
    }
  }
}
