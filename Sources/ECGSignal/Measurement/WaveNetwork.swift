import CKernels
import CWaveNetwork
import Foundation

/// The waves that the network tells apart, in the order of its outputs.
enum WaveClass: Int, CaseIterable, Sendable {
  case p, qrs, t
}

/// A small convolutional network that says, for each lead and each 4 ms, how likely a P wave, a QRS complex or a T wave is there.
///
/// Every lead goes through the same convolutions; the mean and the maximum over leads go through a trunk with a view of some seconds, which tells
/// every lead what all of them show. So the order of the leads does not matter, and any of them may be missing. The idea of pooling over a set is
/// Zaheer et al. 2017 (Deep sets), the shape with its shortcuts Ronneberger et al. 2015 (U-Net). docs/measurements.md says how it was trained.
package struct WaveNetwork: Sendable {
  /// Samples per second of what it reads and writes.
  static let samplingRateHertz = 250.0
  /// It reads windows of a multiple of so many samples.
  package static let unit = 64
  private static let width = 32
  private static let trunkWidth = 64
  /// Samples to a row of the finest activations.
  private static let patch = 4

  private let stem, halve, coarse: WaveConvolution
  private let trunk: [WaveConvolution]
  private let context, join, wide, double, head: WaveConvolution

  /// The shipped network.
  package static let shipped = WaveNetwork()

  private init() {
    let kernels = WaveKernels.fastest
    let bytes = UnsafeRawBufferPointer(start: einthoven_wave_network(), count: einthoven_wave_network_size)
    var offset = 0
    func layer(_ shape: WaveConvolution.Shape) -> WaveConvolution {
      defer { offset += shape.byteCount }
      return WaveConvolution(shape, bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + shape.byteCount]), kernels: kernels)
    }
    let (width, trunkWidth) = (Self.width, Self.trunkWidth)
    stem = layer(.init(inputs: 1, outputs: width, taps: 16, stride: Self.patch, padding: 6))
    halve = layer(.halving(width, width))
    coarse = layer(.same(width, width))
    trunk = [
      layer(.same(2 * width, trunkWidth)),
      layer(.halving(trunkWidth, trunkWidth)), layer(.same(trunkWidth, trunkWidth)),
      layer(.halving(trunkWidth, trunkWidth)), layer(.same(trunkWidth, trunkWidth)),
      layer(.halving(trunkWidth, trunkWidth)), layer(.same(trunkWidth, trunkWidth)), layer(.same(trunkWidth, trunkWidth, dilation: 2)),
      layer(.same(trunkWidth, trunkWidth)), layer(.same(trunkWidth, trunkWidth)), layer(.same(trunkWidth, trunkWidth)),
    ]
    context = layer(.same(trunkWidth, width, taps: 1, rectifies: false))
    join = layer(.same(width, width, rectifies: false))
    wide = layer(.same(width, width, dilation: 2))
    double = layer(.same(width, 2 * width, taps: 1, rectifies: false))
    head = layer(.same(width, WaveClass.allCases.count * Self.patch, rectifies: false))
    precondition(offset == bytes.count)
  }
}

extension WaveNetwork {
  /// The memory that a run needs; to be used again for windows that are no longer and have no more leads.
  final class Workspace {
    /// Samples of each lead of a window, lead after lead: for the caller to fill.
    let window: UnsafeMutableBufferPointer<Float>
    /// Log odds [lead][wave][sample] of a window: for the caller to fill.
    let logits: UnsafeMutableBufferPointer<Float>
    fileprivate let samples: UnsafeMutablePointer<Float>
    /// Samples of the longest window.
    let length: Int
    fileprivate let fine, doubled, head: WaveActivations
    fileprivate let halved, joined: WaveActivations
    fileprivate let coarse: [WaveActivations]
    fileprivate let pooled, context: WaveActivations
    fileprivate let trunk: [WaveActivations]
    /// Samples on either side of a window that the first convolution may read.
    fileprivate static let sampleMargin = 16
    private static let samplesPerTrunkRow = [8, 16, 16, 32, 32, 64, 64, 64, 32, 16, 8]

