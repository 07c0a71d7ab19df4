import Foundation
import Synchronization
import Testing
import Workbench

@Suite struct OrderedBatchTests {
  private struct Odd: Error {}

  @Test(arguments: [1, 2, 5, 300]) func resultsComeInTheOrderOfTheInputs(jobs: Int) throws {
    var seen: [Int] = []
    let batch = OrderedBatch<Int, Int>(Array(0..<200), jobs: jobs, longestQueue: 7)
    let count = try batch.run {
      { input in
        // Later inputs are ready before earlier ones.
        usleep(UInt32((200 - input) % 10) * 100)
        return input * 2
      }
    } _: { input, result in
      let output = try result.get()
      #expect(output == input * 2)
      seen.append(input)
    }
    #expect(count == 200 && seen == Array(0..<200))
  }

  @Test func anInputThatFailsLeavesTheOthers() throws {
    var failed: [Int] = []
    let count = try OrderedBatch<Int, Int>(Array(0..<10), jobs: 3).run {
      { input in if input % 2 == 1 { throw Odd() } else { input } }
    } _: { input, result in
      if case .failure = result { failed.append(input) }
    }
    #expect(count == 10 && failed == [1, 3, 5, 7, 9])
  }

  @Test func eachJobHasAWorkerOfItsOwn() throws {
    let workers = Mutex(0)
    _ = try OrderedBatch<Int, Int>(Array(0..<50), jobs: 4).run {
      workers.withLock { $0 += 1 }
      return { $0 }
    } _: { _, _ in
    }
    #expect(workers.withLock { $0 } == 4)
    #expect(try OrderedBatch<Int, Int>([], jobs: 4).run(worker: { { $0 } }, { _, _ in }) == 0)
  }

  @Test func whatWasBegunIsHandedOverAfterAStop() throws {
    let batch = OrderedBatch<Int, Int>(Array(0..<1000), jobs: 2, longestQueue: 4)
    var seen: [Int] = []
    let count = try batch.run {
      { $0 }
    } _: { input, _ in
      seen.append(input)
      if input == 5 { batch.stop() }
    }
    #expect(seen == Array(0..<count))
    #expect((6...13).contains(count), "four may be handed over together, and four more begun behind them")
  }

  @Test func whatTheHandlerThrowsEndsTheBatch() {
    #expect(throws: Odd.self) {
      try OrderedBatch<Int, Int>(Array(0..<1000), jobs: 2).run {
        { $0 }
      } _: { input, _ in
        if input == 3 { throw Odd() }
      }
    }
  }
}
