import ArgumentParser
import Classification
import ECG
import ECGFiles
import Foundation
import PlainText
import SEResNet
import TerminalUI

/// How predictions are printed.
enum PredictionFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json, challenge
}

/// Prints predictions in one of the formats, to standard output, a file, or the challenge's folder.
struct PredictionSink {
  private let format: PredictionFormat
  private let precision: Precision
  private let hasFooter: Bool
  private let folder: String?
  private var file: PartialFile?
  private var finished: FinishedRecords
  private var names: Set<String> = []

  /// Opens the output; `resumes` keeps the records that an earlier run has finished, and of the shards of a run only the first
  /// has a header, the last a footer.
  init(format: PredictionFormat, precision: Precision, output: String?, resumes: Bool = false, shard: Shard? = nil) throws {
    self.format = format
    self.precision = precision
    hasFooter = shard.map { $0.index == $0.count } ?? true
    let hasHeader = shard.map { $0.index == 1 } ?? true
    folder = format == .challenge ? output : nil
    finished = FinishedRecords()
    let header = format == .csv && hasHeader ? CSVWriter.row(Self.columns) + "\n" : ""
    if format == .challenge {
      guard let output else { return }
      try FileOutput.makeFolder(output)
      if resumes { finished = FinishedRecords(folder: output) }
    } else if let output {
      if resumes { finished = try FinishedRecords(file: output, format: format, precision: precision, header: header) }
      file = try PartialFile(path: output, keeping: finished.kept)
      if finished.kept.isEmpty, !header.isEmpty { try file?.append(header) }
    } else if !header.isEmpty {
      try Console.write(header)
    }
  }

  /// Whether an earlier run has finished a record; asked once a record.
  mutating func takeFinished(_ reference: RecordReference) -> Bool { finished.take(reference) }

  /// Whether a later run can go on where this one is interrupted.
  var isResumable: Bool { format == .challenge || (format != .table && file?.isResumable == true) }

  /// The columns of the CSV form.
  static let columns = [
    "record", "path", "windows", "code", "abbreviation", "probability", "threshold", "positive", "precision", "warnings",
  ]

  mutating func write(_ prediction: RecordPrediction, of reference: RecordReference) throws {
    switch format {
    case .json: try emit([json(prediction, of: reference).text])
    case .table: try emit([Self.line(prediction, of: reference)])
    case .csv:
      let warnings = prediction.warnings.map(\.description).joined(separator: "; ")
      try emit(
        prediction.classes.map { entry in
          CSVWriter.row(
            [
              reference.name, reference.path, String(prediction.windowCount), entry.diagnosis.code, entry.diagnosis.abbreviation,
              JSONValue(entry.probability).text, JSONValue(entry.threshold).text, entry.isPositive ? "true" : "false", precision.rawValue,
              warnings,
            ])
        })
    case .challenge:
      guard let folder else { return }
      guard names.insert(reference.name).inserted else {
        throw CommandFailure.badData(
          "\(reference.path): another record is named \(reference.name) too; the challenge's files are named after records")
      }
      try FileOutput.write(
        ChallengeOutput.text(record: reference.name, prediction.classes),
        to: (folder as NSString).appendingPathComponent(reference.name + ".csv"), isDurable: false)
    }
  }

  /// Ends the output; a file gets its name only now, whole.
  ///
  /// The precision stands beneath a table, and on standard error where the files are the challenge's, whose lines are all spoken for.
  mutating func finish() throws {
    switch format {
    case .table: if hasFooter { try emit(["precision: \(precision.inWords)"]) }
    case .challenge: if precision != .exact { Console.complain("precision: \(precision.inWords)") }
    case .csv, .json: break
    }
    try file?.finish()
  }

  /// Ends the output before all is done; what is finished stays beside the file's place.
  func abandon() { file?.abandon() }

  /// Writes a record's lines at once, so that a reader never finds half a record.
  private mutating func emit(_ lines: [String]) throws {
    let text = lines.reduce(into: "") { $0 += $1.withoutControlCharacters + "\n" }
    if file == nil { try Console.write(text) } else { try file?.append(text) }
  }

  private func json(_ prediction: RecordPrediction, of reference: RecordReference) -> JSONValue {
    let classes = prediction.classes.map { entry in
      JSONValue.object([
        ("code", .string(entry.diagnosis.code)), ("abbreviation", .string(entry.diagnosis.abbreviation)),
        ("probability", JSONValue(entry.probability)), ("threshold", JSONValue(entry.threshold)), ("positive", .bool(entry.isPositive)),
      ])
    }
    return .object([
      ("record", .string(reference.name)), ("path", .string(reference.path)), ("windows", .integer(prediction.windowCount)),
      ("classes", .array(classes)), ("missing_leads", JSONValue(prediction.missingLeads.map(\.name))),
      ("precision", .string(precision.rawValue)), ("warnings", JSONValue(prediction.warnings.map(\.description))),
    ])
  }

  private static func line(_ prediction: RecordPrediction, of reference: RecordReference) -> String {
    let positives = prediction.positives.map { entry in
      "\(entry.diagnosis.abbreviation)\(entry.isHardlyTrained ? "†" : "") \(String(format: "%.2f", entry.probability))"
    }
    let missing = prediction.missingLeads.isEmpty ? "" : "   without \(prediction.missingLeads.map(\.name).joined(separator: " "))"
    let name = reference.name + String(repeating: " ", count: max(0, 20 - reference.name.columnCount))
    let cautions = prediction.warnings.cautions
    let caution = cautions.isEmpty ? "" : "   (\(cautions.joined(separator: "; ")))"
    return "\(name)  \(positives.joined(separator: "  "))\(missing)\(caution)"
  }
}
