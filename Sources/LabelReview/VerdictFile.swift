import Agreement
import ECG
import Files
import Foundation
import PlainText

/// A verdict from a file, on its way into a study.
public struct ImportedVerdict: Sendable {
  /// The case's name.
  public var caseName: String
  /// Which showing, from 1.
  public var repetition: Int
  /// The reader's name, `label` or `model`.
  public var rater: String
  /// The diagnosis it is about, where the file tells.
  public var diagnosis: String?
  /// The verdict.
  public var verdict: Verdict
  /// How likely, where the file tells.
  public var likelihood: Likelihood?
  /// When it was given, where the file tells.
  public var time: Date?
  /// Seconds spent, where the file tells.
  public var seconds: Double?
  /// What was visible, as far as the file tells.
  public var visible: Visible
  /// The reader's remark.
  public var note: String
  /// The event's identifier, where the file tells.
  public var event: UUID?
  /// Where the recording was, where the file tells.
  public var path: String?
  /// The data source, where the file tells.
  public var source: String?
  /// Fingerprint of the recording that was judged, where the file tells.
  public var recordingDigest: RecordingDigest?
  /// Fingerprint of the model that was running, where the file tells.
  public var modelDigest: String?
  /// The model's probability, where the file tells.
  public var probability: Double?
  /// Line in the file.
  public var line: Int
}

/// Reads what `study export` writes, as CSV or JSON Lines, and any CSV of `case,rater,verdict`.
public enum VerdictFile {
  /// What is wrong with a file beyond ``VerdictCSV/Fault``.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case badField(column: String, text: String, line: Int)
    case notAnObject(line: Int)

    /// One line for a person.
    public var description: String {
      switch self {
      case .badField(let column, let text, let line):
        "line \(line): '\(column)' is '\(text)'; expected \(Self.expectations[column] ?? "something else")"
      case .notAnObject(let line): "line \(line): not a JSON object on a line of its own; expected what 'study export --format json' writes"
      }
    }

    /// What a column holds, in words.
    private static let expectations = [
      "repeat": "a whole number from 1 to 9", "time": "a time such as 2026-11-22T20:34:00.000Z", "seconds": "a number of seconds from 0",
      "visible": "some of \(Visible.named.map(\.name).joined(separator: " "))", "event": "an identifier of 32 hexadecimal digits (UUID)",
      "probability": "a number from 0 to 1", "likelihood": "definite, probable, possible, or nothing",
    ]
  }

  /// The longest file in bytes: twice a million verdicts with all they can say.
  public static let longestFile = 1 << 28

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
    let rows = try isJSON ? objects(start) : table(bytes)
    let undone = Set(rows.compactMap { $0["undoes"]?.uppercased() })
    var verdicts: [ImportedVerdict] = []
    var places: [[UInt8]: Int] = [:]
    for row in rows {
      let kind = row["kind"].map { VerdictEvent.Kind(rawValue: $0) }
      guard kind == nil || kind == .verdict || kind == .modelDecision else { continue }
      if let event = row["event"], undone.contains(event.uppercased()) { continue }
      guard let verdict = try verdict(of: row) else { continue }
      guard kind != nil else {
        verdicts.append(verdict)
        continue
      }
      // Of a log of many statements a later answer replaces an earlier one statement by statement: each says something of all.
      let key = Array("\(verdict.repetition) \(verdict.rater)\u{0}\(verdict.diagnosis ?? "")\u{0}\(verdict.caseName)".utf8)
      let place = places[key, default: verdicts.count]
      places[key] = place
      if place == verdicts.count { verdicts.append(verdict) } else { verdicts[place] = verdict }
    }
    return verdicts
  }

  // MARK: Rows

  /// The fields of one row by name, those without a value left out.
  private struct Fields {
    let line: Int
    let values: [String: String]

    subscript(name: String) -> String? { values[name] }

    func read<Value>(_ name: String, _ parse: (String) -> Value?) throws -> Value? {
      guard let text = values[name] else { return nil }
      guard let value = parse(text) else { throw Fault.badField(column: name, text: text, line: line) }
      return value
    }
  }

  private static let names = [
    "case", "rater", "diagnosis", "verdict", "likelihood", "repeat", "time", "seconds", "visible", "note", "event", "kind", "undoes",
    "path", "source",
    "recording_digest", "model_digest", "probability",
  ]

  private static func table(_ bytes: some Collection<UInt8>) throws -> [Fields] {
    let table = try CSVTable(parsing: bytes)
    for name in ["case", "rater", "verdict"] { _ = try VerdictCSV.column(name, in: table) }
    let columns = try names.compactMap { name in table.column(name) == nil ? nil : (name, try VerdictCSV.column(name, in: table)) }
    return table.rows.map { row in
      let values = columns.map { ($0.0, ($0.0 == "note" ? row[$0.1] : row[$0.1].trimmingWhitespace()).withControlCharactersRead) }.filter {
        !$0.1.isEmpty
      }
      return Fields(line: row.line, values: Dictionary(values, uniquingKeysWith: { first, _ in first }))
    }
  }

  private static func objects(_ bytes: some Collection<UInt8>) throws -> [Fields] {
    let decoder = JSONDecoder()
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    return try lines.compactMap { index, line in
      guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { return nil }
      guard let object = try? decoder.decode([String: Field].self, from: Data(line)) else { throw Fault.notAnObject(line: index + 1) }
      return Fields(
        line: index + 1,
        values: Dictionary(
          uniqueKeysWithValues: object.compactMap { name, field in
            field.text.map { (name, name == "note" ? $0 : $0.trimmingWhitespace()) }
          }))
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
    return ImportedVerdict(
      caseName: try name("case"), repetition: try row.read("repeat") { Int($0).flatMap { (1...9).contains($0) ? $0 : nil } } ?? 1,
      rater: try name("rater"), diagnosis: row["diagnosis"], verdict: verdict,
      likelihood: try row.read("likelihood") { Likelihood(rawValue: $0.lowercased()) },
      time: try row.read("time", Self.time(in:)),
      seconds: try row.read("seconds") { text in Double(text).flatMap { ReviewStore.milliseconds($0) == nil ? nil : $0 } },
      visible: try row.read("visible", Visible.init(text:)) ?? [],
      note: row["note"] ?? "", event: try row.read("event", UUID.init(uuidString:)), path: row["path"], source: row["source"],
      recordingDigest: row["recording_digest"].map { RecordingDigest(hexadecimal: $0) }, modelDigest: row["model_digest"],
      probability: try row.read("probability") { Double($0).flatMap(ReviewStore.probability) }, line: row.line)
  }

  /// A time with or without fractions of a second.
  private static func time(in text: String) -> Date? {
    (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))) ?? (try? Date(text, strategy: .iso8601))
  }
}
