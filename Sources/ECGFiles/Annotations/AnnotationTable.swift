import ECG
import Files
import Foundation
import PlainText

/// Annotations as rows of a table, in CSV and JSON Lines: what `einthoven annotations read` prints and `write` takes.
///
/// The samples are those of the file. A row holds all that its annotation has, so that the file is written again byte for byte; where another
/// program than WFDB's library wrote an annotation in other words, a last column `stored` has its bytes in hexadecimal digits.
public struct AnnotationTable: Sendable {
  private let file: AnnotationFile
  /// What every row of CSV and every object of JSON begins with.
  private let csvBeginning, jsonBeginning: String
  private let ticksPerSecond: Double?
  private let symbols: [AnnotationCode: String]
  private let hasStoredBytes: Bool

  /// The columns, in CSV and as keys of JSON.
  ///
  /// `end_sample` is a key of spans only, `stored` a column and key only where it is needed.
  public static let columns = [
    "record", "annotator", "sample", "time_s", "code", "symbol", "subtype", "channel", "number", "aux", "end_sample",
  ]

  /// The column of bytes that another program wrote in its own words.
  fileprivate static let storedColumn = "stored"

  /// A longer table is not read.
  public static let largestByteCount = 64 << 20

  /// The table of a file.
  ///
  /// - Parameter samplingRateHertz: The record's rate, for times where the file does not state its own; nil where it is not known.
  public init(_ file: AnnotationFile, record: String, annotator: String, samplingRateHertz: Double?) {
    self.file = file
    csvBeginning = CSVWriter.row([record.withoutControlCharacters, annotator, ""])
    jsonBeginning = "{\"record\":\(JSONValue.string(record).text),\"annotator\":\(JSONValue.string(annotator).text),\"sample\":"
    ticksPerSecond = file.timeResolutionHertz ?? samplingRateHertz
    symbols = file.ownSymbols
    hasStoredBytes = file.entries.contains { $0.storedBytes != nil }
  }

  /// The columns of this table.
  public var columns: [String] { Self.columns + (hasStoredBytes ? [Self.storedColumn] : []) }

  /// The annotations in order.
  public var entries: [AnnotationFile.Entry] { file.entries }

  /// The mnemonic of an annotation: the file's own where it has one.
  public func symbol(of annotation: Annotation) -> String { symbols[annotation.code] ?? annotation.code.symbol }

  /// Seconds from the record's start; nil where no rate is known.
  public func seconds(of annotation: Annotation) -> Double? { ticksPerSecond.map { Double(annotation.sample) / $0 } }

  /// Appends a row of CSV, its line end included; free of control characters.
  ///
  /// Written out field by field, for a file may have a million of them.
  public func appendCSV(_ entry: AnnotationFile.Entry, to text: inout String) {
    let annotation = entry.annotation
    text += csvBeginning
    text += "\(annotation.sample),"
    if let seconds = seconds(of: annotation) { text += JSONValue.number(seconds).text }
    text += ",\(annotation.code.rawValue),"
    text += CSVWriter.quoted(symbol(of: annotation).withoutControlCharacters)
    text += ",\(annotation.subtype),\(annotation.channel),\(annotation.number),"
    if !annotation.aux.isEmpty { text += CSVWriter.quoted(annotation.aux.escaped) }
    text += ","
    if let end = annotation.endSample { text += "\(end)" }
    if hasStoredBytes {
      text += ","
      text += entry.storedBytes?.hexadecimal ?? ""
    }
    text += "\n"
  }

  /// Appends an object of JSON Lines, its line end included; free of control characters.
  public func appendJSON(_ entry: AnnotationFile.Entry, to text: inout String) {
    let annotation = entry.annotation
    text += jsonBeginning
    text += "\(annotation.sample),\"time_s\":"
    text += JSONValue(seconds(of: annotation)).text
    text += ",\"code\":\(annotation.code.rawValue),\"symbol\":"
    text += JSONValue.string(symbol(of: annotation)).text
    text += ",\"subtype\":\(annotation.subtype),\"channel\":\(annotation.channel),\"number\":\(annotation.number),\"aux\":"
    text += annotation.aux.isEmpty ? "\"\"" : JSONValue.string(annotation.aux.escapedForJSON).text
    if let end = annotation.endSample { text += ",\"end_sample\":\(end)" }
    if let stored = entry.storedBytes { text += ",\"\(Self.storedColumn)\":\"\(stored.hexadecimal)\"" }
    text += "}\n"
  }
}

