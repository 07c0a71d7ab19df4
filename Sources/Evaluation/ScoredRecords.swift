import ECG

/// What a model said of one recording: a decision and a score for each of the 24 diagnoses.
public struct RecordOutput: Sendable, Hashable {
  /// The diagnoses decided positive.
  public var decisions: DiagnosisSet
  /// One score a diagnosis, in output order.
  public var scores: [Double]

  /// An output; without arguments all negative with scores of 0.
  public init(decisions: DiagnosisSet = DiagnosisSet(), scores: [Double] = [Double](repeating: 0, count: Diagnosis.all.count)) {
    self.decisions = decisions
    self.scores = scores
  }
}

/// Labels, decisions and scores of the same recordings: what every figure is made from.
public struct ScoredRecords: Sendable {
  /// The diagnoses that each recording is labelled with.
  public let labels: [DiagnosisSet]
  /// The diagnoses that the model decided on for each.
  public let decisions: [DiagnosisSet]
  /// Recordings of one patient have the same number, counted from 0: resampling keeps them together.
  public let patients: [Int]
  /// Scores, all recordings of the first diagnosis first.
  let scores: [Double]

  /// Number of recordings.
  public var count: Int { labels.count }

  /// Recordings with their outputs in the same order; each its own patient where `patients` is nil.
  public init(labels: [DiagnosisSet], outputs: [RecordOutput], patients: [Int]? = nil) {
    self.labels = labels
    decisions = outputs.map(\.decisions)
    self.patients = patients ?? Array(labels.indices)
    scores = Diagnosis.all.indices.flatMap { index in outputs.map { $0.scores[index] } }
  }

  private init(_ records: ScoredRecords, decisions: [DiagnosisSet]) {
    labels = records.labels
    patients = records.patients
    scores = records.scores
    self.decisions = decisions
  }

  /// The scores of one diagnosis, a recording each.
  func scores(of index: Int) -> ArraySlice<Double> { scores[(index * count)..<((index + 1) * count)] }

  /// The diagnosis of the highest score of each recording, the first where several are equal.
  var top: [Int] {
    var top = [Int](repeating: 0, count: count)
    var highest = Array(scores(of: 0))
    for index in Diagnosis.all.indices.dropFirst() {
      for (record, score) in scores(of: index).enumerated() where score > highest[record] {
        highest[record] = score
        top[record] = index
      }
    }
    return top
  }

  /// The same recordings, decided anew as the paper decides: a score that reaches its threshold, and always the highest score.
  public func decided(by thresholds: [Double]) -> ScoredRecords {
    var decided = top.map { DiagnosisSet(bits: 1 << UInt32($0)) }
    for (index, threshold) in thresholds.enumerated() {
      for (record, score) in scores(of: index).enumerated() where score >= threshold { decided[record][index] = true }
    }
    return ScoredRecords(self, decisions: decided)
  }
}
