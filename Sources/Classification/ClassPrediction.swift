import ECG

/// What a model, or an ensemble of models, says about one class of one recording.
public struct ClassPrediction: Sendable, Equatable {
  /// The class.
  public let diagnosis: Diagnosis
  /// Mean probability over windows (and models), 0…1.
  public let probability: Double
  /// The probability from which the class counts as present; the models' mean in an ensemble.
  public let threshold: Double
  /// The decision.
  public let isPositive: Bool
  /// Whether the training data held so few positive recordings (under 20) that the model can hardly know the class.
  public let isHardlyTrained: Bool

  /// A prediction of one class.
  public init(diagnosis: Diagnosis, probability: Double, threshold: Double, isPositive: Bool, isHardlyTrained: Bool = false) {
    self.diagnosis = diagnosis
    self.probability = probability
    self.threshold = threshold
    self.isPositive = isPositive
    self.isHardlyTrained = isHardlyTrained
  }
}

/// What a model, or an ensemble of models, says about one recording.
public struct RecordPrediction: Sendable, Equatable {
  /// Number of 4096-sample windows the recording was cut into (paper, equation 4).
  public let windowCount: Int
  /// One entry a class, in output order.
  public let classes: [ClassPrediction]
  /// Leads that the network saw as zero because the recording lacks them, or has not one valid sample of them.
  public let missingLeads: [Lead]
  /// What looked suspicious in the recording.
  public private(set) var warnings: [RecordWarning]
  /// The fingerprint of the recording, where somebody took it.
  public var recordingDigest: RecordingDigest?

  /// A prediction.
  public init(windowCount: Int, classes: [ClassPrediction], missingLeads: [Lead], warnings: [RecordWarning] = []) {
    self.windowCount = windowCount
    self.classes = classes
    self.missingLeads = missingLeads
    self.warnings = warnings
  }

  /// The same with further warnings.
  public func adding(_ further: [RecordWarning]) -> RecordPrediction {
    var prediction = self
    prediction.warnings += further
    return prediction
  }

  /// The prediction for one class.
  public subscript(diagnosis: Diagnosis) -> ClassPrediction? { classes.first { $0.diagnosis == diagnosis } }

  /// Classes decided positive, most probable first.
  public var positives: [ClassPrediction] { classes.filter(\.isPositive).sorted { $0.probability > $1.probability } }
}
