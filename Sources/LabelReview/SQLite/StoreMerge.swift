import Foundation
import GRDB
import PlainText

/// What became of a merge.
public struct MergeReport: Sendable, Hashable {
  /// Studies that the store did not have.
  public internal(set) var addedStudies = 0
  /// Cases that the store did not have.
  public internal(set) var addedCases = 0
  /// Events appended.
  public internal(set) var addedEvents = 0
  /// Events that the store had already, or whose content it had.
  public internal(set) var knownEvents = 0
  /// Notes appended that somebody looked behind a study's blinding.
  public internal(set) var addedUnblindings = 0
  /// What does not fit together; nothing of it was merged.
  public internal(set) var conflicts: [Conflict] = []

  /// Something that a person has to decide.
  public enum Conflict: Sendable, Hashable, CustomStringConvertible {
    /// A study of that name, or identity, differs in question, blinding or drawing.
    case otherStudy(String)
    /// The case is not in the sampled study here, or is another recording or label of that name.
    case otherCase(study: String, record: String)
    /// One event with two contents.
    case otherEvent(String)
    /// A rater's verdicts on a case went different ways in the two stores.
    case verdicts(study: String, record: String, rater: String, here: String, there: String)

    /// One line for a person.
    public var description: String {
      switch self {
      case .otherStudy(let name): "study '\(name)': here it asks, hides or draws something else; not merged"
      case .otherCase(let study, let record):
        "study '\(study)', case \(record): not a case here, or another recording or label; its verdicts are not merged"
      case .otherEvent(let id): "event \(id): the two stores hold different contents; not merged"
      case .verdicts(let study, let record, let rater, let here, let there):
        "study '\(study)', case \(record), \(rater): '\(here)' here and '\(there)' there; not merged"
      }
    }
  }
}

extension ReviewStore {
  /// Takes over the studies, cases and events of another store that this one lacks; the other stays as it is.
  ///
  /// An event keeps its identifier and becomes a new link of this store's chain, which names the store it comes from, its number and its digest
  /// there. Merging again changes nothing. Nothing is guessed: what contradicts this store is listed and left out.
  ///
  /// - Throws: ``ReviewStoreError``, also ``ReviewStoreError/brokenSource(path:fault:)`` where the other store's log does not verify.
  public func merge(from source: ReviewStore) throws -> MergeReport {
    if let fault = try source.verify().first { throw ReviewStoreError.brokenSource(path: source.path, fault: fault.description) }
    let snapshot = try source.mergeSnapshot()
    return try write { database in
      var merge = StoreMerge(store: self, database: database, sourceIdentifier: snapshot.identifier)
      for study in snapshot.studies { try merge.take(study) }
      return merge.report
    }
  }

  private func mergeSnapshot() throws -> (identifier: String, studies: [StoreMerge.StudyContents]) {
    try read { database in
      let identifier = try String.fetchOne(database, sql: "SELECT identifier FROM store_identity WHERE id = 1") ?? ""
      let studies = try Row.fetchAll(database, sql: "SELECT * FROM study ORDER BY id").map(self.study)
      return (identifier, try studies.map { try StoreMerge.StudyContents($0, store: self, in: database) })
    }
  }
}

/// A merge in progress, inside one transaction of the store that takes.
private struct StoreMerge {
  let store: ReviewStore
  let database: Database
  let sourceIdentifier: String
  private(set) var report = MergeReport()

  init(store: ReviewStore, database: Database, sourceIdentifier: String) {
    self.store = store
    self.database = database
    self.sourceIdentifier = sourceIdentifier
  }

  /// A study with all that belongs to it.
  struct StudyContents {
    let study: Study
    let cases: [StudyCase]
    let events: [EventRow]
    /// Who looked behind the study's blinding.
    let unblindings: [StudyLogEntry]
    /// The study's row, and those of its cases by their identifiers.
    let row: Int64
    let caseRows: [String: Int64]
    /// Digests of cases' recordings, by the cases' identifiers, as the cases and their events give them.
    private let digests: [String: Set<String>]

