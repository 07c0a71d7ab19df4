import Classification
import ECG
import LabelReview
import TerminalUI

/// Everything the screen shows. Keys and finished work change it through `update`; ``Screen`` draws it; nothing else does either.
public struct DeskState: Sendable {
  // MARK: What is read

  /// The records or cases in order.
  public var cases: [DeskCase]
  /// The study whose verdicts are taken; nil when records are only looked at.
  public var study: StudyContext?
  /// Which case is open.
  public var current = 0
  /// Counts openings, so that work for a record left behind is recognised and dropped.
  public var ticket = 0
  /// The open case's recording.
  public var loading: Loading = .waiting
  /// What the model has said so far about the open case.
  public var prediction = PredictionState()
  /// The ticket of the record whose trace is on the screen. Verdicts are taken for that one only.
  public var shownTicket: Int?
  /// A verdict that is on its way to the disk.
  public var saving: Verdict?

  // MARK: How it is shown

  /// The screen's extent.
  public var size: Size
  /// The keys in force.
  public var keymap: Keymap
  /// The paper: layout, scale and the time at its left edge.
  public var paper = PaperSettings()
  /// Panels that are folded away.
  public var hiddenPanels: Set<Panel> = []
  /// The class whose heatmap is shown: an index into the model's classes.
  public var selectedClass: Int
  /// What lies over the traces.
  public var overlay: Overlay = .none
  /// The last thing the program has to say.
  public var notice: Notice = .none

  /// A desk with its cases; the diagnosis asked about selects the class whose heatmap is shown.
  public init(cases: [DeskCase], study: StudyContext? = nil, diagnosis: Diagnosis, size: Size, keymap: Keymap) {
    self.cases = cases
    self.study = study
    self.selectedClass = diagnosis.index
    self.size = size
    self.keymap = keymap
  }

  /// The open case; nil only for a desk without cases.
  public var openCase: DeskCase? { cases.indices.contains(current) ? cases[current] : nil }

  /// The open case's recording, once it is there.
  public var recording: Recording? {
    if case .ready(let loaded) = loading { return loaded.recording }
    return nil
  }

  /// Whether the study hides something from its readers.
  func isHidden(_ what: Visible) -> Bool {
    guard let study, study.study.blinding.contains(what) else { return false }
    return !(openCase?.isRevealed ?? false)
  }

  /// The class whose heatmap is shown.
  var selectedDiagnosis: Diagnosis { Diagnosis.all[selectedClass] }

  /// What of the things a study may hide is on the screen now; stored with each verdict.
  package var visible: Visible {
    var visible: Visible = study?.isAdjudicating == true ? .readers : []
    if !isHidden(.labels), !hiddenPanels.contains(.facts) { visible.insert(.labels) }
    if !isHidden(.model), !hiddenPanels.contains(.predictions), prediction.best != nil { visible.insert(.model) }
    if !isHidden(.model), !hiddenPanels.contains(.heatmap), !prediction.attributions.isEmpty { visible.insert(.heatmap) }
    return visible
  }
}

/// One entry of the list of records.
public struct DeskCase: Sendable {
  /// The record's name.
  public var name: String
  /// Where it is.
  public var path: String
  /// The case in the study; nil when records are only looked at.
  public var studyCase: StudyCase?
  /// The reviewer's own standing verdict.
  public var verdict: Verdict?
  /// Whether the reviewer has uncovered what the study hides on this case.
  public var isRevealed = false
  /// The reviewer's second verdict, given after that.
  public var verdictAfterReveal: Verdict?
  /// What the readers said, for an adjudicator.
  public var readers: [ReaderVerdict] = []
  /// What the model decided when the case was sampled, for a reader who has uncovered it.
  public var sampledDecision: ModelDecision?

  /// What one reader said.
  public struct ReaderVerdict: Sendable, Hashable {
    /// The reader's name.
    public let reader: String
    /// The verdict.
    public let verdict: Verdict
  }

  /// What a case is called where its record's name would tell of the label, or that it comes twice.
  static func nameless(_ index: Int) -> String { "case \(index + 1)" }

  /// The verdict that the next key would replace: the second one once the case is uncovered.
  var verdictInPlay: Verdict? { isRevealed ? verdictAfterReveal : verdict }

  /// An entry.
  public init(name: String, path: String, studyCase: StudyCase? = nil, verdict: Verdict? = nil) {
    self.name = name
    self.path = path
    self.studyCase = studyCase
    self.verdict = verdict
  }
}

/// The study on the desk and who judges.
public struct StudyContext: Sendable {
  /// The study.
  public let study: Study
  /// The diagnosis asked about.
  public let diagnosis: Diagnosis
  /// The reader's name.
  public let reviewer: String
  /// Whether the reviewer settles cases on which readers differ, in sight of their verdicts.
  public let isAdjudicating: Bool

  /// A study with its reader.
  public init(study: Study, diagnosis: Diagnosis, reviewer: String, isAdjudicating: Bool = false) {
    self.study = study
    self.diagnosis = diagnosis
    self.reviewer = reviewer
    self.isAdjudicating = isAdjudicating
  }

  /// A verdict in the words of the study: `LAD`, `no LAD`, `unsure`.
  func answer(_ verdict: Verdict) -> String { study.verdictNames[verdict] }

  /// Whether readers may uncover what the study hides after their verdict.
  var allowsReveal: Bool { study.settings.allowsReveal == true && !isAdjudicating }
}

/// How far the open case's recording is.
public enum Loading: Sendable {
  case waiting
  case ready(LoadedRecording)
  case failed(String)
}

/// How the paper lies: layout, scale, and the time at its left edge.
public struct PaperSettings: Sendable, Equatable {
  /// The layout chosen; nil takes what suits the screen.
  public var layout: LeadLayout?
  /// Speed and gain chosen.
  public var scale = PaperScale.standard
  /// The time at the left edge, in seconds.
  public var startSeconds = 0.0
  /// Whether the paper's grid is drawn.
  public var showsGrid = false

  /// Standard paper from the recording's start.
  public init() {}
}

/// A panel that folds away.
public enum Panel: String, CaseIterable, Sendable {
  case predictions, heatmap, facts
}

/// What lies over the traces.
public enum Overlay: Sendable, Equatable {
  case none
  case help(scroll: Int)
  case list(selected: Int)
}

/// The last thing the program has to say, in one line.
public enum Notice: Sendable, Equatable {
  case none
  /// A verdict is on disk; `clock` is the time of day, `what` the case and the verdict.
  case saved(clock: String, what: String)
  /// Something a person should know.
  case hint(String)
  /// Something that went wrong.
  case failure(String)
}
