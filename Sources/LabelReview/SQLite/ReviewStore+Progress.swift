import Agreement
import Foundation
import GRDB

extension ReviewStore {
  /// How far each reader has come.
  public func progress(of study: Study) throws -> [ReviewerProgress] {
    try read { database in
      let total = try self.cases(of: study, in: database).count
      let standing = Dictionary(grouping: try self.standingRows(.verdict, of: study, in: database)) { Array($0.reviewer.utf8) }
      return try EventRow.raters(.verdict, of: self.row(of: study, in: database), in: database).compactMap { reader in
        guard let rows = standing[Array(reader.utf8)] else { return nil }
        var sums = ReaderSums()
        for row in rows { sums.add(row) }
        return sums.progress(of: reader, total: total)
      }
    }
  }

  /// On how many cases readers differ, and how many of these are settled.
  public func disputeCounts(of study: Study) throws -> (disputed: Int, settled: Int) {
    if let relabelling = study.relabelling {
      let all = try consensus(of: study).filter { $0.isDisputed(under: relabelling) }
      return (all.count, all.count(where: \.isAdjudicated))
    }
    return try read { database in
      let row = try self.row(of: study, in: database)
      let takenBack = try EventRow.takenBack(in: row, of: database)
      let firsts = try Set(
        Int64.fetchCursor(database, sql: "SELECT id FROM study_case WHERE study_id = ? AND repetition = 1", arguments: [row]))
      // One bit a verdict that somebody gave.
      var said: [Int64: Int] = [:]
      for reader in try EventRow.raters(.verdict, of: row, in: database) {
        try self.forEachStanding(.verdict, of: row, by: reader, takenBack: takenBack, in: database) { said[$0, default: 0] |= 1 << $1 }
      }
      let disputed = Set(said.filter { $0.value.nonzeroBitCount > 1 && firsts.contains($0.key) }.keys)
      var settled: Set<Int64> = []
      for adjudicator in try EventRow.raters(.adjudication, of: row, in: database) {
        try self.forEachStanding(.adjudication, of: row, by: adjudicator, takenBack: takenBack, in: database) { caseRow, _ in
          settled.insert(caseRow)
        }
      }
      return (disputed.count, disputed.intersection(settled).count)
    }
  }
}

/// What one reader's standing verdicts add up to.
private struct ReaderSums {
  private var counts: [String: Int] = [:]
  private var spent: [Int64] = []
  private var latest: Int64?
  private var keys: [Int] = []

  mutating func add(_ row: EventRow) {
    counts[row.verdict, default: 0] += 1
    if let milliseconds = row.spentMilliseconds { spent.append(milliseconds) }
    row.answer.flatMap(CaseAnswer.init(form:))?.keys.map { keys.append($0) }
    latest = max(latest ?? row.timeMilliseconds, row.timeMilliseconds)
  }

  func progress(of reader: String, total: Int) -> ReviewerProgress {
    ReviewerProgress(
      reviewer: reader, judged: counts.values.reduce(0, +), total: total, present: counts[Verdict.present.rawValue] ?? 0,
      absent: counts[Verdict.absent.rawValue] ?? 0, unsure: counts[Verdict.unsure.rawValue] ?? 0, medianSeconds: Self.median(spent).map { $0 / 1000 },
      medianKeys: Self.median(keys), lastVerdictAt: Date(milliseconds: latest ?? 0))
  }

  /// The middle value, or the mean of the two in the middle; nil of nothing.
  private static func median(_ values: [some BinaryInteger]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? Double(sorted[middle]) : (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2
  }
}
