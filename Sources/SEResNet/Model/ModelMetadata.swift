import ECG
import Foundation

/// What is done to a recording before the network sees it.
public enum Preprocessing: String, Sendable, CaseIterable, Codable {
  /// As the paper: microvolts, linear interpolation to 257 Hz, no filter, no normalisation.
  case paper
  /// Zero-phase Butterworth band-pass of order 4 from 0.5 to 40 Hz at the recording's own rate, linear interpolation to 257 Hz, z-score of
  /// each lead over the whole recording. Always applied, also to signals that were filtered before.
  case zscore05to40 = "zscore-0.5-40"
}

/// What the second demographic input means to a model.
public enum AgeKnownSlot: String, Sendable, Codable {
  /// 1 where the age is known, as the paper says.
  case flag
  /// Always 0, as the paper's released code has it; every imported checkpoint was trained so.
  case alwaysZero = "always-zero"
}

/// What a model file says about its network: the classes it answers for, how to feed it, how to decide, where it comes from.
///
/// Stored as JSON text in the entry `einthoven` of the safetensors `__metadata__` object.
public struct ModelMetadata: Sendable, Equatable {
  /// The 24 outputs, in the network's order, which is always that of ``ECG/Diagnosis/all``.
  public var classes: [Diagnosis]
  /// Decision threshold of each class, 0…1.
  public var thresholds: [Double]
  /// What is done to a recording first.
  public var preprocessing: Preprocessing
  /// Meaning of the second demographic input.
  public var ageKnownSlot: AgeKnownSlot
  /// Which filters the network's lead gate has; nil where it has none.
  ///
  /// A file's tensors decide.
  public internal(set) var leadGate: LeadFilters?
  /// What the network takes beside the signal, age and sex; nil where it takes nothing else.
  public var measurements: MeasuredInputs?
  /// How outputs are made into probabilities that can be taken at their word; nil where they stay as they are.
  public var calibration: OutputCalibration?
  /// Number of training recordings with each diagnosis, where known: a class with few cannot be trusted.
  public var trainingPositives: [Int]?
  /// The recordings learnt from, where the file tells.
  public var seen: SeenRecordings?
  /// Where the weights come from, in words.
  public var provenance: String
  /// Licence of the weights.
  public var licence: String
  /// The data that the network was trained on, with their citation.
  public var trainedOn: String
  /// Measured scores by name, such as `fold 9 LAD AUROC`.
  public var scores: [String: Double]

  /// Metadata of a model; thresholds are 0.5 unless given.
  public init(
    thresholds: [Double]? = nil, preprocessing: Preprocessing, ageKnownSlot: AgeKnownSlot, trainingPositives: [Int]? = nil,
    seen: SeenRecordings? = nil, provenance: String = "", licence: String = "", trainedOn: String = "", scores: [String: Double] = [:]
  ) {
    self.classes = Diagnosis.all
    self.thresholds = thresholds ?? Array(repeating: 0.5, count: Diagnosis.all.count)
    self.preprocessing = preprocessing
    self.ageKnownSlot = ageKnownSlot
    self.trainingPositives = trainingPositives
    self.seen = seen
    self.provenance = provenance
    self.licence = licence
    self.trainedOn = trainedOn
    self.scores = scores
  }
}

extension ModelMetadata {
  /// Key of the entry in `__metadata__`.
  static let entryName = "einthoven"

  /// Version of the entry's form; a file with a later one is refused.
  private static let formatVersion = 1

  /// The entry's JSON members.
  private struct Entry: Codable {
    var version: Int
    var classes: [String]
    var thresholds: [Double]
    var preprocessing: String
    var ageKnownSlot: String
    var trainingPositives: [Int]?
    var trainingRecordings: String?
    var provenance: String
    var licence: String
    var trainedOn: String
    var scores: [String: Double]
    var leadGate: String?
    var measurements: MeasuredInputs?
    var calibration: OutputCalibration?

