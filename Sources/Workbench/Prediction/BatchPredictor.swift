import Classification
import Dispatch
import ECG
import ECGFiles
import Foundation

/// Predicts many records on several threads and hands over the results in the order of the records.
///
/// Each job reads, filters, resamples and predicts a record of its own, so all of that overlaps.
public struct BatchPredictor {
  private let references: [RecordReference]
  private let ensembles: [Ensemble]

  /// Results that may wait for their turn, so that a long record among short ones holds nobody up.
  private static let longestQueue = 512

  /// A batch on ensembles that share their weights, one a job: each has its own threads and scratch memory.
  public init(_ references: [RecordReference], _ ensembles: [Ensemble]) {
    self.references = references
    self.ensembles = ensembles
  }

  /// A batch whose jobs share `threads` threads, at least one a job, and the weights of `ensemble`, which has been loaded for the first job.
  public init(_ references: [RecordReference], _ ensemble: Ensemble, jobs: Int, threads: Int) {
    let helpers = Self.threads(threads, sharedBy: jobs).dropFirst().map { Ensemble(sharing: ensemble, threads: $0) }
    self.init(references, [ensemble] + helpers)
  }

  /// How many records there are.
  public var count: Int { references.count }

  /// The threads of each job where `threads` are shared out among `jobs`: at least one, and those left over go to the first jobs.
  public static func threads(_ threads: Int, sharedBy jobs: Int) -> [Int] {
    (0..<jobs).map { max(1, threads / jobs + ($0 < threads % jobs ? 1 : 0)) }
  }

  /// Runs to the end, until `handle` throws, or until somebody stops it; then the records that were begun are finished and handed over.
  ///
  /// - Returns: How many records, the first ones, were handed over.
  /// - Throws: What `handle` throws.
  public func run(
    until request: StopRequest = StopRequest(), _ handle: (RecordReference, Result<RecordPrediction, any Error>) throws -> Void
  ) throws -> Int {
    Self.keepFreedMemory()
    // A job that runs far ahead waits, so that memory does not grow with the number of records.
    let queue = ResultQueue(count: references.count, lead: Self.longestQueue)
    let group = DispatchGroup()
    request.onStop { queue.stop() }
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
      guard !results.isEmpty else { return done }
      for result in results {
        try handle(references[done], result)
        done += 1
      }
    }
    return done
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