    init(_ study: Study, store: ReviewStore, in database: Database) throws {
      self.study = study
      row = try store.row(of: study, in: database)
      cases = try store.cases(of: study, in: database)
      events = try EventRow.fetchAll(
        database, sql: "\(EventRow.selection) WHERE event.study_id = ? ORDER BY event.sequence", arguments: [row])
      unblindings = try StudyLogEntry.unblindings(of: row, in: database)
      let rows = try Row.fetchAll(database, sql: "SELECT identifier, id FROM study_case WHERE study_id = ?", arguments: [row])
      caseRows = Dictionary(
        try rows.map { (try $0.decode(atIndex: 0), try $0.decode(atIndex: 1)) }, uniquingKeysWith: { first, _ in first })
      var digests: [String: Set<String>] = [:]
      for event in events { event.recordingDigest.map { _ = digests[event.studyCase.identifier, default: []].insert($0) } }
      for studyCase in cases {
        studyCase.digest.map { _ = digests[studyCase.id.uuidString, default: []].insert($0.description) }
      }
      self.digests = digests
    }

    /// Digests that the case and its events give of its recording.
    func digests(of studyCase: StudyCase) -> Set<String> { digests[studyCase.id.uuidString] ?? [] }
  }

  mutating func take(_ contents: StudyContents) throws {
    guard let target = try targetStudy(for: contents.study) else { return report.conflicts.append(.otherStudy(contents.study.name)) }
    let here = try StudyContents(target, store: store, in: database)
    let cases = try targetCases(for: contents, here: here)
    try StudySeal.cover(study: here.row, programVersion: store.programVersion, in: database)
    try takeUnblindings(of: contents, here: here)
    try takeEvents(of: contents, here: here, cases: cases)
  }

  /// Takes over the notes that this store lacks; one and the same has its reader, its words and its time.
  private mutating func takeUnblindings(of contents: StudyContents, here: StudyContents) throws {
    func note(_ entry: StudyLogEntry) -> [String] { [entry.reviewer, entry.content, "\(entry.timeMilliseconds)"] }
    var known = Set(here.unblindings.map(note))
    for entry in contents.unblindings where known.insert(note(entry)).inserted {
      var copy = entry
      copy.studyRow = here.row
      copy.studyIdentifier = here.study.id.uuidString
      try copy.append(to: database)
      report.addedUnblindings += 1
    }
  }

  // MARK: Studies and cases

