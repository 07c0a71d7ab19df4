import Agreement
import ECG
import Files
import Foundation
import PlainText

/// A verdict from a file, on its way into a study.
public struct ImportedVerdict: Sendable {
  /// The case's name.
  public let caseName: String
  /// The reader's name, `label` or `model`.
  public let rater: String
  /// What else the file tells; nil where it tells nothing, as most files that were typed do.
  private let details: Details?
  // Last what is small: there may be a million of them.
  private let lineNumber: UInt32
  private let showing: UInt8
  /// The verdict.
  public var verdict: Verdict
  /// Whether it is an event of a log, in which a later one replaces it.
  fileprivate let isLogged: Bool

  /// What a file may tell beyond who said what.
  final class Details: Sendable {
    let diagnosis: String?
    let time: Date?
    let seconds: Double?
    let visible: Visible
    let note: String
    let event: UUID?
    let path: String?
    let source: String?
    let recordingDigest: RecordingDigest?
    let modelDigest: String?
    let probability: Double?
    let likelihood: Likelihood?
    let measured: [String: Double]

    fileprivate init(_ row: VerdictFile.Fields) throws {
      diagnosis = row["diagnosis"]
      time = try row.read("time", VerdictFile.time(in:))
      seconds = try row.read("seconds") { text in Double(text).flatMap { ReviewStore.milliseconds($0) == nil ? nil : $0 } }
      visible = try row.read("visible", Visible.init(text:)) ?? []
      note = row["note"] ?? ""
      event = try row.read("event", UUID.init(uuidString:))
      path = row["path"]
      source = row["source"]
      recordingDigest = row["recording_digest"].map { RecordingDigest(hexadecimal: $0) }
      modelDigest = row["model_digest"]
      probability = try row.read("probability") { Double($0).flatMap(ReviewStore.probability) }
      likelihood = try row.read("likelihood") { Likelihood(rawValue: $0.lowercased()) }
      measured = try row.read("measured", MeasuredFigures.read) ?? [:]
    }
  }

  fileprivate init(caseName: String, repetition: Int, rater: String, verdict: Verdict, row: VerdictFile.Fields, details: Details?) {
    self.caseName = caseName
    self.rater = rater
    self.verdict = verdict
    showing = UInt8(repetition)
    isLogged = row["kind"] != nil
    lineNumber = UInt32(clamping: row.line)
    self.details = details
  }

  /// Which showing, from 1.
  public var repetition: Int { Int(showing) }
  /// How likely, where the file tells.
  public var likelihood: Likelihood? { details?.likelihood }
  /// Line in the file.
  public var line: Int { Int(lineNumber) }
  /// The diagnosis it is about, where the file tells.
  public var diagnosis: String? { details?.diagnosis }
  /// When it was given, where the file tells.
  public var time: Date? { details?.time }
  /// Seconds spent, where the file tells.
  public var seconds: Double? { details?.seconds }
  /// What was visible, as far as the file tells.
  public var visible: Visible { details?.visible ?? [] }
  /// The reader's remark.
  public var note: String { details?.note ?? "" }
  /// The event's identifier, where the file tells.
  public var event: UUID? { details?.event }
  /// Where the recording was, where the file tells.
  public var path: String? { details?.path }
  /// The data source, where the file tells.
  public var source: String? { details?.source }
  /// Fingerprint of the recording that was judged, where the file tells.
  public var recordingDigest: RecordingDigest? { details?.recordingDigest }
  /// Fingerprint of the model that was running, where the file tells.
  public var modelDigest: String? { details?.modelDigest }
  /// The model's probability, where the file tells.
  public var probability: Double? { details?.probability }
  /// What was measured of the recording, by names of quantities, where the file tells.
  public var measured: [String: Double] { details?.measured ?? [:] }
}

/// Reads what `study export` writes, as CSV or JSON Lines, and any CSV of `case,rater,verdict`.
public enum VerdictFile {
  /// What is wrong with a file beyond ``VerdictCSV/Fault``.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case badField(column: String, text: String, line: Int)
    case notAnObject(line: Int)
    case lineTooLong(line: Int)

    /// One line for a person.
    public var description: String {
      switch self {
      case .badField(let column, let text, let line):
        "line \(line): '\(column)' is '\(text)'; expected \(Self.expectations[column] ?? "something else")"
      case .notAnObject(let line): "line \(line): not a JSON object on a line of its own; expected what 'study export --format json' writes"
      case .lineTooLong(let line): "line \(line): longer than \(VerdictFile.longestLine) bytes; expected one verdict on a line"
      }
    }

