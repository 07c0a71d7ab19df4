import Classification
import Dispatch
import ECG
import ECGFiles
import Foundation

/// Predicts many records on several threads and hands over the results in the order of the records.
///
/// Each job reads, filters, resamples and predicts a record of its own, so all of that overlaps.
struct BatchPredictor {
  let references: [RecordReference]
  /// One a job: each has its own threads and scratch memory; they share their weights.
  let ensembles: [Ensemble]
  /// What to do after an interruption, for the message that tells of it.
  var interruptionAdvice: String?

  /// Results that may wait for their turn, so that a long record among short ones holds nobody up.
  private static let longestQueue = 512

  /// The threads of each job where `threads` are shared out among `jobs`: at least one, and those left over go to the first jobs.
  static func threads(_ threads: Int, sharedBy jobs: Int) -> [Int] {
    (0..<jobs).map { max(1, threads / jobs + ($0 < threads % jobs ? 1 : 0)) }
  }

  /// Runs to the end, until `handle` throws, or until a signal comes; then the records that were begun are finished and handed over.
  ///
  /// - Throws: what `handle` throws; ``CommandFailure`` with the code 128 + signal where a signal left records undone.
  func run(_ handle: (RecordReference, Result<RecordPrediction, any Error>) throws -> Void) throws {
    Self.keepFreedMemory()
    // A job that runs far ahead waits, so that memory does not grow with the number of records.
    let queue = ResultQueue(count: references.count, lead: Self.longestQueue)
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
    var done = 0
    while done < references.count {
      let results = queue.results(from: done)
      guard !results.isEmpty else {
        let advice = interruptionAdvice.map { "; " + $0 } ?? ""
        let message = "interrupted: \(done) of \(references.count) records are done\(advice)"
        throw CommandFailure(code: 128 + interruption.signal, message: message)
      }
      for result in results {
        try handle(references[done], result)
        done += 1
      }
    }
  }

  /// Makes the C library keep the memory of one record for the next: the GNU library keeps freed blocks up to twice the largest that was ever
  /// given back, and would else return every record's pages to the system and fetch them anew, a third of the time of reading and filtering.
  private static func keepFreedMemory() {
    let block = UnsafeMutableRawPointer.allocate(byteCount: 16 << 20, alignment: 16)
    block.storeBytes(of: 0, as: UInt8.self)
    block.deallocate()
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

  /// Takes a result up; only the one whose turn it is wakes anybody.
  func deliver(_ result: Result<RecordPrediction, any Error>, at index: Int) {
    locked {
      results[index] = result
      if index == delivered { condition.broadcast() }
    }
  }

  /// Waits for a record's result and hands over those that are ready behind it; none where the record will not be predicted any more.
  ///
  /// - Precondition: all results before it were handed over.
  func results(from index: Int) -> [Result<RecordPrediction, any Error>] {
    locked {
      while true {
        var ready: [Result<RecordPrediction, any Error>] = []
        while let result = results.removeValue(forKey: index + ready.count) { ready.append(result) }
        if !ready.isEmpty {
          delivered = index + ready.count
          condition.broadcast()
          return ready
        }
        if isStopped, index >= next { return [] }
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
