import ECG
import ECGFiles
import Files
import Foundation
import PlainText

/// How measurements are printed.
public enum MeasurementFormat: String, Sendable, CaseIterable {
  /// A line a record, for people.
  case table
  /// A row a record.
  case csv
  /// An object a record.
  case json
}

/// Where measurements go: standard output, or a file that an interrupted run leaves behind for the next; and files of annotations.
public struct MeasurementOutput {
  /// A record as it is written, made where it was measured.
  public struct Entry: Sendable {
    let line: String
    let annotations: AnnotationFile?
    /// The fingerprint of what was measured.
    public let digest: RecordingDigest
  }

  private let format: MeasurementFormat
  private let print: (String) throws -> Void
  private let hasFooter: Bool
  private let annotator: String?
  private let replaces: Bool
  private let resumes: Bool
  /// The folder of the annotation files; nil for that of each record.
  private var folder: String?
  private var file: PartialFile?
  private let finished: FinishedRecords
  private var annotated: Set<ExactText> = []

  /// Opens the output of a run on some records; `resumes` keeps the records that an earlier run has finished, and of the shards of a run only the first
  /// has a header, the last a footer; `print` writes to standard output what no file takes.
  ///
  /// - Throws: ``JobError``.
  public init(
    format: MeasurementFormat, output: String?, resumes: Bool, shard: Shard?, annotator: String?, replacing: Bool,
    on references: [RecordReference],
    print: @escaping (String) throws -> Void
  ) throws {
    self.format = format
    self.print = print
    self.annotator = annotator
    self.resumes = resumes
    replaces = replacing
    hasFooter = shard?.isLast ?? true
    let hasHeader = shard?.isFirst ?? true
    let header =
      switch format {
      case .csv where hasHeader: CSVWriter.row(MeasuredRecord.csvColumns) + "\n"
      case .table where hasHeader: MeasuredRecord.tableHeader + "\n"
      default: ""
      }
    guard let output else {
      finished = FinishedRecords(among: references)
      if !header.isEmpty { try print(header) }
      return
    }
    finished =
      resumes
      ? try FinishedRecords(file: output, header: header, linesPerRecord: 1, noun: "measurement", among: references) { lines, _ in
        Self.record(in: lines[0], format: format)
      } : FinishedRecords(among: references)
    file = try PartialFile(path: output, keeping: finished.kept)
    if finished.kept.isEmpty, !header.isEmpty { try file?.append(header) }
    // Beside a device or a pipe is no place for files.
    if file?.isResumable == true {
      let parent = PathText.folder(of: output)
      folder = parent.isEmpty ? "." : parent
    }
  }

  /// The records that no earlier run has finished, in order.
  public var unfinished: [RecordReference] { finished.unfinished }

  /// How many records an earlier run has finished whose files hold other samples now.
  public var changedCount: Int { finished.changedCount }

  /// Whether a later run can go on where this one is interrupted.
  public var isResumable: Bool { format != .table && file?.isResumable == true }

  /// A record in the form that is written.
  public static func entry(_ record: MeasuredRecord, format: MeasurementFormat, isDetailed: Bool, isAnnotated: Bool) -> Entry {
    let line =
      switch format {
      case .json: record.json(isDetailed: isDetailed).text
      case .csv: CSVWriter.row(record.csvFields)
      case .table: record.tableLine
      }
    return Entry(
      line: line.withoutControlCharacters + "\n", annotations: isAnnotated ? AnnotationFile(record.annotations) : nil,
      digest: record.digest)
  }

  /// Writes a record: the annotations first, for a record whose line stands is finished.
  ///
  /// - Returns: What the annotation file that was there is kept as, where one was replaced.
  /// - Throws: `ECGFileError` or ``JobError`` about the annotations, which concerns this record alone; else what ends the run.
  @discardableResult
  public mutating func annotate(_ entry: Entry, of reference: RecordReference) throws -> String? {
    guard let annotator, let annotations = entry.annotations else { return nil }
    let place = (folder ?? reference.url.deletingLastPathComponent().path) + "/\(reference.name).\(annotator)"
    guard annotated.insert(ExactText(place)).inserted else {
      throw JobError.badData(
        "\(reference.path): the annotations of another record of this name were written to \(place); expected records of different names")
    }
    if resumes, !replaces, let bytes = FileManager.default.contents(atPath: place), try [UInt8](bytes) == annotations.bytes(file: place) {
      return nil
    }
    return try annotations.write(reference, annotator: annotator, in: folder, replacing: replaces)
  }

  /// Writes a record's line at once, so that a reader never finds half a record.
  public mutating func write(_ entry: Entry) throws {
    if file == nil { try print(entry.line) } else { try file?.append(entry.line) }
  }

  /// Ends the output; a file gets its name only now, whole.
  public mutating func finish() throws {
    if format == .table, hasFooter {
      let footer = MeasuredRecord.tableFooter + "\n"
      if file == nil { try print(footer) } else { try file?.append(footer) }
    }
    try file?.finish()
  }

  /// Ends the output before all is done; what is finished stays beside the file's place.
  public func abandon() { file?.abandon() }

  /// The record that a line is about, and the fingerprint of what was measured; nil where it is about none.
  private static func record(in line: String, format: MeasurementFormat) -> (path: String, digest: String?)? {
    if format == .json {
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let object, object["r_peaks"] != nil, let path = object["path"] as? String else { return nil }
      return (path, object["recording_digest"] as? String)
    }
    let text = CSVWriter.row(MeasuredRecord.csvColumns) + "\n" + line + "\n"
    guard let table = try? CSVTable(parsing: Array(text.utf8)), table.rows.count == 1, let path = table.column("path"),
      let digest = table.column("recording_digest")
    else { return nil }
    return (table.rows[0][path].withControlCharactersRead, table.rows[0][digest])
  }
}
