import ECG

/// Which leads a prediction hangs on.
///
/// - *Lead weight s*: with a lead gate, the paper's equation 1 with the leads for C: a number inside the network, the same for every class.
///
/// The published network gates feature channels, not leads, so there is no lead weight inside it. Everything else is measured by leaving
/// something out:
///
/// - *Occlusion*: probability with all leads minus probability with a lead set to zero after preprocessing. Positive: the lead speaks for
///   the class.
/// - *Lead influence on SE gates*: for block b and lead l, Σ|s − s₍ₗ₎| over the block's gate vector s (equation 1), where s₍ₗ₎ is the
///   vector with lead l left out; each row divided by its sum.
/// - *Groups*: occlusion of several leads at once. The six limb leads are linearly dependent, so leaving out a single one makes a signal
///   that no heart makes.
/// - *Electrodes*: probability with all leads minus probability with every lead that hangs on an electrode recomputed as if it read the
///   mean of the other electrodes (``Electrode``).
///
/// For several windows the probabilities are averaged and the gate changes summed before rows are divided.
///
/// Where leads were left out to begin with ("what if V2 were misplaced?"), "all leads" means all others: a lead already left out has the
/// occlusion 0, and an electrode whose potential it would tell is not among ``electrodes``.
public struct LeadAttribution: Sendable {
  /// Probability of each class with all leads, as ``WindowedProbabilities/mean`` has it.
  public let probabilities: [Double]
  /// The twelve lead weights s, of several windows the mean; nil where the network has no lead gate.
  public let leadWeights: [Float]?
  /// 24 rows of 12: the probability that each lead adds to each class.
  public let occlusion: [[Float]]
  /// 8 rows of 12 that sum to 1, or to 0 where no lead changes a gate: the lead influence on SE gates.
  public let gates: [[Float]]
  /// The gate vectors s of the 8 blocks (equation 1) with all leads, each as long as the block has channels; of several windows the mean.
  public let rawGates: [[Float]]
  /// For each group, what it adds to each of the 24 classes.
  public let groups: [(group: LeadGroup, occlusion: [Float])]
  /// For each electrode whose potential the recording tells, what it adds to each of the 24 classes.
  public let electrodes: [(electrode: Electrode, occlusion: [Float])]

  /// What the measured values add to each of the 24 classes: probability minus probability with all of them unknown.
  ///
  /// Nil where the network takes none.
  public let measured: [Float]?

  /// Names the definitions, for the output of programs.
  public let method =
    "occlusion: P(all leads) - P(lead zeroed after preprocessing); gates: L1 change of SE gates with the lead left out, rows sum to 1"

  /// An attribution from its tables, in the shapes that the properties document.
  public init(
    probabilities: [Double], leadWeights: [Float]? = nil, occlusion: [[Float]], gates: [[Float]], rawGates: [[Float]] = [],
    groups: [(group: LeadGroup, occlusion: [Float])] = [], electrodes: [(electrode: Electrode, occlusion: [Float])] = [],
    measured: [Float]? = nil
  ) {
    self.probabilities = probabilities
    self.leadWeights = leadWeights
    self.occlusion = occlusion
    self.gates = gates
    self.rawGates = rawGates
    self.groups = groups
    self.electrodes = electrodes
    self.measured = measured
  }
}

/// How much of an attribution is wanted.
public enum AttributionDetail: Sendable {
  /// Single leads: 13 forward passes a window.
  case leads
  /// Also groups and electrodes: 28 forward passes a window.
  case full
}

/// The sums from which an attribution is made.
struct AttributionSums {
  private let shape: NetworkShape
  private let detail: AttributionDetail
  private let replacements: [ElectrodeReplacement]
  private var probabilities: [[Double]]
  private var gateChanges = Array(repeating: Array(repeating: 0.0, count: Lead.allCases.count), count: 8)
  /// Gates of the window at hand, all leads in, and their sums over the windows.
  private var gates: [Float]
  private var gateSums: [Double]
  /// Sums of the lead weights over the windows, where there are any.
  private var leadWeightSums: [Double]?
  private var windows = 0

