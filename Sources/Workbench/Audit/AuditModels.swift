import Classification
import ECG
import SEResNet

/// The networks of an audit: a record is judged by those that did not learn from it.
public struct AuditModels: Sendable {
  /// The models, in the order given.
  public let models: [Model]
  /// Whether records that a model learnt from may be judged by it.
  public let allowsSeen: Bool
  /// By the place of a record, the number of the fold that it was left out of, from 1; a model for each fold is expected then.
  public let folds: [Int?]

  /// Networks for an audit.
  ///
  /// - Throws: ``JobError`` where folds are told and there is not one model for each.
  public init(_ models: [Model], allowsSeen: Bool, folds: [Int?] = []) throws {
    self.models = models
    self.allowsSeen = allowsSeen
    self.folds = folds
    if let last = folds.compactMap({ $0 }).max(), last > models.count {
      throw JobError.badData(
        "fold \(last) has no model: \(models.count) given; expected one for each fold, in their order (--model FILE --model FILE ...)")
    }
  }

  /// Models that do not tell which recordings they learnt from.
  public var silent: [String] { models.filter { $0.metadata.seen == nil }.map(\.fileName) }

  /// The models that may judge a record, by their places.
  func judges(of record: Int, _ digest: RecordingDigest) -> [Int] {
    if record < folds.count, let fold = folds[record] { return fold >= 1 ? [fold - 1] : [] }
    let unseen = models.indices.filter { models[$0].metadata.seen?.contains(digest) != true }
    return unseen.isEmpty && allowsSeen ? Array(models.indices) : unseen
  }

  /// Judges recordings, with memory of one thread.
  final class Judge {
    private let models: AuditModels
    private let ensembles: [Ensemble]

    /// - Throws: what building the networks throws.
    init(_ models: AuditModels, sharing others: [Ensemble]) {
      self.models = models
      ensembles = others.map { Ensemble(sharing: $0, threads: 1) }
    }

    /// What the networks say that may judge a record; nil where every one of them learnt from it.
    ///
    /// - Parameter measured: What is measured of it for models that take measurements, where that is known already.
    /// - Throws: what preparing the recording throws.
    func predict(
      _ recording: Recording, measured: [Double?]?, record: Int, digest: RecordingDigest
    ) throws -> AuditRecord.Prediction? {
      let judges = models.judges(of: record, digest)
      guard let first = judges.first else { return nil }
      var votes: [[Double]] = []
      var result = AuditRecord.Prediction()
      result.network = first
      for judge in judges {
        let prepared = try ensembles[judge].prepare(recording, measured: measured)
        guard let judgement = ensembles[judge].judge(prepared) else { return nil }
        votes.append(judgement.mean.map(\.probability))
        if judge == first { result.features = judgement.features }
      }
      let combined = Ensemble.combine(
        votes, thresholds: judges.map { models.models[$0].metadata.thresholds }, classes: Diagnosis.all, trainingPositives: nil)
      for entry in combined {
        result.probabilities[entry.diagnosis.index] = entry.probability
        if entry.isPositive { result.positive |= 1 << UInt32(entry.diagnosis.index) }
      }
      return result
    }
  }
}
