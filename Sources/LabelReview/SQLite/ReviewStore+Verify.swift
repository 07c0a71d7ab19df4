import Foundation
import GRDB

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
