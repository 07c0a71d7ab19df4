import Agreement
import ECG
import Foundation
import GRDB
import PlainText

/// Finds the cases that a file's rows are about: by what was judged, else by name.
///
/// It keeps the numbers of rows and reads a case when somebody asks: a study may have a million.
struct CaseFinder {
  private let study: Study
  private let parts: RepeatedStatement
  /// The rows of cases by the names under which they are exported.
  private var byName: [Showing: Int64] = [:]
  /// Of cases whose record has the name of another recording, those by the record alone, 0 for several.
  ///
  /// What looks like one name to people may still be two.
  private var byRecord: [Showing: Int64] = [:]
  private var byDigest: [DigestShowing: Int64] = [:]

  private struct DigestShowing: Hashable {
    let digest: RecordingDigest
    let repetition: Int
  }

  /// The cases of a study.
  ///
  /// - Parameter withDigests: whether rows say what was judged.
  init(_ study: Study, row: Int64, withDigests: Bool, in database: Database) throws {
    self.study = study
    parts = try RepeatedStatement(
      """
      SELECT \(EventRow.CasePart.columns), IFNULL(recording_digest, learned_digest) FROM study_case WHERE id = ?
      """, in: database)
    let shared = try Self.sharedNames(study: row, in: database)
    byName.reserveCapacity(try Int.fetchOne(database, sql: "SELECT count(*) FROM study_case WHERE study_id = ?", arguments: [row]) ?? 0)
    var places = StudyExport.PlaceNumbers<ExactText>()
    try database.scan(
      """
      SELECT id, record, repetition, path, IFNULL(recording_digest, learned_digest) FROM study_case WHERE study_id = ? ORDER BY position
      """, arguments: [row]
    ) { found in
      let (row, record, repetition) = (found.integer(0), found.string(1), Int(found.integer(2)))
      let plain = Showing(path: record, repetition: repetition)
      let isShared = !shared.isEmpty && shared.contains(record)
      let digest = found.stringOrNull(4)
      var name = plain
      if isShared {
        let path = found.string(3)
        name = Showing(path: places.name(of: record, at: path, key: ExactText(digest ?? path)), repetition: repetition)
        byRecord[plain] = byRecord[plain] == nil ? row : 0
      }
      if byName[name] == nil { byName[name] = row }
      guard withDigests, let digest else { return }
      let place = DigestShowing(digest: RecordingDigest(hexadecimal: digest), repetition: repetition)
      if byDigest[place] == nil { byDigest[place] = row }
    }
  }

  /// Names that are one to Unicode and those of several recordings.
  private static func sharedNames(study: Int64, in database: Database) throws -> Set<String> {
    // Where all cases are known by their names alone, and these are plain letters, no two have one.
    let mayShare = try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM study_case
          WHERE study_id = ? AND (path <> record OR IFNULL(recording_digest, learned_digest) IS NOT NULL OR record GLOB '*[^ -~]*'))
        """, arguments: [study])
    guard mayShare ?? true else { return [] }
    let key = try RepeatedStatement(
      "SELECT IFNULL(IFNULL(recording_digest, learned_digest), path) FROM study_case WHERE id = ?", in: database)
    var first: [String: Int64] = [:]
    var shared: Set<String> = []
    try database.scan(
      "SELECT id, record, IFNULL(IFNULL(recording_digest, learned_digest), path) FROM study_case WHERE study_id = ?", arguments: [study]
    ) { found in
      let record = found.string(1)
      guard let other = first[record] else {
        first[record] = found.integer(0)
        return
      }
      key.bind(1, other)
      if try key.first({ !$0.string(0).isExactly(found.string(2)) }) ?? true { shared.insert(record) }
    }
    return shared
  }

  /// The row of the case that a row's rater judged.
  ///
  /// - Throws: ``ImportFault`` where the study has none, or its recording is another.
  func judged(by verdict: ImportedVerdict) throws -> Int64 {
    guard let row = find(verdict) else {
      throw ImportFault.unknownCase(verdict.caseName, line: verdict.line, study: study.name)
    }
    if let judged = verdict.recordingDigest, let known = try digest(of: row), judged != known {
      throw ImportFault.otherRecording(verdict.caseName, line: verdict.line, study: study.name)
    }
    return row
  }

  /// The row of a case; nil where the study has none.
  private func find(_ verdict: ImportedVerdict) -> Int64? {
    let digest = verdict.recordingDigest.flatMap { byDigest[DigestShowing(digest: $0, repetition: verdict.repetition)] }
    if let digest { return digest }
    let name = Showing(path: verdict.caseName, repetition: verdict.repetition)
    return byName[name] ?? byRecord[name].flatMap { $0 == 0 ? nil : $0 }
  }

  private func digest(of row: Int64) throws -> RecordingDigest? {
    parts.bind(1, row)
    return try parts.first { $0.stringOrNull(7).map { RecordingDigest(hexadecimal: $0) } } ?? nil
  }

  /// What an event's digest covers of the case in a row.
  func part(_ row: Int64) throws -> EventRow.CasePart {
    parts.bind(1, row)
    let part = try parts.first { EventRow.CasePart($0) }
    guard let part else { throw ReviewStoreError.unknownCase("\(row)", study: study.name) }
    return part
  }
}

/// The raters of a file by number: each is checked once, and named in one Unicode form.
struct RaterNumbers {
  private var numbers: [ExactText: Int32] = [:]
  private var forms: [ExactText: Int32] = [:]
  private(set) var names: [String] = []

  /// The number of a rater; two names of one form are one rater.
  ///
  /// - Throws: what is wrong with a name that no reader may have.
  mutating func number(of rater: String) throws -> Int32 {
    if let known = numbers[ExactText(rater)] { return known }
    try StudyRules.checkReviewer(rater)
    let number = number(ofStored: rater.storableName)
    numbers[ExactText(rater)] = number
    return number
  }

  /// The number of a rater by the name as stored.
  mutating func number(ofStored name: String) -> Int32 {
    let form = ExactText(name)
    if let known = forms[form] { return known }
    let number = Int32(clamping: names.count)
    forms[form] = number
    names.append(name)
    return number
  }
}

/// A rater's dealings with a case.
struct RaterOnCase: Hashable {
  let caseRow: Int64
  let rater: Int32
}
