import Files
import Foundation
import GRDB

/// Walks the log from its first event, and holds the index through which verdicts are found against it.
///
/// Figures wait for it, so it reads a million events in about a second: rows where SQLite has them, and what digests cover of studies and cases made once.
struct ChainCheck: ~Copyable {
  private(set) var faults: [ChainFault] = []
  private(set) var count = 0
  private var next: Int64 = 1
  private let covered: CoveredParts
  private var fields = FieldBytes()
  private var hash = SHA256()
  /// Digest of this event as it should be, and that of the one before, where that could be read.
  private let digest = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 16)
  private let previous = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 16)
  private var knowsPrevious = true
  private var sum = StandingSum()
  private var undone: [String] = []

  /// A check of the log as a transaction sees it.
  init(_ database: Database) throws {
    covered = try CoveredParts(database)
    previous.copyBytes(from: EventRow.chainStart)
  }

  deinit {
    digest.deallocate()
    previous.deallocate()
  }

  /// Walks over all events.
  mutating func walk(_ database: Database) throws {
    try database.scan(ScannedEvent.selection) { add(ScannedEvent(row: $0)) }
    let hasHead = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM chain_head WHERE id = 1)") ?? false
    guard hasHead else { return faults.append(.missingHead) }
    let head = try EventRow.head(of: database)
    if head.sequence >= next {
      faults.append(.missing(first: Int(next), last: Int(head.sequence)))
    } else if head.sequence != next &- 1 || (knowsPrevious && !previous.elementsEqual(head.digest)) {
      faults.append(.wrongHead(event: Int(next &- 1)))
    }
  }

  private mutating func add(_ event: ScannedEvent) {
    count += 1
    let sequence = event.sequence
    guard sequence >= next else { return faults.append(.broken(event: Int(sequence))) }
    let followsGap = sequence > next
    if followsGap { faults.append(.missing(first: Int(next), last: Int(sequence - 1))) }
    next = sequence &+ 1
    sum.add(event.row)
    guard event.isReadable else {
      faults.append(.unreadable(event: Int(sequence)))
      knowsPrevious = false
      return
    }
    if knowsPrevious, !followsGap, !Self.same(event.previousDigest, previous) { faults.append(.broken(event: Int(sequence))) }
    fields.clear()
    event.addContent(to: &fields, covered: covered)
    hash.update(fields.bytes)
    if let start = digest.baseAddress { hash.finish(into: start) }
    if !Self.same(event.digest, digest) { faults.append(.changed(event: Int(sequence))) }
    knowsPrevious = event.digest?.count == previous.count
    if knowsPrevious, let digest = event.digest { previous.copyMemory(from: digest) }
    if let identifier = event.undoes { undone.append(String(decoding: identifier, as: UTF8.self)) }
  }

  private static func same(_ one: UnsafeRawBufferPointer?, _ other: UnsafeMutableRawBufferPointer) -> Bool {
    guard let one, one.count == other.count, let start = one.baseAddress, let otherStart = other.baseAddress else { return false }
    return memcmp(start, otherStart, one.count) == 0
  }

  /// Where the indexes through which verdicts, and what was taken back, are found say something else than the events that ``walk(_:)`` saw.
  consuming func indexFaults(_ database: Database) throws -> [ChainFault] {
    let index = "event_standing"
    // One that is missing, or is another, is named among the parts.
    guard try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)", arguments: [index]) == true else {
      return []
    }
    var found = StandingSum()
    var order = StandingOrder()
    try database.scan(
      """
      SELECT study_id, case_id, sequence, kind, reviewer, verdict FROM event INDEXED BY \(index)
      ORDER BY study_id, kind, reviewer, case_id, sequence
      """
    ) {
      found.add($0)
      order.add($0)
    }
    var faults: [ChainFault] = []
    if found != sum || !order.isKept { faults.append(.damagedFile("index \(index) says something else than the events")) }
    for identifier in undone {
      let sequence = try Int64.fetchOne(database, sql: "SELECT sequence FROM event WHERE identifier = ?", arguments: [identifier])
      let known = try String.fetchOne(database, sql: "SELECT identifier FROM event WHERE sequence = ?", arguments: [sequence])
      if known != identifier { faults.append(.damagedFile("the index of identifiers does not find event \(identifier)")) }
    }
    return faults
  }
}

/// An event as it is read to be checked.
private struct ScannedEvent {
  let row: ScannedRow

  static let selection = """
    SELECT study_id, case_id, sequence, kind, reviewer, verdict, identifier, time_ms, spent_ms, visible, note, recording_digest, model_digest,
      probability, program_version, undoes, form, origin, previous_digest, digest, answer, measured, annotation
    FROM event ORDER BY sequence
    """