extension AnnotationFile {
  /// Reads a table of annotations: CSV, or JSON Lines where its first character is a brace.
  ///
  /// A row needs `sample` and `code` or `symbol`; what else is missing is zero or empty. `record`, `annotator` and `time_s` are not read.
  /// A row with an `end_sample` is a span and gets its closing annotation where there is no row for it.
  ///
  /// - Throws: ``ECGFileError/badAnnotations(file:line:problem:)`` naming the line.
  public init(parsingTable bytes: [UInt8], file: String) throws(ECGFileError) {
    if bytes.isJSONObjects {
      self.init(try Self.entries(ofJSONLines: bytes.withoutByteOrderMark, file: file), format: .jsonLines)
    } else {
      self.init(try Self.entries(ofCSV: bytes, file: file), format: .csv)
    }
  }

  private static func entries(ofCSV bytes: [UInt8], file: String) throws(ECGFileError) -> [Entry] {
    let table: CSVTable
    do { table = try CSVTable(parsing: bytes) } catch { throw .badAnnotations(file: file, line: nil, problem: "\(error)") }
    let columns = Dictionary(
      (AnnotationTable.columns + [AnnotationTable.storedColumn]).compactMap { name in table.column(name).map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
    guard columns["sample"] != nil, columns["code"] != nil || columns["symbol"] != nil else {
      throw .badAnnotations(file: file, line: 1, problem: "no columns sample and code (or symbol); expected a table of annotations")
    }
    var entries: [Entry] = []
    entries.reserveCapacity(table.rows.count)
    for row in table.rows {
      let fields = TableRow(file: file, line: row.line) { name in
        columns[name].map { row.fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
      }
      entries.append(try fields.entry())
    }
    return entries
  }

  private static func entries(ofJSONLines bytes: ArraySlice<UInt8>, file: String) throws(ECGFileError) -> [Entry] {
    var entries: [Entry] = []
    var line = 0
    for text in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      line += 1
      if text.allSatisfy({ $0 <= 32 }) { continue }
      let object = (try? JSONSerialization.jsonObject(with: Data(text))) as? [String: Any]
      guard let object else { throw .badAnnotations(file: file, line: line, problem: "no JSON object; expected one annotation a line") }
      let fields = TableRow(file: file, line: line) { name in
        switch object[name] {
        case let text as String: text.isEmpty ? nil : text
        case let number as NSNumber: "\(number)"
        default: nil
        }
      }
      entries.append(try fields.entry())
    }
    return entries
  }
}

/// One row of a table of annotations, whatever its format.
private struct TableRow {
  let file: String
  let line: Int
  /// The text of a column; nil where it is missing or empty.
  let field: (String) -> String?

  func entry() throws(ECGFileError) -> AnnotationFile.Entry {
    guard let sample = try number("sample", in: AnnotationFile.plausibleSamples) else {
      throw refused("no sample; expected a whole number")
    }
    let annotation = Annotation(
      sample: sample, endSample: try number("end_sample", in: sample...AnnotationFile.plausibleSamples.upperBound), code: try code(),
      subtype: try number("subtype", in: -128...127).map(Int8.init) ?? 0, channel: try number("channel", in: 0...255).map(UInt8.init) ?? 0,
      number: try number("number", in: -128...127).map(Int8.init) ?? 0, aux: try aux())
    guard let stored = field(AnnotationTable.storedColumn) else { return AnnotationFile.Entry(annotation) }
    guard let bytes = [UInt8](hexadecimal: stored.utf8) else {
      throw refused("stored is \"\(stored.prefix(40))\"; expected hexadecimal digits")
    }
    return AnnotationFile.Entry(annotation, storedBytes: bytes)
  }

  private func code() throws(ECGFileError) -> AnnotationCode {
    if let number = try number("code", in: 0...Int(AnnotationCode.largest)) { return AnnotationCode(rawValue: UInt8(number)) }
    guard let symbol = field("symbol") else { throw refused("neither code nor symbol; expected one of them") }
    guard let code = AnnotationCode(symbol: symbol) else {
      throw refused("the symbol \"\(symbol.prefix(20))\"; expected one of WFDB's mnemonics, or [42] for the code 42")
    }
    return code
  }

  private func aux() throws(ECGFileError) -> AnnotationText {
    let aux = AnnotationText(escaped: field("aux") ?? "")
    guard aux.bytes.count <= WFDBAnnotationWords.longestAux else {
      throw refused("aux has \(aux.bytes.count) bytes; expected at most \(WFDBAnnotationWords.longestAux)")
    }
    return aux
  }

  private func number(_ name: String, in range: ClosedRange<Int>) throws(ECGFileError) -> Int? {
    guard let text = field(name) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw refused("\(name) is \"\(text.prefix(40))\"; expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private func refused(_ problem: String) -> ECGFileError { .badAnnotations(file: file, line: line, problem: problem) }
}
