import ECG
import Foundation

/// The probabilities of a whole recording.
public struct WindowedProbabilities: Sendable {
  /// The 24 probabilities of each window.
  public let windows: [[Float]]
  /// Their mean over the windows: what classifies the recording.
  public let mean: [Float]
}

/// Runs one model's network on recordings.
///
/// Safe to call from any thread or task: calls wait for each other, and each uses all threads. A prepared recording belongs to predictors
/// whose models declare the same preprocessing. All memory of the forward pass is taken when the predictor is made; a pass allocates
/// nothing.
public final class Predictor: Sendable {
  /// The model whose network this runs.
  public let model: Model
  /// Threads that work on a prediction.
  public let threads: Int
  /// The precision in which the network computes: exact where the kernels cannot do what was asked for.
  public var precision: Precision { network.precision }

  private let network: Network
  private let team: ThreadTeam
  private let workspaces: [Workspace]
  private let lock = NSLock()

  /// More threads than this are not started.
  public static let maximumThreads = 256

  /// Builds the network from the model's weights, for the kernels that suit this CPU (or `EINTHOVEN_KERNEL`).
  ///
  /// - Throws: ``ModelError`` or ``PredictorError/unknownKernel(name:available:)``.
  public convenience init(model: Model, threads: Int, precision: Precision = .exact) throws {
    try self.init(model: model, threads: threads, kernel: try Kernel.chosen(), precision: precision)
  }

  /// Builds the network for given kernels.
  package convenience init(
    model: Model, threads: Int, kernel: Kernel, method: ConvolutionMethod = .automatic, precision: Precision = .exact
  ) throws {
    self.init(model: model, threads: threads, network: try Network(model, kernel: kernel, method: method, precision: precision))
  }

  /// Another predictor with the weights of this one and its own threads and memory, for work at the same time.
  public convenience init(sharing other: Predictor, threads: Int) {
    self.init(model: other.model, threads: threads, network: other.network)
  }

  private init(model: Model, threads: Int, network: Network) {
    self.model = model
    let count = max(1, min(threads, Self.maximumThreads))
    self.threads = count
    self.network = network
    team = ThreadTeam(count: count)
    // The first workspace also serves all threads together.
    workspaces = (0..<count).map { Workspace(network: network, workers: $0 == 0 ? count : 1) }
  }

  /// The kernels that predictions use on this CPU: `avx512`, `avx2` or `portable`; what `EINTHOVEN_KERNEL` says where that is unknown.
  public static var kernelName: String {
    do throws(PredictorError) {
      return try Kernel.chosen().name
    } catch {
      return error.description
    }
  }

  /// Preprocesses a recording as the model declares; does not wait for predictions.
  ///
  /// - Throws: ``PredictorError/unusableRecording(record:reason:)``.
  public func prepare(_ recording: Recording) throws -> PreparedRecording {
    try PreparedRecording(recording, preprocessing: model.metadata.preprocessing)
  }

  /// The 24 probabilities of one window, with some leads set to zero after preprocessing.
  ///
  /// - Precondition: `window` is one of the recording's windows.
  public func probabilities(of prepared: PreparedRecording, window: Int, without leftOut: Set<Lead> = []) -> [Float] {
    var result: [Float] = []
    let variant = InputVariant(leftOut: leftOut)
    _ = run([(window, variant)], of: prepared, isCancelled: { false }) { _, probabilities, _ in result = probabilities }
    return result
  }

  /// The network's 24 outputs for one window before the sigmoid.
  package func logits(of prepared: PreparedRecording, window: Int) -> [Float] {
    var result: [Float] = []
    _ = run([(window, InputVariant())], of: prepared, isCancelled: { false }) { _, _, workspace in
      result = (0..<NetworkShape.classCount).map { workspace.logits.pointer[$0] }
    }
    return result
  }

  /// The probabilities of every window and their mean, with some leads set to zero after preprocessing; nil if cancelled.
  ///
  /// `isCancelled` is asked before every few windows, on the calling thread.
  public func predict(
    _ prepared: PreparedRecording, without leftOut: Set<Lead> = [], isCancelled: () -> Bool = { false }
  ) -> WindowedProbabilities? {
    var windows: [[Float]] = []
    let variant = InputVariant(leftOut: leftOut)
    let isDone = run((0..<prepared.windowCount).map { ($0, variant) }, of: prepared, isCancelled: isCancelled) { _, probabilities, _ in
      windows.append(probabilities)
    }
    guard isDone else { return nil }
    let mean = (0..<NetworkShape.classCount).map { index in
      Float(windows.reduce(0) { $0 + Double($1[index]) } / Double(windows.count))
    }
    return WindowedProbabilities(windows: windows, mean: mean)
  }

  /// Which leads a prediction hangs on, for one window or (nil) the whole recording; nil if cancelled.
  ///
  /// Leads in `leftOut` are zero throughout, so the prediction explained is the one without them.
  ///
  /// - Precondition: `window` is nil or one of the recording's windows.
  public func attribution(
    of prepared: PreparedRecording, window: Int?, detail: AttributionDetail = .full, without leftOut: Set<Lead> = [],
    isCancelled: () -> Bool = { false }
  ) -> LeadAttribution? {
    var sums = AttributionSums(prepared, without: leftOut, shape: model.shape, detail: detail)
    let variants = sums.variants
    let windows = window.map { [$0] } ?? Array(0..<prepared.windowCount)
    let passes = windows.flatMap { window in variants.map { (window, $0) } }
    let isDone = run(passes, of: prepared, isCancelled: isCancelled) { index, probabilities, workspace in
      sums.add(variant: index % variants.count, probabilities: probabilities, workspace: workspace)
    }
    return isDone ? sums.attribution() : nil
  }

  /// Runs forward passes and hands their results, in order, to `consume` on the calling thread; false if cancelled.
  ///
  /// As long as there is a pass for every thread each takes its own; what is left is shared, pass by pass.
  private func run(
    _ passes: [(window: Int, variant: InputVariant)], of prepared: PreparedRecording, isCancelled: () -> Bool,
    consume: (Int, [Float], Workspace) -> Void
  ) -> Bool {
    precondition(prepared.preprocessing == model.metadata.preprocessing, "prepared for a model with other preprocessing")
    let demographics = prepared.demographics(model.metadata.ageKnownSlot)
    lock.lock()
    defer { lock.unlock() }
    var next = 0
    while next < passes.count {
      if isCancelled() { return false }
      let isShared = passes.count - next < team.count
      team.run { share in
        let pass = passes[isShared ? next : next + share.index]
        let workspace = workspaces[isShared ? 0 : share.index]
        if !isShared || share.index == 0 { pass.variant.fill(workspace, from: prepared, window: pass.window, demographics: demographics) }
        if isShared {
          team.wait()
          network.forward(workspace, share: share) { team.wait() }
        } else {
          network.forward(workspace, share: .whole) {}
        }
      }
      for offset in 0..<(isShared ? 1 : team.count) { consume(next + offset, probabilities(in: workspaces[offset]), workspaces[offset]) }
      next += isShared ? 1 : team.count
    }
    return true
  }

  /// The sigmoid of a pass's outputs; a network whose numbers overflowed answers 0.
  private func probabilities(in workspace: Workspace) -> [Float] {
    (0..<NetworkShape.classCount).map { index in
      let logit = Double(workspace.logits.pointer[index])
      return logit.isNaN ? 0 : Float(1 / (1 + exp(-logit)))
    }
  }
}
