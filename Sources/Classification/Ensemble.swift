import ECG
import SEResNet

/// One or several models that judge a recording together (paper, section 2.6).
///
/// The score is the mean of the models' probabilities. A class is positive where at least half of the models vote for it, each by its own
/// thresholds; the class of the highest mean probability is always positive. One model is an ensemble of one.
public final class Ensemble: Sendable {
  /// The models in the order given.
  public let models: [Model]
  private let predictors: [Predictor]

  /// Loads the models' weights into predictors.
  ///
  /// - Parameter measuring: Who measures recordings, for models that take measurements.
  /// - Throws: ``EnsembleError`` where there is no model or their classes differ; whatever ``Predictor`` throws.
  public init(models: [Model], threads: Int, precision: Precision = .exact, measuring: (any RecordMeasuring)? = nil) throws {
    guard let first = models.first else { throw EnsembleError.noModel }
    for model in models where model.metadata.classes != first.metadata.classes {
      throw EnsembleError.differentClasses(first.fileName, model.fileName)
    }
    self.models = models
    self.predictors = try models.map { try Predictor(model: $0, threads: threads, precision: precision, measuring: measuring) }
  }

  /// Another ensemble of the same models, with the weights of this one and its own threads and memory, for work at the same time.
  public init(sharing other: Ensemble, threads: Int) {
    models = other.models
    predictors = other.predictors.map { Predictor(sharing: $0, threads: threads) }
  }

  /// The precision in which the networks compute.
  public var precision: Precision { leader.precision }

  /// The classes in output order.
  public var classes: [Diagnosis] { models.first?.metadata.classes ?? [] }

  /// The first model's predictor, which answers questions that only one network can answer (lead attribution).
  public var leader: Predictor { predictors[0] }

  /// A recording as each model's network wants it.
  public struct Prepared: Sendable {
    /// The first model's input.
    public let leader: PreparedRecording
    fileprivate let others: [PreparedRecording]
    fileprivate var all: [PreparedRecording] { [leader] + others }
    /// Number of windows.
    public var windowCount: Int { leader.windowCount }
  }

  /// Preprocesses a recording as each model's metadata declares.
  ///
  /// - Parameter measured: What is measured of it for models that take measurements, where that is known already.
  /// - Throws: ``PredictorError/unusableRecording(record:reason:)``.
  public func prepare(_ recording: Recording, measured: [Double?]? = nil) throws -> Prepared {
    Prepared(
      leader: try leader.prepare(recording, measured: measured),
      others: try predictors.dropFirst().map { try $0.prepare(recording, measured: measured) })
  }

  /// Judges one window of a prepared recording, with some leads set to zero after preprocessing.
  public func classes(of prepared: Prepared, window: Int, without leftOut: Set<Lead> = []) -> [ClassPrediction] {
    combine(probabilities(of: prepared, window: window, without: leftOut))
  }

  /// Each model's probabilities of one window, models × classes, with some leads set to zero after preprocessing.
  public func probabilities(of prepared: Prepared, window: Int, without leftOut: Set<Lead> = []) -> [[Double]] {
    zip(predictors, prepared.all).map { predictor, input in
      predictor.probabilities(of: input, window: window, without: leftOut).map(Double.init)
    }
  }

  /// What windows say one by one and together, from the ``probabilities(of:window:without:)`` of each.
  public func judgement(of windows: [[[Double]]]) -> Judgement {
    let mean = models.indices.map { model in WindowedProbabilities.mean(of: windows.map { $0[model] }) }
    return Judgement(windows: windows.map(combine), mean: combine(mean))
  }

  /// What a whole recording's windows say one by one and together.
  public struct Judgement: Sendable {
    /// Predictions of each window in time order.
    public let windows: [[ClassPrediction]]
    /// Predictions from the mean of the windows' probabilities: the recording's.
    public let mean: [ClassPrediction]
    /// The first model's deep features of the recording; empty where nobody took them.
    public let features: [Float]

    /// What windows say, and what they say together.
    public init(windows: [[ClassPrediction]], mean: [ClassPrediction], features: [Float] = []) {
      self.windows = windows
      self.mean = mean
      self.features = features
    }
  }

  /// Judges all windows of a prepared recording, with some leads set to zero after preprocessing; nil where `isCancelled` said so in between.
  public func judge(_ prepared: Prepared, without leftOut: Set<Lead> = [], isCancelled: () -> Bool = { false }) -> Judgement? {
    var perModel: [WindowedProbabilities] = []
    for (predictor, input) in zip(predictors, prepared.all) {
      guard let probabilities = predictor.predict(input, without: leftOut, isCancelled: isCancelled) else { return nil }
      perModel.append(probabilities)
    }
    let windows = (0..<prepared.windowCount).map { window in combine(perModel.map { $0.windows[window].map(Double.init) }) }
    return Judgement(windows: windows, mean: combine(perModel.map(\.mean)), features: perModel.first?.features ?? [])
  }

  /// Judges a recording.
  ///
  /// - Parameter measured: What is measured of it for models that take measurements, where that is known already.
  /// - Throws: what ``prepare(_:measured:)`` throws.
  public func predict(_ recording: Recording, measured: [Double?]? = nil) throws -> RecordPrediction {
    let prepared = try prepare(recording, measured: measured)
    let judgement = judge(prepared)
    return RecordPrediction(
      windowCount: prepared.windowCount, classes: judgement?.mean ?? [], missingLeads: prepared.leader.missingLeads,
      warnings: recording.warnings)
  }

  /// Scores and votes of several models' probabilities (models × classes) as one prediction a class.
  public func combine(_ perModel: [[Double]]) -> [ClassPrediction] {
    Self.combine(
      perModel, thresholds: models.map(\.metadata.thresholds), classes: classes, trainingPositives: models.first?.metadata.trainingPositives
    )
  }

  /// The ensemble rule on plain numbers: `probabilities` and `thresholds` are models × classes.
  package static func combine(
    _ probabilities: [[Double]], thresholds: [[Double]], classes: [Diagnosis], trainingPositives: [Int]?
  ) -> [ClassPrediction] {
    let count = Double(probabilities.count)
    func mean(_ table: [[Double]], _ index: Int) -> Double { table.reduce(0) { $0 + $1[index] } / count }
    let scores = classes.indices.map { mean(probabilities, $0) }
    let votes = zip(probabilities, thresholds).map { DecisionRule(thresholds: $1).decide($0) }
    let top = DecisionRule.top(scores)
    return classes.indices.map { index in
      let share = Double(votes.count { $0[index] }) / count
      return ClassPrediction(
        diagnosis: classes[index], probability: scores[index], threshold: mean(thresholds, index),
        isPositive: share >= 0.5 || index == top, isHardlyTrained: trainingPositives.map { $0[index] < Self.hardlyTrainedBelow } ?? false
      )
    }
  }

  /// Classes with fewer positive training recordings than this carry a mark wherever they are shown.
  public static let hardlyTrainedBelow = 20
}

/// Why models do not make an ensemble.
public enum EnsembleError: Error, Equatable, CustomStringConvertible {
  case noModel
  case differentClasses(String, String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .noModel: "no model given; expected at least one .safetensors file"
    case .differentClasses(let first, let second): "\(first) and \(second) predict different classes; models of one ensemble must agree"
    }
  }
}