  /// The changes to try, the unchanged window first, then the leads in order.
  let variants: [InputVariant]

  init(_ recording: PreparedRecording, without leftOut: Set<Lead>, shape: NetworkShape, detail: AttributionDetail) {
    self.shape = shape
    self.detail = detail
    replacements = detail == .full ? ElectrodeReplacement.all(for: recording, without: leftOut) : []
    var variants = [InputVariant(leftOut: leftOut)]
    variants += Lead.allCases.map { InputVariant(leftOut: leftOut.union([$0])) }
    if detail == .full { variants += LeadGroup.allCases.map { InputVariant(leftOut: leftOut.union($0.leads)) } }
    variants += replacements.map { InputVariant(leftOut: leftOut, replacement: $0) }
    if shape.measurementCount > 0 { variants.append(InputVariant(leftOut: leftOut, hidesMeasurements: true)) }
    self.variants = variants
    probabilities = Array(repeating: Array(repeating: 0, count: NetworkShape.classCount), count: variants.count)
    gates = Array(repeating: 0, count: shape.blocks.reduce(0) { $0 + $1.channels })
    gateSums = Array(repeating: 0, count: gates.count)
    leadWeightSums = shape.leadGate.map { _ in Array(repeating: 0, count: Lead.allCases.count) }
  }

  /// Takes up the result of one variant; the unchanged window must come before its variants.
  mutating func add(variant: Int, from workspace: Workspace) {
    for index in 0..<NetworkShape.classCount { probabilities[variant][index] += Double(workspace.probability(index)) }
    if variant == 0 {
      windows += 1
      leadWeightSums = leadWeightSums.map { sums in sums.indices.map { sums[$0] + Double(workspace.leadWeights.pointer[$0]) } }
    }
    guard variant <= Lead.allCases.count else { return }
    var start = 0
    for (row, block) in shape.blocks.enumerated() {
      let values = workspace.gates.pointer + workspace.gateOffsets[row]
      for channel in 0..<block.channels {
        if variant == 0 {
          gates[start + channel] = values[channel]
          gateSums[start + channel] += Double(values[channel])
        } else {
          gateChanges[row][variant - 1] += Double(abs(values[channel] - gates[start + channel]))
        }
      }
      start += block.channels
    }
  }

  /// The attribution, once all windows are in.
  func attribution() -> LeadAttribution {
    let scale = 1 / Double(max(1, windows))
    /// What the variant takes away from each class.
    func drop(_ variant: Int) -> [Float] { zip(probabilities[0], probabilities[variant]).map { Float(($0 - $1) * scale) } }
    let leads = Lead.allCases.count
    let drops = (1...leads).map(drop)
    let groups = detail == .full ? LeadGroup.allCases : []
    var remaining = gateSums[...]
    return LeadAttribution(
      probabilities: probabilities[0].map { $0 / Double(max(1, windows)) },
      leadWeights: leadWeightSums.map { $0.map { Float($0 * scale) } },
      occlusion: (0..<NetworkShape.classCount).map { index in drops.map { $0[index] } },
      gates: gateChanges.map { row in
        let sum = row.reduce(0, +)
        return row.map { sum > 0 ? Float($0 / sum) : 0 }
      },
      rawGates: shape.blocks.map { block in
        defer { remaining = remaining.dropFirst(block.channels) }
        return remaining.prefix(block.channels).map { Float($0 * scale) }
      },
      groups: groups.enumerated().map { ($1, drop(1 + leads + $0)) },
      electrodes: replacements.enumerated().map { ($1.electrode, drop(1 + leads + groups.count + $0)) },
      measured: shape.measurementCount > 0 ? drop(variants.count - 1) : nil
    )
  }
}
