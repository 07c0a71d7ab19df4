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
  /// The verdict.
  public var verdict: Verdict
  /// What else the file tells; nil where it tells nothing, as most files that were typed do.
  private let details: Details?
  private let showing: UInt8
  private let lineNumber: UInt32

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

  fileprivate init(caseName: String, repetition: Int, rater: String, verdict: Verdict, row: VerdictFile.Fields) throws {
    self.caseName = caseName
    self.rater = rater
    self.verdict = verdict
    showing = UInt8(repetition)
    lineNumber = UInt32(clamping: row.line)
    details = row.hasDetails ? try Details(row) : nil
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
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes.dropFirst(0)
    let isJSON = start.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    var found: [(verdict: ImportedVerdict, isLogged: Bool)] = []
    var undone: Set<UUID> = []
    try (isJSON ? forEachObject : forEachRow)(Array(bytes)) { row in
      if let event = row["undoes"].flatMap(UUID.init(uuidString:)) { undone.insert(event) }
      let kind = row["kind"].map { VerdictEvent.Kind(rawValue: $0) }
      guard kind == nil || kind == .verdict || kind == .modelDecision, let verdict = try verdict(of: row) else { return }
      found.append((verdict, kind != nil))
    }
    var verdicts: [ImportedVerdict] = []
    verdicts.reserveCapacity(found.count)
    var places: [ExactText: Int] = [:]
    for (verdict, isLogged) in found {
      if let event = verdict.event, undone.contains(event) { continue }
      guard isLogged else {
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

  /// The fields of one row by name, those without a value left out.
  fileprivate struct Fields {
    let line: Int
    let values: [String: String]

    /// Whether it says more than who said what.
    var hasDetails: Bool { values.keys.contains { !VerdictFile.plainNames.contains($0) } }

    subscript(name: String) -> String? { values[name] }

    func read<Value>(_ name: String, _ parse: (String) -> Value?) throws -> Value? {
      guard let text = values[name] else { return nil }
      guard let value = parse(text) else { throw Fault.badField(column: name, text: text, line: line) }
      return value
    }
  }

  private static let names = [
    "case", "rater", "diagnosis", "verdict", "likelihood", "repeat", "time", "seconds", "visible", "note", "event", "kind", "undoes",
    "path", "source", "recording_digest", "model_digest", "probability", "measured",
  ]

  /// What every row says.
  private static let plainNames: Set = ["case", "rater", "verdict", "repeat", "kind", "undoes"]

  private static func forEachRow(_ bytes: [UInt8], _ body: (Fields) throws -> Void) throws {
    let table = try CSVTable(parsing: bytes)
    for name in ["case", "rater", "verdict"] { _ = try VerdictCSV.column(name, in: table) }
    let columns = try names.compactMap { name in table.column(name) == nil ? nil : (name, try VerdictCSV.column(name, in: table)) }
    for row in table.rows {
      let values = columns.map { name, column in
        (name, (name == "note" ? row[column] : row[column].trimmingWhitespace()).withControlCharactersRead)
      }
      try body(Fields(line: row.line, values: Dictionary(values.filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })))
    }
  }

  private static func forEachObject(_ bytes: [UInt8], _ body: (Fields) throws -> Void) throws {
    let decoder = JSONDecoder()
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    var number = 0
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      number += 1
      guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
      guard line.count <= longestLine else { throw Fault.lineTooLong(line: number) }
      guard let object = try? decoder.decode([String: Field].self, from: Data(line)) else { throw Fault.notAnObject(line: number) }
      let values = names.compactMap { name in
        object[name]?.text.map { (name, name == "note" ? $0 : $0.trimmingWhitespace()) }
      }
      try body(Fields(line: number, values: Dictionary(values.filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })))
    }
  }

  /// A member of an object as the text that CSV has in its place.
  private struct Field: Decodable {
    let text: String?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        text = nil
      } else if let number = try? container.decode(Double.self) {
        text = JSONValue(number).text
      } else if let words = try? container.decode([String].self) {
        text = words.joined(separator: " ")
      } else if let figures = try? container.decode([String: Double].self) {
        text = MeasuredFigures.text(figures)
      } else {
        text = try container.decode(String.self)
      }
    }
  }

  private static func verdict(of row: Fields) throws -> ImportedVerdict? {
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
      rater: name("rater"), verdict: verdict, row: row)
  }

  /// A time with or without fractions of a second.
  fileprivate static func time(in text: String) -> Date? {
    (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))) ?? (try? Date(text, strategy: .iso8601))
  }
}
