import ECG

/// The audit of one diagnosis: which labels are probably wrong, and how many there may be, by data source.
public struct LabelAudit: Sendable {
  /// The diagnosis.
  public let diagnosis: Diagnosis
  /// The labels, the most suspect first; those of which nothing can be said come last, in the records' order.
  public let labels: [AuditedLabel]
  /// All records together, then each data source where they were asked for by source.
  public let groups: [Group]
  /// What each evidence is worth, 1 for a likelihood ratio that counts in full.
  public let weights: [(name: String, weight: Double)]

  /// The records of a source, or all of them.
  public struct Group: Sendable {
    /// The source; nil for all records.
    public let source: String?
    /// How label, model and criterion go together.
    public let table: CrossTable
    /// The noise that the model's confident word tells of; nil without model or labels.
    public let noise: LabelNoise?
    /// Doubted labels by what doubts them.
    public let doubted: [AuditedLabel.Doubt: Int]
    /// The sum of the scores: how many labels are expected to be wrong.
    public let expectedWrong: Double
  }

  /// So many labels, by label, model and criterion.
  public struct CrossTable: Sendable, Hashable {
    private var counts = [Int](repeating: 0, count: 27)

    /// How many have a label, a decision and a measurement; nil counts any.
    public func count(label: LabelState? = nil, model: LabelState? = nil, measured: LabelState? = nil) -> Int {
      var sum = 0
      for (first, a) in LabelState.allCases.enumerated() where label == nil || label == a {
        for (second, b) in LabelState.allCases.enumerated() where model == nil || model == b {
          for (third, c) in LabelState.allCases.enumerated() where measured == nil || measured == c {
            sum += counts[first * 9 + second * 3 + third]
          }
        }
      }
      return sum
    }

    /// Of the records with a label, and of which the model decides, the share that it calls present.
    public func modelPresent(_ label: LabelState) -> Proportion {
      let present = count(label: label, model: .present)
      return Proportion(present, of: present + count(label: label, model: .absent))
    }

    /// Of the records with a label, and of which the criterion says something, the share that meets it.
    public func measuredPresent(_ label: LabelState) -> Proportion {
      let present = count(label: label, measured: .present)
      return Proportion(present, of: present + count(label: label, measured: .absent))
    }

    /// Of the records with a label, and of which both say something, the share on which both contradict it.
    public func bothAgainst(_ label: LabelState) -> Proportion {
      let other: LabelState = label == .present ? .absent : .present
      var total = 0
      for model in [LabelState.present, .absent] {
        for measured in [LabelState.present, .absent] { total += count(label: label, model: model, measured: measured) }
      }
      return Proportion(count(label: label, model: other, measured: other), of: total)
    }

    mutating func add(_ label: LabelState, _ model: LabelState, _ measured: LabelState) {
      func place(_ state: LabelState) -> Int { LabelState.allCases.firstIndex(of: state) ?? 2 }
      counts[place(label) * 9 + place(model) * 3 + place(measured)] += 1
    }
  }

  /// The audit of a diagnosis.
  ///
  /// - Parameters:
  ///   - isBySource: Whether each source is a group of its own beside all together.
  ///   - replicates: Samples of patients for the intervals of the noise, 0 for none.
  public init(_ diagnosis: Diagnosis, _ evidence: AuditEvidence, isBySource: Bool, replicates: Int = 400, seed: UInt64 = 1) {
    self.diagnosis = diagnosis
    let known = evidence.known
    let parts = Self.parts(of: evidence)
    let score = parts.isEmpty ? nil : SuspectScore(labels: known, evidence: parts, patients: evidence.patients, seed: seed)
    weights = zip(parts, score?.weights ?? []).map { ($0.name, $1) }
    let suspects = Set(ConfidentJoint(labels: known, probabilities: evidence.probabilities)?.suspects ?? [])
    let taught = Double(known.count { $0 != nil })
    let trust = taught / (taught + Self.halfTrusted)
    let audited = evidence.labels.indices.map { record in
      let isUpheld = Self.isUpheld(evidence.labels[record], by: [evidence.decisions[record], evidence.measured[record]])
      let score = score?.scores[record].map { $0 * (1 - evidence.exchanged[record]) * (isUpheld ? trust : 1) }
      let contradicts = AuditedLabel.contradicts(evidence.labels[record], evidence.measured[record])
      var doubts: [AuditedLabel.Doubt] = []
      if suspects.contains(record) { doubts.append(.model) }
      if contradicts { doubts.append(.criterion) }
      if let score, score > 0.5 { doubts.append(.both) }
      return AuditedLabel(
        record: record, label: evidence.labels[record], probability: evidence.probabilities[record], model: evidence.decisions[record],
        measured: evidence.measured[record], neighbours: evidence.neighbours.isEmpty ? nil : evidence.neighbours[record], score: score,
        doubts: doubts)
    }
    labels = audited.sorted { ($0.score ?? -1, $1.record) > ($1.score ?? -1, $0.record) }
    let sources = isBySource ? Set(evidence.sources).sorted() : []
    groups = ([nil] + sources.map(Optional.some)).map { source in
      Self.group(source, audited, evidence, known, replicates: replicates, seed: seed)
    }
  }

