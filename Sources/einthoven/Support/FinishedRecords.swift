import ECG
import ECGFiles
import Foundation
import PlainText
import SEResNet

/// The records that an earlier run of `predict` or `measure` has finished.
struct FinishedRecords {
  /// The bytes of the earlier output that hold whole records.
  private(set) var kept = Data()
  /// How many records of a path there are, for a record may be named twice.
  private var counts: [String: Int] = [:]
  private var names: Set<String> = []

  /// None.
  init() {}

  /// Those whose files lie in the challenge's folder.
  init(folder: String) {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    names = Set(files.filter { $0.hasSuffix(".csv") }.map { String($0.dropLast(4)) })
  }

  /// Those in the unfinished file beside `path`, else in the finished one; a last record that is not whole is dropped.
  ///
  /// - Throws: ``CommandFailure`` where the file holds something else.
  init(file path: String, format: PredictionFormat, precision: Precision, header: String) throws {
    try self.init(file: path, header: header, linesPerRecord: format == .csv ? Diagnosis.all.count : 1, noun: "prediction") {
      Self.path(in: $0, format: format, precision: precision)
    }
  }

  /// Those in the unfinished file beside `path`, else in the finished one, by what `pathOfRecord` says of a record's lines.
  ///
  /// - Throws: ``CommandFailure`` where the file holds something else.
  init(file path: String, header: String, linesPerRecord: Int, noun: String, pathOfRecord: ([String]) -> String?) throws {
    let candidates = [PartialFile.partialPath(of: path), path]
    guard let source = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: source), options: .mappedIfSafe) else {
      throw CommandFailure.noInput("\(source): cannot be read; --resume needs what the earlier run has written")
    }
    guard data.starts(with: header.utf8) || header.utf8.starts(with: data) else {
      throw CommandFailure.badData("\(source): its first line is not what this run would write; expected the output of the same command")
    }
    var end = min(header.utf8.count, data.count)
    var (lineStart, lines) = (end, [String]())
    while let newline = data[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: data[lineStart..<newline], as: UTF8.self))
      lineStart = newline + 1
      guard lines.count == linesPerRecord else { continue }
      guard let path = pathOfRecord(lines) else {
        throw CommandFailure.badData("\(source): holds a line that is no \(noun); expected the output of the same command")
      }
      counts[path.withoutControlCharacters, default: 0] += 1
      lines.removeAll()
      end = lineStart
    }
    kept = counts.isEmpty ? Data() : data.prefix(end)
  }

  /// Whether a record is among them; each of those that the file holds is asked for once.
  mutating func take(_ reference: RecordReference) -> Bool {
    if names.contains(reference.name) { return true }
    let path = reference.path.withoutControlCharacters
    guard let count = counts[path], count > 0 else { return false }
    counts[path] = count - 1
    return true
  }

  /// The path of the record that some lines are about; nil where they are about none, or several.
  private static func path(in lines: [String], format: PredictionFormat, precision: Precision) -> String? {
    if format == .json {
      let object = try? JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
      return object?["precision"] as? String == precision.rawValue ? object?["path"] as? String : nil
    }
    let text = ([CSVWriter.row(PredictionSink.columns)] + lines).joined(separator: "\n") + "\n"
    guard let table = try? CSVTable(parsing: Array(text.utf8)), let path = table.column("path"), let used = table.column("precision"),
      table.rows.allSatisfy({ $0[used] == precision.rawValue })
    else { return nil }
    let paths = Set(table.rows.map { $0[path] })
    return paths.count == 1 ? paths.first : nil
  }
}
