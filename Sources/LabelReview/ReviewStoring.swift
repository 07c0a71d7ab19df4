import Agreement
import ECG
import Foundation

/// Studies and verdicts that are kept: what every store of reviews does, whatever it keeps them in.
///
/// Verdicts are an append-only log of events in which each holds the digest of the one before; see ``VerdictEvent`` and ``verify()``. When a call
/// that writes returns, what it wrote outlives a crash and a lost power supply. What may be written when is said by ``StudyRules``, and asked in the transaction
/// in which it is written; several programs may use one store at once.
///
/// All calls throw ``ReviewStoreError``. A store is tried out by the tests of `StoreContractTests`, which every new one must pass.
public protocol ReviewStoring: Sendable {
  /// Where the store is, for messages.
  var path: String { get }
  /// Whether everything can be read and nothing written: whatever would write throws ``ReviewStoreError/readOnly(path:)``.
  var isReadOnly: Bool { get }

  // MARK: Studies

  /// The study of a name, nil where there is none.
  func study(named name: String) throws -> Study?
  /// All studies, oldest first.
  func studies() throws -> [Study]
  /// The cases of a study in order.
  func cases(of study: Study) throws -> [StudyCase]
  /// Makes a study, or resumes the one of that name.
  ///
  /// A resumed study keeps its question, blinding, cases and their order; recordings that are no case of it, see ``Recognition``, are added at the end, and
  /// those that moved are noted at their new place. None is ever removed.
  ///
  /// - Throws: ``ReviewStoreError/otherDiagnosis(study:stored:wanted:)`` where the study of that name asks about another diagnosis,
  ///   ``ReviewStoreError/sampledStudy(_:)`` where it is a drawn sample.
  func openStudy(_ draft: StudyDraft) throws -> Study
  /// Makes a new study with its cases and the model's decisions on them, all or nothing.
  ///
  /// A sampled study's identifiers follow from what it holds: two readers who draw the same sample on two machines get one study, whose verdicts merge.
  ///
  /// - Throws: ``ReviewStoreError/studyExists(_:)``.
  func createStudy(_ draft: StudyDraft) throws -> Study

  /// Notes where recordings of cases were seen, and what they are where that was not known.
  ///
  /// A digest that is known is never replaced: other samples are another recording.
  func note(_ sightings: [StudyCase.ID: Sighting], in study: Study) throws

  // MARK: Writing

  /// Records a verdict, one after reveal, or an adjudication, as the draft's kind says.
  ///
  /// It stands in place of the reviewer's earlier one of its kind on the case, which the log keeps.
  ///
  /// - Throws: where a first verdict would follow a reveal or a second one precede it; nothing was recorded then.
  @discardableResult
  func record(_ draft: VerdictDraft) throws -> VerdictEvent
  /// Records what a reader did to the annotations of a case: one stroke, which comes after those that ``StudyRules`` finds there.
  ///
  /// - Throws: ``ReviewStoreError/unfitStroke(record:reason:)`` and ``ReviewStoreError/strokesElsewhere(record:)``; nothing was recorded then.
  @discardableResult
  func record(_ draft: StrokeDraft) throws -> VerdictEvent
  /// Notes that a reader uncovers what the study hides on a case: from now on the reader's verdict stands, and a second one may follow.
  ///
  /// - Throws: ``ReviewStoreError/revealNotAllowed(record:)`` in a study that does not allow it, or before the reader's verdict.
  func recordReveal(study: Study, caseID: StudyCase.ID, reviewer: String) throws
  /// Takes back a reviewer's latest verdict of some kinds in a study that is not yet taken back; the one of its kind before it on the same case, if
  /// any, stands again.
  ///
  /// - Returns: the event of taking back, which names the case and the verdict; nil where there is nothing to take back.
  /// - Throws: ``ReviewStoreError/alreadyRevealed(record:)`` for a first verdict whose case has been uncovered.
  func undo(study: Study, reviewer: String, kinds: [VerdictEvent.Kind]) throws -> VerdictEvent?
  /// Records what the model decides on a case, unless its last recorded decision says the same; see ``StudyRules/isNews(_:after:)``.
  func recordModelDecision(_ decision: ModelDecision, study: Study, caseID: StudyCase.ID) throws
  /// Records verdicts that were given elsewhere.
  ///
  /// Where there is no study of the draft's name it is made: of the draft's cases, or where it has none of the file's, with the labels and decisions that the
  /// file gives. All or nothing but for conflicts, which are listed. Importing again changes nothing.
  ///
  /// - Parameter origin: names the file in each event.
  /// - Throws: ``ImportFault`` too.
  func importVerdicts(_ verdicts: [ImportedVerdict], into draft: StudyDraft, origin: String) throws -> ImportReport

