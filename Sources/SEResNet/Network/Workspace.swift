import CKernels
import Foundation

/// All memory that one forward pass of one window needs, allocated once and used again for every window.
final class Workspace: @unchecked Sendable {
  /// The window, rows of exactly twelve leads.
  private(set) var input: Activations
  /// Output of the first convolution.
  let stem: Activations
  /// With a lead gate: the channels' means, the lead weights s, a factor a channel, and the channels weighed and pooled.
  let leadMeans: FloatStorage
  let leadWeights: FloatStorage
  let leadScales: FloatStorage
  let weighedLeads: Activations
  /// Three blocks of activations that the layers take turns with, and one between the two convolutions of a block.
  let pool: [FloatStorage]
  let hidden: FloatStorage
  /// Mean of every channel over time, of the layer at hand.
  let means: FloatStorage
  /// The gates of all eight blocks, one block after the other, each at its offset.
  let gates: FloatStorage
  let gateOffsets: [Int]
  /// Age and sex as the network takes them.
  let demographics: FloatStorage
  /// Measurements as the network takes them.
  let measured: FloatStorage
  /// The network's outputs before the sigmoid.
  let logits: FloatStorage

  /// What the convolutions need.
  let winograd: WinogradScratch

  private let calibration: OutputCalibration?
  private let inputStorage: FloatStorage
  private let stemStorage: FloatStorage
  private let weighedStorage: FloatStorage

  /// Memory for one window of a network on which up to `workers` threads work.
  init(network: Network, workers: Int) {
    let shape = network.shape
    winograd = WinogradScratch(for: network.convolutions, workers: workers)
    let leads = shape.stem.inputChannels
    inputStorage = FloatStorage(count: (NetworkShape.windowLength + 2 * Activations.margin) * leads)
    input = Activations(in: inputStorage, rows: NetworkShape.windowLength, channels: leads, stride: leads)
    let stemChannels = shape.stem.outputChannels
    stemStorage = FloatStorage(count: Activations.capacity(rows: shape.stem.rows, channels: stemChannels))
    stem = Activations(in: stemStorage, rows: shape.stem.rows, channels: stemChannels)
    let pooledRows = shape.leadGate == nil ? 0 : shape.stem.rows / 2
    weighedStorage = FloatStorage(count: Activations.capacity(rows: pooledRows, channels: stemChannels))
    weighedLeads = Activations(in: weighedStorage, rows: pooledRows, channels: stemChannels)
    leadMeans = FloatStorage(count: Activations.storedChannels(stemChannels))
    leadWeights = FloatStorage(count: Int(EINTHOVEN_LEAD_LANES))
    leadScales = FloatStorage(count: Activations.storedChannels(stemChannels))
    let capacity = shape.blocks.map { Activations.capacity(rows: $0.rows, channels: $0.channels) }.max() ?? 0
    pool = (0..<3).map { _ in FloatStorage(count: capacity) }
    hidden = FloatStorage(count: capacity)
    means = FloatStorage(count: Activations.storedChannels(shape.featureCount))
    var offset = 0
    gateOffsets = shape.blocks.map { block in
      defer { offset += Activations.storedChannels(block.channels) }
      return offset
    }
    gates = FloatStorage(count: offset)
    demographics = FloatStorage(count: NetworkShape.demographicCount)
    measured = FloatStorage(count: 2 * shape.measurementCount)
    logits = FloatStorage(count: NetworkShape.classCount)
    calibration = network.calibration
  }

  /// Notes from which row on the window holds nothing but zeros, as the margin after it does.
  func endRecording(atRow count: Int) { input.constantRows = ConstantRows(count..<input.rows + Activations.margin) }

  /// The sigmoid of an output, calibrated where the model says so; 0 where a network's numbers overflowed.
  func probability(_ index: Int) -> Float {
    let raw = Double(logits.pointer[index])
    let logit = calibration?.logit(raw, class: index) ?? raw
    return logit.isNaN ? 0 : Float(1 / (1 + exp(-logit)))
  }
}
