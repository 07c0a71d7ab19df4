/// A place where the log is not what this program wrote.
public enum ChainFault: Sendable, Hashable, CustomStringConvertible {
  /// The event, or what it says of its study or case, was changed.
  case changed(event: Int)
  /// The event does not follow from the one before: that one was replaced, or events were reordered.
  case broken(event: Int)
  /// Events are missing: the first and the last number of the gap.
  case missing(first: Int, last: Int)
  /// The store's note of its last event does not match the log's end.
  case wrongHead(event: Int)
  /// The event cannot be read at all.
  case unreadable(event: Int)
  /// The store's note of its last event is gone.
  case missingHead
  /// A study's name, question, settings, labels or cases were changed, or cases were taken out of it.
  case changedStudy(String)
  /// The log of what befell the studies was changed; the number of the entry.
  case changedEntry(Int)
  /// A table, index or trigger is missing, is another, or is none of ours.
  case foreignPart(String)
  /// The file contradicts itself, in SQLite's words: an index may say something else than the events.
  case damagedFile(String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .changed(let event): "event \(event): its content, or that of its study or case, was changed after it was written"
    case .broken(let event): "event \(event): does not follow from the event before it, which was replaced or reordered"
    case .missing(let first, let last):
      first == last ? "event \(first): missing from the log" : "events \(first) to \(last): missing from the log"
    case .wrongHead(let event): "event \(event): the log does not end where the store says it does"
    case .unreadable(let event): "event \(event): cannot be read"
    case .missingHead: "the store's note of its last event is missing: events may have been cut from the end"
    case .changedStudy(let name):
      "study '\(name)': its name, question, settings, labels or cases were changed after they were written"
    case .changedEntry(let entry): "entry \(entry) of the studies' log: changed, removed or reordered after it was written"
    case .foreignPart(let part): "\(part): not as this program makes it; what it guards may have been changed"
    case .damagedFile(let words): "the file contradicts itself: \(words)"
    }
  }
}

/// What a check of a store found, and how far it reached.
public struct StoreVerification: Sendable, Hashable {
  /// How far a check reaches.
  public enum Depth: Sendable {
    /// To every page of the file, by SQLite's own check, which takes longer than all else.
    case whole
    /// To what figures and exports rest on: all events, studies and cases, and the indexes through which they are found.
    case figures
  }

  /// What is wrong, in the order of the log; nothing where all is intact.
  public internal(set) var faults: [ChainFault] = []
  /// How many events were checked.
  public internal(set) var events = 0
  /// How many studies were checked whole: name, question, settings, and every case with its label.
  public internal(set) var studies = 0
  /// How many cases these have.
  public internal(set) var cases = 0
  /// Studies that an older program made, of which only what was judged is covered.
  public internal(set) var uncovered: [String] = []
  /// Why studies cannot be read, one line each: a newer program may have made them, which is no fault of the log.
  public internal(set) var unreadable: [String] = []
}
