import Agreement
import ECG
import Foundation
import PlainText

/// The rules of a study: whether a verdict may be given now, which one stands, and what taking back takes back.
///
/// They read entries of the log and touch no store. Every store asks them inside the transaction in which it writes, so that nothing can come between the
/// answer and what is written.
public enum StudyRules {
  /// What the rules see of an event: one rater's dealing with one case.
  public struct Entry: Sendable, Hashable {
    /// Identifies the event.
    public let identifier: String
    /// What happened; nil for a word that this program does not know.
    public let kind: VerdictEvent.Kind?
    /// What was said; nil for a word that this program does not know.
    public let verdict: Verdict?
    /// By an undo, the event taken back.
    public let undoes: String?

    /// An entry.
    public init(identifier: String, kind: VerdictEvent.Kind?, verdict: Verdict?, undoes: String? = nil) {
      self.identifier = identifier
      self.kind = kind
      self.verdict = verdict
      self.undoes = undoes
    }
  }

  // MARK: Who

  /// Refuses a name that no reader may have.
  ///
  /// - Throws: ``ReviewStoreError/namelessReviewer`` and ``ReviewStoreError/reservedReviewer(_:)``.
  public static func checkReviewer(_ name: String) throws {
    guard name.contains(where: { !$0.isWhitespace }) else { throw ReviewStoreError.namelessReviewer }
    guard !ReservedRater.contains(name) else { throw ReviewStoreError.reservedReviewer(name) }
  }

  /// Refuses a name that no reader may give: one that no reader may have, or with control characters or line ends.
  ///
  /// Stores and files keep such names where they have them; but who strikes an arrow key where a name is asked for types one unseen.
  ///
  /// - Throws: ``ReviewStoreError/unprintableReviewer``, and what ``checkReviewer(_:)`` throws.
  public static func checkGivenReviewer(_ name: String) throws {
    try checkReviewer(name)
    guard !name.unicodeScalars.contains(where: isControl) else { throw ReviewStoreError.unprintableReviewer }
  }

  /// Whether a character moves a terminal's cursor or ends a line.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }

  /// Refuses an adjudicator who is one of the readers.
  ///
  /// - Throws: ``ReviewStoreError/adjudicatorIsReader(_:study:)``.
  public static func checkAdjudicator(_ name: String, readers: some Sequence<String>, study: String) throws {
    try checkReviewer(name)
    guard !readers.contains(where: { $0.isExactly(name.storableName) }) else {
      throw ReviewStoreError.adjudicatorIsReader(name, study: study)
    }
  }

  // MARK: Which one stands

  /// The entry of a kind that counts: the last one that was not taken back.
  ///
  /// - Parameter history: what one rater did on one case, the oldest first.
  public static func standing(_ kind: VerdictEvent.Kind, in history: [Entry]) -> Entry? {
    let takenBack = Set(history.compactMap(\.undoes))
    return history.last { $0.kind == kind && !takenBack.contains($0.identifier) }
  }

  /// Finds in one walk over many entries of one kind those that stand.
  ///
  /// Entries on one place (a rater's dealings with a case) come beside one another and in the order of the log.
  struct Walk<Place: Equatable, Value> {
    private var held: (place: Place, value: Value)?

    /// Takes the next entry.
    ///
    /// - Returns: what stands at the place before, where this entry begins another one.
    mutating func add(_ value: Value, at place: Place, isTakenBack: Bool) -> (place: Place, value: Value)? {
      let finished = held.map { $0.place != place } == true ? take() : nil
      if !isTakenBack { held = (place, value) }
      return finished
    }

    /// What stands at the last place.
    mutating func take() -> (place: Place, value: Value)? {
      defer { held = nil }
      return held
    }
  }

  // MARK: May this be written now

  /// Whether a reader may give a verdict of a kind on a case now.
  ///
  /// A first verdict comes before the reader uncovers what the study hides, a second one after.
  ///
  /// - Parameter history: what the reader did on the case, the oldest first.
  /// - Throws: ``ReviewStoreError/alreadyRevealed(record:)``, ``ReviewStoreError/notRevealed(record:)``.
  public static func checkVerdict(_ kind: VerdictEvent.Kind, on record: String, after history: [Entry]) throws {
    let isRevealed = history.contains { $0.kind == .reveal }
    if kind == .verdict, isRevealed { throw ReviewStoreError.alreadyRevealed(record: record) }
    if kind == .verdictAfterReveal, !isRevealed { throw ReviewStoreError.notRevealed(record: record) }
  }

