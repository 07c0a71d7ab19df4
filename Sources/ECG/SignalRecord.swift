/// A file's signals as the file has them: any number, any names, any units.
///
/// What every format's reader returns.
///
/// A `SignalRecord` is not yet an electrocardiogram; ``Recording/init(_:)`` looks for the twelve leads in it.
public struct SignalRecord: Sendable {
  /// The record's name, without folder or extension.
  public var name: String
  /// Frames per second.
  ///
  /// A signal with several samples a frame has that many times the rate.
  public var samplingRateHertz: Double
  /// Number of frames; every signal holds `frameCount × samplesPerFrame` samples.
  public var frameCount: Int
  /// The signals in file order.
  public var signals: [Signal]
  /// What the file says about the patient.
  public var patient: Patient
  /// Diagnoses as the file writes them: SNOMED CT codes or free text, one a statement.
  public var diagnoses: [String]
  /// All comment lines of the file, in order; those that state age, sex and diagnoses are among them.
  public var comments: [String]
  /// What looked suspicious but did not stop the reading.
  public var warnings: [RecordWarning]
  /// Bytes of memory that the length of its files justifies; nil where it comes from none.
  public var memoryLimit: Int?

  /// A record of the given signals.
  public init(
    name: String, samplingRateHertz: Double, frameCount: Int, signals: [Signal], patient: Patient = Patient(),
    diagnoses: [String] = [], comments: [String] = [], warnings: [RecordWarning] = [],
    memoryLimit: Int? = nil
  ) {
    self.name = name
    self.samplingRateHertz = samplingRateHertz
    self.frameCount = frameCount
    self.signals = signals
    self.patient = patient
    self.diagnoses = diagnoses
    self.comments = comments
    self.warnings = warnings
    self.memoryLimit = memoryLimit
  }
}

/// One signal of a file.
public struct Signal: Sendable {
  /// The name in the file; may be empty.
  public var name: String
  /// The physical unit in the file, `mV` where it names none.
  public var unit: String
  /// Samples in each frame, 1 for all but mixed-rate records.
  public var samplesPerFrame: Int
  /// The samples in time order.
  public var samples: SignalSamples

  /// A signal.
  public init(name: String, unit: String = "mV", samplesPerFrame: Int = 1, samples: SignalSamples) {
    self.name = name
    self.unit = unit
    self.samplesPerFrame = samplesPerFrame
    self.samples = samples
  }
}

/// The samples of one signal: as the converter's integers, or as physical values where the file holds those.
public enum SignalSamples: Sendable {
  /// Analogue-to-digital converter values; `gain` in units of the converter per physical unit, `baseline` the value at zero.
  /// ``missing`` marks a sample that the file marks as missing.
  case digital([Int32], gain: Double, baseline: Int)
  /// Physical values; NaN where missing.
  case physical([Double])

  /// The mark of a missing sample among digital values, in every format.
  public static let missing = Int32.min

  /// Number of samples.
  public var count: Int {
    switch self {
    case .digital(let values, _, _): values.count
    case .physical(let values): values.count
    }
  }

  /// Bytes of memory that they take.
  var byteCount: Int {
    switch self {
    case .digital(let values, _, _): values.count * MemoryLayout<Int32>.size
    case .physical(let values): values.count * MemoryLayout<Double>.size
    }
  }

  /// The physical value of sample `index`, in the signal's unit; NaN where missing.
  public func physicalValue(at index: Int) -> Double {
    switch self {
    case .digital(let values, let gain, let baseline):
      values[index] == Self.missing ? .nan : (Double(values[index]) - Double(baseline)) / gain
    case .physical(let values): values[index]
    }
  }
}