  /// The study here that is the same, made where there is none; nil where it is another one.
  private mutating func targetStudy(for study: Study) throws -> Study? {
    let sameIdentity = try Row.fetchOne(database, sql: "SELECT * FROM study WHERE identifier = ?", arguments: [study.id.uuidString])
    if let found = try sameIdentity.map(store.study) ?? store.study(named: study.name, in: database) {
      let isSame = found.diagnosisCode == study.diagnosisCode && found.question == study.question && found.blinding == study.blinding
      guard isSame, found.settingsJSON == study.settingsJSON, found.id == study.id || !study.isClosed else { return nil }
      return found
    }
    report.addedStudies += 1
    try database.execute(
      sql: "INSERT INTO study (identifier, name, diagnosis, question, blinding, created_ms, settings) VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        study.id.uuidString, study.name, study.diagnosisCode, study.question, study.blinding.text, study.createdAt.milliseconds,
        study.settingsJSON,
      ])
    return try store.study(named: study.name, in: database)
  }

  /// The case here of each case there, by the identifier there; a case that contradicts is left out and noted.
  private mutating func targetCases(for contents: StudyContents, here: StudyContents) throws -> [String: EventRow.CasePart] {
    let byID = Dictionary(here.cases.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let byName = Dictionary(grouping: here.cases) { Showing(path: $0.record, repetition: $0.repetition) }
    var byDigest: [String: StudyCase] = [:]
    for studyCase in here.cases {
      for digest in here.digests(of: studyCase) { byDigest["\(digest) \(studyCase.repetition)"] = studyCase }
    }
    var position = (here.cases.map(\.position).max() ?? -1) + 1
    var result: [String: EventRow.CasePart] = [:]
    for studyCase in contents.cases {
      let theirs = contents.digests(of: studyCase)
      let sameSamples = theirs.compactMap { byDigest["\($0) \(studyCase.repetition)"] }.first
      // A name says something only while nobody has read the recording here or there.
      let sameName = (byName[Showing(path: studyCase.record, repetition: studyCase.repetition)] ?? []).filter {
        theirs.isEmpty || here.digests(of: $0).isEmpty
      }
      let samePath = sameName.first { $0.path.isExactly(studyCase.path) }
      let match = byID[studyCase.id] ?? sameSamples ?? samePath ?? (sameName.count == 1 ? sameName[0] : nil)
      if let match {
        let mine = here.digests(of: match)
        guard match.storedLabel == studyCase.storedLabel, mine.isEmpty || theirs.isEmpty || !mine.isDisjoint(with: theirs) else {
          report.conflicts.append(.otherCase(study: contents.study.name, record: studyCase.record))
          continue
        }
        result[studyCase.id.uuidString] = EventRow.CasePart(match, row: here.caseRows[match.id.uuidString] ?? 0)
      } else if here.study.isClosed, !here.cases.isEmpty {
        report.conflicts.append(.otherCase(study: contents.study.name, record: studyCase.record))
      } else {
        result[studyCase.id.uuidString] = try insert(studyCase, into: here.row, position: position)
        position += 1
      }
    }
    return result
  }

  private mutating func insert(_ studyCase: StudyCase, into study: Int64, position: Int) throws -> EventRow.CasePart {
    try database.execute(
      sql: """
        INSERT INTO study_case (identifier, study_id, position, record, path, repetition, recording_digest, label, source, learned_digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        studyCase.id.uuidString, study, position, studyCase.record, studyCase.path, studyCase.repetition,
        studyCase.recordingDigest?.description, studyCase.storedLabel, studyCase.source, studyCase.learnedDigest?.description,
      ])
    report.addedCases += 1
    return EventRow.CasePart(studyCase, row: database.lastInsertedRowID)
  }

  // MARK: Events

  /// A rater's dealings with a case.
  private struct Thread: Hashable {
    let rater: String
    let caseRow: Int64
  }

  private mutating func takeEvents(of contents: StudyContents, here: StudyContents, cases: [String: EventRow.CasePart]) throws {
    let known = Dictionary(here.events.map { ($0.identifier, $0) }, uniquingKeysWith: { first, _ in first })
    let there = Set(contents.events.map(\.identifier))
    var fresh: [EventRow] = []
    var theirs: [Thread: [EventRow]] = [:]
    for row in contents.events {
      guard let part = cases[row.studyCase.identifier] else { continue }
      theirs[Thread(rater: row.reviewer, caseRow: part.rowID), default: []].append(row)
      if let same = known[row.identifier] {
        if same.saysTheSame(as: row) { report.knownEvents += 1 } else { report.conflicts.append(.otherEvent(row.identifier)) }
      } else {
        fresh.append(row)
      }
    }
    let mine = Dictionary(grouping: here.events) { Thread(rater: $0.reviewer, caseRow: $0.studyCase.rowID) }
    var refused: Set<Thread> = []
    for row in fresh {
      guard let part = cases[row.studyCase.identifier] else { continue }
      let thread = Thread(rater: row.reviewer, caseRow: part.rowID)
      if refused.contains(thread) { continue }
      let own = mine[thread] ?? []
      if own.contains(where: { !there.contains($0.identifier) }) {
        let (ours, others) = (EventRow.standing(own), EventRow.standing(theirs[thread] ?? []))
        if ours != others {
          refused.insert(thread)
          report.conflicts.append(
            .verdicts(
              study: contents.study.name, record: part.record, rater: row.reviewer, here: ours.said, there: others.said))
          continue
        }
        if row.kind == VerdictEvent.Kind.modelDecision.rawValue {
          report.knownEvents += 1
          continue
        }
      }
      try append(row, study: here, studyCase: part)
    }
  }

  private mutating func append(_ row: EventRow, study: StudyContents, studyCase: EventRow.CasePart) throws {
    var copy = row
    copy.origin = row.origin ?? "\(sourceIdentifier) \(row.sequence) \(row.digest.hexadecimal)"
    copy.study = EventRow.StudyPart(
      rowID: study.row, identifier: study.study.id.uuidString, diagnosis: study.study.diagnosisCode, question: study.study.question,
      blinding: study.study.blinding.text, settings: study.study.settingsJSON)
    copy.studyCase = studyCase
    try copy.append(to: database)
    report.addedEvents += 1
  }
}

extension EventRow.CasePart {
  fileprivate init(_ studyCase: StudyCase, row: Int64) {
    self.init(
      rowID: row, identifier: studyCase.id.uuidString, record: studyCase.record, repetition: Int64(studyCase.repetition),
      label: studyCase.storedLabel, recordingDigest: studyCase.recordingDigest?.description, source: studyCase.source)
  }
}

extension EventRow {
  /// Whether two events of one identifier say the same, wherever they are stored.
  fileprivate func saysTheSame(as other: EventRow) -> Bool {
    kind == other.kind && reviewer == other.reviewer && verdict == other.verdict && isOfTheTime(of: other)
      && spentMilliseconds == other.spentMilliseconds && visible == other.visible && note == other.note && undoes == other.undoes
      && recordingDigest == other.recordingDigest && modelDigest == other.modelDigest && probability == other.probability
      && answersTheSame(as: other)
      && measured == other.measured && annotation == other.annotation
  }

  /// Whether two give one answer; one that came from a file says nothing of its keys, nor of what was filled in before.
  private func answersTheSame(as other: EventRow) -> Bool {
    answer == other.answer || (origin != nil || other.origin != nil) && saidInWords == other.saidInWords
  }

  /// Whether two are of one time; those of files that give none have the times at which these were read.
  private func isOfTheTime(of other: EventRow) -> Bool {
    timeMilliseconds == other.timeMilliseconds || origin != nil && other.origin != nil && (origin == other.origin || isNamedByContent)
  }

  /// Whether the identifier follows from what the event says (RFC 9562, version 8), as an import makes it where a file gives none.
  private var isNamedByContent: Bool { UUID(stored: identifier).map { $0.uuid.6 >> 4 == 8 } ?? false }

  /// What stands after events of one rater on one case, by kind.
  fileprivate static func standing(_ rows: [EventRow]) -> [String: String] {
    let undone = Set(rows.compactMap(\.undoes))
    let strokes = rows.filter { $0.kind == VerdictEvent.Kind.annotation.rawValue }
    let verdicts = rows.filter {
      ![VerdictEvent.Kind.undo, .annotation].map(\.rawValue).contains($0.kind) && !undone.contains($0.identifier)
    }
    var standing = Dictionary(verdicts.map { ($0.kind, $0.saidInWords) }, uniquingKeysWith: { $1 })
    // Strokes made in two stores cannot follow one another: each is made upon what stood before it.
    if !strokes.isEmpty {
      standing[VerdictEvent.Kind.annotation.rawValue] = "\(strokes.count) strokes, the last \(strokes.last?.identifier.prefix(8) ?? "")"
    }
    return standing
  }
}

extension EventRow {
  /// The verdict, and of an answer the set: what the same set cost in keys, or was filled in before, is no contradiction.
  fileprivate var saidInWords: String {
    guard let set = answer.flatMap(CaseAnswer.init(form:))?.statements else { return verdict }
    return verdict + set.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value.word)" }.joined()
  }
}

extension [String: String] {
  /// Standing verdicts as words for a person.
  fileprivate var said: String { isEmpty ? "none" : sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
}
