extension StudyRules {
  /// Whether a reader may make a stroke now: after as many as the reader saw, and one that can follow them.
  ///
  /// - Parameters:
  ///   - strokes: What the reader did to the annotations of the case, the oldest first.
  ///   - seen: How many of them the reader knew of.
  /// - Throws: ``ReviewStoreError/strokesElsewhere(record:)`` where another program of the same reader made some meanwhile,
  ///   ``ReviewStoreError/unfitStroke(record:reason:)``.
  public static func checkStroke(_ stroke: AnnotationStroke, on record: String, after strokes: [AnnotationStroke], seen: Int) throws {
    guard strokes.count == seen else { throw ReviewStoreError.strokesElsewhere(record: record) }
    do throws(StrokeFault) {
      var history = try AnnotationHistory(strokes)
      try history.take(stroke)
    } catch {
      throw ReviewStoreError.unfitStroke(record: record, reason: error.description)
    }
  }
}
