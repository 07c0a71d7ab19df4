import ECG
import ECGSignal
import Evaluation
import Foundation

/// What an audit says: of each diagnosis its figures, and the list of labels, the most suspect first.
public struct AuditReport: Sendable {
  /// The figures of each diagnosis.
  public private(set) var classes: [ClassAudit] = []
  /// The rows in order: which diagnosis, and which of its labels.
  private(set) var order: [(place: Int, label: AuditedLabel)] = []
  let records: AuditRecords
  private let criteria: [Criterion?]

  /// How an audit is made.
  public struct Settings: Sendable {
    /// The diagnoses.
    public var diagnoses: [Diagnosis] = [.leftAxisDeviation]
    /// The names of criteria to use instead of the usual ones; those that a diagnosis does not have leave it with its usual one.
    public var criteria: [String] = []
    /// Whether each data source has figures of its own.
    public var isBySource = false
    /// Samples of patients for the intervals of the noise.
    public var replicates = 400
    /// Determines the samples.
    public var seed: UInt64 = 1

    /// Of LAD, all sources together.
    public init() {}

    /// The criterion of a diagnosis.
    func criterion(of diagnosis: Diagnosis) -> Criterion? {
      criteria.lazy.compactMap { Criterion.named($0, of: diagnosis) }.first ?? Criterion.named(nil, of: diagnosis)
    }
  }

  /// How many neighbours are looked at, where there are four times as many records.
  private static let neighbours = 30

  /// The audit of records whose headers, measurements and predictions are known as far as they can be.
  ///
  /// Of one diagnosis all records are listed, of several those labels that anything doubts.
  public init(_ records: AuditRecords, _ settings: Settings) {
    self.records = records
    criteria = settings.diagnoses.map { settings.criterion(of: $0) }
    let nearest = Self.nearest(records)
    for (place, diagnosis) in settings.diagnoses.enumerated() {
      let evidence = Self.evidence(records, diagnosis, criteria[place], nearest)
      let audit = LabelAudit(
        diagnosis, evidence, isBySource: settings.isBySource, replicates: settings.replicates, seed: settings.seed)
      let isOfAxis = ["LAD", "RAD", "LAnFB"].contains(diagnosis.abbreviation)
      classes.append(
        ClassAudit(
          audit, criterion: criteria[place]?.name, definitions: Self.definitions(of: diagnosis, records, evidence.labels),
          axes: isOfAxis ? records.records.map { ($0.facts?[.qrsAxis], $0.labels[diagnosis]) } : []))
      let listed = settings.diagnoses.count == 1 ? audit.labels : audit.labels.filter { !$0.doubts.isEmpty }
      order += listed.map { (place, $0) }
    }
    if settings.diagnoses.count > 1 {
      order.sort { ($0.label.score ?? -1, $1.label.record, $1.place) > ($1.label.score ?? -1, $0.label.record, $0.place) }
    }
  }

  /// How many rows there are.
  public var count: Int { order.count }

  /// The record of a row.
  public func record(ofRow row: Int) -> AuditRecord { records.records[order[row].label.record] }

  /// A row, the most suspect first.
  public func row(_ row: Int) -> AuditRow {
    let (place, label) = order[row]
    let record = records.records[label.record]
    let diagnosis = classes[place].audit.diagnosis
    return AuditRow(
      record: record.reference.name, path: record.reference.path, source: record.source, diagnosis: diagnosis, said: label,
      criterion: criteria[place]?.name, reasons: Self.reasons(record, diagnosis, label, criteria[place]))
  }

  /// Adds what a review found.
  public mutating func add(_ review: ReviewedAudit, on diagnosis: Diagnosis) {
    if let place = classes.firstIndex(where: { $0.audit.diagnosis == diagnosis }) { classes[place].review = review }
  }

  // MARK: Evidence

