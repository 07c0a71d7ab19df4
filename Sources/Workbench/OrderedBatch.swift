import Foundation

/// Works on many inputs on several threads and hands over the results in the order of the inputs.
public final class OrderedBatch<Input: Sendable, Output: Sendable>: Sendable {
  private let inputs: [Input]
  private let jobs: Int
  private let queue: OrderedResults<Output>

  /// A batch of inputs for a number of jobs, each on a thread of its own.
  ///
  /// - Parameter longestQueue: Results that may wait for their turn, so that a long input among short ones holds nobody up, and
  ///   memory does not grow with the number of inputs.
  public init(_ inputs: [Input], jobs: Int, longestQueue: Int = 512) {
    self.inputs = inputs
    self.jobs = max(1, min(jobs, inputs.count))
    queue = OrderedResults(count: inputs.count, lead: longestQueue)
  }

  /// How many inputs there are.
  public var count: Int { inputs.count }

  /// Begins no more inputs, from any thread; those that were begun are finished and handed over.
  public func stop() { queue.stop() }

  /// Runs to the end, until `handle` throws, or until somebody asks for the end; to be called once.
  ///
  /// - Parameters:
  ///   - request: Begins no more inputs once it is stopped; those that were begun are finished and handed over.
  ///   - worker: Called once by each job, on its thread, for what works on that job's inputs with memory of its own.
  ///   - handle: Called on the caller's thread with each input and its result, in order.
  /// - Returns: How many inputs, the first ones, were handed over.
  /// - Throws: What `handle` throws.
  public func run(
    until request: StopRequest = StopRequest(), worker: @escaping @Sendable () -> (Input) throws -> Output,
    _ handle: (Input, Result<Output, any Error>) throws -> Void
  ) throws -> Int {
    Self.keepFreedMemory()
    request.onStop { [queue] in queue.stop() }
    let group = DispatchGroup()
    for _ in 0..<jobs {
      let thread = Thread { [inputs, queue] in
        let work = worker()
        while let index = queue.claim() { queue.deliver(Result { try work(inputs[index]) }, at: index) }
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
    while done < inputs.count {
      let results = queue.results(from: done)
      guard !results.isEmpty else { return done }
      for result in results {
        try handle(inputs[done], result)
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

/// Hands out inputs in order and keeps results until it is their turn.
private final class OrderedResults<Output: Sendable>: @unchecked Sendable {
  private let count: Int
  private let lead: Int
  private let condition = NSCondition()
  // Everything below is guarded by `condition`.
  private var next = 0
  private var delivered = 0
  private var results: [Int: Result<Output, any Error>] = [:]
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

  /// The next input to work on, once it is not too far ahead; nil when there is none.
  func claim() -> Int? {
    locked {
      while !isStopped, next < count, next >= delivered + lead { condition.wait() }
      guard !isStopped, next < count else { return nil }
      defer { next += 1 }
      return next
    }
  }

  /// Takes a result up; only the one whose turn it is wakes anybody.
  func deliver(_ result: Result<Output, any Error>, at index: Int) {
    locked {
      results[index] = result
      if index == delivered { condition.broadcast() }
    }
  }

  /// Waits for an input's result and hands over those that are ready behind it; none where the input will not be worked on any more.
  ///
  /// - Precondition: All results before it were handed over.
  func results(from index: Int) -> [Result<Output, any Error>] {
    locked {
      while true {
        var ready: [Result<Output, any Error>] = []
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

  /// Hands out no more inputs.
  func stop() {
    locked {
      isStopped = true
      condition.broadcast()
    }
  }
}
