import Agreement
import ArgumentParser
import ECG
import ECGFiles
import Foundation
import PlainText

struct AnnotationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "annotations",
    abstract: "Read, write and compare annotation files: beats, rhythms, spans and boundaries in WFDB's format.",
    discussion: "Example: einthoven annotations read mitdb/100 --annotator atr",
    subcommands: [Read.self, Write.self, Compare.self]
  )

  struct Read: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the annotations of one annotator, in the file's order.",
      discussion: """
        Samples are those of the file: the record's own, or ticks of the time resolution that the file states. A span has the sample of its end besides.
        In CSV and JSON, bytes of the text that are no characters are \\xNN; what `annotations write` makes of them is the file again, byte for byte.
        Example: einthoven annotations read mitdb/100 --format csv > 100.csv
        """)
    @Argument(help: "The record.") var record: String
    @Option(help: "The annotator: the extension of its file, beside the record.") var annotator = "atr"
    @OptionGroup var links: LinkOptions
    @Option(help: "table, csv or json (one object an annotation).") var format: ReportFormat = .table

    func run() throws {
      let reference = try AnnotationFile.reference(at: record, annotator: annotator, followingLinks: links.followLinks)
      let file = try AnnotationFile.read(reference, annotator: annotator)
      for warning in file.warnings { Console.complain("warning: \(warning)") }
      let rate = try? RecordFile.readHeader(reference).samplingRateHertz
      let table = AnnotationTable(file, record: reference.name, annotator: annotator, samplingRateHertz: rate)
      var output = LineBuffer()
      switch format {
      case .json: for entry in table.entries { try output.append { table.appendJSON(entry, to: &$0) } }
      case .csv:
        try output.append { $0 += CSVWriter.row(table.columns) + "\n" }
        for entry in table.entries { try output.append { table.appendCSV(entry, to: &$0) } }
      case .table:
        let columns = Columns(table)
        try output.append { $0 += columns.header + "\n" }
        for entry in table.entries { try output.append { $0 += columns.line(entry.annotation) + "\n" } }
      }
      try output.finish()
    }
  }

  struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write an annotation file beside a record, from a table.",
      discussion: """
        The table has the columns that `annotations read` prints, in any order; sample and code (or symbol) are enough. A row with an end_sample is a span.
        Example: einthoven annotations write mitdb/100 --annotator mine --from 100.csv
        """)
    @Argument(help: "The record.") var record: String
    @Option(help: "The annotator: the extension of the file to make.") var annotator: String
    @Option(help: "The table: CSV, or JSON Lines.") var from: String
    @Flag(help: "Replace a file of this name; the file as it was is kept as RECORD.NAME~.") var force = false

    func run() throws {
      let references = try RecordLocator.references(at: record)
      guard references.count == 1, let reference = references.first else {
        throw CommandFailure.usage("\(record): \(references.count) records; annotations write takes one")
      }
      let data = try FileInput.data(from, limit: AnnotationTable.largestByteCount, expected: "a table of annotations")
      let file = try AnnotationFile(parsingTable: [UInt8](data), file: from)
      if let kept = try file.write(reference, annotator: annotator, replacing: force) {
        Console.complain("the file that was there is kept as \(kept)")
      }
    }
  }

  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare two annotators: beats as bxb counts them, episodes as epicmp does, spans and boundaries.",
      discussion: """
        Beats: the AAMI's matrix (rows: reference; columns: test; O missed or extra, X unreadable), sensitivity and positive predictivity, RMS error of RR.
        Episodes: AF, AFL and VF are found by any overlap, ST by half of it or its extremum. Spans: any overlap, and intersection over union.
        Boundaries: mean and standard deviation, test minus reference.
        Where neither is the reference: beats that are each other's nearest, and Krippendorff's alpha for unitising.
        The standards leave out five minutes of learning: --from-s 300.
        Example: einthoven annotations compare mitdb/100 --reference atr --test qrs --from-s 300
        """)
    @Argument(help: "Records, folders, or files that list records.") var records: [String]
    @Option(help: "The annotator that is right.") var reference: String
    @Option(help: "The annotator that is tested.") var test: String
    @Option(help: "How far two annotations of one event may lie apart.") var toleranceMs = ComparisonPeriod.standardToleranceMilliseconds
    @Option(help: "Seconds at the beginning that are left out.") var fromS = 0.0
    @OptionGroup var links: LinkOptions
    @Option(help: "table, csv or json (one object a record; totals of several in a last one, whose record is null).") var format:
      ReportFormat =
        .table

    mutating func validate() throws {
      if !(0...60_000).contains(toleranceMs) { throw ValidationError("--tolerance-ms takes a number from 0 to 60000") }
      if !(0...1e9).contains(fromS) { throw ValidationError("--from-s takes a number of seconds that is not negative") }
    }

    func run() throws {
      var batch = RecordBatch(records, links)
      var total = AnnotationComparison()
      if format == .csv { try Console.print(CSVWriter.row(AnnotationComparison.csvColumns)) }
      for record in try batch.nonEmpty() {
        do {
          let comparison = try compare(record)
          try print(comparison, record: record.name, path: record.path)
          total.add(comparison)
        } catch let failure as CommandFailure {
          throw failure
        } catch {
          batch.report(error)
        }
      }
      if total.recordCount > 1 { try print(total, record: nil, path: "\(total.recordCount) records") }
      try batch.finish()
    }

    private func compare(_ record: RecordReference) throws -> AnnotationComparison {
      let files = try [reference, test].map { try AnnotationFile.read(record, annotator: $0) }
      for warning in files.flatMap(\.warnings) { Console.complain("warning: \(warning)") }
      let facts = try RecordFile.readHeader(record)
      guard let rate = facts.samplingRateHertz else {
        throw ECGFileError.badHeader(file: record.path, line: nil, problem: "no sampling rate; expected one, for the tolerance")
      }
      let period = ComparisonPeriod(
        samplingRateHertz: rate, sampleCount: facts.sampleCount, startSeconds: fromS, toleranceMilliseconds: toleranceMs)
      return AnnotationComparison(reference: files[0].annotations(atHertz: rate), test: files[1].annotations(atHertz: rate), period: period)
    }

    private func print(_ comparison: AnnotationComparison, record: String?, path: String) throws {
      switch format {
      case .json: try Console.print(comparison.json(record: record).text)
      case .csv: try Console.print(CSVWriter.row(comparison.csvFields(record: record ?? "")))
      case .table:
        for line in ["\(path): \(test) against \(reference)"] + comparison.lines { try Console.print(line) }
      }
    }
  }
}

