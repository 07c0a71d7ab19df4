import Agreement
import ECGFiles
import LabelReview

/// Makes the study in which readers mark recordings.
public struct AnnotationDrawing: Sendable {
  /// The study's name.
  public var name: String
  /// What is marked.
  public var task: AnnotationTask
  /// What to hide from the readers.
  public var blinding = Self.defaultBlinding
  /// In which order a reader meets the recordings.
  public var order = StudySettings.Order.fixed
  /// Seed of the readers' orders.
  public var seed: UInt64 = 1
  /// The question; nil for the usual one.
  public var question: String?

  /// What is hidden unless somebody says otherwise: label, model, other readers and what the program measures.
  public static let defaultBlinding: Visible = [.labels, .model, .readers, .measurements]

  /// A study of a task.
  public init(name: String, task: AnnotationTask) {
    self.name = name
    self.task = task
  }

  /// Makes the study of recordings; all are read for what they are, those that cannot be read are left out.
  ///
  /// - Parameter progress: told how many of how many recordings were read.
  /// - Returns: the study to be made, and what a person should know, one line each.
  /// - Throws: ``JobError`` where nothing is left to mark.
  public func draw(
    from references: [RecordReference], cache: SightingCache? = nil, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) throws -> (draft: StudyDraft, notes: [String]) {
    let pool = DistinctRecordings(references, cache: cache, progress: progress)
    guard !pool.references.isEmpty else { throw JobError.badData("no recording that can be read; nothing was made") }
    var settings = StudySettings()
    settings.order = order
    settings.annotating = Annotating(task: task, seed: seed)
    let draft = StudyDraft(
      name: name, diagnosisCode: Annotating.diagnosisCode,
      question: question ?? StudyKind.annotation(task).entry.question ?? task.rawValue, blinding: blinding,
      cases: pool.references.indices.map(pool.draft), settings: settings)
    return (draft, pool.notes)
  }
}
