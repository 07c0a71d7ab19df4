import ECG

/// What a recording itself says, beat by beat and as a whole.
///
/// Sample numbers count from 0 at the record's own rate over the whole record.
public struct Measurements: Sendable {
  /// The record's samples per second.
  public let samplingRateHertz: Double
  /// The record's length in samples.
  public let sampleCount: Int
  /// The beats in ascending order.
  public let beats: [MeasuredBeat]
  /// The shapes of beat that occur: first the usual one, which the figures are of, then the others from the commonest down;
  /// ``MeasuredBeat/shape`` counts into it.
  public let shapes: [BeatShape]
  /// Amplitudes of each lead, in the standard order.
  public let leads: [LeadAmplitudes]
  /// The interval that holds the QRS axis of 95 of 100 single beats; nil where there is no axis.
  public let qrsAxisInterval: DegreeInterval?
  /// How regular the rhythm is; nil where fewer than four intervals were seen.
  public let rhythm: RhythmRegularity?
  /// Whether all limb leads or all chest leads are small; nil where none of either could be measured.
  public let lowVoltage: LowVoltage?
  /// What the limb leads are multiplied by where they are compared with one another, in the standard order.
  ///
  /// All 1, but where their gains contradict one another and the leads tell the right ones: ``ECG/LimbLeadConsistency/factors``. Amplitudes are given as
  /// the record has them.
  public let limbFactors: [Double]
  private let quantities: [MeasuredQuantity: Measured]

  init(
    recording: Recording, beats: [MeasuredBeat], shapes: [BeatShape], leads: [LeadAmplitudes], qrsAxisInterval: DegreeInterval?,
    rhythm: RhythmRegularity?, lowVoltage: LowVoltage?, limbFactors: [Double], quantities: [MeasuredQuantity: Measured]
  ) {
    samplingRateHertz = recording.samplingRateHertz
    sampleCount = recording.sampleCount
    self.beats = beats
    self.shapes = shapes
    self.leads = leads
    self.qrsAxisInterval = qrsAxisInterval
    self.rhythm = rhythm
    self.lowVoltage = lowVoltage
    self.limbFactors = limbFactors
    self.quantities = quantities
  }

  /// A figure of the whole record, or why there is none.
  public subscript(quantity: MeasuredQuantity) -> Measured { quantities[quantity] ?? .missing(.noBeats) }

  /// Sample numbers of the R peaks, one a beat.
  public var rPeaks: [Int] { beats.map(\.rPeak) }

  /// The usual shape of beat: what the record's figures are of; nil where there are no beats.
  public var usualShape: BeatShape? { shapes.first }
}

/// A figure, or the reason why there is none.
public enum Measured: Sendable, Hashable {
  /// The figure, in its quantity's unit.
  case value(Double)
  /// It cannot be measured.
  case missing(MeasurementGap)

  /// The figure, nil where there is none.
  public var value: Double? { if case .value(let value) = self { value } else { nil } }
  /// Why there is no figure, nil where there is one.
  public var reason: MeasurementGap? { if case .missing(let reason) = self { reason } else { nil } }
}

/// What kind of beat a beat is, by the letter that stands for it (the first four as in WFDB, but for P, which is `/` there).
public enum BeatKind: String, Sendable, Hashable, CaseIterable {
  /// Of the record's usual shape.
  case normal = "N"
  /// From a ventricular focus: wide, of another shape, without a P wave of its own or ahead of time.
  case ventricular = "V"
  /// Ahead of time and shaped as usual.
  case supraventricular = "S"
  /// After a pacemaker's spike.
  case paced = "P"
  /// Cannot be told.
  case unknown = "Q"

  /// In words.
  public var name: String {
    switch self {
    case .normal: "normal"
    case .ventricular: "ventricular"
    case .supraventricular: "supraventricular premature"
    case .paced: "paced"
    case .unknown: "unknown"
    }
  }

  /// The symbol of WFDB annotations.
  public var annotationSymbol: String { self == .paced ? "/" : rawValue }
}

/// Where a wave begins, is farthest from its level, and ends, in sample numbers.
public struct WaveMarks: Sendable, Hashable {
  /// The first sample of the wave.
  public let onset: Int
  /// The sample farthest from the line between its ends.
  public let peak: Int
  /// The last sample of the wave.
  public let offset: Int

  /// Marks in ascending order.
  public init(onset: Int, peak: Int, offset: Int) {
    self.onset = onset
    self.peak = peak
    self.offset = offset
  }
}

/// The waves of one beat, in one lead or in all together; nil for a wave that is not seen.
public struct BeatWaves: Sendable, Hashable {
  /// The P wave.
  public let p: WaveMarks?
  /// The QRS complex.
  public let qrs: WaveMarks?
  /// The T wave.
  public let t: WaveMarks?

  /// Waves by their marks.
  public init(p: WaveMarks? = nil, qrs: WaveMarks? = nil, t: WaveMarks? = nil) {
    self.p = p
    self.qrs = qrs
    self.t = t
  }
}

/// One beat.
public struct MeasuredBeat: Sendable, Hashable {
  /// Where the leads together are farthest from their level, within the QRS complex.
  public let rPeak: Int
  /// What kind of beat it is.
  public let kind: BeatKind
  /// Its shape: an index of ``Measurements/shapes``.
  public let shape: Int
  /// Its waves: of each boundary the median over the leads in which the wave is seen.
  public let waves: BeatWaves
  /// Each lead's own waves, in the standard order.
  public let leads: [BeatWaves]

  /// The waves in one lead.
  public subscript(lead: Lead) -> BeatWaves { leads[lead.rawValue] }
}

/// A shape of beat, and the median of the beats that have it.
public struct BeatShape: Sendable {
  /// The kind of most of its beats.
  public let kind: BeatKind
  /// How many beats have it.
  public let beatCount: Int
  /// The median of up to 31 of its beats, twelve leads; samples are NaN in leads that are absent, and empty where no beat lies wholly in the record.
  public let median: Recording
  /// The R peak's sample number in ``median``.
  public let rPeak: Int
  /// The waves on the median, of each boundary the median over leads.
  public let waves: BeatWaves
  /// Each lead's waves on the median, in the standard order.
  public let leads: [BeatWaves]

  /// Time before the R peak that the median shows, in seconds.
  public static let secondsBefore = 0.35
  /// Time after the R peak that the median shows, in seconds.
  public static let secondsAfter = 0.65
}

/// An arc of directions in the frontal plane, from `low` clockwise (to higher degrees) to `high`.
///
/// Where it contains 180 degrees, `low` has the higher number.
public struct DegreeInterval: Sendable, Hashable {
  /// Its lower end, in -180...180.
  public let low: Double
  /// Its higher end, in -180...180.
  public let high: Double

  /// An arc from one direction clockwise to another.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// How regular a rhythm is.
public struct RhythmRegularity: Sendable, Hashable {
  /// The root mean square of the differences of successive RR intervals as a share of the mean interval, premature beats and their pauses left out.
  public let successiveVariation: Double
  /// Whether most successive intervals differ by more than a tenth: irregularly irregular, as in atrial fibrillation.
  public let isIrregular: Bool
}

/// Small QRS complexes: no limb lead above 0.5 mV, or no chest lead above 1 mV, peak to peak.
///
/// Source: Hancock, Deal, Mirvis et al. 2009, AHA/ACCF/HRS recommendations for the standardization and interpretation of the ECG, part V.
public struct LowVoltage: Sendable, Hashable {
  /// Whether all limb leads are small; nil where they were not measured.
  public let limb: Bool?
  /// Whether all chest leads are small; nil where they were not measured.
  public let chest: Bool?
}
