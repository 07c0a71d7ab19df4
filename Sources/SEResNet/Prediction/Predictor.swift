import ECG
import Foundation

/// The probabilities of a whole recording.
public struct WindowedProbabilities: Sendable {
  /// The 24 probabilities of each window.
  public let windows: [[Float]]
  /// Their mean over the windows, not rounded: what classifies the recording.
  public let mean: [Double]
  /// The mean over the windows of the network's deep features, 512 at the paper's width: what its last layer is given beside age and sex.
  public let features: [Float]

  /// The mean of windows' probabilities, windows × classes: the one way in which it is taken, since a hair decides at a threshold.
  package static func mean(of windows: [[Double]]) -> [Double] {
    (windows.first ?? []).indices.map { index in windows.reduce(0) { $0 + $1[index] } / Double(windows.count) }
  }
}

/// Runs one model's network on recordings.
///
/// Safe to call from any thread or task: calls wait for each other, and each uses all threads. A prepared recording belongs to predictors
/// whose models declare the same preprocessing. All memory of the forward pass is taken when the predictor is made; a pass allocates
/// nothing, only what is returned does.
public final class Predictor: Sendable {
  /// The model whose network this runs.
  public let model: Model
  /// Threads that work on a prediction.
  public let threads: Int
  /// The precision in which the network computes: exact where the kernels cannot do what was asked for.
  public var precision: Precision { network.precision }

  private let network: Network
  private let measuring: (any RecordMeasuring)?
  private let lock = NSLock()
  /// Guarded by `lock`.
  private let runner: PassRunner

  /// More threads than this are not started.
  public static let maximumThreads = 256

  /// Builds the network from the model's weights, for the kernels that suit this CPU (or `EINTHOVEN_KERNEL`).
  ///
  /// - Parameter measuring: Who measures recordings, where the model takes measurements.
  /// - Throws: ``ModelError`` or ``PredictorError/unknownKernel(name:available:)``.
  public convenience init(
    model: Model, threads: Int, precision: Precision = .exact, measuring: (any RecordMeasuring)? = nil
  ) throws {
    try self.init(model: model, threads: threads, kernel: try Kernel.chosen(), precision: precision, measuring: measuring)
  }

  /// Builds the network for given kernels.
  package convenience init(
    model: Model, threads: Int, kernel: Kernel, method: ConvolutionMethod = .automatic, precision: Precision = .exact,
    measuring: (any RecordMeasuring)? = nil
  ) throws {
    self.init(
      model: model, threads: threads, network: try Network(model, kernel: kernel, method: method, precision: precision),
      measuring: measuring)
  }

  /// Another predictor with the weights of this one and its own threads and memory, for work at the same time.
  public convenience init(sharing other: Predictor, threads: Int) {
    self.init(model: other.model, threads: threads, network: other.network, measuring: other.measuring)
  }

