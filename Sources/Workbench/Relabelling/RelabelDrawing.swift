import Agreement
import ECG
import ECGFiles
import Evaluation
import Foundation
import LabelReview

/// Makes the study in which recordings are relabelled: whose labels, in which order, with what filled in, and read by how many.
public struct RelabelDrawing: Sendable {
  /// The study's name.
  public var name: String
  /// The statements asked about.
  public var statements: [Statement]
  /// What a reader finds filled in.
  public var prefill = Relabelling.Prefill.none
  /// In which order the recordings are read.
  public var order = QueueMethod.fixed
  /// Seed of what is left to chance.
  public var seed: UInt64 = 1
  /// Cases in a block within which each reader has an order of their own; nil for one order of all readers.
  public var blockSize: Int?
  /// Which cases are read again; nil, and every reader reads all.
  public var secondReading: Relabelling.SecondReading?
  /// What to hide from the readers; nil for what ``defaultBlinding`` says.
  public var blinding: Visible?
  /// The question; nil for the usual one.
  public var question: String?
  /// Whether readers may uncover what is hidden after an answer.
  public var allowsReveal = false
  /// The most cases, the first of the order; nil for all.
  public var limit: Int?

  /// A relabelling of statements.
  public init(name: String, statements: [Statement]) {
    self.name = name
    self.statements = statements
  }

  /// What is known of recordings beyond their labels.
  public struct Sources: Sendable {
    /// What a model says of them; nil without one.
    public var model: ModelAnswers?
    /// How suspect an audit found their labels, by their paths.
    public var audit: AuditScores?
    /// What readers said of them in an earlier study.
    public var earlier: EarlierReadings?

    /// Nothing is known.
    public init() {}
  }

  /// What was made.
  public struct Result: Sendable {
    /// The study to be made.
    public let draft: StudyDraft
    /// What a person should know, one line each.
    public let notes: [String]
  }

  /// What is hidden unless somebody says otherwise: label, model and readers, but for what is filled in, which tells of itself.
  public var defaultBlinding: Visible {
    switch prefill {
    case .none, .readers: [.labels, .model, .readers]
    case .label: [.model, .readers]
    case .model: [.labels, .readers]
    }
  }

  /// Makes the study of recordings; all are read for what they are, those that cannot be read are left out.
  ///
  /// - Parameter progress: told how many of how many recordings were read.
  /// - Throws: ``JobError`` where an order's sources are missing, or nothing is left to read.
  public func draw(
    from references: [RecordReference], _ sources: Sources = Sources(), cache: SightingCache? = nil,
    progress: (@Sendable (Int, Int) -> Void)? = nil
  ) throws -> Result {
    let hidden = blinding ?? defaultBlinding
    if prefill == .label, hidden.contains(.labels) { throw JobError.badData("a label that is filled in cannot be hidden from the readers") }
    if prefill == .model, hidden.contains(.model) { throw JobError.badData("a model that is filled in cannot be hidden from the readers") }
    var pool = RelabelPool(references, cache: cache, progress: progress)
    let candidates = pool.candidates(asked: statements, sources)
    guard !candidates.isEmpty else { throw JobError.badData("no recording that can be read; nothing was made") }
    let ordering = RelabelOrder(method: order, seed: seed, asked: statements, model: sources.model)
    let places = try ordering.places(candidates).prefix(limit ?? candidates.count)
    let leftOut = candidates.count - places.count
    if leftOut > 0 {
      let reason = limit == nil ? "were read before" : "lie beyond the first \(places.count) of the order, or were read before"
      pool.note("\(leftOut) of \(candidates.count) recordings \(reason) and are no cases")
    }
    let modelDigest = sources.model.map { $0.modelDigest ?? Relabelling.Queue.unknownModel }
    var settings = StudySettings()
    settings.order = .fixed
    settings.allowsReveal = allowsReveal ? true : nil
    settings.relabelling = Relabelling(
      statements: statements, prefill: prefill,
      queue: Relabelling.Queue(method: order.rawValue, seed: seed, modelDigest: modelDigest, blockSize: blockSize),
      secondReading: secondReading)
    let cases = places.map { place in pool.draft(place, candidates[place], model: sources.model, asked: statements) }
    let draft = StudyDraft(
      name: name, diagnosisCode: statements[0].code, question: question ?? Self.question(statements), blinding: hidden, cases: Array(cases),
      settings: settings)
    return Result(draft: draft, notes: pool.notes)
  }

  private static func question(_ statements: [Statement]) -> String {
    statements.count == 1 ? "Is \(statements[0].name) present?" : "Which of these \(statements.count) statements hold?"
  }
}

/// The recordings of a relabelling, each once, with what is known of them.
private struct RelabelPool {
  private let recordings: DistinctRecordings
  private(set) var notes: [String]

  init(_ all: [RecordReference], cache: SightingCache?, progress: (@Sendable (Int, Int) -> Void)?) {
    recordings = DistinctRecordings(all, cache: cache, progress: progress)
    notes = recordings.notes
  }

  mutating func note(_ line: String) { notes.append(line) }

  func candidates(asked: [Statement], _ known: RelabelDrawing.Sources) -> [RelabelOrder.Candidate] {
    zip(recordings.references, recordings.sightings).map { reference, sighting in
      let label = (try? RecordFile.statements(reference))?.diagnoses
      return RelabelOrder.Candidate(
        reference: reference, labels: label.map { CaseAnswer(label: $0, asked: asked) },
        suspicion: known.audit?[reference], votes: known.earlier?.votes(on: sighting.digest, asked: asked) ?? [])
    }
  }

  func draft(
    _ place: Int, _ candidate: RelabelOrder.Candidate, model: ModelAnswers?, asked: [Statement]
  ) -> CaseDraft {
    var draft = recordings.draft(place)
    draft.labels = candidate.labels
    if let answer = model?[candidate.reference]?.set {
      let set = answer.decisions(on: asked)
      draft.decision = ModelDecision(verdict: set.summary, modelDigest: model?.modelDigest, answer: set)
    }
    return draft
  }
}