  private static let types: [ScannedRow.ColumnType] = [
    .integer, .integer, .integer, .text, .text, .text, .text, .integer, .integerOrNull, .text, .text, .textOrNull, .textOrNull,
    .realOrNull, .text, .textOrNull, .integer, .textOrNull, .blob, .blob, .textOrNull, .textOrNull, .textOrNull,
  ]

  /// Whether every column holds what it may.
  var isReadable: Bool { row.matches(Self.types) }

  var sequence: Int64 { row.integer(2) }
  var previousDigest: UnsafeRawBufferPointer? { row.blob(18) }
  var digest: UnsafeRawBufferPointer? { row.blob(19) }
  var undoes: UnsafeRawBufferPointer? { row.text(15) }

  /// Adds what the digest covers.
  func addContent(to fields: inout FieldBytes, covered: borrowing CoveredParts) {
    let form = row.integer(16)
    if form == 2 { fields.append(tag: "einthoven-event-2") } else { fields.append(tag: EventFields.tag(form: form)) }
    let places = covered.places(study: row.integer(0), studyCase: row.integer(1))
    for field in EventFields.order(form: form, hasAnswer: !row.isNull(20), hasFigures: !row.isNull(21), hasStroke: !row.isNull(22)) {
      add(field, to: &fields, places, of: covered)
    }
  }

  private func add(_ field: EventFields, to fields: inout FieldBytes, _ places: CoveredParts.Places, of covered: borrowing CoveredParts) {
    switch field {
    case .previousDigest: fields.add(previousDigest)
    case .sequence: fields.add(sequence)
    case .identifier: fields.add(row.text(6))
    case .kind: fields.add(row.text(3))
    case .question: covered.addStart(of: places.study, to: &fields)
    case .caseIdentity: covered.addStart(of: places.studyCase, to: &fields)
    case .reviewer: fields.add(row.text(4))
    case .verdict: fields.add(row.text(5))
    case .time: fields.add(row.integer(7))
    case .spent: fields.add(row.isNull(8) ? nil : row.integer(8))
    case .visible: fields.add(row.text(9))
    case .note: fields.add(row.text(10))
    case .recordingDigest: fields.add(row.text(11))
    case .modelDigest: fields.add(row.text(12))
    case .probability: fields.add(row.isNull(13) ? nil : row.real(13).bitPattern)
    case .programVersion: fields.add(row.text(14))
    case .undoes: fields.add(undoes)
    case .drawing: covered.addEnd(of: places.study, to: &fields)
    case .caseSource: covered.addEnd(of: places.studyCase, to: &fields)
    case .origin: fields.add(row.text(17))
    case .answer: fields.add(row.text(20))
    case .measured: fields.add(row.text(21))
    case .annotation: fields.add(row.text(22))
    }
  }
}

/// What digests of events cover of studies and cases, as the bytes that are hashed.
private struct CoveredParts: ~Copyable {
  /// Where a part begins, where what stands behind the event's own fields begins, and where it ends.
  struct Place {
    let start: Int
    let middle: Int
    let end: Int
  }

  /// The parts of one event.
  struct Places {
    let study: Place
    let studyCase: Place
  }

  private var bytes = FieldBytes(capacity: 1 << 16)
  private var studies: [Int64: Place] = [:]
  /// Rows of cases, ascending, and the parts of each.
  private var caseRows: [Int64] = []
  private var cases: [Place] = []
  /// An event whose study or case is gone comes with empty words in their place, so that it is named as changed.
  private var noStudy = Place(start: 0, middle: 0, end: 0)
  private var noCase = Place(start: 0, middle: 0, end: 0)

  init(_ database: Database) throws {
    noStudy = add(EventRow.StudyPart(rowID: 0, identifier: "", diagnosis: "", question: "", blinding: "", settings: ""))
    noCase = add(EventRow.CasePart(rowID: 0, identifier: "", record: "", repetition: 0))
    for row in try Row.fetchAll(database, sql: "SELECT id, identifier, diagnosis, question, blinding, settings FROM study") {
      let part = EventRow.StudyPart(
        rowID: try row.decode(atIndex: 0), identifier: try row.decode(atIndex: 1), diagnosis: try row.decode(atIndex: 2),
        question: try row.decode(atIndex: 3), blinding: try row.decode(atIndex: 4), settings: try row.decode(atIndex: 5))
      studies[part.rowID] = add(part)
    }
    try database.scan("SELECT id, identifier, record, repetition, label, recording_digest, source FROM study_case ORDER BY id") { row in
      caseRows.append(row.integer(0))
      cases.append(addCase(row))
    }
  }

