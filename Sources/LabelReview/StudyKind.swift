import Agreement
import ECG

/// What a study asks of its readers: the one table of the kinds of studies.
public enum StudyKind: Sendable, Hashable, CaseIterable {
  /// Whether one diagnosis is there.
  case question
  /// Which of many statements hold.
  case statements
  /// Marks on the recording, by what is marked.
  case annotation(AnnotationTask)

  /// Every kind, in the order of the table.
  public static var allCases: [StudyKind] { [.question, .statements] + AnnotationTask.allCases.map { .annotation($0) } }

  /// What is said of a kind.
  public struct Entry: Sendable {
    /// What is asked for, in a word or two: `beats`.
    public let name: String
    /// The question where nobody words another; nil where it follows from what is asked about.
    public let question: String?
    /// The words of the three verdicts; nil where they follow from the diagnosis.
    public let verdictNames: StudySettings.VerdictNames?
  }

  /// The kind's line in the table.
  public var entry: Entry {
    switch self {
    case .question: Entry(name: "diagnosis", question: nil, verdictNames: nil)
    case .statements: Entry(name: "statements", question: nil, verdictNames: .ofSets)
    case .annotation(.beats): Entry(name: "beats", question: "Mark every beat with its kind.", verdictNames: .ofAnnotations)
    case .annotation(.spans): Entry(name: "spans", question: "Mark every stretch of rhythm or noise.", verdictNames: .ofAnnotations)
    case .annotation(.boundaries): Entry(name: "boundaries", question: "Mark where waves begin and end.", verdictNames: .ofAnnotations)
    }
  }
}

extension StudySettings {
  /// What the study asks for.
  public var kind: StudyKind { relabelling != nil ? .statements : annotating.map { .annotation($0.task) } ?? .question }

  /// Whether the study takes no further cases: those of a drawn sample, of the queue of a relabelling and of a study of annotation are what they are.
  var isClosed: Bool { sampling != nil || kind != .question }
}

extension Study {
  /// What the study asks for.
  public var kind: StudyKind { settings.kind }

  /// The words of the three verdicts: the study's own, else those of its kind, else those that follow from the diagnosis (`LAD`, `no LAD`, `unsure`).
  public var verdictNames: StudySettings.VerdictNames {
    settings.verdictNames ?? kind.entry.verdictNames ?? .of(diagnosisCode: diagnosisCode)
  }

  /// Whether cases are called by their numbers: a name or a folder may tell what the study hides, or that a case comes twice.
  public var isNameless: Bool { isSampled || !blinding.isDisjoint(with: [.labels, .model]) }

  /// What is asked for, in a word or two, for lists: `LAD`, `24 statements`, `beats`.
  public var subject: String {
    switch kind {
    case .question: Diagnosis.with(code: diagnosisCode)?.abbreviation ?? diagnosisCode
    case .statements:
      relabelling.map { $0.statements.count == 1 ? $0.statements[0].abbreviation : "\($0.statements.count) statements" } ?? kind.entry.name
    case .annotation: kind.entry.name
    }
  }
}

extension StudySettings.VerdictNames {
  /// The words for a set of statements: whether any holds.
  public static let ofSets = Self(present: "statements", absent: "none", unsure: "unsure")
  /// The words for annotations that are done: whether there is anything.
  public static let ofAnnotations = Self(present: "done", absent: "nothing to mark", unsure: "unsure")
}
