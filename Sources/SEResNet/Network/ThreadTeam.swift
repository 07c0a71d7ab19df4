import CKernels
import Foundation
import Synchronization

/// Some threads that do one piece of work together, again and again.
///
/// The caller is worker 0; the others sleep between pieces of work. Inside one, ``wait()`` spins for some tens of microseconds and then
/// sleeps, so a machine that is busy elsewhere slows the team by little more than its share.
package final class ThreadTeam: Sendable {
  /// Workers, the caller among them.
  package let count: Int
  private let state: State

  /// Starts `count - 1` threads.
  package init(count: Int) {
    self.count = max(1, count)
    state = State(count: self.count)
    for index in 1..<max(1, self.count) {
      let worker = Thread { [state] in state.serve(index) }
      worker.name = "einthoven engine \(index)"
      worker.start()
    }
  }

  deinit { state.stop() }

  /// Runs `work` on every worker at once, each with its share, and returns when all are done.
  ///
  /// One piece of work at a time.
  package func run(_ work: (WorkShare) -> Void) {
    withoutActuallyEscaping(work) { runStored($0) }
  }

  /// The same for a closure that the caller keeps: nothing is allocated.
  package func runStored(_ work: @escaping (WorkShare) -> Void) {
    guard count > 1 else { return work(.whole) }
    state.run(work)
  }

  /// Returns when every worker of the running piece of work has called it as often.
  ///
  /// For use inside ``run(_:)`` only.
  package func wait() { state.barrier.wait() }
}

/// What the workers share; threads hold this and not the team, so that the team's end can stop them.
private final class State: @unchecked Sendable {
  let barrier: Barrier
  private let count: Int
  private let condition = NSCondition()
  private var work: ((WorkShare) -> Void)?
  private var generation = 0
  private var isStopped = false

  init(count: Int) {
    self.count = count
    barrier = Barrier(count: count)
  }

  func run(_ work: @escaping (WorkShare) -> Void) {
    condition.lock()
    self.work = work
    generation += 1
    condition.broadcast()
    condition.unlock()
    work(WorkShare(index: 0, count: count))
    barrier.wait()
    self.work = nil
    // Nobody may still hold the closure when it goes out of scope.
    barrier.wait()
  }

  func serve(_ index: Int) {
    var seen = 0
    while true {
      condition.lock()
      while generation == seen && !isStopped { condition.wait() }
      seen = generation
      let stops = isStopped
      var task = work
      condition.unlock()
      if stops { return }
      task?(WorkShare(index: index, count: count))
      task = nil
      barrier.wait()
      barrier.wait()
    }
  }

  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }
}

/// A meeting point: spins briefly, then sleeps.
///
/// On a machine that is busy elsewhere a worker that sleeps keeps its claim to the CPU and is back as soon as the last one arrives; one that
/// yielded would forfeit it (Linux 6.18) and be late itself.
private final class Barrier: Sendable {
  private let count: Int
  private let arrived = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  /// Workers that sleep, or are about to.
  private let sleepers = Atomic<Int>(0)
  private let condition = NSCondition()

  /// Some tens of microseconds: more than workers differ on an idle machine.
  private static let spins = 4000

  init(count: Int) { self.count = count }

  func wait() {
    guard count > 1 else { return }
    let current = generation.load(ordering: .acquiring)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      // Sequential consistency: either this sees the sleeper, or the sleeper sees the new generation.
      generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
        condition.lock()
        condition.broadcast()
        condition.unlock()
      }
      return
    }
    for _ in 0..<Self.spins {
      guard generation.load(ordering: .acquiring) == current else { return }
      einthoven_spin_hint()
    }
    sleep(through: current)
  }

  /// Sleeps as long as the generation is still this one.
  private func sleep(through current: Int) {
    condition.lock()
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while generation.load(ordering: .sequentiallyConsistent) == current { condition.wait() }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    condition.unlock()
  }
}
