import Agreement
import ECG

extension StudyRules {
  /// Whether a reader may make a stroke now: after as many as the reader saw, and one that can follow them.
  ///
  /// - Parameters:
  ///   - history: What stands of the reader's annotations of the case.
  ///   - seen: How many strokes the reader knew of.
  /// - Returns: What stands after the stroke.
  /// - Throws: ``ReviewStoreError/strokesElsewhere(record:)`` where another program of the same reader made some meanwhile,
  ///   ``ReviewStoreError/unfitStroke(record:reason:)``.
  public static func checkStroke(
    _ stroke: AnnotationStroke, on record: String, after history: AnnotationHistory, seen: Int
  ) throws -> AnnotationHistory {
    guard history.strokeCount == seen else { throw ReviewStoreError.strokesElsewhere(record: record) }
    var next = history
    do throws(StrokeFault) { try next.take(stroke) } catch {
      throw ReviewStoreError.unfitStroke(record: record, reason: error.description)
    }
    return next
  }

  /// Whether a reader may say that the annotations of a case are done as they are: where something was marked, `present`, where nothing was, `absent`, in any case
  /// `unsure`.
  ///
  /// - Parameters:
  ///   - verdict: What is said.
  ///   - strokes: What the reader did to the annotations of the case, the oldest first.
  ///   - seen: How many of them the reader knew of; nil where nobody says.
  ///   - figures: Figures that are stored with the verdict: without the recording's rate and length nobody could compare the marks.
  /// - Throws: ``ReviewStoreError/strokesElsewhere(record:)``, ``ReviewStoreError/unfitAnswer(record:reason:)``.
  public static func checkAnnotated(
    _ verdict: Verdict, on record: String, for task: AnnotationTask, after strokes: [AnnotationStroke], seen: Int?,
    figures: [String: Double]
  ) throws {
    if let seen, seen != strokes.count { throw ReviewStoreError.strokesElsewhere(record: record) }
    func refuse(_ reason: String) -> ReviewStoreError { .unfitAnswer(record: record, reason: reason) }
    guard Annotating.length(by: figures) != nil else {
      throw refuse("annotations are done on a desk, which knows how long the recording is")
    }
    let history: AnnotationHistory
    do throws(StrokeFault) { history = try AnnotationHistory(strokes) } catch { throw refuse(error.description) }
    if let reason = objection(to: verdict, of: history.annotations, for: task) { throw refuse(reason) }
  }

  /// Why annotations cannot be done with a verdict; nil where they can.
  public static func objection(to verdict: Verdict, of annotations: [Annotation], for task: AnnotationTask) -> String? {
    let isMarked = annotations.contains(where: task.asksFor)
    let words = StudySettings.VerdictNames.ofAnnotations
    let name = StudyKind.annotation(task).entry.name
    switch verdict {
    case .present where !isMarked: return "no \(name) are marked; '\(words.absent)' says that there are none"
    case .absent where isMarked: return "\(name) are marked; '\(words.present)' says that they stand"
    default: return nil
    }
  }
}
