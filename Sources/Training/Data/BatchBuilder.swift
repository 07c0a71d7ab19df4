import Dispatch
import ECG
import Foundation
import SEResNet

/// Makes the batches of an epoch: every recording once, in an order of its own for each epoch.
///
/// A last batch of a single window is left out, because batch normalisation needs two to compare; any other smaller batch is used.
package struct BatchBuilder: Sendable {
  private let examples: [TrainingExample]
  private let batchSize: Int
  private let seed: UInt64
  private let augmentation: Augmentation
  private let measuredInputs: MeasuredInputs?
  private let sources: [String]
  private let smoothing: Float
  private let mixup: Double?

  /// Batches of recordings as the settings say.
  ///
  /// - Parameters:
  ///   - measuredInputs: The measurements that the network takes.
  ///   - sources: The sources that are unlearnt.
  package init(
    _ examples: [TrainingExample], _ settings: TrainingSettings, measuredInputs: MeasuredInputs? = nil, sources: [String] = []
  ) {
    self.examples = examples
    self.measuredInputs = measuredInputs
    self.sources = sources
    batchSize = settings.batchSize
    seed = settings.seed
    augmentation = settings.augmentation
    smoothing = Float(settings.labelSmoothing ?? 0)
    mixup = settings.mixup
  }

  /// The recordings' numbers in the batches of an epoch.
  package func batches(epoch: Int) -> [[Int]] {
    var generator = SeededGenerator(seed: seed, stream: UInt64(epoch))
    let order = generator.shuffled(examples.indices)
    return stride(from: 0, to: order.count, by: batchSize).map { Array(order[$0..<min($0 + batchSize, order.count)]) }
      .filter { $0.count > 1 || batchSize == 1 }
  }

  /// The windows of some recordings.
  package func batch(epoch: Int, of numbers: [Int]) throws -> TrainingBatch {
    let size = Lead.allCases.count * NetworkShape.windowLength
    let signals = [Float](unsafeUninitializedCapacity: numbers.count * size) { buffer, filled in
      buffer.initialize(repeating: 0)
      for (place, number) in numbers.enumerated() {
        window(epoch: epoch, number).fill(
          UnsafeMutableBufferPointer(rebasing: buffer[place * size..<(place + 1) * size]), from: examples[number].recording)
      }
      filled = numbers.count * size
    }
    let measured = measuredInputs.map { inputs in
      numbers.flatMap { inputs.inputs(window(epoch: epoch, $0).measured(examples[$0].measured)) }
    }
    var parts = Parts(
      signals: signals, patients: numbers.flatMap { window(epoch: epoch, $0).demographics(of: examples[$0].recording) },
      measured: measured ?? [], targets: numbers.flatMap { examples[$0].targets.map(smoothed) })
    if let mixup { parts.mix(numbers.count, pairs: mixedPairs(epoch: epoch, of: numbers, alpha: mixup)) }
    return try TrainingBatch(
      count: numbers.count, sampleCount: NetworkShape.windowLength, signals: parts.signals, patients: parts.patients,
      measured: parts.measured, sources: sources.isEmpty ? [] : numbers.map(sourceNumber),
      targets: parts.targets)
  }

  /// Which of the sources a recording comes from.
  private func sourceNumber(_ number: Int) -> Int? {
    examples[number].source.flatMap { source in sources.firstIndex(of: source) }
  }

  /// A target drawn towards one half; what is unknown stays so.
  private func smoothed(_ target: Float) -> Float { target < 0 ? target : target * (1 - smoothing) + smoothing / 2 }

  /// For each window of a batch its partner's place and its own share, drawn from the seed, the epoch and the first recording's number.
  private func mixedPairs(epoch: Int, of numbers: [Int], alpha: Double) -> [(partner: Int, share: Float)] {
    var generator = SeededGenerator(seed: seed ^ 0x6D69_7875_7000, stream: UInt64(epoch) << 28 | UInt64(numbers.first ?? 0))
    let partners = generator.shuffled(numbers.indices)
    return partners.map { ($0, Float(generator.beta(alpha))) }
  }

  /// The numbers of a batch, window after window.
  private struct Parts {
    var signals: [Float]
    var patients: [Float]
    var measured: [Float]
    var targets: [Float]

    /// Mixes every window with its partner; what is unknown of either is unknown of both.
    mutating func mix(_ count: Int, pairs: [(partner: Int, share: Float)]) {
      func mixed(_ values: [Float], isTarget: Bool = false) -> [Float] {
        let size = values.count / count
        var result = values
        for (window, (partner, share)) in pairs.enumerated() where partner != window {
          for index in 0..<size {
            let (own, other) = (values[window * size + index], values[partner * size + index])
            result[window * size + index] = isTarget && min(own, other) < 0 ? -1 : share * own + (1 - share) * other
          }
        }
        return result
      }
      (signals, patients, measured) = (mixed(signals), mixed(patients), mixed(measured))
      targets = mixed(targets, isTarget: true)
    }
  }

  private func window(epoch: Int, _ number: Int) -> TrainingWindow {
    TrainingWindow(augmentation: augmentation, seed: seed, epoch: epoch, number: number)
  }
}

/// Hands out an epoch's batches in order, the next one being made on another thread while the network learns from the last.
final class BatchFeed {
  private let builder: BatchBuilder
  private let epoch: Int
  private let batches: ArraySlice<[Int]>
  private var next: Int
  private var coming: Promise?

  /// One batch that is being made.
  private final class Promise: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    // Written before the semaphore is signalled, read after it was waited for.
    private var result: Result<TrainingBatch, any Error>?

    init(_ make: @escaping @Sendable () throws -> TrainingBatch) {
      DispatchQueue.global(qos: .userInitiated).async { [self] in
        result = Result { try make() }
        done.signal()
      }
    }

    func wait() throws -> TrainingBatch? {
      done.wait()
      return try result?.get()
    }
  }

  /// The batches of an epoch from the one numbered `first` on.
  init(_ builder: BatchBuilder, epoch: Int, batches: [[Int]], from first: Int) {
    self.builder = builder
    self.epoch = epoch
    self.batches = batches.dropFirst(first)
    next = self.batches.startIndex
    prepare()
  }

  /// The next batch with its recordings' numbers; nil at the end.
  func take() throws -> (numbers: [Int], batch: TrainingBatch)? {
    guard let batch = try coming?.wait() else { return nil }
    defer { prepare() }
    return (batches[next - 1], batch)
  }

  private func prepare() {
    coming = nil
    guard next < batches.endIndex else { return }
    let numbers = batches[next]
    next += 1
    coming = Promise { [builder, epoch] in try builder.batch(epoch: epoch, of: numbers) }
  }
}
