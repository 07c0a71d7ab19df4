import ECG

/// Which diagnoses were said where which others are labelled: 24 rows of labels by 24 columns of decisions, in output order.
public struct ClassConfusion: Sendable, Hashable {
  /// Recordings with the row's label and the column's decision.
  ///
  /// A recording with several of either is in several cells.
  public private(set) var counts: [[Int]]
  /// The same, of recordings in which the row's label was missed and the column's decision is wrong: what was said instead.
  public private(set) var mistaken: [[Int]]

  /// The confusion of recordings.
  public init(_ records: ScoredRecords) {
    counts = [[Int]](repeating: [Int](repeating: 0, count: Diagnosis.all.count), count: Diagnosis.all.count)
    mistaken = counts
    for (labels, decisions) in zip(records.labels, records.decisions) {
      let wrong = DiagnosisSet(bits: decisions.bits & ~labels.bits)
      labels.forEachIndex { label in
        decisions.forEachIndex { counts[label][$0] += 1 }
        if !decisions[label] { wrong.forEachIndex { mistaken[label][$0] += 1 } }
      }
    }
  }

  /// What a diagnosis was most often mistaken for, and how often; nil where nothing was said in its place.
  public func mostMistaken(for diagnosis: Diagnosis) -> (diagnosis: Diagnosis, count: Int)? {
    let row = mistaken[diagnosis.index]
    guard let most = row.max(), most > 0, let index = row.firstIndex(of: most) else { return nil }
    return (Diagnosis.all[index], most)
  }
}
