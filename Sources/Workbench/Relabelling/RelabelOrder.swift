import Agreement
import ECG
import ECGFiles
import Evaluation
import LabelReview

/// In which order recordings that are to be relabelled are read, and from what that follows.
struct RelabelOrder {
  let method: QueueMethod
  let seed: UInt64
  let asked: [Statement]
  let model: ModelAnswers?

  /// A recording that is to be read.
  struct Candidate {
    let reference: RecordReference
    /// What its label says.
    let labels: CaseAnswer?
    /// How suspect an audit found its label; nil without one.
    let suspicion: Double?
    /// What readers said of it before, by statement: how many said present, absent and unsure.
    let votes: [[Int]]
    /// Whether it was read before.
    var isRead: Bool { votes.contains { $0.contains { $0 > 0 } } }
  }

  /// The places of candidates in the order in which they are to be read.
  ///
  /// - Throws: ``JobError`` where what the order rests on is not there.
  func places(_ candidates: [Candidate]) throws -> [Int] {
    switch method {
    case .fixed: return Array(candidates.indices)
    case .shuffled: return QueueOrder.shuffled(candidates.count, seed: seed)
    case .uncertainty: return QueueOrder.descending(try uncertainty(candidates), seed: seed)
    case .suspicion: return QueueOrder.descending(try suspicion(candidates), seed: seed)
    case .disagreement:
      let scores = QueueOrder.disagreement(candidates.map(\.votes))
      guard scores.contains(where: { $0 != nil }) else {
        throw JobError.badData("no recording was read by two readers before; expected --earlier with a study of these recordings")
      }
      return QueueOrder.descending(scores, seed: seed)
    case .diverse: return try diverse(candidates)
    }
  }

  private func requireModel() throws -> ModelAnswers {
    guard let model else { throw JobError.badData("the order '\(method.rawValue)' needs a model or --predictions") }
    return model
  }

  private func uncertainty(_ candidates: [Candidate]) throws -> [Double?] {
    let model = try requireModel()
    let thresholds = asked.map { model.thresholds[$0.code] ?? 0.5 }
    return QueueOrder.uncertainty(candidates.map { model.probabilities(of: $0.reference, asked: asked) }, thresholds: thresholds)
  }

  /// An audit's score where there is one; else, over the statements asked about, the most that a label is against the model: label errors by their
  /// confident joint (Northcutt, Jiang and Chuang 2021) before all others, each by its adjusted margin.
  private func suspicion(_ candidates: [Candidate]) throws -> [Double?] {
    if candidates.contains(where: { $0.suspicion != nil }) { return candidates.map(\.suspicion) }
    let model = try requireModel()
    let probabilities = candidates.map { model.probabilities(of: $0.reference, asked: asked) }
    var most = [Double?](repeating: nil, count: candidates.count)
    for (place, statement) in asked.enumerated() {
      let labels = candidates.map { $0.labels?.isPresent(statement.code) }
      let scores = probabilities.map { $0.flatMap { $0[place].isFinite ? $0[place] : nil } }
      guard let joint = ConfidentJoint(labels: labels, probabilities: scores) else { continue }
      let errors = Set(joint.suspects)
      for (record, margin) in LabelQuality.adjustedMargin(labels: labels, probabilities: scores).enumerated() {
        guard let margin else { continue }
        most[record] = max(most[record] ?? -1, 1 - margin + (errors.contains(record) ? 1 : 0))
      }
    }
    guard most.contains(where: { $0 != nil }) else {
      throw JobError.badData("no recording has both a label and a prediction of what is asked; expected some for --order suspicion")
    }
    return most
  }

  /// Those read before are unlike to nobody any more, and are left out.
  private func diverse(_ candidates: [Candidate]) throws -> [Int] {
    let model = try requireModel()
    let uncertainty = try uncertainty(candidates)
    let points = candidates.map { model[$0.reference]?.features }
    guard let dimensions = points.lazy.compactMap({ $0?.count }).first, dimensions > 0 else {
      throw JobError.badData("the order 'diverse' needs the network's features; expected a model and not --predictions alone")
    }
    // One that could not be predicted has no uncertainty either, and is never compared.
    let values = points.flatMap { $0 ?? [Float](repeating: 0, count: dimensions) }
    guard let features = FeatureSpace(values, dimensions: dimensions) else { throw JobError.badData("the network's features are no numbers") }
    let read = candidates.indices.filter { candidates[$0].isRead }
    return QueueOrder.diverse(
      uncertainty: uncertainty, features: features, judged: read, wanted: candidates.count - read.count, seed: seed)
  }
}

extension CaseAnswer {
  /// Whether a statement holds; nil where that is unsure or unknown.
  func isPresent(_ code: String) -> Bool? {
    switch self[code].verdict {
    case .present: true
    case .absent: false
    case .unsure, nil: nil
    }
  }
}
