import PlainText

/// What the cases of a study were drawn from: without it no figure of agreement can be read.
public struct SamplingFrame: Codable, Sendable, Hashable {
  /// The seed of the drawing.
  public var seed: UInt64
  /// How many of each outcome there were to draw from.
  public var frame: [Outcome: Int]
  /// How many of each outcome were asked for.
  public var requested: [Outcome: Int]
  /// How many of each outcome were drawn.
  public var taken: [Outcome: Int]
  /// Recordings outside the frame because their header names no diagnosis at all.
  public var unlabelled: Int
  /// Recordings outside the frame because they could not be read or predicted.
  public var unreadable: Int
  /// Cases that come twice to each reader.
  public var repeated: Int
  /// Digest of the model whose decisions were sampled, several joined by `+`; nil where a file of predictions does not tell.
  public var modelDigest: String?
  /// The probability from which each class, by its SNOMED CT code, counted as present.
  public var thresholds: [String: Double]

  /// How the cases were drawn where an audit drew them in strata; nil where they were drawn by outcome.
  public var strata: [Stratum]?

  /// Recordings that were drawn alike, at random or all of them: each that was drawn stands for population/drawn of them.
  public struct Stratum: Codable, Sendable, Hashable {
    /// What they share.
    public var name: String
    /// How many recordings of the data set belong to it.
    public var population: Int
    /// The digests of those drawn.
    public var recordings: [String]

    /// A stratum.
    public init(name: String, population: Int, recordings: [String]) {
      self.name = name
      self.population = population
      self.recordings = recordings
    }
  }

  /// A record of a drawing.
  public init(
    seed: UInt64, frame: [Outcome: Int], requested: [Outcome: Int], taken: [Outcome: Int], unlabelled: Int, unreadable: Int,
    repeated: Int,
    modelDigest: String?, thresholds: [String: Double], strata: [Stratum]? = nil
  ) {
    self.seed = seed
    self.frame = frame
    self.requested = requested
    self.taken = taken
    self.unlabelled = unlabelled
    self.unreadable = unreadable
    self.repeated = repeated
    self.modelDigest = modelDigest
    self.thresholds = thresholds
    self.strata = strata
  }

  /// Whether every case is one that the model got wrong, so that label and model always contradict each other.
  public var isMisclassifiedOnly: Bool { (taken[.truePositive] ?? 0) + (taken[.trueNegative] ?? 0) == 0 }
}

extension SamplingFrame {
  /// The frame in one sentence, in the order of the outcomes.
  public var sentence: String {
    let outcomes = Outcome.allCases.compactMap { outcome -> String? in
      guard let taken = taken[outcome], taken > 0 else { return nil }
      return "\(taken) of \(frame[outcome] ?? 0) \(outcome.name)"
    }
    let drawn = strata.map { $0.map { "\($0.recordings.count) of \($0.population) of the stratum '\($0.name)'" } } ?? outcomes
    let total = strata.map { $0.reduce(0) { $0 + $1.population } } ?? frame.values.reduce(0, +)
    var text = "Sampling frame: \(total) labelled recordings, of which were drawn " + drawn.joined(separator: ", ") + " (seed \(seed)"
    if let modelDigest { text += ", model \(modelDigest.prefix(12))" }
    text += ")."
    if unlabelled > 0 { text += " \(unlabelled) lie outside it without a label." }
    if unreadable > 0 { text += " \(unreadable) could not be read or predicted." }
    if repeated > 0 { text += " \(repeated) cases come twice." }
    return text
  }

  /// The frame as a JSON object.
  public var jsonValue: JSONValue {
    func counts(_ values: [Outcome: Int]) -> JSONValue {
      .object(Outcome.allCases.compactMap { outcome in values[outcome].map { (outcome.rawValue, .integer($0)) } })
    }
    let strata = strata.map { strata -> [(String, JSONValue)] in
      [
        (
          "strata",
          .array(
            strata.map {
              .object([("name", .string($0.name)), ("population", .integer($0.population)), ("recordings", JSONValue($0.recordings))])
            })
        )
      ]
    }
    return .object(
      [
        ("seed", .string("\(seed)")), ("frame", counts(frame)), ("requested", counts(requested)), ("taken", counts(taken)),
        ("unlabelled", .integer(unlabelled)), ("unreadable", .integer(unreadable)), ("repeated", .integer(repeated)),
        ("model_digest", JSONValue(modelDigest)),
        ("thresholds", .object(thresholds.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
      ] + (strata ?? []))
  }
}