    /// Memory for windows of up to `length` samples in up to `leads` leads.
    init(length: Int, leads: Int) {
      func rows(_ channels: Int, every samples: Int) -> WaveActivations { WaveActivations(channels: channels, capacity: length / samples) }
      let (width, trunkWidth) = (WaveNetwork.width, WaveNetwork.trunkWidth)
      self.length = length
      let count = length + 2 * Self.sampleMargin
      window = .allocate(capacity: leads * length)
      window.initialize(repeating: 0)
      logits = .allocate(capacity: leads * WaveClass.allCases.count * length)
      logits.initialize(repeating: 0)
      samples = .allocate(capacity: count)
      samples.initialize(repeating: 0, count: count)
      fine = rows(width, every: 4)
      head = rows(width, every: 4)
      halved = rows(width, every: 8)
      joined = rows(width, every: 8)
      doubled = rows(2 * width, every: 8)
      coarse = (0..<leads).map { _ in rows(width, every: 8) }
      pooled = rows(2 * width, every: 8)
      context = rows(width, every: 8)
      trunk = Self.samplesPerTrunkRow.map { rows(trunkWidth, every: $0) }
    }

    deinit {
      window.deallocate()
      logits.deallocate()
      samples.deallocate()
    }

    fileprivate func resize(length: Int) {
      precondition(length <= self.length && length.isMultiple(of: WaveNetwork.unit))
      for block in [fine, head] { block.resize(rows: length / 4) }
      for block in [halved, joined, doubled, pooled, context] + coarse { block.resize(rows: length / 8) }
      for (block, samples) in zip(trunk, Self.samplesPerTrunkRow) { block.resize(rows: length / samples) }
    }
  }

  /// Log odds of each wave at each sample of a window.
  ///
  /// - Parameters:
  ///   - leads: For each lead of the window its samples at 250 Hz, without drift and in units of the lead's own size; all of one length, a multiple
  ///     of ``unit``.
  ///   - emit: Is given each lead's log odds, for the time of the call: a row for every four samples, of which the first twelve channels are four
  ///     of P, four of QRS and four of T.
  func run(
    _ leads: [UnsafeBufferPointer<Float>], in workspace: Workspace, emit: (_ lead: Int, _ rows: WaveActivations) -> Void
  ) {
    guard let length = leads.first?.count, length > 0 else { return }
    workspace.resize(length: length)
    for (index, lead) in leads.enumerated() {
      runStem(lead, in: workspace)
      halve.run(workspace.fine, to: workspace.halved)
      coarse.run(workspace.halved, to: workspace.coarse[index])
    }
    pool(Array(workspace.coarse.prefix(leads.count)), to: workspace.pooled)
    runTrunk(in: workspace)
    for (index, lead) in leads.enumerated() {
      // To compute it again costs less than to keep it for every lead.
      runStem(lead, in: workspace)
      join.run(workspace.coarse[index], to: workspace.joined)
      decode(in: workspace)
      emit(index, workspace.head)
    }
  }

  /// What becomes of a lead before the network hears the others; see ``run(_:in:emit:)``.
  func encode(_ lead: UnsafeBufferPointer<Float>, in workspace: Workspace) -> EncodedLead {
    workspace.resize(length: lead.count)
    runStem(lead, in: workspace)
    halve.run(workspace.fine, to: workspace.halved)
    coarse.run(workspace.halved, to: workspace.coarse[0])
    join.run(workspace.coarse[0], to: workspace.joined)
    return EncodedLead(
      length: lead.count, fine: workspace.fine.values, coarse: workspace.coarse[0].values, joined: workspace.joined.values)
  }

