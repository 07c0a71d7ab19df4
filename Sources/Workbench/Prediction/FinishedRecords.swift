import Classification
import ECG
import ECGFiles
import Foundation
import PlainText
import SEResNet

/// The records that an earlier run of `predict` or `measure` has finished, known by their samples, wherever they lay then.
struct FinishedRecords {
  /// The bytes of the earlier output that hold whole records; those of recordings whose place holds other samples now are left out.
  private(set) var kept = Data()
  /// The records that are still to be done, in order.
  let unfinished: [RecordReference]
  /// How many were done, and hold other samples now.
  private(set) var changedCount = 0

  /// What lines of an earlier output say of themselves.
  struct Entry {
    let path: String
    let digest: RecordingDigest
  }

  /// None of some records.
  init(among references: [RecordReference]) { unfinished = references }

  /// Those whose files lie in the challenge's folder, as far as it is known of which recordings these are.
  init(folder: String, run: ChallengeRun, among references: [RecordReference]) {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let names = Set(files.filter { $0.hasSuffix(".csv") }.map { ExactText(String($0.dropLast(4))) })
    let digests = Self.digests(of: references) { names.contains(ExactText($0.name)) }
    var changed = 0
    unfinished = references.enumerated().compactMap { index, reference in
      guard names.contains(ExactText(reference.name)), let known = run.finished[ExactText(reference.name)] else { return reference }
      if digests[index] == known { return nil }
      changed += 1
      return reference
    }
    changedCount = changed
  }

  /// Those in the unfinished file beside `path`, else in the finished one; a last record that is not whole is dropped.
  ///
  /// - Throws: ``JobError`` where the file holds something else.
  init(file path: String, format: PredictionFormat, run: PredictionRun, header: String, among references: [RecordReference]) throws {
    let linesPerRecord = WrittenPrediction.lineCount(format)
    try self.init(file: path, header: header, linesPerRecord: linesPerRecord, noun: "prediction", among: references) { lines, source in
      guard let record = Self.record(in: lines, format: format) else { return nil }
      try run.check(model: record.model, preprocessing: record.preprocessing, precision: record.precision, in: source)
      return (record.path, record.digest)
    }
  }

  /// Those in the unfinished file beside `path`, else in the finished one, by what `entry` finds in a record's lines of a file.
  ///
  /// - Throws: ``JobError`` where the file holds something else.
  init(
    file path: String, header: String, linesPerRecord: Int, noun: String, among references: [RecordReference],
    entry: ([String], _ file: String) throws -> (path: String, digest: String?)?
  ) throws {
    let candidates = [PartialFile.partialPath(of: path), path]
    guard let source = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      unfinished = references
      return
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: source), options: .mappedIfSafe) else {
      throw JobError.missingInput("\(source): cannot be read; --resume needs what the earlier run has written")
    }
    guard data.starts(with: header.utf8) || header.utf8.starts(with: data) else {
      throw JobError.badData("\(source): its first line is not what this run would write; expected the output of the same command")
    }
    var found: [(entry: Entry, bytes: Range<Int>)] = []
    let start = min(header.utf8.count, data.count)
    var (recordStart, lineStart, lines) = (start, start, [String]())
    while let newline = data[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: data[lineStart..<newline], as: UTF8.self))
      lineStart = newline + 1
      guard lines.count == linesPerRecord else { continue }
      guard let (path, digest) = try entry(lines, source) else {
        throw JobError.badData("\(source): holds a line that is no \(noun); expected the output of the same command")
      }
      guard let digest, !digest.isEmpty else {
        throw JobError.badData("\(source): does not say of which samples its lines are; begin anew, without --resume")
      }
      found.append((Entry(path: path, digest: RecordingDigest(hexadecimal: digest)), recordStart..<lineStart))
      lines.removeAll()
      recordStart = lineStart
    }
    let matching = Matching(found.map(\.entry), references)
    unfinished = matching.unfinished
    changedCount = matching.outdated.count
    guard found.count > matching.outdated.count else { return }
    kept = Data(data.prefix(start))
    for (index, part) in found.enumerated() where !matching.outdated.contains(index) { kept += data[part.bytes] }
  }

  /// The digests of those records that may be among the finished ones; nil of the others, and of those that cannot be read.
  private static func digests(of references: [RecordReference], where mayBe: (RecordReference) -> Bool) -> [RecordingDigest?] {
    var sightings = RecordSightings(references, cache: nil)
    let wanted = Set(references.indices.filter { mayBe(references[$0]) })
    sightings.learn(sightings.unread.filter(wanted.contains))
    return sightings.sightings.map(\.digest)
  }

  /// Which record each finished one is.
  private struct Matching {
    private(set) var unfinished: [RecordReference] = []
    /// The finished ones whose place holds other samples now.
    let outdated: Set<Int>

    init(_ entries: [Entry], _ references: [RecordReference]) {
      guard !entries.isEmpty else {
        (unfinished, outdated) = (references, [])
        return
      }
      let digests = FinishedRecords.digests(of: references) { _ in true }
      var waiting = Dictionary(grouping: entries.indices) { entries[$0].digest }
      for (reference, digest) in zip(references, digests) {
        guard let digest, var places = waiting[digest], !places.isEmpty else {
          unfinished.append(reference)
          continue
        }
        // Of recordings that are the same, each has its own lines.
        let path = ExactText(reference.path)
        places.remove(at: places.firstIndex { ExactText(entries[$0].path) == path } ?? 0)
        waiting[digest] = places
      }
      let paths = Set(references.map { ExactText($0.path) })
      outdated = Set(waiting.values.joined().filter { paths.contains(ExactText(entries[$0].path)) })
    }
  }

  /// What some lines say of themselves.
  private struct Record: Hashable {
    let path: String
    let digest: String?
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
        path: path, digest: object["recording_digest"] as? String, model: object["model"] as? String,
        preprocessing: object["preprocessing"] as? String, precision: object["precision"] as? String)
    }
    let text = ([CSVWriter.row(WrittenPrediction.columns)] + lines).joined(separator: "\n") + "\n"
    guard let table = try? CSVTable(parsing: Array(text.utf8)), let path = table.column("path"), let model = table.column("model"),
      let preprocessing = table.column("preprocessing"), let precision = table.column("precision"),
      let digest = table.column("recording_digest")
    else { return nil }
    let records = Set(
      table.rows.map {
        Record(
          path: $0[path].withControlCharactersRead, digest: $0[digest], model: $0[model], preprocessing: $0[preprocessing],
          precision: $0[precision])
      })
    return records.count == 1 ? records.first : nil
  }
}
