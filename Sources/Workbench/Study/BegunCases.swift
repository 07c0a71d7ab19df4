import LabelReview

/// Cases of a study of annotation that readers have begun and are not done with.
public enum BegunCases {
  /// How many there are of each reader who has any.
  ///
  /// - Throws: `ReviewStoreError`.
  public static func counts(of study: Study, in store: any ReviewStoring) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for annotator in try store.annotators(of: study) {
      let done = try [VerdictEvent.Kind.verdict, .adjudication].flatMap { try store.verdicts($0, of: study, by: annotator.reader).keys }
      let count = Set(annotator.cases).subtracting(done).count
      if count > 0 { counts[annotator.reader] = count }
    }
    return counts
  }
}
