import Agreement
import Classification
import ECG
import ECGFiles
import Files
import Foundation
import LabelReview
import PlainText

/// Draws a study from recordings by how a model's decisions stand to their labels.
public struct StudyDrawing: Sendable {
  /// The study's name.
  public var name: String
  /// The diagnosis asked about.
  public var diagnosis: Diagnosis
  /// How many recordings of each outcome are wanted.
  public var sample: [Outcome: Int]
  /// Seed of the drawing and of the readers' orders.
  public var seed: UInt64 = 1
  /// Whether what there is is taken where an outcome has fewer recordings than asked for.
  public var allowsFewer = false
  /// The share of the cases that each reader meets twice, 0 to 1.
  public var repeatedShare = 0.0
  /// What to hide from the readers.
  public var blinding: Visible = [.labels, .model, .readers]
  /// In which order a reader meets the cases.
  public var order = StudySettings.Order.shuffled
  /// The question; nil for the usual one.
  public var question: String?
  /// The words for the verdicts; nil for those that follow from the diagnosis.
  public var verdictNames: StudySettings.VerdictNames?
  /// Whether readers may uncover what is hidden after a verdict.
  public var allowsReveal = false

  /// A drawing of some recordings of each outcome for a question about a diagnosis.
  public init(name: String, diagnosis: Diagnosis, sample: [Outcome: Int]) {
    self.name = name
    self.diagnosis = diagnosis
    self.sample = sample
  }

  /// What was drawn.
  public struct Result: Sendable {
    /// The study to be made.
    public let draft: StudyDraft
    /// Whether more is hidden than asked for.
    ///
    /// On misclassified cases label and model always contradict each other, so that either tells the other.
    public let hidesBoth: Bool
    /// What a person should know, one line each.
    public let notes: [String]
  }

  /// Draws cases from recordings with decisions, and reads those drawn for their digests.
  ///
  /// - Throws: ``JobError`` where there are too few; what reading a drawn recording throws.
  public func draw(from references: [RecordReference], _ decisions: ModelDecisions) throws -> Result {
    var pool = SamplingPool(references, decisions: decisions, diagnosis: diagnosis)
    // A recording that lies in two places is one: it stands once in the frame, and is drawn once.
    pool.leaveOutTwins()
    var (drawn, frame) = try sampled(pool.candidates)
    // Predictions of other runs may differ in a digit.
    while try pool.leaveOutTwins(among: drawn) { (drawn, frame) = try sampled(pool.candidates) }
    let twice = Set(CaseSampler.repeated(share: repeatedShare, of: drawn.count, seed: seed))
    let cases = cases(drawn, twice: twice, pool, modelDigest: decisions.modelDigest)
    let sampling = SamplingFrame(
      seed: seed, frame: frame, requested: sample, taken: Dictionary(drawn.compactMap { $0.outcome.map { ($0, 1) } }, uniquingKeysWith: +),
      unlabelled: pool.unlabelled, unreadable: pool.unpredicted, repeated: twice.count, modelDigest: decisions.modelDigest,
      thresholds: decisions.thresholds)
    var settings = StudySettings()
    settings.order = order
    settings.verdictNames = verdictNames
    settings.allowsReveal = allowsReveal ? true : nil
    settings.sampling = sampling
    let hidden = effectiveBlinding(sampling)
    let draft = StudyDraft(
      name: name, diagnosisCode: diagnosis.code, question: question ?? "Is \(diagnosis.name) present?", blinding: hidden,
      cases: StudyDraft.arranged(cases, seed: seed), settings: settings)
    return Result(draft: draft, hidesBoth: hidden != blinding, notes: pool.notes)
  }

  private func sampled(_ candidates: [SamplingCandidate]) throws -> (drawn: [SamplingCandidate], frame: [Outcome: Int]) {
    do {
      let result = try CaseSampler.draw(sample, from: candidates, seed: seed, allowsFewer: allowsFewer)
      guard !result.drawn.isEmpty else { throw JobError.badData("no recording of the kinds asked for; nothing was made") }
      return result
    } catch let error as CaseSampler.TooFew {
      throw JobError.badData("\(error); nothing was made, --allow-fewer takes what there is")
    }
  }

