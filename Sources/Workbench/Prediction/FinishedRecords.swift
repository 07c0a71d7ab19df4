import Classification
import ECGFiles
import Foundation
import PlainText
import SEResNet

/// The records that an earlier run of `predict` or `measure` has finished.
struct FinishedRecords {
  /// The bytes of the earlier output that hold whole records.
  private(set) var kept = Data()
  /// How many records of a path there are, for a record may be named twice.
  private var counts: [ExactText: Int] = [:]
  private var names: Set<ExactText> = []

  /// None.
  init() {}

  /// Those whose files lie in the challenge's folder.
  init(folder: String) {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    names = Set(files.filter { $0.hasSuffix(".csv") }.map { ExactText(String($0.dropLast(4))) })
  }

  /// Those in the unfinished file beside `path`, else in the finished one; a last record that is not whole is dropped.
  ///
  /// - Throws: ``JobError`` where the file holds something else.
  init(file path: String, format: PredictionFormat, run: PredictionRun, header: String) throws {
    try self.init(file: path, header: header, linesPerRecord: WrittenPrediction.lineCount(format), noun: "prediction") { lines, source in
      guard let record = Self.record(in: lines, format: format) else { return nil }
      try run.check(model: record.model, preprocessing: record.preprocessing, precision: record.precision, in: source)
      return record.path
    }
  }

  /// Those in the unfinished file beside `path`, else in the finished one, by the path that `pathOfRecord` finds in a record's lines of a file.
  ///
  /// - Throws: ``JobError`` where the file holds something else.
  init(
    file path: String, header: String, linesPerRecord: Int, noun: String, pathOfRecord: ([String], _ file: String) throws -> String?
  ) throws {
    let candidates = [PartialFile.partialPath(of: path), path]
    guard let source = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: source), options: .mappedIfSafe) else {
      throw JobError.missingInput("\(source): cannot be read; --resume needs what the earlier run has written")
    }
    guard data.starts(with: header.utf8) || header.utf8.starts(with: data) else {
      throw JobError.badData("\(source): its first line is not what this run would write; expected the output of the same command")
    }
    var end = min(header.utf8.count, data.count)
    var (lineStart, lines) = (end, [String]())
    while let newline = data[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: data[lineStart..<newline], as: UTF8.self))
      lineStart = newline + 1
      guard lines.count == linesPerRecord else { continue }
      guard let path = try pathOfRecord(lines, source) else {
        throw JobError.badData("\(source): holds a line that is no \(noun); expected the output of the same command")
      }
      counts[ExactText(path), default: 0] += 1
      lines.removeAll()
      end = lineStart
    }
    kept = counts.isEmpty ? Data() : data.prefix(end)
  }

  /// Whether a record is among them; each of those that the file holds is asked for once.
  mutating func take(_ reference: RecordReference) -> Bool {
    if names.contains(ExactText(reference.name)) { return true }
    let path = ExactText(reference.path)
    guard let count = counts[path], count > 0 else { return false }
    counts[path] = count - 1
    return true
  }

  /// What some lines say of themselves.
  private struct Record: Hashable {
    let path: String
    let model: String?
    let preprocessing: String?
    let precision: String?
  }

  /// The record that some lines are about, and what made them; nil where they are about none, or several.
  private static func record(in lines: [String], format: PredictionFormat) -> Record? {
    if format == .json {
      let object = try? JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
      guard let object, let path = object["path"] as? String else { return nil }
      return Record(
        path: path, model: object["model"] as? String, preprocessing: object["preprocessing"] as? String,
        precision: object["precision"] as? String)
    }
    let text = ([CSVWriter.row(WrittenPrediction.columns)] + lines).joined(separator: "\n") + "\n"
    guard let table = try? CSVTable(parsing: Array(text.utf8)), let path = table.column("path"), let model = table.column("model"),
      let preprocessing = table.column("preprocessing"), let precision = table.column("precision")
    else { return nil }
    let records = Set(
      table.rows.map {
        Record(path: $0[path].withControlCharactersRead, model: $0[model], preprocessing: $0[preprocessing], precision: $0[precision])
      })
    return records.count == 1 ? records.first : nil
  }
}