  /// Notes in the log that somebody looked behind the blinding of a study.
  ///
  /// - Parameter what: at what, in a word or two.
  func recordUnblinding(of study: Study, by reviewer: String, what: String) throws

  /// A store to go on with after this one was found displaced (``ReviewStoreError/displaced(path:reason:)``): the one that is there now, if it is the same,
  /// else a new one beside it with what can still be read, and at least the study and its cases.
  func successor(holding study: Study, cases: [StudyCase]) throws -> any ReviewStoring

  // MARK: Reading

  /// Every event of a study in the order of the log.
  func events(of study: Study) throws -> [VerdictEvent]
  /// Who looked behind the blinding of a study, in the order of the log.
  func unblindings(of study: Study) throws -> [Unblinding]
  /// The verdict of each rater on each case that counts, of one kind: ordered by rater (as they began), then case.
  func standing(_ kind: VerdictEvent.Kind, of study: Study) throws -> [StandingVerdict]
  /// One rater's verdicts of a kind that count, and nothing else of them: fast in a long log. For reveals, the cases uncovered.
  func verdicts(_ kind: VerdictEvent.Kind, of study: Study, by reviewer: String) throws -> [StudyCase.ID: Verdict]
  /// How long one reader took for each verdict that counts, in seconds, where that was measured: fast in a long log.
  func seconds(of study: Study, by reviewer: String) throws -> [StudyCase.ID: Double]
  /// One reader's remarks beside verdicts that count, where there are any: fast in a long log.
  func notes(of study: Study, by reviewer: String) throws -> [StudyCase.ID: String]
  /// How far each reader has come who has a standing verdict, in the order in which they began.
  func progress(of study: Study) throws -> [ReviewerProgress]
  /// On how many cases readers differ, and on how many of these an adjudicator has settled it; second showings are left out.
  func disputeCounts(of study: Study) throws -> (disputed: Int, settled: Int)
  /// A study's standing verdicts as the statistics want them, and the second ones that readers gave after uncovering what it hides.
  ///
  /// - Parameter foreseen: what the model decides on recordings of cases on which the log has no decision of it.
  func ratings(of study: Study, foreseen: [RecordingDigest: Verdict]) throws -> StudyRatings

  /// What raters say of each statement in a study that relabels, one entry a rater and case that counts: ordered by rater (as they began), then case.
  ///
  /// Nothing in other studies. Fast in a long log: neither digests nor settings are read.
  func answers(_ kind: VerdictEvent.Kind, of study: Study) throws -> [StandingAnswer]

  /// What a reader did to the annotations of a case before the event of a number, nil for all, the oldest first; ``AnnotationHistory`` says what stands after
  /// them.
  func strokes(of study: Study, caseID: StudyCase.ID, by reviewer: String, before sequence: Int?) throws -> [AnnotationStroke]
  /// How many strokes of a reader on a case there were when the verdict of a kind was given that stands there; nil where none does.
  func strokesWhenDone(_ kind: VerdictEvent.Kind, of study: Study, caseID: StudyCase.ID, by reviewer: String) throws -> Int?
  /// Who annotated which cases of a study, in the order in which they began.
  func annotators(of study: Study) throws -> [StudyAnnotator]

  // MARK: Trust

