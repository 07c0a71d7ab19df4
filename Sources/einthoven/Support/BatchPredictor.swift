import Classification
import Dispatch
import ECG
import ECGFiles
import Foundation

/// Predicts many records on several threads and hands over the results in the order of the records.
///
/// Each thread reads, filters, resamples and predicts a record of its own, so all of that overlaps.
struct BatchPredictor {
  let references: [RecordReference]
  /// One a thread: each has its own scratch memory; they share their weights.
  let ensembles: [Ensemble]

  /// Runs to the end, until `handle` throws, or until a signal comes; then the records that were begun are finished and handed over.
  ///
  /// - Throws: what `handle` throws; ``CommandFailure`` with the code 128 + signal where a signal left records undone.
  func run(_ handle: (RecordReference, Result<RecordPrediction, any Error>) throws -> Void) throws {
    // A thread that runs far ahead waits, so that memory does not grow with the number of records.
    let queue = ResultQueue(count: references.count, lead: 8 * ensembles.count)
    let group = DispatchGroup()
    let interruption = Interruption { queue.stop() }
    for ensemble in ensembles {
      let thread = Thread { [references] in
        while let index = queue.claim() {
          queue.deliver(Result { try ensemble.predict(Recording(RecordFile.read(references[index]))) }, at: index)
        }
        group.leave()
      }
      thread.stackSize = 4 << 20
      group.enter()
      thread.start()
    }
    defer {
      queue.stop()
      group.wait()
    }
    for (index, reference) in references.enumerated() {
      guard let result = queue.result(at: index) else {
        throw CommandFailure(code: 128 + interruption.signal, message: "interrupted: \(index) of \(references.count) records are done")
      }
      try handle(reference, result)
    }
  }
}

/// Hands out records in order and keeps results until it is their turn.
private final class ResultQueue: @unchecked Sendable {
  private let count: Int
  private let lead: Int
  private let condition = NSCondition()
  // Everything below is guarded by `condition`.
  private var next = 0
  private var delivered = 0
  private var results: [Int: Result<RecordPrediction, any Error>] = [:]
  private var isStopped = false

  init(count: Int, lead: Int) {
    self.count = count
    self.lead = lead
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }

  /// The next record to predict, once it is not too far ahead; nil when there is none.
  func claim() -> Int? {
    locked {
      while !isStopped, next < count, next >= delivered + lead { condition.wait() }
      guard !isStopped, next < count else { return nil }
      defer { next += 1 }
      return next
    }
  }

  /// Takes a result up.
  func deliver(_ result: Result<RecordPrediction, any Error>, at index: Int) {
    locked {
      results[index] = result
      condition.broadcast()
    }
  }

  /// Waits for a record's result; nil where the record will not be predicted any more.
  func result(at index: Int) -> Result<RecordPrediction, any Error>? {
    locked {
      while true {
        if let result = results.removeValue(forKey: index) {
          delivered = index + 1
          condition.broadcast()
          return result
        }
        if isStopped, index >= next { return nil }
        condition.wait()
      }
    }
  }

  /// Hands out no more records.
  func stop() {
    locked {
      isStopped = true
      condition.broadcast()
    }
  }
}