    enum CodingKeys: String, CodingKey {
      case version, classes, thresholds, preprocessing, provenance, licence, scores, measurements, calibration
      case ageKnownSlot = "age_known_slot"
      case trainingPositives = "training_positives"
      case trainingRecordings = "training_recordings"
      case trainedOn = "trained_on"
      case leadGate = "lead_gate"
    }
  }

  /// The entry as JSON text, keys sorted.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let entry = Entry(
      version: Self.formatVersion, classes: classes.map(\.code), thresholds: thresholds, preprocessing: preprocessing.rawValue,
      ageKnownSlot: ageKnownSlot.rawValue, trainingPositives: trainingPositives, trainingRecordings: seen?.text, provenance: provenance,
      licence: licence, trainedOn: trainedOn, scores: scores, leadGate: leadGate?.rawValue, measurements: measurements,
      calibration: calibration
    )
    return String(decoding: try encoder.encode(entry), as: UTF8.self)
  }

  /// Reads the entry and checks what it says.
  ///
  /// - Throws: ``ModelError/badMetadata(file:reason:)``.
  init(json: String, file: String) throws {
    func refuse(_ reason: String) -> ModelError { .badMetadata(file: file, reason: reason) }
    let entry: Entry
    do {
      entry = try JSONDecoder().decode(Entry.self, from: Data(json.utf8))
    } catch let error as DecodingError {
      throw refuse(error.summary)
    }
    let count = Diagnosis.all.count
    guard entry.version == Self.formatVersion else { throw refuse("version \(entry.version); expected \(Self.formatVersion)") }
    guard entry.classes == Diagnosis.all.map(\.code) else {
      throw refuse("classes; expected the 24 SNOMED CT codes in the order of their text")
    }
    guard entry.thresholds.count == count, entry.thresholds.allSatisfy({ (0...1).contains($0) }) else {
      throw refuse("thresholds; expected \(count) numbers from 0 to 1")
    }
    if let positives = entry.trainingPositives, positives.count != count || positives.contains(where: { $0 < 0 }) {
      throw refuse("training_positives; expected \(count) counts")
    }
    let seen = entry.trainingRecordings.map { SeenRecordings(text: $0) }
    if case .some(nil) = seen { throw refuse("training_recordings; expected Base64 of six bytes a recording") }
    guard let preprocessing = Preprocessing(rawValue: entry.preprocessing) else {
      throw refuse("preprocessing \"\(entry.preprocessing)\"; expected \(Preprocessing.allCases.map(\.rawValue).joined(separator: " or "))")
    }
    guard let slot = AgeKnownSlot(rawValue: entry.ageKnownSlot) else {
      throw refuse("age_known_slot \"\(entry.ageKnownSlot)\"; expected flag or always-zero")
    }
    self.init(
      thresholds: entry.thresholds, preprocessing: preprocessing, ageKnownSlot: slot, trainingPositives: entry.trainingPositives,
      seen: seen ?? nil, provenance: entry.provenance, licence: entry.licence, trainedOn: entry.trainedOn, scores: entry.scores
    )
    if let name = entry.leadGate {
      guard let filters = LeadFilters(rawValue: name) else { throw refuse("lead_gate \"\(name)\"; expected shared or own") }
      leadGate = filters
    }
    guard entry.measurements?.isValid ?? true else {
      throw refuse("measurements; expected names that differ, and as many finite means and positive deviations")
    }
    guard entry.calibration?.isValid ?? true else {
      throw refuse("calibration; expected \(count) positive scales and \(count) shifts")
    }
    measurements = entry.measurements
    calibration = entry.calibration
  }
}

extension DecodingError {
  /// What is wrong, on one line.
  fileprivate var summary: String {
    switch self {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(context.codingPath.first?.stringValue ?? "the entry") has the wrong type"
    case .dataCorrupted: "the entry is not JSON"
    @unknown default: "the entry is not understood"
    }
  }
}