  private func cases(
    _ drawn: [SamplingCandidate], twice: Set<Int>, _ pool: SamplingPool, modelDigest: String?
  ) -> [CaseDraft] {
    var cases: [CaseDraft] = []
    for (index, candidate) in drawn.enumerated() {
      var draft = CaseDraft(
        record: candidate.record, path: candidate.path, recordingDigest: pool.digest(of: candidate), label: candidate.label,
        source: pool.sources[ExactText(candidate.path)],
        decision: ModelDecision(verdict: candidate.decision, probability: candidate.probability, modelDigest: modelDigest))
      cases.append(draft)
      guard twice.contains(index) else { continue }
      draft.repetition = 2
      draft.decision = nil
      cases.append(draft)
    }
    return cases
  }

  /// What is hidden: on misclassified cases, with either of label and model the other too.
  private func effectiveBlinding(_ sampling: SamplingFrame) -> Visible {
    let either: Visible = [.labels, .model]
    guard sampling.isMisclassifiedOnly, !blinding.isDisjoint(with: either), !blinding.isSuperset(of: either) else { return blinding }
    return blinding.union(either)
  }
}

/// The recordings a study may be drawn from.
private struct SamplingPool {
  private(set) var candidates: [SamplingCandidate] = []
  /// The data source of each candidate by its path.
  private(set) var sources: [ExactText: String] = [:]
  private(set) var unlabelled = 0
  /// Recordings without a decision of the model.
  private(set) var unpredicted = 0
  private var references: [ExactText: RecordReference] = [:]
  /// What drawn recordings hold, by their paths.
  private var digests: [ExactText: RecordingDigest] = [:]
  /// What a person should know.
  private(set) var notes: [String] = []

  init(_ references: [RecordReference], decisions: ModelDecisions, diagnosis: Diagnosis) {
    for reference in references {
      let path = PlainStudy.casePath(reference)
      guard self.references.updateValue(reference, forKey: ExactText(path)) == nil else { continue }
      guard let decision = decisions[reference] else {
        unpredicted += 1
        continue
      }
      guard let label = PlainStudy.label(of: reference, diagnosis: diagnosis) else {
        unlabelled += 1
        continue
      }
      candidates.append(
        SamplingCandidate(
          record: reference.name, path: path, label: label, decision: decision.verdict, probability: decision.probability))
    }
    sources = SourceFolders.names(of: candidates.map(\.path))
  }

  func digest(of candidate: SamplingCandidate) -> RecordingDigest? { digests[ExactText(candidate.path)] }

  /// Takes out of the pool those that hold the same samples as another.
  ///
  /// Of the same samples a model says the same to the last digit, so only recordings of one probability are read. Where many have one, it was rounded and
  /// tells nothing.
  mutating func leaveOutTwins() {
    let groups = Dictionary(grouping: candidates) { $0.probability?.bitPattern }.values.filter {
      (2...Self.mostOfOneProbability).contains($0.count)
    }
    var twins: [(path: String, other: String)] = []
    for group in groups {
      var first: [RecordingDigest: SamplingCandidate] = [:]
      for candidate in group.sorted(by: { $0.path < $1.path }) {
        guard let digest = try? learnedDigest(of: candidate) else { continue }
        if let other = first[digest] { twins.append((candidate.path, other.path)) } else { first[digest] = candidate }
      }
    }
    leaveOut(twins)
  }

  private static let mostOfOneProbability = 100

  private mutating func leaveOut(_ twins: [(path: String, other: String)]) {
    guard let first = twins.min(by: { $0.path < $1.path }) else { return }
    if notes.isEmpty {
      notes.append(SeenTwice.sentence(first.path, first.other, more: twins.count - 1) + ", and counted and drawn once")
    }
    let paths = Set(twins.map { ExactText($0.path) })
    candidates.removeAll { paths.contains(ExactText($0.path)) }
  }

  /// What a candidate holds; read where nobody has read it.
  private mutating func learnedDigest(of candidate: SamplingCandidate) throws -> RecordingDigest? {
    let path = ExactText(candidate.path)
    guard let digest = try digests[path] ?? references[path].map({ try Recording(RecordFile.read($0)).digest() }) else { return nil }
    digests[path] = digest
    return digest
  }

  /// Takes out of the pool those drawn that hold the same samples as another drawn before; whether there were any.
  ///
  /// - Throws: what is wrong with a recording's files.
  mutating func leaveOutTwins(among drawn: [SamplingCandidate]) throws -> Bool {
    var first: [RecordingDigest: SamplingCandidate] = [:]
    var twins: [(path: String, other: String)] = []
    for candidate in drawn {
      guard let digest = try learnedDigest(of: candidate) else { continue }
      if let other = first[digest] { twins.append((candidate.path, other.path)) } else { first[digest] = candidate }
    }
    leaveOut(twins)
    return !twins.isEmpty
  }
}