  private static func evidence(
    _ records: AuditRecords, _ diagnosis: Diagnosis, _ criterion: Criterion?, _ nearest: [[Int]]
  ) -> AuditEvidence {
    let labels = records.records.map { $0.labels[diagnosis] }
    let answers = records.records.map { record in record.facts.flatMap { facts in criterion?.answer(facts) } }
    let known = labels.map { $0 == .unknown ? nil : $0 == .present }
    return AuditEvidence(
      labels: labels, probabilities: records.records.map { $0.prediction?[diagnosis] },
      decisions: records.records.map { $0.prediction?.decision(diagnosis) ?? .unknown }, measured: answers.map { $0?.state ?? .unknown },
      margins: answers.map { $0?.margin }, neighbours: nearest.isEmpty ? [] : FeatureSpace.carrying(known, among: nearest),
      exchanged: records.records.map { $0.facts?.swap?.score ?? 0 }, patients: records.patients, sources: records.records.map(\.source))
  }

  private static func definitions(of diagnosis: Diagnosis, _ records: AuditRecords, _ labels: [LabelState]) -> [DefinitionCheck] {
    guard records.records.contains(where: { $0.facts != nil }) else { return [] }
    return Criterion.of(diagnosis).map { criterion in
      DefinitionCheck(
        name: criterion.name, definition: criterion.definition, source: criterion.source, labels: labels,
        measured: records.records.map { record in record.facts.map { criterion.answer($0).state } ?? .unknown })
    }
  }

  /// The nearest of each record among those that the same network judged; empty without features.
  private static func nearest(_ records: AuditRecords) -> [[Int]] {
    let withFeatures = records.records.indices.filter { !(records.records[$0].prediction?.features.isEmpty ?? true) }
    guard !withFeatures.isEmpty else { return [] }
    var result = [[Int]](repeating: [], count: records.records.count)
    for places in Dictionary(grouping: withFeatures, by: { records.records[$0].prediction?.network ?? 0 }).values {
      let points = places.map { records.records[$0].prediction?.features ?? [] }
      let dimensions = points[0].count
      guard points.allSatisfy({ $0.count == dimensions }), let space = FeatureSpace(points.flatMap { $0 }, dimensions: dimensions) else {
        continue
      }
      let found = space.nearest(max(1, min(neighbours, (places.count - 1) / 4)), owners: places.map { records.patients[$0] })
      for (place, near) in zip(places, found) { result[place] = near.map { places[$0] } }
    }
    return result
  }

  // MARK: Words

  private static func reasons(_ record: AuditRecord, _ diagnosis: Diagnosis, _ label: AuditedLabel, _ criterion: Criterion?) -> [String] {
    var reasons: [String] = []
    if let facts = record.facts {
      if let swap = facts.swap {
        reasons.append(
          "the electrodes \(swap.swap.words) may be exchanged (\(swap.swap.rawValue), score \(share(swap.score)))"
            + (swap.reasons.first.map { ": \($0)" } ?? ""))
      }
      if facts.quality == .poor { reasons.append("poor quality: \(flaws(facts))") }
    }
    switch label.label {
    case .present: reasons.append("labelled \(diagnosis.abbreviation)")
    case .absent: reasons.append("not labelled \(diagnosis.abbreviation)")
    case .unknown: reasons.append("no label that says anything of \(diagnosis.abbreviation)")
    }
    if let facts = record.facts {
      let words = Criterion.words(for: diagnosis, facts)
      if !words.isEmpty { reasons.append(words) }
      if let criterion, let reason = criterion.answer(facts).reason { reasons.append("\(criterion.name) unknown: \(reason)") }
    }
    if let probability = label.probability { reasons.append("model \(share(probability))") }
    if let near = label.neighbours, near.total > 0 {
      reasons.append("\(Int(near.count)) of \(Int(near.total)) nearest in the network's features carry \(diagnosis.abbreviation)")
    }
    return reasons
  }

  private static func flaws(_ facts: MeasuredFacts) -> String {
    let leads = Lead.allCases.filter { facts.absent.contains($0) || !facts.flaws[$0.rawValue].isEmpty }
    return leads.map { lead in
      "\(lead.name) " + (facts.absent.contains(lead) ? "absent" : facts.flaws[lead.rawValue].map(\.rawValue).joined(separator: " "))
    }.joined(separator: ", ")
  }

  /// `.02`, as readers of papers know it.
  private static func share(_ value: Double) -> String {
    let text = String(format: "%.2f", value)
    return text.hasPrefix("0") ? String(text.dropFirst()) : text
  }
}