/// A table for people: times to the millisecond, texts without the zeros at their ends; a line at a time, whatever the file's length.
private struct Columns {
  private let table: AnnotationTable
  private let sampleWidth: Int
  private let timeWidth: Int

  init(_ table: AnnotationTable) {
    self.table = table
    let ends = [table.entries.map(\.annotation.sample).max() ?? 0, table.entries.map(\.annotation.sample).min() ?? 0]
    sampleWidth = max(6, ends.map { "\($0)".count }.max() ?? 0)
    timeWidth = sampleWidth + 2
  }

  var header: String {
    ["sample".right(in: sampleWidth), "time s".right(in: timeWidth), "code", "symbol", "subtype", "channel", "number"].joined(
      separator: "  ")
      + "  " + "end".right(in: sampleWidth) + "  aux"
  }

  func line(_ annotation: Annotation) -> String {
    let time = table.seconds(of: annotation).map { String(format: "%.3f", $0) } ?? "–"
    let numbers = [
      "\(annotation.sample)".right(in: sampleWidth), time.right(in: timeWidth), "\(annotation.code.rawValue)".right(in: 4),
      table.symbol(of: annotation).padded(to: 6), "\(annotation.subtype)".right(in: 7), "\(annotation.channel)".right(in: 7),
      "\(annotation.number)".right(in: 6), (annotation.endSample.map { "\($0)" } ?? "").right(in: sampleWidth), annotation.aux.text,
    ]
    var line = numbers.joined(separator: "  ").withoutControlCharacters
    while line.last == " " { line.removeLast() }
    return line
  }

}

/// Lines that are written together: a recording may have a million annotations.
///
/// They must be free of control characters.
private struct LineBuffer {
  private var text = ""

  mutating func append(_ write: (inout String) -> Void) throws {
    write(&text)
    if text.utf8.count > 1 << 16 { try finish() }
  }

  mutating func finish() throws {
    try Console.write(text)
    text.removeAll(keepingCapacity: true)
  }
}