  private init(model: Model, threads: Int, network: Network, measuring: (any RecordMeasuring)?) {
    self.model = model
    let count = max(1, min(threads, Self.maximumThreads))
    self.threads = count
    self.network = network
    self.measuring = measuring
    runner = PassRunner(network: network, threads: count, metadata: model.metadata)
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
  /// - Parameter measured: The values of all measurements, as whoever measures here gives them, where they are known already.
  /// - Throws: ``PredictorError/unusableRecording(record:reason:)``; ``PredictorError/otherMeasurements(model:expected:found:)`` where the model
  ///   takes measurements that nobody makes here.
  public func prepare(_ recording: Recording, measured: [Double?]? = nil) throws -> PreparedRecording {
    var prepared = try PreparedRecording(recording, preprocessing: model.metadata.preprocessing, threads: threads)
    guard let expected = model.metadata.measurements else { return prepared }
    guard let measuring, measuring.version == expected.version, measuring.names == expected.names else {
      throw PredictorError.otherMeasurements(model: model.fileName, expected: expected.version, found: measuring?.version)
    }
    prepared.measurements = RecordMeasurements(recording, by: measuring, knowing: measured)
    return prepared
  }

  /// The 24 probabilities of one window, with some leads set to zero after preprocessing.
  ///
  /// - Precondition: `window` is one of the recording's windows.
  public func probabilities(of prepared: PreparedRecording, window: Int, without leftOut: Set<Lead> = []) -> [Float] {
    var result: [Float] = []
    probabilities(of: prepared, window: window, without: leftOut, into: &result)
    return result
  }

  /// The same into an array that is used again and again: where it holds 24 numbers already, nothing is allocated.
  public func probabilities(of prepared: PreparedRecording, window: Int, without leftOut: Set<Lead> = [], into result: inout [Float]) {
    if result.count != NetworkShape.classCount { result = Array(repeating: 0, count: NetworkShape.classCount) }
    let variant = InputVariant(leftOut: leftOut)
    _ = run(1, of: prepared, pass: { _ in (window, variant) }, isCancelled: { false }) { _, workspace in
      for index in result.indices { result[index] = workspace.probability(index) }
    }
  }

  /// The network's deep features of a recording: the channel means before the last layer, 512 at full width, averaged over the windows; nil if cancelled.
  ///
  /// Recordings whose features are near each other look alike to the network.
  public func features(of prepared: PreparedRecording, isCancelled: () -> Bool = { false }) -> [Float]? {
    let count = model.shape.featureCount
    var sums = [Double](repeating: 0, count: count)
    let isDone = run(prepared.windowCount, of: prepared, pass: { ($0, InputVariant()) }, isCancelled: isCancelled) { _, workspace in
      for index in 0..<count { sums[index] += Double(workspace.means.pointer[index]) }
    }
    return isDone ? sums.map { Float($0 / Double(max(1, prepared.windowCount))) } : nil
  }

  /// The network's 24 outputs for one window before the sigmoid.
  package func logits(of prepared: PreparedRecording, window: Int) -> [Float] {
    var result: [Float] = []
    _ = run(1, of: prepared, pass: { _ in (window, InputVariant()) }, isCancelled: { false }) { _, workspace in
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
    var features = [Float](repeating: 0, count: model.shape.featureCount)
    let variant = InputVariant(leftOut: leftOut)
    let isDone = run(prepared.windowCount, of: prepared, pass: { ($0, variant) }, isCancelled: isCancelled) { _, workspace in
      windows.append((0..<NetworkShape.classCount).map(workspace.probability))
      for feature in features.indices { features[feature] += workspace.means.pointer[feature] }
    }
    guard isDone else { return nil }
    let scale = 1 / Float(max(1, windows.count))
    return WindowedProbabilities(
      windows: windows, mean: WindowedProbabilities.mean(of: windows.map { $0.map(Double.init) }), features: features.map { $0 * scale })
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
    let windows = window.map { $0..<$0 + 1 } ?? 0..<prepared.windowCount
    let isDone = run(
      windows.count * variants.count, of: prepared,
      pass: { (windows.lowerBound + $0 / variants.count, variants[$0 % variants.count]) }, isCancelled: isCancelled
    ) { index, workspace in
      sums.add(variant: index % variants.count, from: workspace)
    }
    return isDone ? sums.attribution() : nil
  }

  /// Runs forward passes and hands their results, in order, to `consume` on the calling thread; false if cancelled.
  private func run(
    _ count: Int, of prepared: PreparedRecording, pass: (Int) -> Pass, isCancelled: () -> Bool, consume: (Int, Workspace) -> Void
  ) -> Bool {
    precondition(prepared.preprocessing == model.metadata.preprocessing, "prepared for a model with other preprocessing")
    lock.lock()
    defer { lock.unlock() }
    return runner.run(count, of: prepared, pass: pass, isCancelled: isCancelled, consume: consume)
  }
}
