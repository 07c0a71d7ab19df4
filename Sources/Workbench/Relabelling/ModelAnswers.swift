import Agreement
import Classification
import ECG
import ECGFiles
import Evaluation
import Foundation
import LabelReview
import Synchronization

/// What a model says of the 24 diagnoses in many recordings: predicted now, or read from what `predict` wrote.
public struct ModelAnswers: Sendable {
  /// What a model says of one recording.
  public struct Answer: Sendable, Hashable {
    /// Its decisions, as a set, with its probabilities.
    public var set: CaseAnswer
    /// The network's deep features; nil where nobody asked for them.
    public var features: [Float]?

    /// An answer.
    package init(set: CaseAnswer, features: [Float]? = nil) {
      self.set = set
      self.features = features
    }
  }

  /// Digest of the model, several joined by `+`; nil where a file does not tell.
  public private(set) var modelDigest: String?
  /// The thresholds of the classes by SNOMED CT code; a half where they are not told.
  public private(set) var thresholds: [String: Double] = [:]
  private var index = SaidOfRecords<Answer>()

  /// What is said of a recording.
  public subscript(reference: RecordReference) -> Answer? { index[reference] }

  /// Whether nothing is known of any recording.
  public var isEmpty: Bool { index.isEmpty }

  /// Answers of models that have a digest, none yet.
  public init(modelDigest: String?) { self.modelDigest = modelDigest }

  /// Answers that are known already.
  package init(modelDigest: String?, _ answers: [(reference: RecordReference, answer: Answer)]) {
    self.init(modelDigest: modelDigest)
    for entry in answers { _ = index.add(entry.answer, path: PlainStudy.casePath(entry.reference), name: entry.reference.name) }
  }

  /// Predicts recordings on several threads; those that fail have no answer.
  ///
  /// - Parameters:
  ///   - ensembles: that share their weights, one a job.
  ///   - withFeatures: whether the deep features of the first model are wanted too.
  ///   - report: what came of each recording, in their order: nil, or why there is no answer.
  /// - Returns: the answers, of the first records alone where somebody stopped it.
  /// - Throws: what `report` throws.
  public static func predict(
    _ references: [RecordReference], _ ensembles: [Ensemble], withFeatures: Bool, until request: StopRequest = StopRequest(),
    report: ((any Error)?) throws -> Void
  ) throws -> ModelAnswers {
    let digest = ensembles.first.map { $0.models.map(\.digest).joined(separator: "+") }
    var answers = ModelAnswers(modelDigest: digest)
    // Each job takes an ensemble of its own.
    let idle = Mutex(ensembles)
    let batch = OrderedBatch<RecordReference, Predicted>(references, jobs: ensembles.count)
    _ = try batch.run(
      until: request,
      worker: {
        let ensemble = idle.withLock { $0.removeFirst() }
        return { try Predicted($0, by: ensemble, withFeatures: withFeatures) }
      }
    ) { reference, result in
      switch result {
      case .success(let predicted):
        for entry in predicted.classes where answers.thresholds[entry.diagnosis.code] == nil {
          answers.thresholds[entry.diagnosis.code] = entry.threshold
        }
        let set = CaseAnswer(decided: predicted.classes.map { ($0.diagnosis, $0.probability, $0.isPositive) })
        let answer = Answer(set: set, features: predicted.features)
        _ = answers.index.add(answer, path: PlainStudy.casePath(reference), name: reference.name)
        try report(nil)
      case .failure(let error): try report(error)
      }
    }
    return answers
  }

  /// Reads predictions as CSV (`record,path,…,code,…,probability,threshold,positive`) or JSON Lines.
  ///
  /// - Parameter modelDigest: that of the models that are known to have predicted, where somebody named them.
  /// - Throws: ``JobError`` or `EvaluationError` naming the file and the line; where the file says that other models made it, both.
  public static func read(_ bytes: Data, path: String, modelDigest: String? = nil) throws -> ModelAnswers {
    var answers = ModelAnswers(modelDigest: modelDigest)
    var origin = PredictionOrigin(named: modelDigest)
    try PredictionFile.forEachRecord(in: Array(bytes), path: path) { record in
      try origin.take(record.maker, from: path)
      var set = CaseAnswer()
      for entry in record.classes {
        guard let code = entry.diagnosis?.code else { continue }
        guard let probability = entry.score, (0...1).contains(probability), let isPositive = entry.isPositive else {
          throw JobError.badData(
            "\(path): line \(record.line): probability or decision cannot be read; expected a number from 0 to 1 and true or false")
        }
        set.probabilities[code] = probability
        set[code] = isPositive ? .present : .absent
        if let threshold = entry.threshold { answers.thresholds[code] = answers.thresholds[code] ?? threshold }
      }
      guard let place = record.path else {
        throw JobError.badData("\(path): line \(record.line): no path; expected what `einthoven predict` wrote")
      }
      let answer = Answer(set: set)
      if let other = answers.index.add(answer, path: place, name: record.name, digest: record.digest), other != answer {
        throw JobError.badData("\(path): line \(record.line): another decision on \(place) than above; expected one of each recording")
      }
    }
    guard !answers.isEmpty else { throw JobError.badData("\(path): no prediction in it") }
    answers.modelDigest = origin.modelDigest
    return answers
  }

  /// The longest file in bytes.
  public static let longestFile = PredictionFile.largestByteCount

  /// The probabilities of a study's cases by code, in their order; none of those that are not found.
  public func probabilities(of cases: [StudyCase]) -> [[String: Double]] {
    cases.map { self[PlainStudy.reference(to: $0)]?.set.probabilities ?? [:] }
  }

  /// The probabilities of statements in a recording, in their order; NaN of those that the model does not know; nil without an answer.
  func probabilities(of reference: RecordReference, asked: [Statement]) -> [Double]? {
    self[reference].map { answer in asked.map { answer.set.probabilities[$0.code] ?? .nan } }
  }
}

/// A recording's prediction on its way.
private struct Predicted: Sendable {
  let classes: [ClassPrediction]
  let features: [Float]?

  init(_ reference: RecordReference, by ensemble: Ensemble, withFeatures: Bool) throws {
    let prepared = try ensemble.prepare(Recording(RecordFile.read(reference)))
    classes = ensemble.judge(prepared)?.mean ?? []
    features = withFeatures ? ensemble.leader.features(of: prepared.leader) : nil
  }
}