  /// The same log odds, bit for bit, of leads of one length that were encoded before.
  func run(_ leads: [EncodedLead], in workspace: Workspace, emit: (_ lead: Int, _ rows: WaveActivations) -> Void) {
    guard let length = leads.first?.length, length > 0 else { return }
    workspace.resize(length: length)
    for (index, lead) in leads.enumerated() { workspace.coarse[index].values = lead.coarse }
    pool(Array(workspace.coarse.prefix(leads.count)), to: workspace.pooled)
    runTrunk(in: workspace)
    for (index, lead) in leads.enumerated() {
      workspace.fine.values = lead.fine
      workspace.joined.values = lead.joined
      decode(in: workspace)
      emit(index, workspace.head)
    }
  }

  /// Log odds [lead][wave][sample] of a window of leads of one length, a multiple of ``unit``.
  package func logOdds(of leads: [[Float]]) -> [[[Float]]] {
    let length = leads.first?.count ?? 0
    let samples = leads.flatMap { $0 }
    var result = leads.map { _ in WaveClass.allCases.map { _ in [Float](repeating: 0, count: length) } }
    samples.withUnsafeBufferPointer { samples in
      let views = leads.indices.map { UnsafeBufferPointer(rebasing: samples[$0 * length..<($0 + 1) * length]) }
      run(views, in: Workspace(length: length, leads: leads.count)) { lead, rows in
        for wave in WaveClass.allCases.indices {
          for index in 0..<length { result[lead][wave][index] = rows.row(index / 4)[4 * wave + index % 4] }
        }
      }
    }
    return result
  }

  private func runStem(_ lead: UnsafeBufferPointer<Float>, in workspace: Workspace) {
    guard let source = lead.baseAddress else { return }
    let samples = workspace.samples + Workspace.sampleMargin
    samples.update(from: source, count: lead.count)
    (samples + lead.count).update(repeating: 0, count: Workspace.sampleMargin)
    stem.run(samples, inputStride: 1, rows: workspace.fine.rows, to: workspace.fine)
  }

  /// The mean over leads in the first half of the channels, the maximum in the second.
  private func pool(_ leads: [WaveActivations], to pooled: WaveActivations) {
    let width = Self.width
    let share = 1 / Float(leads.count)
    for row in 0..<pooled.rows {
      let target = pooled.row(row)
      target.update(repeating: 0, count: 2 * width)
      for lead in leads {
        let values = lead.row(row)
        for channel in 0..<width {
          target[channel] += values[channel]
          target[width + channel] = max(target[width + channel], values[channel])
        }
      }
      for channel in 0..<width { target[channel] *= share }
    }
  }

  private func runTrunk(in workspace: Workspace) {
    let blocks = workspace.trunk
    trunk[0].run(workspace.pooled, to: blocks[0])
    for index in 1..<8 { trunk[index].run(blocks[index - 1], to: blocks[index]) }
    // Up again: each level takes the coarser one beside its own.
    Self.addDoubled(blocks[7], to: blocks[4])
    trunk[8].run(blocks[4], to: blocks[8])
    Self.addDoubled(blocks[8], to: blocks[2])
    trunk[9].run(blocks[2], to: blocks[9])
    Self.addDoubled(blocks[9], to: blocks[0])
    trunk[10].run(blocks[0], to: blocks[10])
    context.run(blocks[10], to: workspace.context)
  }

  /// Adds to every two rows the one row of the coarser level that covers them.
  private static func addDoubled(_ coarse: WaveActivations, to fine: WaveActivations) {
    for row in 0..<fine.rows {
      let (target, source) = (fine.row(row), coarse.row(row / 2))
      for channel in 0..<fine.channels { target[channel] += source[channel] }
    }
  }

  private func decode(in workspace: Workspace) {
    let fine = workspace.fine
    let (joined, context) = (workspace.joined.row(0), workspace.context.row(0))
    for index in 0..<workspace.joined.rows * Self.width { joined[index] = max(0, joined[index] + context[index]) }
    wide.run(workspace.joined, to: workspace.halved)
    double.run(workspace.halved, to: workspace.doubled)
    // A row of twice the channels is two rows of one.
    let (values, added) = (fine.row(0), workspace.doubled.row(0))
    for index in 0..<fine.rows * Self.width { values[index] = max(0, values[index] + added[index]) }
    head.run(fine, to: workspace.head)
  }
}
