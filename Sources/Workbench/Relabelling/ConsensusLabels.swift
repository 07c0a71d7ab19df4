import Agreement
import ECG
import ECGFiles
import Evaluation
import Files
import Foundation
import LabelReview
import PlainText

/// Labels that a training takes in place of those of the recordings' headers: what `study export --corrected` or `study consensus --format csv` wrote.
public struct ConsensusLabels: Sendable {
  /// What is known of one recording's diagnoses.
  public struct Label: Sendable, Hashable {
    /// Few of the 24, by their places: a file may have a million recordings, of one diagnosis each.
    private var known: [Known] = []

    private struct Known: Hashable {
      let place: UInt8
      var probability: Double
    }

    /// The probability that each holds; those that are not named stay as the header has them.
    public var presence: [Diagnosis: Double] {
      Dictionary(known.map { (Diagnosis.all[Int($0.place)], $0.probability) }, uniquingKeysWith: { $1 })
    }

    /// Nothing known.
    public init() {}

    /// The probability of one diagnosis.
    mutating func set(_ diagnosis: Diagnosis, _ probability: Double) {
      let place = UInt8(diagnosis.index)
      if let found = known.firstIndex(where: { $0.place == place }) {
        known[found].probability = probability
      } else {
        known.append(Known(place: place, probability: probability))
      }
    }
  }

  private var index = SaidOfRecords<Label>()
  private var byDigest: [RecordingDigest: Label] = [:]
  /// How many recordings have a label here.
  public private(set) var count = 0

  /// The label of a recording, by its place or name.
  subscript(reference: RecordReference) -> Label? { index[reference] }

  /// The label of a recording, by what it holds.
  subscript(digest: RecordingDigest) -> Label? { byDigest[digest] }

  /// Whether labels are found by what recordings hold.
  var knowsDigests: Bool { !byDigest.isEmpty }

  /// The longest file in bytes.
  public static let longestFile = VerdictFile.longestFile

  /// Reads labels.
  ///
  /// - Throws: ``JobError`` naming the file, the line and what was expected.
  public static func read(_ bytes: Data, path: String) throws -> ConsensusLabels {
    do {
      let table = try CSVTable(parsing: bytes)
      if table.column("scp_codes") != nil { return try wide(table, path: path) }
      if table.column("diagnosis") != nil, table.column("verdict") != nil { return try long(table, path: path) }
    } catch let error as CSVError {
      throw JobError.badData("\(path): \(error)")
    }
    throw JobError.badData(
      "\(path): neither scp_codes nor case, verdict and diagnosis in its header; expected what `study export --corrected FILE.csv` or `study consensus --format csv` wrote"
    )
  }

  /// Reads the headers that `study export --corrected FOLDER` wrote.
  ///
  /// - Throws: ``JobError`` where none of them has a label that can be read; what is wrong with the folder.
  public static func read(folder: String) throws -> ConsensusLabels {
    var labels = ConsensusLabels()
    for reference in try RecordLocator.references(at: folder) {
      let stated = try RecordFile.statements(reference).diagnoses
      let read = DiagnosisLabels(stated)
      let sure = confidence(of: reference)
      var label = Label()
      for diagnosis in Diagnosis.all {
        switch read[diagnosis] {
        case .present: label.set(diagnosis, sure)
        case .absent: label.set(diagnosis, 1 - sure)
        case .unknown: break
        }
      }
      _ = labels.add(label, record: reference.name, path: reference.url.path, digest: "")
    }
    guard labels.count > 0 else { throw JobError.badData("\(folder): no header in it; expected those of `study export --corrected`") }
    return labels
  }