  /// Reads the whole log and checks every digest, and all that the store says of studies and cases, judged or not.
  ///
  /// Whoever can rewrite every later event and the head of the chain can still hide a change: keep ``headDigest()`` elsewhere to rule that out.
  ///
  /// - Parameter depth: how much of what the store keeps them in besides.
  func verification(_ depth: StoreVerification.Depth) throws -> StoreVerification
  /// Digest of the last event, 64 hexadecimal digits; all zero in a store without events.
  func headDigest() throws -> String
}

/// A reader of a study who annotates, and the cases that were.
public struct StudyAnnotator: Sendable, Hashable {
  /// The reader's name.
  public let reader: String
  /// The cases, in the order in which they were begun.
  public internal(set) var cases: [StudyCase.ID]
}

extension ReviewStoring {
  /// Refuses a store that cannot take verdicts, before anybody spends time on giving some.
  ///
  /// - Throws: ``ReviewStoreError/readOnly(path:)``, ``ReviewStoreError/diskFull(path:)``.
  public func requireWritable() throws {
    if isReadOnly { throw UnwritableStore.reason(path) }
  }

  /// All that a reader did to the annotations of a case, the oldest first.
  public func strokes(of study: Study, caseID: StudyCase.ID, by reviewer: String) throws -> [AnnotationStroke] {
    try strokes(of: study, caseID: caseID, by: reviewer, before: nil)
  }

  /// Checks the store whole; see ``verification(_:)``.
  public func verification() throws -> StoreVerification { try verification(.whole) }

  /// What is wrong with the store, nothing where it is intact; see ``verification(_:)``.
  public func verify() throws -> [ChainFault] { try verification().faults }

  /// The verdict of each reader on each case that counts, the latest not taken back: ordered by reader (as they began), then case.
  public func standingVerdicts(of study: Study) throws -> [StandingVerdict] { try standing(.verdict, of: study) }

  /// Each reader's second verdicts that count, given after uncovering what the study hides.
  public func verdictsAfterReveal(of study: Study) throws -> [StandingVerdict] { try standing(.verdictAfterReveal, of: study) }

  /// The adjudications that count.
  public func adjudications(of study: Study) throws -> [StandingVerdict] { try standing(.adjudication, of: study) }

  /// The model's latest decision on each case that has one, in order of the cases.
  public func modelDecisions(of study: Study) throws -> [StandingVerdict] { try standing(.modelDecision, of: study) }

  /// Takes back a reviewer's latest verdict, first or second; see ``undo(study:reviewer:kinds:)``.
  public func undo(study: Study, reviewer: String) throws -> VerdictEvent? {
    try undo(study: study, reviewer: reviewer, kinds: [.verdict, .verdictAfterReveal])
  }

  /// The consensus on each case of a study, in the study's order; second showings are left out.
  public func consensus(of study: Study) throws -> [Consensus] {
    let readers = Dictionary(grouping: try standingVerdicts(of: study)) { $0.studyCase.id }
    // By time of writing, the later one last and so in force.
    let adjudications = try adjudications(of: study).sorted { $0.event.sequence < $1.event.sequence }
    let latest = Dictionary(adjudications.map { ($0.studyCase.id, $0.event) }, uniquingKeysWith: { $1 })
    let differs = Dictionary(try annotationOutcomes(of: study).map { ($0.studyCase.id, $0.isDisputed) }, uniquingKeysWith: { $1 })
    return try cases(of: study).filter { $0.repetition == 1 }.map { studyCase in
      Consensus(
        studyCase: studyCase, readers: readers[studyCase.id] ?? [], adjudication: latest[studyCase.id],
        marksDiffer: differs[studyCase.id])
    }
  }

  /// The cases on which readers differ, for an adjudicator.
  ///
  /// - Throws: ``ReviewStoreError/adjudicatorIsReader(_:study:)`` where the adjudicator has judged cases of the study.
  public func disputes(of study: Study, adjudicator: String) throws -> [Consensus] {
    let all = try consensus(of: study)
    try StudyRules.checkAdjudicator(adjudicator, readers: all.lazy.flatMap { $0.readers.map(\.rater) }, study: study.name)
    return all.filter { $0.isDisputed(under: study.relabelling) }
  }
}
