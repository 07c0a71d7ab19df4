import Agreement
import Foundation
import GRDB

extension ReviewStore {
  /// How far each reader has come.
  public func progress(of study: Study) throws -> [ReviewerProgress] {
    try read { database in
      let row = try self.row(of: study, in: database)
      let total = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM study_case WHERE study_id = ?", arguments: [row]) ?? 0
      let takenBack = try EventRow.takenBack(in: row, of: database)
      return try EventRow.raters(.verdict, of: row, in: database).compactMap { reader in
        var sums = ReaderSums()
        var walk = StudyRules.Walk<Int64, ReaderSums.Entry>()
        try database.scan(
          """
          SELECT case_id, sequence, verdict, time_ms, spent_ms, answer FROM event
          WHERE study_id = ? AND kind = ? AND reviewer = ? ORDER BY case_id, sequence
          """,
          arguments: [row, VerdictEvent.Kind.verdict.rawValue, reader]
        ) { found in
          let isTakenBack = takenBack.contains(found.integer(1))
          if let standing = walk.add(ReaderSums.Entry(found), at: found.integer(0), isTakenBack: isTakenBack) { sums.add(standing.value) }
        }
        if let standing = walk.take() { sums.add(standing.value) }
        return sums.isEmpty ? nil : sums.progress(of: reader, total: total)
      }
    }
  }

  /// On how many cases readers differ, and how many of these are settled.
  public func disputeCounts(of study: Study) throws -> (disputed: Int, settled: Int) {
    if let relabelling = study.relabelling {
      let all = try consensus(of: study).filter { $0.isDisputed(under: relabelling) }
      return (all.count, all.count(where: \.isAdjudicated))
    }
    if study.annotating != nil {
      let all = try consensus(of: study).filter(\.isDisputed)
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
        try self.forEachStanding(.verdict, of: row, by: reader, takenBack: takenBack, in: database) { caseRow, verdict in
          said[caseRow, default: 0] |= 1 << (verdict.flatMap(Verdict.allCases.firstIndex) ?? Verdict.allCases.count)
        }
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
  /// What counts of a verdict.
  struct Entry {
    let verdict: Verdict?
    let time: Int64
    let spent: Int64?
    let keys: Int?

    /// The columns from the verdict on: word, time, how long it took, and the answer of a study that relabels.
    init(_ row: ScannedRow) {
      verdict = row.verdict(2)
      time = row.integer(3)
      spent = row.isNull(4) ? nil : row.integer(4)
      keys = row.text(5).flatMap(CaseAnswer.keys(inForm:))
    }
  }

  private var counts: [Verdict: Int] = [:]
  private var spent: [Int64] = []
  private var latest: Int64?
  private var keys: [Int] = []
  private var judged = 0

  var isEmpty: Bool { judged == 0 }

  mutating func add(_ entry: Entry) {
    judged += 1
    if let verdict = entry.verdict { counts[verdict, default: 0] += 1 }
    if let milliseconds = entry.spent { spent.append(milliseconds) }
    if let count = entry.keys { keys.append(count) }
    latest = max(latest ?? entry.time, entry.time)
  }

  func progress(of reader: String, total: Int) -> ReviewerProgress {
    ReviewerProgress(
      reviewer: reader, judged: judged, total: total, present: counts[.present] ?? 0, absent: counts[.absent] ?? 0,
      unsure: counts[.unsure] ?? 0,
      medianSeconds: Self.median(spent).map { $0 / 1000 },
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
