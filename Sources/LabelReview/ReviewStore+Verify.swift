import Foundation
import GRDB

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
    case .damagedFile(let words): "the file contradicts itself: \(words)"
    }
  }
}

extension ReviewStore {
  /// Reads the whole log and checks every digest, then that SQLite's indexes, from which statistics are read, say what the events say.
  ///
  /// - Returns: what is wrong, in the order of the log; nothing where it is intact. Whoever can rewrite every later event and the head of the
  ///   chain can still hide a change: keep ``headDigest()`` elsewhere to rule that out.
  public func verify() throws -> [ChainFault] {
    try read { database in
      var check = ChainCheck()
      let rows = try Row.fetchCursor(database, sql: "\(EventRow.selection) ORDER BY event.sequence")
      while let row = try rows.next() { check.add(row) }
      let head = try EventRow.head(of: database)
      let hasHead = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM chain_head WHERE id = 1)") ?? false
      check.finish(head: hasHead ? head : nil)
      let words = try String.fetchAll(database, sql: "PRAGMA integrity_check(10)")
      return check.faults + words.filter { $0 != "ok" }.map { .damagedFile($0) }
    }
  }

  /// Digest of the last event, 64 hexadecimal digits; all zero in a store without events.
  public func headDigest() throws -> String {
    try read { try EventRow.head(of: $0).digest.hexadecimal }
  }
}

/// Walks the log from its first event.
private struct ChainCheck {
  private(set) var faults: [ChainFault] = []
  private var next: Int64 = 1
  /// Digest of the event before; nil after one that could not be read.
  private var previous: Data? = EventRow.chainStart

  mutating func add(_ raw: Row) {
    let sequence = (try? raw.decode(Int64.self, forColumn: "sequence")) ?? next
    guard sequence >= next else { return faults.append(.broken(event: Int(sequence))) }
    let followsGap = sequence > next
    if followsGap { faults.append(.missing(first: Int(next), last: Int(sequence - 1))) }
    next = sequence &+ 1
    guard let row = try? EventRow(row: raw) else {
      faults.append(.unreadable(event: Int(sequence)))
      previous = nil
      return
    }
    if let previous, !followsGap, row.previousDigest != previous { faults.append(.broken(event: Int(sequence))) }
    if row.contentDigest() != row.digest { faults.append(.changed(event: Int(sequence))) }
    previous = row.digest
  }

  mutating func finish(head: (sequence: Int64, digest: Data)?) {
    guard let head else { return faults.append(.missingHead) }
    if head.sequence >= next {
      faults.append(.missing(first: Int(next), last: Int(head.sequence)))
    } else if head.sequence != next &- 1 || (previous.map { $0 != head.digest } ?? false) {
      faults.append(.wrongHead(event: Int(next &- 1)))
    }
  }
}