  /// Where the parts of an event lie.
  func places(study: Int64, studyCase: Int64) -> Places {
    Places(study: studies[study] ?? noStudy, studyCase: place(ofCase: studyCase).map { cases[$0] } ?? noCase)
  }

  /// The place of a case's row; rows follow on one another where none was ever removed.
  private func place(ofCase row: Int64) -> Int? {
    guard let first = caseRows.first, row >= first, let last = caseRows.last, row <= last else { return nil }
    let guess = Int(row &- first)
    if caseRows.indices.contains(guess), caseRows[guess] == row { return guess }
    var (low, high) = (0, caseRows.count)
    while low < high {
      let middle = (low + high) / 2
      if caseRows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return caseRows.indices.contains(low) && caseRows[low] == row ? low : nil
  }

  private mutating func add(_ study: EventRow.StudyPart) -> Place {
    let start = bytes.count
    study.addQuestion(to: &bytes)
    let middle = bytes.count
    study.addDrawing(to: &bytes)
    return Place(start: start, middle: middle, end: bytes.count)
  }

  private mutating func add(_ studyCase: EventRow.CasePart) -> Place {
    let start = bytes.count
    studyCase.addIdentity(to: &bytes)
    let middle = bytes.count
    studyCase.addSource(to: &bytes)
    return Place(start: start, middle: middle, end: bytes.count)
  }

  /// The fields of a case in the order in which ``EventRow/CasePart`` has them, without its strings: there may be a hundred thousand.
  private mutating func addCase(_ row: ScannedRow) -> Place {
    let start = bytes.count
    bytes.add(row.text(1))
    bytes.add(row.text(2))
    bytes.add(row.integer(3))
    bytes.add(row.text(4))
    let middle = bytes.count
    bytes.add(row.text(5))
    bytes.add(row.text(6))
    return Place(start: start, middle: middle, end: bytes.count)
  }

  /// Adds what stands before the event's own fields: of a study its question, of a case what it is.
  func addStart(of place: Place, to fields: inout FieldBytes) {
    fields.append(UnsafeRawBufferPointer(rebasing: bytes.bytes[place.start..<place.middle]))
  }

  /// Adds what stands behind them: of a study how it was drawn, of a case its recording and source.
  func addEnd(of place: Place, to fields: inout FieldBytes) {
    fields.append(UnsafeRawBufferPointer(rebasing: bytes.bytes[place.middle..<place.end]))
  }
}

/// A sum over what the index of verdicts holds of events, in any order, under a key that is another in every run: nobody can make two lists that differ and
/// have the same.
private struct StandingSum: Equatable {
  private var sum: UInt64 = 0
  private var count = 0

  /// Adds an event; the columns are study, case, number, kind, reviewer and verdict.
  mutating func add(_ row: ScannedRow) {
    var hasher = Hasher()
    for column in 0..<Int32(3) { hasher.combine(row.integer(column)) }
    for column in 3..<Int32(6) {
      let text = row.text(column)
      hasher.combine(text?.count)
      if let text { hasher.combine(bytes: text) }
    }
    sum &+= UInt64(bitPattern: Int64(hasher.finalize()))
    count += 1
  }
}

/// Whether rows come in the order of the index of verdicts, without which some would not be found in it.
private struct StandingOrder {
  private(set) var isKept = true
  private var study = Int64.min
  private var kind: [UInt8] = []
  private var reviewer: [UInt8] = []
  private var studyCase = Int64.min
  private var sequence = Int64.min

  mutating func add(_ row: ScannedRow) {
    var order = Self.compare(row.integer(0), study)
    if order == 0 { order = Self.compare(row.text(3), kind) }
    if order == 0 { order = Self.compare(row.text(4), reviewer) }
    if order == 0 {
      order = Self.compare(row.integer(1), studyCase)
      if order == 0 { order = Self.compare(row.integer(2), sequence) }
    } else {
      (kind, reviewer) = (row.text(3).map(Array.init) ?? [], row.text(4).map(Array.init) ?? [])
    }
    if order <= 0 { isKept = false }
    (study, studyCase, sequence) = (row.integer(0), row.integer(1), row.integer(2))
  }

  private static func compare(_ one: Int64, _ other: Int64) -> Int { one < other ? -1 : one > other ? 1 : 0 }

  private static func compare(_ one: UnsafeRawBufferPointer?, _ other: [UInt8]) -> Int {
    guard let one, let start = one.baseAddress else { return other.isEmpty ? 0 : -1 }
    let order = other.withUnsafeBytes { bytes in bytes.baseAddress.map { Int(memcmp(start, $0, min(one.count, bytes.count))) } ?? 0 }
    return order != 0 ? order : one.count - other.count
  }
}