    /// What a column holds, in words.
    private static let expectations = [
      "repeat": "a whole number from 1 to 9", "time": "a time such as 2026-11-22T20:34:00.000Z", "seconds": "a number of seconds from 0",
      "visible": "some of \(Visible.named.map(\.name).joined(separator: " "))", "event": "an identifier of 32 hexadecimal digits (UUID)",
      "probability": "a number from 0 to 1", "likelihood": "definite, probable, possible, or nothing",
      "measured": "an object of numbers by the names of what was measured",
    ]
  }

  /// The longest file in bytes: twice a million verdicts with all they can say.
  public static let longestFile = 1 << 28

  /// The longest line of JSON in bytes: decoding takes many times its length.
  public static let longestLine = 1 << 18

  /// SHA-256 of a file, 64 hexadecimal digits: names the file from which events come.
  public static func digest(of file: Data) -> String { SHA256.hash(file).hexadecimal }

  /// Reads a file; rows without a verdict are left out.
  ///
  /// Of a log (a file with a column `kind`) these are the verdicts and the model's decisions that stand at its end. What was said after a reveal, and
  /// adjudications, are left out: they mean nothing without the log, which `study merge` takes over whole.
  ///
  /// - Throws: `CSVError`, ``VerdictCSV/Fault``, ``Fault``.
  public static func parse(_ bytes: some Collection<UInt8>) throws -> [ImportedVerdict] {
    var found: [ImportedVerdict] = []
    var undone: Set<UUID> = []
    var details = SharedDetails()
    try (bytes.isJSONObjects ? forEachObject : forEachRow)(Array(bytes)) { row in
      if let event = row["undoes"].flatMap(UUID.init(uuidString:)) { undone.insert(event) }
      let kind = row["kind"].map { VerdictEvent.Kind(rawValue: $0) }
      guard kind == nil || kind == .verdict || kind == .modelDecision, let verdict = try verdict(of: row, &details) else { return }
      found.append(verdict)
    }
    return found.contains { $0.isLogged } || !undone.isEmpty ? standing(in: found, undone: undone) : found
  }

  /// What stands at the end of a log.
  private static func standing(in found: [ImportedVerdict], undone: Set<UUID>) -> [ImportedVerdict] {
    var verdicts: [ImportedVerdict] = []
    verdicts.reserveCapacity(found.count)
    var places: [ExactText: Int] = [:]
    for verdict in found {
      if let event = verdict.event, undone.contains(event) { continue }
      guard verdict.isLogged else {
        verdicts.append(verdict)
        continue
      }
      // Of a log of many statements a later answer replaces an earlier one statement by statement: each says something of all.
      let key = ExactText("\(verdict.repetition) \(verdict.rater)\u{0}\(verdict.diagnosis ?? "")\u{0}\(verdict.caseName)")
      let place = places[key, default: verdicts.count]
      places[key] = place
      if place == verdicts.count { verdicts.append(verdict) } else { verdicts[place] = verdict }
    }
    return verdicts
  }

  // MARK: Rows

  /// The fields of one row by name; one that is empty has no value.
  fileprivate struct Fields {
    let line: Int
    /// In the order of ``names``.
    let values: [String]

    /// Whether it says more than who said what.
    var hasDetails: Bool { values.indices.contains { !values[$0].isEmpty && !VerdictFile.isPlain[$0] } }

    /// The diagnosis, where the row says nothing more than who said what about it.
    var loneDiagnosis: String? {
      guard let place = VerdictFile.places["diagnosis"], !values[place].isEmpty else { return nil }
      return values.indices.contains { $0 != place && !values[$0].isEmpty && !VerdictFile.isPlain[$0] } ? nil : values[place]
    }

    subscript(name: String) -> String? {
      guard let place = VerdictFile.places[name], !values[place].isEmpty else { return nil }
      return values[place]
    }

    func read<Value>(_ name: String, _ parse: (String) -> Value?) throws -> Value? {
      guard let text = self[name] else { return nil }
      guard let value = parse(text) else { throw Fault.badField(column: name, text: text, line: line) }
      return value
    }
  }

  private static let names = [
    "case", "rater", "verdict", "repeat", "kind", "undoes", "diagnosis", "likelihood", "time", "seconds", "visible", "note", "event",
    "path", "source", "recording_digest", "model_digest", "probability", "measured",
  ]
  private static let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
  /// Whether a column is one that every row has, and no detail.
  private static let isPlain = names.map { ["case", "rater", "verdict", "repeat", "kind", "undoes"].contains($0) }
  /// The place of a remark, which keeps the blanks around it.
  private static let note = names.firstIndex(of: "note")

  private static func forEachRow(_ bytes: [UInt8], _ body: (Fields) throws -> Void) throws {
    let table = try CSVTable(parsing: bytes)
    for name in ["case", "rater", "verdict"] { _ = try VerdictCSV.column(name, in: table) }
    let columns = try names.map { name in table.column(name) == nil ? nil : try VerdictCSV.column(name, in: table) }
    for row in table.rows {
      let values = columns.enumerated().map { place, column in
        guard let text = column.map({ row[$0] }), !text.isEmpty else { return "" }
        return (place == note ? text : text.trimmingWhitespace()).withControlCharactersRead
      }
      try body(Fields(line: row.line, values: values))
    }
  }

  private static func forEachObject(_ bytes: [UInt8], _ body: (Fields) throws -> Void) throws {
    var rest = bytes.withoutByteOrderMark
    var number = 0
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      number += 1
      guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
      guard line.count <= longestLine else { throw Fault.lineTooLong(line: number) }
      guard let values = values(of: line) else { throw Fault.notAnObject(line: number) }
      try body(Fields(line: number, values: values))
    }
  }

  /// The members of an object as the texts that CSV has in their place; nil where it is none.
  ///
  /// Walked over by hand: Foundation's decoder takes 20 microseconds for the shortest line.
  private static func values(of line: ArraySlice<UInt8>) -> [String]? {
    let isText = line.allSatisfy { $0 >= 0x20 && $0 < 0x80 } || String(validating: line, as: UTF8.self) != nil
    guard isText else { return nil }
    var values = [String](repeating: "", count: names.count)
    var walker = JSONWalker(line)
    let isObject = walker.object { walker, key in
      guard let place = places[key] else { return walker.skipValue() }
      guard let text = text(&walker) else { return false }
      values[place] = place == note ? text : text.trimmingWhitespace()
      return true
    }
    return isObject && walker.isAtEnd ? values : nil
  }

  /// A string, a number, a list of strings, figures by name, or null for nothing; nil where there is something else.
  private static func text(_ walker: inout JSONWalker) -> String? {
    switch walker.next {
    case UInt8(ascii: "\""): return walker.string()
    case UInt8(ascii: "["):
      var words: [String] = []
      let isList = walker.array { walker in walker.string().map { words.append($0) } != nil }
      return isList ? words.joined(separator: " ") : nil
    case UInt8(ascii: "{"):
      var figures: [String: Double] = [:]
      let isList = walker.object { walker, key in
        figures[key] = walker.number()
        return figures[key] != nil
      }
      return isList ? MeasuredFigures.text(figures) ?? "" : nil
    case UInt8(ascii: "n"): return walker.scalar()?.elementsEqual("null".utf8) == true ? "" : nil
    default: return walker.number().map { JSONValue($0).text }
    }
  }

  /// Details of rows: those of rows that tell of nothing but their diagnosis lie in one place for each.
  private struct SharedDetails {
    private var ofDiagnosis: [ExactText: ImportedVerdict.Details] = [:]
    private static let most = 1000

    mutating func of(_ row: Fields) throws -> ImportedVerdict.Details? {
      guard let diagnosis = row.loneDiagnosis else { return row.hasDetails ? try ImportedVerdict.Details(row) : nil }
      if let known = ofDiagnosis[ExactText(diagnosis)] { return known }
      let details = try ImportedVerdict.Details(row)
      if ofDiagnosis.count < Self.most { ofDiagnosis[ExactText(diagnosis)] = details }
      return details
    }
  }

  private static func verdict(of row: Fields, _ details: inout SharedDetails) throws -> ImportedVerdict? {
    guard let word = row["verdict"]?.withoutOuterBlanks else { return nil }
    guard let verdict = Verdict(rawValue: word.lowercased()) else { throw VerdictCSV.Fault.unknownVerdict(word, line: row.line) }
    func name(_ column: String) throws -> String {
      guard let text = row[column]?.withoutOuterBlanks, !text.isEmpty else {
        throw VerdictCSV.Fault.emptyField(column: column, line: row.line)
      }
      return text
    }
    return try ImportedVerdict(
      caseName: name("case"), repetition: row.read("repeat") { Int($0).flatMap { (1...9).contains($0) ? $0 : nil } } ?? 1,
      rater: name("rater"), verdict: verdict, row: row, details: details.of(row))
  }

  /// A time with or without fractions of a second.
  fileprivate static func time(in text: String) -> Date? {
    (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))) ?? (try? Date(text, strategy: .iso8601))
  }
}
