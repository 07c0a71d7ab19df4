import ECG
import ECGFiles
import Evaluation
import Foundation
import LabelReview
import ReviewDesk
import SEResNet

/// What a model decides on one diagnosis in many recordings: predicted now, or read from what `predict` wrote.
struct DecisionFile {
  /// Digest of the model, several joined by `+`; nil where a file does not tell.
  private(set) var modelDigest: String?
  /// The thresholds of the classes by SNOMED CT code.
  private(set) var thresholds: [String: Double] = [:]
  private var byPath: [String: ModelDecision] = [:]
  /// By the record's name; nil where two records of the file share it.
  private var byName: [String: ModelDecision?] = [:]

  /// The decision on a recording: the one of its path, else of its name where only one record has it.
  subscript(reference: RecordReference) -> ModelDecision? {
    byPath[Self.key(PlainStudy.casePath(reference))] ?? byPath[Self.key(reference.path)] ?? (byName[reference.name] ?? nil)
  }

  /// Predicts recordings; those that fail are reported and have no decision.
  static func predict(
    _ references: [RecordReference], about diagnosis: Diagnosis, model: ModelOptions, reporting batch: inout RecordBatch
  ) throws -> DecisionFile {
    var file = DecisionFile()
    let jobs = min(references.count, model.threadCount)
    let ensembles = try (0..<jobs).map { _ in try model.ensemble(threads: max(1, model.threadCount / jobs)) }
    file.modelDigest = ensembles.first?.models.map(\.digest).joined(separator: "+")
    var progress = ProgressBar("predict", total: references.count)
    var done = 0
    try BatchPredictor(references: references, ensembles: ensembles).run { reference, result in
      switch result {
      case .success(let prediction):
        for entry in prediction.classes where file.thresholds[entry.diagnosis.code] == nil {
          file.thresholds[entry.diagnosis.code] = entry.threshold
        }
        if let asked = prediction[diagnosis] {
          file.add(
            path: PlainStudy.casePath(reference), name: reference.name, isPositive: asked.isPositive, probability: asked.probability)
        }
      case .failure(let error):
        progress.finish()
        batch.report(error)
      }
      done += 1
      progress.advance(to: done)
    }
    progress.finish()
    return file
  }

  /// Reads predictions as CSV (`record,path,…,code,…,probability,threshold,positive`) or JSON Lines.
  ///
  /// Models named beside are noted by their digests.
  ///
  /// - Throws: ``CommandFailure`` naming the file and the line.
  static func read(_ path: String, about diagnosis: Diagnosis, model: ModelOptions) throws -> DecisionFile {
    let bytes = [UInt8](try FileInput.data(path, limit: PredictionFile.largestByteCount, expected: "what `einthoven predict` wrote"))
    var file = DecisionFile()
    do {
      try PredictionFile.forEachRecord(in: bytes, path: path) { try file.add($0, from: path, about: diagnosis) }
    } catch let error as EvaluationError {
      throw CommandFailure(error)
    }
    guard !file.byPath.isEmpty else { throw CommandFailure.badData("\(path): no prediction of \(diagnosis.abbreviation) in it") }
    if !model.models.isEmpty { file.modelDigest = try model.files().map { try Model(contentsOf: $0).digest }.joined(separator: "+") }
    return file
  }

  private mutating func add(_ record: PredictedRecord, from file: String, about diagnosis: Diagnosis) throws {
    for entry in record.classes {
      if let code = entry.diagnosis?.code, let threshold = entry.threshold { thresholds[code] = thresholds[code] ?? threshold }
      guard entry.diagnosis == diagnosis else { continue }
      guard let isPositive = entry.isPositive, let probability = entry.score, (0...1).contains(probability) else {
        throw CommandFailure.badData(
          "\(file): line \(record.line): probability or decision cannot be read; expected a number from 0 to 1 and true or false")
      }
      guard let path = record.path else {
        throw CommandFailure.badData("\(file): line \(record.line): no path; expected what `einthoven predict` wrote")
      }
      guard add(path: path, name: record.name, isPositive: isPositive, probability: probability) else {
        throw Self.secondDecision(on: path, in: file, line: record.line)
      }
    }
  }

  private static func secondDecision(on record: String, in path: String, line: Int) -> CommandFailure {
    .badData("\(path): line \(line): another decision on \(record) than above; expected one of each recording")
  }

  /// Adds a decision; false where another was made on the same path.
  @discardableResult
  private mutating func add(path: String, name: String, isPositive: Bool, probability: Double) -> Bool {
    let decision = ModelDecision(verdict: isPositive ? .present : .absent, probability: probability, modelDigest: modelDigest)
    if let other = byPath.updateValue(decision, forKey: Self.key(path)) { return other.verdict == decision.verdict }
    let isKnown = byName[name] != nil
    byName[name] = .some(isKnown ? nil : decision)
    return true
  }

  /// One spelling of a path: absolute, links resolved, without the extension of a record's files.
  ///
  /// Only of those: `p1.a` and `p1.b` are two records.
  private static func key(_ path: String) -> String {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    return ["hea", "dat", "mat"].contains(url.pathExtension) ? url.deletingPathExtension().path : url.path
  }
}
