import Classification
import Dispatch
import ECG
import ECGFiles
import Foundation
import Synchronization

/// Predicts many records on several threads and hands over the results in the order of the records.
struct BatchPredictor {
  let references: [RecordReference]
  /// One a thread: each holds its own scratch memory.
  let ensembles: [Ensemble]

  /// Results that wait for an earlier record; a thread that runs far ahead waits, so that memory does not grow with the number of records.
  private struct Queue {
    var next = 0
    var delivered = 0
    var results: [Int: Result<RecordPrediction, any Error>] = [:]
    var isStopped = false
  }

  /// Runs to the end, or until `handle` throws.
  func run(_ handle: (RecordReference, Result<RecordPrediction, any Error>) throws -> Void) throws {
    let condition = NSCondition()
    let queue = Mutex(Queue())
    let group = DispatchGroup()
    let lead = 8 * ensembles.count
    for ensemble in ensembles {
      let thread = Thread {
        while let index = Self.claim(queue, condition, count: references.count, lead: lead) {
          let result = Result { try ensemble.predict(Recording(RecordFile.read(references[index]))) }
          queue.withLock { $0.results[index] = result }
          condition.lock()
          condition.broadcast()
          condition.unlock()
        }
        group.leave()
      }
      thread.stackSize = 4 << 20
      group.enter()
      thread.start()
    }
    defer {
      queue.withLock { $0.isStopped = true }
      condition.lock()
      condition.broadcast()
      condition.unlock()
      group.wait()
    }
    for index in references.indices {
      condition.lock()
      var result: Result<RecordPrediction, any Error>?
      while true {
        result = queue.withLock { $0.results.removeValue(forKey: index) }
        if result != nil { break }
        condition.wait()
      }
      queue.withLock { $0.delivered = index + 1 }
      condition.broadcast()
      condition.unlock()
      if let result { try handle(references[index], result) }
    }
  }

  /// The next record to predict, once it is not too far ahead; nil when there is none.
  private static func claim(_ queue: borrowing Mutex<Queue>, _ condition: NSCondition, count: Int, lead: Int) -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      let (isOver, mustWait) = queue.withLock { ($0.isStopped || $0.next >= count, $0.next >= $0.delivered + lead) }
      if isOver { return nil }
      if !mustWait {
        return queue.withLock { queue in
          defer { queue.next += 1 }
          return queue.next
        }
      }
      condition.wait()
    }
  }
}
