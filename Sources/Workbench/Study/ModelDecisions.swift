import Agreement
import Classification
import ECG
import ECGFiles
import Evaluation
import Foundation
import LabelReview
import PlainText

/// What a model decides on one diagnosis in many recordings: predicted now, or read from what `predict` wrote.
public struct ModelDecisions: Sendable {
  /// Digest of the model, several joined by `+`; nil where a file does not tell.
  public private(set) var modelDigest: String?
  /// The thresholds of the classes by SNOMED CT code.
  public private(set) var thresholds: [String: Double] = [:]
  private var index = SaidOfRecords<ModelDecision>()

  /// The decision on a recording: the one of its path, else of its name where only one record has it.
  public subscript(reference: RecordReference) -> ModelDecision? { index[reference] }

  /// Decisions of models that have a digest, none yet.
  public init(modelDigest: String?) { self.modelDigest = modelDigest }

  /// Predicts recordings on several threads; those that fail have no decision.
  ///
  /// - Parameter report: What came of each recording, in their order: nil, or why there is no decision.
  /// - Returns: The decisions, of the first records alone where somebody stopped it.
  /// - Throws: What `report` throws.
  public static func predict(
    _ batch: BatchPredictor, about diagnosis: Diagnosis, modelDigest: String?, until request: StopRequest = StopRequest(),
    report: ((any Error)?) throws -> Void
  ) throws -> ModelDecisions {
    var decisions = ModelDecisions(modelDigest: modelDigest)
    _ = try batch.run(until: request) { reference, result in
      switch result {
      case .success(let prediction):
        for entry in prediction.classes where decisions.thresholds[entry.diagnosis.code] == nil {
          decisions.thresholds[entry.diagnosis.code] = entry.threshold
        }
        if let asked = prediction[diagnosis] {
          decisions.add(
            path: PlainStudy.casePath(reference), name: reference.name, isPositive: asked.isPositive, probability: asked.probability)
        }
        try report(nil)
      case .failure(let error): try report(error)
      }
    }
    return decisions
  }

  /// Reads predictions as CSV (`record,path,…,code,…,probability,threshold,positive`) or JSON Lines.
  ///
  /// - Parameter modelDigest: That of the models that are known to have predicted, where somebody named them.
  /// - Throws: ``JobError`` or `EvaluationError` naming the file and the line; where the file says that other models made it, both.
  public static func read(
    _ bytes: Data, path: String, about diagnosis: Diagnosis, modelDigest: String? = nil
  ) throws -> ModelDecisions {
    var decisions = ModelDecisions(modelDigest: modelDigest)
    var origin = PredictionOrigin(named: modelDigest)
    try PredictionFile.forEachRecord(in: Array(bytes), path: path) { record in
      try origin.take(record.maker, from: path)
      decisions.modelDigest = origin.modelDigest
      try decisions.add(record, from: path, about: diagnosis)
    }
    guard !decisions.index.isEmpty else { throw JobError.badData("\(path): no prediction of \(diagnosis.abbreviation) in it") }
    return decisions
  }

  /// The longest file in bytes.
  public static let longestFile = PredictionFile.largestByteCount

  private mutating func add(_ record: PredictedRecord, from file: String, about diagnosis: Diagnosis) throws {
    for entry in record.classes {
      if let code = entry.diagnosis?.code, let threshold = entry.threshold { thresholds[code] = thresholds[code] ?? threshold }
      guard entry.diagnosis == diagnosis else { continue }
      guard let isPositive = entry.isPositive, let probability = entry.score, (0...1).contains(probability) else {
        throw JobError.badData(
          "\(file): line \(record.line): probability or decision cannot be read; expected a number from 0 to 1 and true or false")
      }
      guard let path = record.path else {
        throw JobError.badData("\(file): line \(record.line): no path; expected what `einthoven predict` wrote")
      }
      guard
        add(path: path, name: record.name, digest: record.digest, isPositive: isPositive, probability: probability)
      else {
        throw Self.secondDecision(on: path, in: file, line: record.line)
      }
    }
  }

  private static func secondDecision(on record: String, in path: String, line: Int) -> JobError {
    .badData("\(path): line \(line): another decision on \(record) than above; expected one of each recording")
  }

  /// Adds a decision; false where another was made on the same path.
  @discardableResult
  private mutating func add(
    path: String, name: String, digest: RecordingDigest? = nil, isPositive: Bool, probability: Double
  ) -> Bool {
    let decision = ModelDecision(verdict: isPositive ? .present : .absent, probability: probability, modelDigest: modelDigest)
    return index.add(decision, path: path, name: name, digest: digest).map { $0.verdict == decision.verdict } ?? true
  }
}