  /// So many records have to be known for what they taught to count half against model and definition together.
  private static let halfTrusted = 100.0

  /// Whether model and definition both say what the label says.
  ///
  /// Then the score counts as far as there were records to learn it from: with few, a label that nothing contradicts would else come before one that
  /// everything contradicts, because others near it are labelled otherwise.
  private static func isUpheld(_ label: LabelState, by witnesses: [LabelState]) -> Bool {
    label != .unknown && witnesses.allSatisfy { $0 == label }
  }

  /// The kinds of evidence of which anything is known.
  private static func parts(of evidence: AuditEvidence) -> [Evidence] {
    var parts: [Evidence] = []
    if evidence.probabilities.contains(where: { $0 != nil }) { parts.append(Evidence(name: "model", .probability(evidence.probabilities))) }
    if evidence.margins.contains(where: { $0 != nil }) { parts.append(Evidence(name: "criterion", .margin(evidence.margins))) }
    if evidence.neighbours.contains(where: { $0 != nil }) { parts.append(Evidence(name: "neighbours", .neighbours(evidence.neighbours))) }
    return parts
  }

  private static func group(
    _ source: String?, _ audited: [AuditedLabel], _ evidence: AuditEvidence, _ known: [Bool?], replicates: Int, seed: UInt64
  ) -> Group {
    let places = evidence.places(of: source)
    var table = CrossTable()
    var doubted: [AuditedLabel.Doubt: Int] = [:]
    var expected = 0.0
    for place in places {
      table.add(audited[place].label, audited[place].model, audited[place].measured)
      for doubt in audited[place].doubts { doubted[doubt, default: 0] += 1 }
      expected += audited[place].score ?? 0
    }
    let noise = LabelNoise(
      labels: places.map { known[$0] }, probabilities: places.map { evidence.probabilities[$0] },
      patients: places.map { evidence.patients[$0] }, replicates: replicates, seed: seed)
    return Group(source: source, table: table, noise: noise, doubted: doubted, expectedWrong: expected)
  }
}

/// What one definition of a diagnosis says against the labels.
public struct DefinitionCheck: Sendable {
  /// The definition's name, and in words.
  public let name: String, definition: String, source: String
  /// Labelled present and not met, of those labelled present of which it says something.
  public let presentContradicted: Proportion
  /// Labelled absent and met, of those labelled absent of which it says something.
  public let absentContradicted: Proportion
  /// Records with a label of which it says nothing.
  public let unknown: Int

  /// A definition against labels, record by record.
  public init(name: String, definition: String, source: String, labels: [LabelState], measured: [LabelState]) {
    (self.name, self.definition, self.source) = (name, definition, source)
    var counts: [LabelState: (against: Int, of: Int)] = [:]
    var unknown = 0
    for (label, measured) in zip(labels, measured) where label != .unknown {
      guard measured != .unknown else {
        unknown += 1
        continue
      }
      counts[label, default: (0, 0)].of += 1
      if measured != label { counts[label, default: (0, 0)].against += 1 }
    }
    self.unknown = unknown
    presentContradicted = Proportion(counts[.present]?.against ?? 0, of: counts[.present]?.of ?? 0)
    absentContradicted = Proportion(counts[.absent]?.against ?? 0, of: counts[.absent]?.of ?? 0)
  }

  /// All labels that it contradicts.
  public var contradicted: Proportion {
    Proportion(presentContradicted.count + absentContradicted.count, of: presentContradicted.total + absentContradicted.total)
  }
}
