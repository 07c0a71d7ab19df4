import Agreement
import LabelReview

/// What is on its way to the store, what waits for its answer, and what can be taken back or given again.
///
/// One thing at a time is on its way; keys struck meanwhile are kept, for the reader sees the same record all that time.
struct Ledger: Sendable {
  /// What the store was asked for and has not answered yet.
  enum OnItsWay: Sendable, Equatable {
    case nothing
    case verdict(Verdict)
    case takingBack
  }

  /// What keys ask for between a verdict's key and the word that it is on disk, or taken back.
  struct Waiting: Sendable {
    /// Whether the case stays open, since the verdict was only stored again with a note.
    var staysOpen = false
    /// Whether the verdict is taken back at once.
    var takesBack = false
    /// What is to be said of a key that was refused meanwhile; nil where none was.
    ///
    /// The refusal's own word is gone with the word that the first is saved, or taken back.
    var remark: String?
    /// Of a key that judges, struck before the one before it was done.
    static let tooEarly = "a key came too early"
    /// The note that the verdict is stored with.
    var note = ""
    /// How many strokes of annotation the verdict is on, in a study of annotation.
    var strokes: Int?
  }

  /// Whether the desk is being left.
  enum Leaving: Sendable, Equatable {
    case no
    /// The key was struck once; once more leaves.
    case asked
    /// The desk is left as soon as the store has answered.
    case onceStored
  }

  /// A note as it was before it was changed.
  struct NoteChange: Sendable {
    let caseIndex: Int
    let before: String
    /// Whether the change is stored with a verdict of its own.
    var isStored: Bool
  }

  /// What the store was asked for.
  private(set) var onItsWay = OnItsWay.nothing
  /// What waits for its answer.
  var waiting = Waiting()
  /// Whether the desk is being left.
  var leaving = Leaving.no
  /// Verdicts taken back, the latest last.
  private(set) var takenBack: [(caseIndex: Int, verdict: Verdict)] = []
  /// Notes as they were before they were changed, the latest last.
  private(set) var noteChanges: [NoteChange] = []

  /// The verdict that is on its way to the disk.
  var saving: Verdict? {
    if case .verdict(let verdict) = onItsWay { return verdict }
    return nil
  }

  /// Whether the reader's last verdict is being taken back.
  var isTakingBack: Bool { onItsWay == .takingBack }

  // MARK: The store is asked, and answers

  /// A verdict goes to the store with its note.
  mutating func send(_ verdict: Verdict, note: String, strokes: Int? = nil, staysOpen: Bool = false) {
    onItsWay = .verdict(verdict)
    waiting = Waiting(staysOpen: staysOpen, note: note, strokes: strokes)
  }

  /// The store is asked to take back the last verdict.
  mutating func sendBack() {
    onItsWay = .takingBack
    waiting = Waiting()
  }

  /// The store has answered; returns what waited for it.
  mutating func answered() -> Waiting {
    defer {
      onItsWay = .nothing
      waiting = Waiting()
    }
    return waiting
  }

  /// The store has refused: nothing has changed on disk, and what would have followed is dropped.
  mutating func failed() {
    if waiting.staysOpen, !noteChanges.isEmpty { noteChanges[noteChanges.count - 1].isStored = false }
    if leaving == .onceStored { leaving = .asked }
    _ = answered()
  }

  // MARK: Taken back, and given again

  /// A verdict was taken back and can be given again.
  mutating func keep(takenBack verdict: Verdict, ofCase index: Int) { takenBack.append((index, verdict)) }

  /// Another verdict was given: those taken back before stay taken back.
  mutating func forgetTakenBack() { takenBack = [] }

  /// The verdict taken back last is given again; those before it can be given again after it.
  mutating func giveAgain(_ earlier: [(caseIndex: Int, verdict: Verdict)]) { takenBack = earlier }

  // MARK: Notes

  /// A note was changed.
  mutating func changed(noteOfCase index: Int, from before: String, isStored: Bool) {
    noteChanges.append(NoteChange(caseIndex: index, before: before, isStored: isStored))
  }

  /// The last change is on its way to the disk.
  mutating func lastChangeIsStored() {
    if !noteChanges.isEmpty { noteChanges[noteChanges.count - 1].isStored = true }
  }

  /// The changes of a case's note that waited for a verdict are stored with it, or gone with it.
  mutating func settleNotes(ofCase index: Int) { noteChanges.removeAll { !$0.isStored && $0.caseIndex == index } }

  /// The note before its last change, where that is the last change of all and is stored or not, as asked; the change is forgotten.
  mutating func takeBackNote(ofCase index: Int, isStored: Bool) -> String? {
    guard let last = noteChanges.last, last.isStored == isStored, last.caseIndex == index else { return nil }
    noteChanges.removeLast()
    return last.before
  }
}
