import Classification
import Dispatch
import ECG
import ECGFiles
import Evaluation
import Foundation
import PlainText
import SEResNet
import Synchronization
import Training

/// A record that a training was given, and what becomes of it.
public struct TrainingRecord: Sendable {
  /// What becomes of it.
  public enum Use: String, Sendable {
    /// To learn from, and to measure on.
    case train, validate
    /// Kept apart by `--exclude`.
    case excluded
    /// Of no use: unreadable, or without labels that can be learnt.
    case skipped
  }

  /// The record.
  public let reference: RecordReference
  /// What becomes of it.
  public internal(set) var use: Use
  /// Its `#Fold`, where stated.
  public internal(set) var fold: Int?
  /// Whose it is, where stated.
  public internal(set) var patient: String?
  /// Whether readers' consensus says something of it.
  public internal(set) var isCorrected = false
  /// What is learnt from it, where it is used.
  public internal(set) var example: TrainingExample?
  /// Why it is skipped, or what is odd about it.
  public internal(set) var remarks: [String] = []
  /// Why it cannot be read; such a record ends the program with another code.
  public internal(set) var failure: (any Error)?

  /// Whether it belongs to a fold of a cross-validation.
  var isDealt: Bool { use == .train && example?.unknown.isEmpty ?? true }
}

/// Reads the records of a training: labels from `#Dx`, signals preprocessed as for prediction.
///
/// - A record without any diagnosis, or with none that is a SNOMED CT code, is skipped, unless words are read or a consensus tells all 24: nobody said
///   what it shows.
/// - A record with codes, none of them among the 24, is kept as negative for all, as in the challenge, unless `skipsUnscored`.
/// - A record that cannot be read or preprocessed is skipped.
/// - Absent leads are 0 and flat leads what the preprocessing makes of them, as for prediction; such a record is kept.
public struct TrainingData: Sendable {
  /// The records in their order.
  public private(set) var records: [TrainingRecord]

  /// Which records are taken, and how.
  public struct Selection: Sendable {
    /// What signals go through.
    public var preprocessing: Preprocessing
    /// Whether records with codes, none of them scored, are left out.
    public var skipsUnscored = false
    /// Records of these `#Fold`s are left out.
    public var excludedFolds: Set<Int> = []
    /// Records of this `#Fold` are kept for validation.
    public var validationFold: Int?
    /// Who measures the recordings; nil where nobody needs to.
    public var measuring: (any RecordMeasuring)?
    /// Labels that stand for those of the headers; a record that they do not name keeps its own.
    public var labels: TrainingLabels?
    /// Whether labels in words are learnt from too: what they say is present and what they deny; all else is unknown and teaches nothing.
    public var readsWords = false
    /// Whether a record's source is told: the letters that its name begins with, or where there are none its folder's name.
    public var namesSources = false
    /// A consensus of readers, which goes before all labels; what it leaves open stays as they have it.
    public var consensus: ConsensusLabels?
    /// Whether the consensus counts as much as it is sure, and not as present or absent.
    public var weighsByConfidence = false

    /// Everything, preprocessed in one way.
    public init(preprocessing: Preprocessing) { self.preprocessing = preprocessing }
  }

  private let selection: Selection

