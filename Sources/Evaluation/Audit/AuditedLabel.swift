import ECG

/// What an audit knows of one record's label of one diagnosis, and how far it is to be doubted.
public struct AuditedLabel: Sendable {
  /// Where a doubt comes from.
  public enum Doubt: String, Sendable, CaseIterable {
    /// Confident learning: the model is confident of the other class (Northcutt et al. 2021).
    case model
    /// The measured criterion says otherwise.
    case criterion
    /// All evidence together makes a wrong label more probable than not.
    case both
  }

  /// The record's place among those audited.
  public let record: Int
  /// What the label says.
  public let label: LabelState
  /// The model's probability of present; nil without a prediction.
  public let probability: Double?
  /// What the model decides by its threshold.
  public let model: LabelState
  /// What the measured criterion says.
  public let measured: LabelState
  /// How many of the nearest in the network's features carry the diagnosis in their labels.
  public let neighbours: Proportion?
  /// The probability that the label is wrong; nil where nothing can be said.
  public let score: Double?
  /// What doubts it.
  public let doubts: [Doubt]

  /// Whether a label that is known contradicts what is said.
  static func contradicts(_ label: LabelState, _ other: LabelState) -> Bool {
    label != .unknown && other != .unknown && label != other
  }
}

/// The evidence on one diagnosis, record by record.
public struct AuditEvidence: Sendable {
  /// What the labels say.
  public var labels: [LabelState]
  /// The model's probabilities; nil for a record without.
  public var probabilities: [Double?]
  /// The model's decisions.
  public var decisions: [LabelState]
  /// What the criterion says.
  public var measured: [LabelState]
  /// How far the criterion is met, in its unit; nil where unknown.
  public var margins: [Double?]
  /// How many of the nearest carry the diagnosis; empty without features.
  public var neighbours: [Proportion?]
  /// How probably a record's electrodes are exchanged, 0 to 1: what speaks against its label is then the recording's fault.
  public var exchanged: [Double]
  /// Who was recorded, by number.
  public var patients: [Int]
  /// The data source of each.
  public var sources: [String]

  /// Evidence of as many records each.
  public init(
    labels: [LabelState], probabilities: [Double?], decisions: [LabelState], measured: [LabelState], margins: [Double?],
    neighbours: [Proportion?], exchanged: [Double], patients: [Int], sources: [String]
  ) {
    self.labels = labels
    self.probabilities = probabilities
    self.decisions = decisions
    self.measured = measured
    self.margins = margins
    self.neighbours = neighbours
    self.exchanged = exchanged
    self.patients = patients
    self.sources = sources
  }

  /// Labels as the statistics want them.
  var known: [Bool?] { labels.map { $0 == .unknown ? nil : $0 == .present } }

  /// Which records come from a source; all of them where it is nil.
  func places(of source: String?) -> [Int] { labels.indices.filter { source == nil || sources[$0] == source } }
}
