/// One forward pass: a window, and how it is changed.
typealias Pass = (window: Int, variant: InputVariant)

/// Runs forward passes on a team of threads, in memory that is taken once.
///
/// One caller at a time.
final class PassRunner: @unchecked Sendable {
  private let team: ThreadTeam
  private let workspaces: [Workspace]
  private let work: @Sendable (WorkShare) -> Void
  private let state: State

  /// What the threads work on at the moment.
  private final class State: @unchecked Sendable {
    var recording: PreparedRecording?
    /// A pass for each thread, or one for all of them.
    var passes: [Pass]
    var isShared = false

    init(count: Int) { passes = Array(repeating: (0, InputVariant()), count: count) }
  }

  /// Takes the memory and starts the threads.
  init(network: Network, threads: Int, metadata: ModelMetadata) {
    let team = ThreadTeam(count: threads)
    // The first workspace also serves all threads together.
    let workspaces = (0..<threads).map { Workspace(network: network, workers: $0 == 0 ? threads : 1) }
    let state = State(count: threads)
    self.team = team
    self.workspaces = workspaces
    self.state = state
    work = { share in
      guard let recording = state.recording else { return }
      let index = state.isShared ? 0 : share.index
      let (pass, workspace) = (state.passes[index], workspaces[index])
      if !state.isShared || share.index == 0 {
        pass.variant.fill(workspace, from: recording, window: pass.window, metadata)
      }
      if state.isShared {
        team.wait()
        network.forward(workspace, share: share) { team.wait() }
      } else {
        network.forward(workspace, share: .whole) {}
      }
    }
  }

  /// Runs `count` forward passes and hands their results, in order, to `consume` on the calling thread; false if cancelled.
  ///
  /// As long as there is a pass for every thread each takes its own; what is left is shared, pass by pass.
  func run(
    _ count: Int, of recording: PreparedRecording, pass: (Int) -> Pass, isCancelled: () -> Bool, consume: (Int, Workspace) -> Void
  ) -> Bool {
    state.recording = recording
    defer { state.recording = nil }
    var next = 0
    while next < count {
      if isCancelled() { return false }
      state.isShared = count - next < team.count
      let together = state.isShared ? 1 : team.count
      for offset in 0..<together { state.passes[offset] = pass(next + offset) }
      team.runStored(work)
      for offset in 0..<together { consume(next + offset, workspaces[offset]) }
      next += together
    }
    return true
  }
}