  /// Reads records on all processors.
  ///
  /// - Parameter progress: Told how many are read, on any thread, one call at a time.
  public init(
    _ references: [(reference: RecordReference, use: TrainingRecord.Use)], _ selection: Selection,
    progress: @Sendable (Int) -> Void = { _ in }
  ) {
    records = []
    self.selection = selection
    let results = Mutex<[TrainingRecord?]>(Array(repeating: nil, count: references.count))
    let done = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: references.count) { [self] index in
      let record = read(references[index].reference, use: references[index].use)
      results.withLock { $0[index] = record }
      done.withLock {
        $0 += 1
        progress($0)
      }
    }
    records = results.withLock { $0.compactMap { $0 } }
  }

  /// The examples of a use, in the order of the records.
  public func examples(_ use: TrainingRecord.Use) -> [TrainingExample] { records.filter { $0.use == use }.compactMap(\.example) }

  /// How many records have a use.
  public func count(_ use: TrainingRecord.Use) -> Int { records.count { $0.use == use } }

  /// Patients of whom there are recordings in both parts, which makes validation flatter.
  public var sharedPatients: Set<String> {
    func patients(_ use: TrainingRecord.Use) -> Set<String> { Set(records.filter { $0.use == use }.compactMap(\.patient)) }
    return patients(.train).intersection(patients(.validate))
  }

  /// One line: diagnoses with so few positive recordings to train on that they are marked wherever they are shown; nil where none is.
  public var scarceClasses: String? {
    let positives = TrainedModel.positives(examples(.train))
    let scarce = Diagnosis.all.filter { positives[$0.index] < Ensemble.hardlyTrainedBelow }
      .map { "\($0.abbreviation) \(positives[$0.index])" }
    return scarce.isEmpty ? nil : "under \(Ensemble.hardlyTrainedBelow) positive recordings to train on: \(scarce.joined(separator: ", "))"
  }

  /// Deals the records to train on into folds, each data set by itself, no patient into two.
  ///
  /// A record whose label does not tell all classes belongs to no fold: it is learnt from for each, and none is measured on it.
  public func split(into folds: Int, seed: UInt64) -> CrossValidation {
    let items = records.filter(\.isDealt).map { record in
      StratifiedFolds.Item(
        labels: DiagnosisSet(record.example?.diagnoses ?? []), patient: record.patient,
        source: CrossValidation.source(ofRecord: record.reference.name))
    }
    return CrossValidation(items, count: folds, seed: seed)
  }

  private func read(_ reference: RecordReference, use: TrainingRecord.Use) -> TrainingRecord {
    var record = TrainingRecord(reference: reference, use: use)
    do {
      let opened = try RecordFile.open(reference)
      let file = try opened.read()
      record.fold = opened.facts.statements.fold
      record.patient = file.patient.identifier
      if let fold = record.fold, use == .train {
        if selection.excludedFolds.contains(fold) { record.use = .excluded }
        if fold == selection.validationFold { record.use = .validate }
      }
      guard record.use != .excluded else { return record }
      try fill(&record, Recording(file))
    } catch {
      record.use = .skipped
      record.failure = error
      record.remarks.append("unreadable: \(error)")
    }
    return record
  }

  private func fill(_ record: inout TrainingRecord, _ recording: Recording) throws {
    let corrected = selection.consensus.flatMap { consensus in
      consensus[record.reference] ?? (consensus.knowsDigests ? consensus[recording.digest()] : nil)
    }
    if corrected?.presence.isEmpty == false {
      record.remarks.append("label corrected")
      record.isCorrected = true
    }
    let statements = selection.labels?[record.reference.name] ?? recording.diagnoses
    let labels = DiagnosisLabels(statements)
    let scored = Self.corrected(TrainingLabels.diagnoses(in: statements), by: corrected)
    // The network learns all classes at once: what is unknown of one must not be learnt as absent.
    let isWhole = corrected?.presence.count == Diagnosis.all.count
    let isKnown = labels.isCoded || (selection.readsWords && labels.saysAnything) || isWhole
    if statements.isEmpty, !isKnown {
      record.remarks.append("no label")
    } else if !isKnown {
      record.remarks.append("no SNOMED CT code among the labels")
    } else if scored.isEmpty {
      record.remarks.append("no scored label")
    }
    if !isKnown || (scored.isEmpty && selection.skipsUnscored) {
      record.use = .skipped
      return
    }
    let unknown =
      labels.isCoded ? [] : Set(Diagnosis.all.filter { labels[$0] == .unknown && !scored.contains($0) && corrected?.presence[$0] == nil })
    if !unknown.isEmpty, record.use == .validate {
      record.remarks.append("a label in words does not tell all classes: nothing is measured on it")
      record.use = .skipped
      return
    }
    if !unknown.isEmpty { record.remarks.append("words: \(Diagnosis.all.count - unknown.count) of \(Diagnosis.all.count) classes known") }
    var example = try TrainingExample(
      recording, name: record.reference.path, diagnoses: scored, unknown: unknown, measuring: selection.measuring,
      source: selection.namesSources ? Self.source(of: record.reference) : nil, preprocessing: selection.preprocessing)
    if selection.weighsByConfidence, let corrected { example.presence = corrected.presence }
    let missing = example.recording.missingLeads
    if missing.count == Lead.allCases.count { throw JobError.badData("\(record.reference.path): no lead has a valid sample") }
    if !missing.isEmpty { record.remarks.append("without \(missing.map(\.name).joined(separator: " "))") }
    if !example.flatLeads.isEmpty { record.remarks.append("flat \(example.flatLeads.map(\.name).joined(separator: " "))") }
    record.example = example
  }

  /// The diagnoses of a header, those that a corrected label says more of as it says.
  private static func corrected(_ stated: [Diagnosis], by label: ConsensusLabels.Label?) -> [Diagnosis] {
    guard let label else { return stated }
    return Diagnosis.all.filter { diagnosis in label.presence[diagnosis].map { $0 > 0.5 } ?? stated.contains(diagnosis) }
  }

  /// Where a record comes from, as far as its name and place tell.
  private static func source(of reference: RecordReference) -> String {
    let letters = CrossValidation.source(ofRecord: reference.name)
    return letters.isEmpty ? reference.url.deletingLastPathComponent().lastPathComponent : letters
  }

  // MARK: Report

  /// One row a record: what became of it and why.
  ///
  /// - Parameter split: The folds of the records to train on, which are then named instead of that use.
  public func report(split: CrossValidation? = nil) -> String {
    var folds = split?.folds[...] ?? []
    let rows = records.map { record in
      let dealt = record.isDealt ? folds.popFirst() : nil
      return [
        record.reference.name, record.reference.path, dealt.map { "fold \($0 + 1)" } ?? record.use.rawValue,
        record.fold.map(String.init) ?? "",
        (record.example?.diagnoses ?? []).map(\.abbreviation).joined(separator: " "), record.remarks.joined(separator: "; "),
      ]
    }
    return ([["record", "path", "use", "fold", "labels", "remarks"]] + rows).map {
      CSVWriter.row($0.map(\.withControlCharactersWritten)) + "\n"
    }
    .joined()
  }

  /// One line: how many records were put to which use, and how many are odd.
  public var summary: String {
    func remarked(_ text: String) -> Int { records.count { $0.remarks.contains { $0.hasPrefix(text) } } }
    let oddities = [
      ("with a corrected label", remarked("label corrected")), ("without a label", remarked("no label") + remarked("no SNOMED")),
      ("with unscored labels only", remarked("no scored")),
      ("unreadable", remarked("unreadable")), ("with absent leads", remarked("without ")), ("with flat leads", remarked("flat ")),
    ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    let uses = [
      ("to train", count(.train)), ("to validate", count(.validate)), ("excluded", count(.excluded)), ("skipped", count(.skipped)),
    ]
    .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return "\(records.count) records: \(uses.joined(separator: ", "))" + (oddities.isEmpty ? "" : " (\(oddities.joined(separator: ", ")))")
  }
}