  /// Refuses a verdict on other samples than those that became the case: a recording is what its samples are.
  ///
  /// - Throws: ``ReviewStoreError/otherRecording(record:)``.
  public static func checkRecording(_ judged: RecordingDigest?, isThatOf known: RecordingDigest?, record: String) throws {
    if let judged, let known, judged != known { throw ReviewStoreError.otherRecording(record: record) }
  }

  /// Whether a reader may uncover what a study hides on a case, and the verdict that stands from then on.
  ///
  /// - Returns: nil where it is uncovered already and nothing is to be written.
  /// - Throws: ``ReviewStoreError/revealNotAllowed(record:)`` in a study that does not allow it, or before the reader's verdict.
  public static func reveal(on record: String, after history: [Entry], isAllowed: Bool) throws -> Verdict? {
    if history.contains(where: { $0.kind == .reveal }) { return nil }
    guard isAllowed, let verdict = standing(.verdict, in: history)?.verdict else {
      throw ReviewStoreError.revealNotAllowed(record: record)
    }
    return verdict
  }

  /// Whether a model's decision says something new.
  ///
  /// The same is the decision, the model, and the probability to 1e-4, within which the program's
  /// kernels for different processors agree. Of a study that relabels, the same on every statement.
  public static func isNews(_ decision: ModelDecision, after last: ModelDecision?) -> Bool {
    guard let last, last.verdict == decision.verdict, last.modelDigest == decision.modelDigest?.storable else { return true }
    guard last.answer?.verdicts == decision.answer?.verdicts else { return true }
    guard isSame(last.probability, decision.probability) else { return true }
    let (old, new) = (last.answer?.probabilities ?? [:], decision.answer?.probabilities ?? [:])
    return !Set(old.keys).union(new.keys).allSatisfy { isSame(old[$0], new[$0]) }
  }

  /// Whether two probabilities are the same but for what kernels differ by, and the last of the four digits that are kept of a set's.
  private static func isSame(_ one: Double?, _ other: Double?) -> Bool {
    guard let one, let other else { return one == other }
    return abs(one - other) <= 1.5e-4
  }

  /// The reader who would be told too early by labels, the model's decisions and other readers' verdicts: of a blinded study, the first who has begun and
  /// not finished it.
  ///
  /// - Parameter queue: how many cases a reader is to read where that is not all of them.
  static func readerToProtect(in study: Study, _ progress: [ReviewerProgress], queue: (String) -> Int? = { _ in nil }) -> String? {
    study.blinding.isEmpty ? nil : progress.first { $0.judged < queue($0.reviewer) ?? $0.total }?.reviewer
  }

  // MARK: What taking back takes back

  /// Walks back through a reader's entries in a study, the latest first, to the one that taking back takes back: the latest of the kinds asked for that is
  /// not taken back yet.
  public struct Undo {
    private let kinds: [VerdictEvent.Kind]
    private var takenBack: Set<String> = []

    /// Looks for entries of some kinds.
    public init(of kinds: [VerdictEvent.Kind]) { self.kinds = kinds }

    /// Takes the next older entry; whether it is the one.
    public mutating func finds(_ entry: Entry) -> Bool {
      if let undone = entry.undoes { takenBack.insert(undone) }
      guard let kind = entry.kind, kinds.contains(kind) else { return false }
      return !takenBack.contains(entry.identifier)
    }

    /// Refuses to take back a first verdict whose case has been uncovered since.
    ///
    /// - Parameter history: what the reader did on the case.
    /// - Throws: ``ReviewStoreError/alreadyRevealed(record:)``.
    public static func check(_ entry: Entry, on record: String, in history: [Entry]) throws {
      if entry.kind == .verdict, history.contains(where: { $0.kind == .reveal }) { throw ReviewStoreError.alreadyRevealed(record: record) }
    }
  }
}
