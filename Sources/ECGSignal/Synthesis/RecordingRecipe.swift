import ECG

/// Everything that makes one synthetic recording, but for the seed.
public struct RecordingRecipe: Sendable {
  /// The record's name.
  public var name: String
  /// What the recording shows, in a few words for a person.
  public var comment: String
  /// The invented patient.
  public var patient: Patient
  /// Abbreviations of the diagnoses that the record's header claims, right or wrong.
  public var labels: [String]
  /// The direction of the net QRS area in the frontal plane, in degrees: the truth about the axis.
  public var qrsAxisDegrees: Double
  /// How the ventricles are activated.
  public var conduction: Conduction
  /// How they recover.
  public var recovery: Recovery
  /// The size of QRS and T against the usual.
  public var voltage: Double
  /// What paces the heart.
  public var rhythm: Rhythm
  /// Start of P to start of QRS.
  public var prMilliseconds: Double
  /// Every how many beats a premature ventricular beat comes; nil for none.
  public var prematureBeatEvery: Int?
  /// What disturbs the recording.
  public var noise: NoiseSettings
  /// How the recorder stores it.
  public var recorder: Recorder

  /// A recipe; what is not said is a normal heart, quietly recorded for ten seconds at 500 Hz.
  public init(
    _ name: String, _ comment: String, patient: Patient, labels: [String], axis qrsAxisDegrees: Double, conduction: Conduction = .normal,
    recovery: Recovery = .usual, voltage: Double = 1, rhythm: Rhythm, prMilliseconds: Double = 154, prematureBeatEvery: Int? = nil,
    noise: NoiseSettings = .quiet, recorder: Recorder = Recorder()
  ) {
    self.name = name
    self.comment = comment
    self.patient = patient
    self.labels = labels
    self.qrsAxisDegrees = qrsAxisDegrees
    self.conduction = conduction
    self.recovery = recovery
    self.voltage = voltage
    self.rhythm = rhythm
    self.prMilliseconds = prMilliseconds
    self.prematureBeatEvery = prematureBeatEvery
    self.noise = noise
    self.recorder = recorder
  }

  /// Whether the axis lies between -30 and -90 degrees.
  public var hasLeftAxisDeviation: Bool { (-90.0 ..< -30).contains(qrsAxisDegrees) }

  /// Whether the header claims left axis deviation of a heart without it, or keeps silent about one with it.
  public var isLeftAxisLabelWrong: Bool { labels.contains("LAD") != hasLeftAxisDeviation }
}

/// How a recorder turns millivolts into a file; rate, length and gain are above zero.
public struct Recorder: Sendable, Hashable {
  /// Samples per second of each lead.
  public var samplingRateHertz: Double
  /// Length of the recording.
  public var durationSeconds: Double
  /// Converter units per millivolt.
  public var gain: Double
  /// The converter's value at 0 mV.
  public var baseline: Int
  /// A lead whose electrode was not attached.
  public var missingLead: Lead?

  /// A recorder; what is not said is usual.
  public init(
    samplingRateHertz: Double = 500, durationSeconds: Double = 10, gain: Double = 1000, baseline: Int = 0, missingLead: Lead? = nil
  ) {
    self.samplingRateHertz = samplingRateHertz
    self.durationSeconds = durationSeconds
    self.gain = gain
    self.baseline = baseline
    self.missingLead = missingLead
  }
}
