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

  /// One line for a person.
  public var description: String {
    switch self {
    case .changed(let event): "event \(event): its content, or that of its study or case, was changed after it was written"
    case .broken(let event): "event \(event): does not follow from the event before it, which was replaced or reordered"
    case .missing(let first, let last):
      first == last ? "event \(first): missing from the log" : "events \(first) to \(last): missing from the log"
    case .wrongHead(let event): "event \(event): the log does not end where the store says it does"
    case .unreadable(let event): "event \(event): cannot be read"
    }
  }
}

extension ReviewStore {
  /// Reads the whole log and checks every digest.
  ///
  /// - Returns: what is wrong, in the order of the log; nothing where it is intact. Whoever can rewrite every later event and the head of the
  ///   chain can still hide a change: keep ``headDigest()`` elsewhere to rule that out.
  public func verify() throws -> [ChainFault] {
    try read { database in
      var check = ChainCheck()
      let rows = try Row.fetchCursor(database, sql: "\(EventRow.selection) ORDER BY event.sequence")
      while let row = try rows.next() { check.add(row) }
      let head = try EventRow.head(of: database)
      check.finish(headSequence: head.sequence, headDigest: head.digest)
      return check.faults
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

  mutating func finish(headSequence: Int64, headDigest: Data) {
    if headSequence >= next {
      faults.append(.missing(first: Int(next), last: Int(headSequence)))
    } else if headSequence != next &- 1 || (previous.map { $0 != headDigest } ?? false) {
      faults.append(.wrongHead(event: Int(next &- 1)))
    }
  }
}
