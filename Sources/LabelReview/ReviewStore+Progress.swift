import Agreement
import Foundation
import GRDB

extension ReviewStore {
  /// How far each reader has come who has a standing verdict, in the order in which they began.
  public func progress(of study: Study) throws -> [ReviewerProgress] {
    try read { database in
      let total = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM study_case WHERE study_id = ?", arguments: [study.rowID]) ?? 0
      let arguments: StatementArguments = ["study": study.rowID, "kind": VerdictEvent.Kind.verdict.rawValue]
      let readers = try String.fetchAll(
        database, sql: "SELECT reviewer \(EventRow.notUndone) GROUP BY reviewer ORDER BY MIN(sequence)", arguments: arguments)
      return try readers.map { reader in
        let rows = try Row.fetchCursor(
          database,
          sql: """
            SELECT event.verdict, event.spent_ms, event.time_ms FROM
              (SELECT MAX(sequence) AS last \(EventRow.notUndone) AND reviewer = :reviewer GROUP BY case_id) AS latest
            JOIN event ON event.sequence = latest.last
            """,
          arguments: arguments &+ ["reviewer": reader])
        var sums = ReaderSums()
        while let row = try rows.next() {
          let verdict: String = try row.decode(atIndex: 0)
          sums.add(verdict, spentMilliseconds: try row.decode(Int64?.self, atIndex: 1), timeMilliseconds: try row.decode(atIndex: 2))
        }
        return sums.progress(of: reader, total: total)
      }
    }
  }

  /// On how many cases readers differ, and on how many of these an adjudicator has settled it; second showings are left out.
  public func disputeCounts(of study: Study) throws -> (disputed: Int, settled: Int) {
    try read { database in
      let disputed = try Set(
        Int64.fetchCursor(
          database,
          sql: """
            SELECT case_id FROM (SELECT case_id, verdict, MAX(sequence) \(EventRow.notUndone) GROUP BY reviewer, case_id)
            WHERE case_id IN (SELECT id FROM study_case WHERE study_id = :study AND repetition = 1)
            GROUP BY case_id HAVING COUNT(DISTINCT verdict) > 1
            """,
          arguments: ["study": study.rowID, "kind": VerdictEvent.Kind.verdict.rawValue]))
      let settled = try Set(
        Int64.fetchCursor(
          database, sql: "SELECT DISTINCT case_id \(EventRow.notUndone)",
          arguments: ["study": study.rowID, "kind": VerdictEvent.Kind.adjudication.rawValue]))
      return (disputed.count, disputed.intersection(settled).count)
    }
  }
}

/// What one reader's standing verdicts add up to.
private struct ReaderSums {
  private var counts: [String: Int] = [:]
  private var spent: [Int64] = []
  private var latest: Int64?

  mutating func add(_ verdict: String, spentMilliseconds: Int64?, timeMilliseconds: Int64) {
    counts[verdict, default: 0] += 1
    if let spentMilliseconds { spent.append(spentMilliseconds) }
    latest = max(latest ?? timeMilliseconds, timeMilliseconds)
  }

  func progress(of reader: String, total: Int) -> ReviewerProgress {
    ReviewerProgress(
      reviewer: reader, judged: counts.values.reduce(0, +), total: total, present: counts[Verdict.present.rawValue] ?? 0,
      absent: counts[Verdict.absent.rawValue] ?? 0, unsure: counts[Verdict.unsure.rawValue] ?? 0, medianSeconds: medianSeconds,
      lastVerdictAt: Date(milliseconds: latest ?? 0))
  }

  /// The middle value, or the mean of the two in the middle; nil of nothing.
  private var medianSeconds: Double? {
    guard !spent.isEmpty else { return nil }
    let sorted = spent.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? Double(sorted[middle]) / 1000 : (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2000
  }
}
