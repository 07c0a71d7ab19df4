import ECGFiles
import Foundation
import PlainText
import SEResNet

/// The records that an earlier run of `predict` has finished.
struct FinishedRecords {
  /// The bytes of the earlier output that hold whole records.
  private(set) var kept = Data()
  private var paths: Set<String> = []
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
    let candidates = [PartialFile.partialPath(of: path), path]
    guard let source = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return }
    guard let data = FileManager.default.contents(atPath: source) else {
      throw CommandFailure.noInput("\(source): cannot be read; --resume needs what the earlier run has written")
    }
    var text = String(decoding: data, as: UTF8.self)[...]
    guard text.hasPrefix(header) || header.hasPrefix(text) else {
      throw CommandFailure.badData("\(source): its first line is not what this run would write; expected the output of the same command")
    }
    text = text.dropFirst(header.count)
    var end = min(header.utf8.count, data.count)
    let linesPerRecord = format == .csv ? 24 : 1
    var lines: [Substring] = []
    while let newline = text.firstIndex(of: "\n") {
      lines.append(text[..<newline])
      text = text[text.index(after: newline)...]
      guard lines.count == linesPerRecord else { continue }
      guard let path = Self.path(in: lines, format: format, precision: precision) else {
        throw CommandFailure.badData("\(source): holds a line that is no prediction; expected the output of the same command")
      }
      paths.insert(path)
      end += lines.reduce(0) { $0 + $1.utf8.count + 1 }
      lines.removeAll()
    }
    kept = paths.isEmpty ? Data() : data.prefix(end)
  }

  /// Whether a record is among them.
  func contains(_ reference: RecordReference) -> Bool {
    names.contains(reference.name) || paths.contains(reference.path.withoutControlCharacters)
  }

  /// The path of the record that some lines are about; nil where they are about none, or several.
  private static func path(in lines: [Substring], format: PredictionFormat, precision: Precision) -> String? {
    if format == .json {
      let object = try? JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
      return object?["precision"] as? String == precision.rawValue ? object?["path"] as? String : nil
    }
    let text = ([Substring(CSVWriter.row(PredictionSink.columns))] + lines).joined(separator: "\n") + "\n"
    guard let table = try? CSVTable(parsing: Array(text.utf8)), let path = table.column("path"), let used = table.column("precision"),
      table.rows.allSatisfy({ $0.fields[used] == precision.rawValue })
    else { return nil }
    let paths = Set(table.rows.map { $0.fields[path] })
    return paths.count == 1 ? paths.first : nil
  }
}
