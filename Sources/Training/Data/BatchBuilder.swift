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

  /// Batches of recordings as the settings say.
  package init(_ examples: [TrainingExample], _ settings: TrainingSettings) {
    self.examples = examples
    batchSize = settings.batchSize
    seed = settings.seed
    augmentation = settings.augmentation
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
    return try TrainingBatch(
      count: numbers.count, sampleCount: NetworkShape.windowLength, signals: signals,
      patients: numbers.flatMap { window(epoch: epoch, $0).demographics(of: examples[$0].recording) },
      targets: numbers.flatMap { examples[$0].targets })
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
