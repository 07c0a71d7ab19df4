import ECG
import Foundation
import PlainText
import SEResNet

/// How predictions are written.
public enum PredictionFormat: String, Sendable, CaseIterable {
  /// A line a record for people: what is positive, the most probable first.
  case table
  /// A row a class.
  case csv
  /// One object a record.
  case json
  /// One file a record, as the PhysioNet/CinC Challenge 2020 reads them.
  case challenge
}

/// What one model, or an ensemble, says about one record, in the forms in which it is written.
public struct WrittenPrediction: Sendable {
  private let prediction: RecordPrediction
  private let record: String
  private let path: String
  private let run: PredictionRun
  private var precision: Precision { run.precision }

  /// A prediction of a record of a name, found at a path, by a run of networks.
  public init(_ prediction: RecordPrediction, record: String, path: String, run: PredictionRun) {
    self.prediction = prediction
    self.record = record
    self.path = path
    self.run = run
  }

  /// The columns of ``csvRows``.
  public static let columns = [
    "record", "path", "windows", "code", "abbreviation", "probability", "threshold", "positive", "precision", "model", "preprocessing",
    "warnings", "recording_digest",
  ]

  /// The record's lines in a file of records; none in the challenge's form, which has a file a record.
  public func lines(_ format: PredictionFormat) -> [String] {
    switch format {
    case .table: [tableLine]
    case .csv: csvRows
    case .json: [json.text]
    case .challenge: []
    }
  }

  /// How many lines a record has in a file that can be read again.
  public static func lineCount(_ format: PredictionFormat) -> Int { format == .csv ? Diagnosis.all.count : 1 }

  /// A row a class, under ``columns``.
  public var csvRows: [String] {
    let warnings = prediction.warnings.map(\.description).joined(separator: "; ")
    let digest = prediction.recordingDigest?.description ?? ""
    return prediction.classes.map { entry in
      CSVWriter.row([
        record.withControlCharactersWritten, path.withControlCharactersWritten, String(prediction.windowCount), entry.diagnosis.code,
        entry.diagnosis.abbreviation,
        JSONValue(entry.probability).text, JSONValue(entry.threshold).text, entry.isPositive ? "true" : "false", precision.rawValue,
        run.shortModel, run.preprocessing, warnings, digest,
      ])
    }
  }

  /// The record as one object.
  public var json: JSONValue {
    let classes = prediction.classes.map { entry in
      JSONValue.object([
        ("code", .string(entry.diagnosis.code)), ("abbreviation", .string(entry.diagnosis.abbreviation)),
        ("probability", JSONValue(entry.probability)), ("threshold", JSONValue(entry.threshold)), ("positive", .bool(entry.isPositive)),
      ])
    }
    return .object([
      ("record", .string(record)), ("path", .string(path)), ("windows", .integer(prediction.windowCount)),
      ("classes", .array(classes)), ("missing_leads", JSONValue(prediction.missingLeads.map(\.name))),
      ("precision", .string(precision.rawValue)), ("model", .string(run.model)), ("preprocessing", .string(run.preprocessing)),
      ("warnings", JSONValue(prediction.warnings.map(\.description))),
      ("recording_digest", JSONValue(prediction.recordingDigest?.description)),
    ])
  }

  /// The challenge's file.
  public var challengeText: String { ChallengeOutput.text(record: record, prediction.classes) }

  private var tableLine: String {
    let positives = prediction.positives.map { entry in
      "\(entry.diagnosis.abbreviation)\(entry.isHardlyTrained ? "†" : "") \(String(format: "%.2f", entry.probability))"
    }
    let missing = prediction.missingLeads.isEmpty ? "" : "   without \(prediction.missingLeads.map(\.name).joined(separator: " "))"
    let cautions = prediction.warnings.cautions
    let caution = cautions.isEmpty ? "" : "   (\(cautions.joined(separator: "; ")))"
    return "\(record.padded(to: 20))  \(positives.joined(separator: "  "))\(missing)\(caution)"
  }
}