  /// How sure a header says that its label is; 1 where it says nothing.
  private static func confidence(of reference: RecordReference) -> Double {
    let lines = (try? RegularFile.contents(of: reference.url.path, limit: 1 << 22)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let mark = "#Label confidence:"
    let line = lines.split(whereSeparator: \.isNewline).last { $0.hasPrefix(mark) }
    return line.flatMap { Double($0.dropFirst(mark.count).trimmingCharacters(in: .whitespaces)) }.flatMap {
      (0.5...1).contains($0) ? $0 : nil
    } ?? 1
  }

  private mutating func add(_ label: Label, record: String, path: String, digest: String) -> Bool {
    let digest = digest.isEmpty ? nil : RecordingDigest(hexadecimal: digest)
    if let digest { byDigest[digest] = label }
    count += 1
    // A name without a folder says where a recording lies no more than what it is called.
    let slash = record.utf8.contains(UInt8(ascii: "/"))
    let path = !path.isEmpty ? path : slash ? record : nil
    return index.add(label, path: path, name: slash ? (record as NSString).lastPathComponent : record, digest: digest) == nil
  }

  // MARK: One row a recording

  private static func wide(_ table: CSVTable, path: String) throws -> ConsensusLabels {
    guard let record = table.column("record"), let codes = table.column("scp_codes") else {
      throw JobError.badData("\(path): no columns record and scp_codes; expected what `study export --corrected FILE.csv` wrote")
    }
    let further = ["path", "recording_digest", "presence", "open"].map { table.column($0) }
    var labels = ConsensusLabels()
    var stated = StatedDiagnoses()
    for row in table.rows {
      func field(_ index: Int) -> String { further[index].map { row[$0].withControlCharactersRead } ?? "" }
      guard let held = PythonDictionary.parse(row[codes]), let presence = PythonDictionary.parse(field(2).isEmpty ? "{}" : field(2)) else {
        throw JobError.badData("\(path): line \(row.line): scp_codes or presence cannot be read; expected {'LAFB': 100.0, …}")
      }
      var label = Label()
      let open = field(3)
      for (name, value) in presence {
        // What readers leave open stays as the header has it, however likely it is.
        guard !open.contains(PythonDictionary.quoted(name)), let diagnosis = stated[name] else { continue }
        label.set(diagnosis, min(1, max(0, value)))
      }
      // A file without probabilities, PTB-XL's own: what it names holds.
      for (name, _) in held where presence.isEmpty {
        if let diagnosis = stated[name] { label.set(diagnosis, 1) }
      }
      guard labels.add(label, record: row[record].withControlCharactersRead, path: field(0), digest: field(1)) else {
        throw JobError.badData("\(path): line \(row.line): another label of \(row[record]) than above; expected one of each recording")
      }
    }
    return labels
  }

  // MARK: One row a recording and diagnosis

  private static func long(_ table: CSVTable, path: String) throws -> ConsensusLabels {
    guard let name = table.column("case"), let verdict = table.column("verdict"), let diagnosis = table.column("diagnosis") else {
      throw JobError.badData("\(path): no columns case, verdict and diagnosis; expected what `study consensus --format csv` wrote")
    }
    let further = ["path", "recording_digest", "presence", "rater"].map { table.column($0) }
    var entries: [(name: String, label: Label, path: String, digest: String)] = []
    var places: [ExactText: Int] = [:]
    var stated = StatedDiagnoses()
    // Most recordings have the same few labels, which lie in memory once.
    var first: [Label: Label] = [:]
    for row in table.rows {
      func field(_ index: Int) -> String { further[index].map { row[$0].withControlCharactersRead } ?? "" }
      guard field(3).isEmpty || field(3) == ReservedRater.consensus else {
        throw JobError.badData(
          "\(path): line \(row.line): a verdict of '\(field(3))'; expected a consensus alone: study export --raters consensus, or study consensus"
        )
      }
      guard let said = Verdict(rawValue: row[verdict].lowercased()) else {
        throw JobError.badData("\(path): line \(row.line): verdict '\(row[verdict])'; expected present, absent or unsure")
      }
      guard let asked = stated[row[diagnosis]], said != .unsure else { continue }
      let record = row[name].withControlCharactersRead
      let place = places[ExactText(record)] ?? entries.count
      if place == entries.count {
        places[ExactText(record)] = place
        entries.append((record, Label(), field(0), field(1)))
      }
      var label = entries[place].label
      label.set(asked, Double(field(2)).flatMap { (0...1).contains($0) ? $0 : nil } ?? (said == .present ? 1 : 0))
      if first.count < 1000, first[label] == nil { first[label] = label }
      entries[place].label = first[label] ?? label
    }
    places = [:]
    var labels = ConsensusLabels()
    for entry in entries { _ = labels.add(entry.label, record: entry.name, path: entry.path, digest: entry.digest) }
    return labels
  }
}

/// The diagnoses that a file means by its words, each looked up once.
private struct StatedDiagnoses {
  private var known: [String: Diagnosis?] = [:]

  subscript(name: String) -> Diagnosis? {
    mutating get {
      if let found = known[name] { return found }
      let found = Diagnosis.stated(name)
      if known.count < StatementFile.mostStatements { known[name] = .some(found) }
      return found
    }
  }
}

extension Diagnosis {
  /// The diagnosis that a file means: an abbreviation, a code, or a statement of SCP-ECG.
  fileprivate static func stated(_ name: String) -> Diagnosis? {
    Diagnosis.named(name) ?? DiagnosisLabels([name]).present.first
  }
}

/// Dictionaries of numbers as Python writes them, which is how PTB-XL's CSV has them.
enum PythonDictionary {
  /// A name as it stands in one.
  static func quoted(_ name: String) -> String { "'\(name.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'" }

  /// The entries of `{'LAFB': 100.0, 'SR': 0.0}`; nil where it is something else, or has more entries than a vocabulary statements.
  static func parse(_ text: String) -> [(String, Double)]? {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    guard trimmed.hasPrefix("{"), trimmed.hasSuffix("}") else { return nil }
    let inside = trimmed.dropFirst().dropLast()
    var entries: [(String, Double)] = []
    var rest = inside[...]
    while let start = rest.firstIndex(where: { $0 == "'" || $0 == "\"" }) {
      let quote = rest[start]
      var name = ""
      var place = rest.index(after: start)
      while place < rest.endIndex, rest[place] != quote {
        if rest[place] == "\\" { place = rest.index(after: place) }
        guard place < rest.endIndex else { return nil }
        name.append(rest[place])
        place = rest.index(after: place)
      }
      guard place < rest.endIndex else { return nil }
      rest = rest[rest.index(after: place)...]
      guard let colon = rest.firstIndex(of: ":") else { return nil }
      let end = rest.firstIndex(of: ",") ?? rest.endIndex
      guard colon < end, let value = Double(rest[rest.index(after: colon)..<end].trimmingCharacters(in: .whitespaces)) else { return nil }
      guard entries.count < StatementFile.mostStatements else { return nil }
      entries.append((name, value))
      rest = end < rest.endIndex ? rest[rest.index(after: end)...] : rest[end...]
    }
    return rest.contains { !$0.isWhitespace } ? nil : entries
  }
}
