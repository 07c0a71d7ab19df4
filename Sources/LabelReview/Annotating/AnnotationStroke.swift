import ECG
import Foundation

/// What one key did to a reader's annotations of a recording: one entry of the store's log.
public enum AnnotationStroke: Sendable, Hashable {
  /// Annotations were added, deleted or changed, all at once.
  ///
  /// `source` is said where they are the beginning: the name of the layer that was taken over, such as `measured` or `atr`.
  case change([AnnotationChange], source: String? = nil)
  /// The last change that is in force was taken back.
  case undo
  /// The change taken back last was made again.
  case redo

  /// The source of what the program measured.
  public static let measuredSource = "measured"
  /// Sources that are nobody's: what was measured, and the reference annotations that come with a recording.
  static let namelessSources: Set<String> = [measuredSource, "atr"]
}

/// One annotation before and after a stroke.
public struct AnnotationChange: Sendable, Hashable {
  /// What was there; nil where the annotation is new.
  public let before: Annotation?
  /// What is there now; nil where the annotation is deleted.
  public let after: Annotation?

  /// A change; with neither side it is none.
  public init(before: Annotation?, after: Annotation?) {
    self.before = before
    self.after = after
  }

  /// An annotation that is new.
  public static func add(_ annotation: Annotation) -> AnnotationChange { AnnotationChange(before: nil, after: annotation) }
  /// An annotation that is deleted.
  public static func delete(_ annotation: Annotation) -> AnnotationChange { AnnotationChange(before: annotation, after: nil) }

  /// The change that takes this one back.
  var reversed: AnnotationChange { AnnotationChange(before: after, after: before) }
}

/// A stroke about to be recorded.
public struct StrokeDraft: Sendable {
  /// The study.
  public var study: Study
  /// The case whose recording is annotated.
  public var caseID: StudyCase.ID
  /// The reader's name.
  public var reviewer: String
  /// What is done.
  public var stroke: AnnotationStroke
  /// How many strokes of the reader on the case came before, as the reader saw it.
  public var after: Int
  /// What was on screen beside the trace.
  public var visible: Visible
  /// Fingerprint of the recording.
  public var recordingDigest: RecordingDigest?
  /// When it was done.
  public var time: Date

  /// A draft of a stroke made now.
  public init(
    study: Study, caseID: StudyCase.ID, reviewer: String, stroke: AnnotationStroke, after: Int, visible: Visible = [],
    recordingDigest: RecordingDigest? = nil, time: Date = Date()
  ) {
    self.study = study
    self.caseID = caseID
    self.reviewer = reviewer
    self.stroke = stroke
    self.after = after
    self.visible = visible
    self.recordingDigest = recordingDigest
    self.time = time
  }
}

/// Why a stroke cannot be made.
public enum StrokeFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is to be changed or deleted is not there.
  case notThere(symbol: String, sample: Int)
  /// The same is there already, or another beat of the same signal at the same sample.
  case alreadyThere(symbol: String, sample: Int)
  /// A stretch would overlap another of its kind.
  case overlaps(name: String)
  /// The code is none of 1 to 49, or the sample, or the end, is none that a recording has.
  case impossible(String)
  /// There is no change in force that could be taken back.
  case nothingToUndo
  /// There is no change that was taken back.
  case nothingToRedo

  /// One line for a person.
  public var description: String {
    switch self {
    case .notThere(let symbol, let sample): "no annotation \(symbol) at sample \(sample)"
    case .alreadyThere(let symbol, let sample): "there is an annotation \(symbol) at sample \(sample) already"
    case .overlaps(let name): "two stretches \(name) would overlap"
    case .impossible(let reason): reason
    case .nothingToUndo: "there is nothing to take back"
    case .nothingToRedo: "nothing was taken back that could be done again"
    }
  }
}
