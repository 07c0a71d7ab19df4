import ArgumentParser
import Classification
import ECG
import ECGFiles
import Foundation
import PlainText

/// How predictions are printed.
enum PredictionFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json, challenge
}

/// Prints predictions in one of the formats, to standard output, a file, or the challenge's folder.
struct PredictionSink {
  private let format: PredictionFormat
  private let output: String?
  private var text = ""
  private var names: Set<String> = []

  init(format: PredictionFormat, output: String?) throws {
    self.format = format
    self.output = output
    if format == .challenge, let output { try FileOutput.makeFolder(output) }
    if format == .csv { try emit(CSVWriter.row(Self.columns)) }
  }

  private static let columns = ["record", "path", "windows", "code", "abbreviation", "probability", "threshold", "positive"]

  mutating func write(_ prediction: RecordPrediction, of reference: RecordReference) throws {
    switch format {
    case .json: try emit(Self.json(prediction, of: reference).text)
    case .table: try emit(Self.line(prediction, of: reference))
    case .csv:
      for entry in prediction.classes {
        try emit(
          CSVWriter.row([
            reference.name, reference.path, String(prediction.windowCount), entry.diagnosis.code, entry.diagnosis.abbreviation,
            JSONValue(entry.probability).text, JSONValue(entry.threshold).text, entry.isPositive ? "true" : "false",
          ]))
      }
    case .challenge:
      guard let output else { return }
      guard names.insert(reference.name).inserted else {
        throw CommandFailure.badData("\(reference.path): another record is named \(reference.name) too; the challenge's files are named after records")
      }
      try FileOutput.write(
        ChallengeOutput.text(record: reference.name, prediction.classes), to: (output as NSString).appendingPathComponent(reference.name + ".csv"))
    }
  }

  /// Ends the output; a file appears only now, whole.
  func finish() throws {
    guard let output, format != .challenge else { return }
    try FileOutput.write(text, to: output)
  }

  private mutating func emit(_ line: String) throws {
    if output == nil {
      try Console.print(line)
    } else {
      text += line.withoutControlCharacters + "\n"
    }
  }

  private static func json(_ prediction: RecordPrediction, of reference: RecordReference) -> JSONValue {
    let classes = prediction.classes.map { entry in
      JSONValue.object([
        ("code", .string(entry.diagnosis.code)), ("abbreviation", .string(entry.diagnosis.abbreviation)),
        ("probability", JSONValue(entry.probability)), ("threshold", JSONValue(entry.threshold)), ("positive", .bool(entry.isPositive)),
      ])
    }
    return .object([
      ("record", .string(reference.name)), ("path", .string(reference.path)), ("windows", .integer(prediction.windowCount)),
      ("classes", .array(classes)), ("missing_leads", JSONValue(prediction.missingLeads.map(\.name))),
    ])
  }

  private static func line(_ prediction: RecordPrediction, of reference: RecordReference) -> String {
    let positives = prediction.positives.map { entry in
      "\(entry.diagnosis.abbreviation)\(entry.isHardlyTrained ? "†" : "") \(String(format: "%.2f", entry.probability))"
    }
    let missing = prediction.missingLeads.isEmpty ? "" : "   without \(prediction.missingLeads.map(\.name).joined(separator: " "))"
    let name = reference.name + String(repeating: " ", count: max(0, 20 - reference.name.count))
    return "\(name)  \(positives.joined(separator: "  "))\(missing)"
  }
}
