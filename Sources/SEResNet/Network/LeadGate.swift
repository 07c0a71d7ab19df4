import CKernels
import ECG

/// Which filters a network with a lead gate has for the leads.
public enum LeadFilters: String, Sendable, CaseIterable, Codable {
  /// The same filters for all leads.
  case shared
  /// Filters of its own for each lead.
  case own
}

/// A weight for each lead inside the network: the paper's equation 1 as its text describes it, with the leads for C.
///
/// The first convolution works on each lead by itself: `filterCount` filters of 15 taps, stride 2, whose weights are [filter][lead][tap],
/// or [filter][1][tap] where the leads share them. It has a channel for every filter and lead, filter after filter, each with a
/// normalisation of its own. After the ReLU z is, for each lead, the mean over time and that lead's filters; s = σ(W2 · max(0, W1 · z)),
/// twelve numbers from 0 to 1, no biases. Each lead's channels are multiplied by its s; then comes the maximum pool, and a convolution of
/// one tap with normalisation and ReLU mixes the leads into as many channels as the published first convolution has.
package struct LeadGate: Sendable, Equatable {
  /// Which filters.
  package let filters: LeadFilters
  /// Filters of a lead.
  package let filterCount: Int

  /// A gate.
  package init(filters: LeadFilters, filterCount: Int) {
    self.filters = filters
    self.filterCount = filterCount
  }

  /// The gate of a network of a base width that is trained here: an eighth as many filters for each lead, and at least four.
  package init(filters: LeadFilters, baseWidth: Int) { self.init(filters: filters, filterCount: max(4, baseWidth / 8)) }

  /// Channels before the leads are mixed.
  package var channels: Int { filterCount * Lead.allCases.count }

  /// Hidden units between the squeeze and the weights.
  package static let reducedCount = 6
  package static let squeezeName = "lead_gate.fc.0.weight"
  package static let exciteName = "lead_gate.fc.2.weight"
}

/// The first layers of a network with a lead gate, packed for one kind of CPU.
struct PackedLeadGate: Sendable {
  let shape: LeadGate
  private let kernel: Kernel
  private let convolution: NetworkShape.Convolution
  /// [filter][tap][lane] and [filter][lane], a lane a lead.
  private let weights: FloatStorage
  private let biases: FloatStorage
  /// Both [hidden unit][lane].
  private let squeeze: FloatStorage
  private let excite: FloatStorage

  private static let lanes = Int(EINTHOVEN_LEAD_LANES)

  /// Folds and packs the tensors of a model.
  ///
  /// - Throws: ``ModelError`` where a tensor holds a value that cannot be.
  init(_ gate: LeadGate, of model: Model, kernel: Kernel) throws {
    shape = gate
    self.kernel = kernel
    convolution = model.shape.stem
    let (leads, lanes, taps, filters) = (Lead.allCases.count, Self.lanes, model.shape.stem.taps, gate.filterCount)
    let ownLeads = gate.filters == .shared ? 1 : leads
    let tensor = try model.tensors.values(of: convolution.weightName, shape: [filters, ownLeads, taps])
    guard tensor.allSatisfy(\.isFinite) else { throw ModelError.badWeight(file: model.fileName, name: convolution.weightName) }
    let normalisation = try FoldedNormalisation(convolution, of: model)
    weights = FloatStorage(count: filters * taps * lanes)
    biases = FloatStorage(count: filters * lanes)
    for filter in 0..<filters {
      for lead in 0..<leads {
        let channel = filter * leads + lead
        biases.pointer[filter * lanes + lead] = normalisation.biases[channel]
        let source = (filter * ownLeads + (ownLeads == 1 ? 0 : lead)) * taps
        for tap in 0..<taps {
          weights.pointer[(filter * taps + tap) * lanes + lead] = Float(normalisation.gains[channel] * Double(tensor[source + tap]))
        }
      }
    }
    squeeze = FloatStorage(count: LeadGate.reducedCount * lanes)
    excite = FloatStorage(count: LeadGate.reducedCount * lanes)
    let down = try model.tensors.values(of: LeadGate.squeezeName, shape: [LeadGate.reducedCount, leads])
    let up = try model.tensors.values(of: LeadGate.exciteName, shape: [leads, LeadGate.reducedCount])
    for unit in 0..<LeadGate.reducedCount {
      for lead in 0..<leads {
        squeeze.pointer[unit * lanes + lead] = down[unit * leads + lead]
        excite.pointer[unit * lanes + lead] = up[lead * LeadGate.reducedCount + unit]
      }
    }
  }

  /// Rows of the first convolution that are alike where rows of the window are.
  func constantRows(after input: ConstantRows) -> ConstantRows { convolution.constantRows(after: input) }

  /// This worker's rows of the first convolution, normalised and rectified.
  func convolve(_ input: Activations, to output: Activations, share: WorkShare) {
    let rows = share.range(of: output.rows, unit: kernel.tileRows)
    guard !rows.isEmpty else { return }
    var arguments = einthoven_lead_convolution()
    arguments.input = UnsafePointer(input.row(rows.lowerBound * convolution.stride - convolution.padding))
    arguments.row_stride = convolution.stride * input.stride
    arguments.tap_stride = input.stride
    arguments.taps = convolution.taps
    arguments.weights = UnsafePointer(weights.pointer)
    arguments.bias = UnsafePointer(biases.pointer)
    arguments.filters = shape.filterCount
    arguments.output = output.row(rows.lowerBound)
    arguments.output_stride = output.stride
    arguments.rows = rows.count
    arguments.rectify = 1
    kernel.table.pointee.convolve_leads(&arguments)
  }

  /// The lead weights s from the means of all channels, and from these a factor for every channel.
  ///
  /// - Parameters:
  ///   - means: Of the channels; the leads' own means take the place of the first twelve.
  ///   - leadWeights: Room for ``lanes`` numbers, of which the first twelve are s.
  ///   - scales: Room for a number a channel.
  func weigh(means: UnsafeMutablePointer<Float>, leadWeights: UnsafeMutablePointer<Float>, scales: UnsafeMutablePointer<Float>) {
    let leads = Lead.allCases.count
    for lead in 0..<leads {
      var sum: Float = 0
      for filter in 0..<shape.filterCount { sum += means[filter * leads + lead] }
      means[lead] = sum / Float(shape.filterCount)
    }
    for lane in leads..<Self.lanes { means[lane] = 0 }
    var matrices = einthoven_excitation(
      squeeze: UnsafePointer(squeeze.pointer), excite: UnsafePointer(excite.pointer), reduced: LeadGate.reducedCount, channels: Self.lanes)
    kernel.table.pointee.excite(&matrices, means, leadWeights, 0, Self.lanes)
    for filter in 0..<shape.filterCount {
      for lead in 0..<leads { scales[filter * leads + lead] = leadWeights[lead] }
    }
  }
}
