import Agreement
import Classification
import ECG
import ECGPaper
import LabelReview
import TerminalUI

/// Everything the screen shows.
///
/// Keys and finished work change it through `update`; ``Screen`` draws it; nothing else does either.
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
  /// How many samples the open case's recording has, while only its beginning is there; nil once all is.
  var glimpsedOf: Int?
  /// What is made of the open case's recording for the eye alone; nil while it is worked out.
  public var display: DisplayTraces?
  /// What the model has said so far about the open case.
  public var prediction = PredictionState()
  /// What the model would say without some leads, while the reader asks; nil else.
  public var whatIf: WhatIf?
  /// The ticket of the record whose trace is on the screen.
  ///
  /// Verdicts are taken for that one only.
  public var shownTicket: Int?
  /// How long a trace must have been on the screen before a verdict on it is taken; 0 takes one at once.
  public var minimumViewMilliseconds = 0
  /// The ticket of the record whose trace has been on the screen for that long.
  var viewedTicket: Int?
  /// How many of all cases the model has decided on in the background; nil before it begins and once it is through.
  var foreseen: (done: Int, of: Int)?
  /// The model's threshold of the diagnosis asked about, once it is known.
  var askedThreshold: Double?
  /// The sheet beside the list, of the record that is selected there; nil while there is none.
  var preview: CasePreview?
  /// Verdicts that could not be saved because the store is gone; nil while it is there.
  var displacement: Displacement?
  /// The set of statements that the reader is choosing; nil where the study asks a single question.
  var relabel: RelabelState?
  /// Whether keys are named for what lies over the desk, where letters choose no statements.
  var isNamingOverlayKeys = false
  /// What is on its way to the store, and what can be taken back or given again.
  var ledger = Ledger()
  /// The last key, and one that may be held down.
  var strokes = Strokes()

  // MARK: How it is shown

  /// The panels and overlays that there are.
  let furniture: Furniture
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
  /// Whether the predictions list every class, and not only those that say something.
  var listsAllClasses = false
  /// Whether the lead influence shows the gates of the SE blocks too.
  var showsGates = false
  /// What lies over the traces.
  public var overlay: Overlay = .none
  /// What the help was opened over, and goes back to.
  var beneathHelp: Overlay = .none
  /// How a study's readers agree; nil on every desk that takes verdicts.
  public var results: StudyResults?
  /// The line of their report at the top of its box.
  var resultsScroll = 0
  /// A line of text that is being typed; while it is, no key is a command.
  public var entry: TextEntry?
  /// Which cases the list shows, and in which order.
  public var list = ListSettings()
  /// What the help is searched for.
  public var helpSearch = ""
  /// What annotators marked on the open recording.
  var layers = Layers()
  /// What the reader annotated on it; nil where nothing is judged, and until the store has said.
  var own: OwnAnnotations?
  /// What the store said before the recording was there.
  var waitingStrokes: StoredStrokes?
  /// The opening of a record on which the edit mode has begun by itself, or was left to the reader; nil before the first.
  var offeredEdit: Int?
  /// The time of day when the store had the reader's last stroke.
  var savedStrokesClock: String?
  /// The edit mode; nil where keys do not annotate.
  var edit: EditMode?
  /// The two carets that measure; nil while there are none.
  public var calipers: Calipers?
  /// The beat of another kind that a key went to last.
  public internal(set) var chosenBeat: Int?
  /// Whether the mouse is used; while it is, the terminal selects no text.
  public var usesMouse = false
  /// Whether the mouse holds the active caret.
  var isDraggingCaret = false
  /// Whether leaving a study with unjudged cases takes the key twice.
  public var confirmsLeaving = false
  /// Whether the screen leaves out who the patient is, for a recording of the session.
  var hidesPatient = false
  /// The last thing the program has to say.
  public var notice: Notice = .none

  /// A desk with its cases; the diagnosis asked about selects the class whose heatmap is shown.
  init(cases: [DeskCase], study: StudyContext?, diagnosis: Diagnosis, size: Size, keymap: Keymap, furniture: Furniture) {
    self.furniture = furniture
    self.cases = cases
    self.study = study
    self.selectedClass = diagnosis.index
    self.size = size
    self.keymap = keymap
    relabel = study?.study.relabelling.map { RelabelState($0, labels: cases.compactMap { $0.studyCase?.labels }) }
  }

  /// The open case; nil only for a desk without cases.
  public var openCase: DeskCase? { cases.indices.contains(current) ? cases[current] : nil }

  /// The open case's recording, once it is there.
  public var recording: Recording? {
    if case .ready(let loaded) = loading { return loaded.recording }
    return nil
  }

  /// The recording's length in seconds, also while only its beginning is there.
  var durationSeconds: Double? { recording.map { Double(glimpsedOf ?? $0.sampleCount) / $0.samplingRateHertz } }

  /// The recording as the eye is to see it: filtered where a filter is in force and has been applied, else as it is.
  var shownRecording: LoadedRecording? {
    guard case .ready(let loaded) = loading else { return nil }
    guard paper.filter != .none, let display, display.filter == paper.filter else { return loaded }
    return display.recording
  }

  /// A verdict that is on its way to the disk.
  public var saving: Verdict? { ledger.saving }

  /// Whether a lead is there and never changes: an electrode that is off, or a channel that is dead.
  func isFlat(_ lead: Lead) -> Bool {
    guard case .ready(let loaded) = loading, loaded.recording[source: lead] != .absent else { return false }
    return loaded.leadExtremes[lead.rawValue].map { $0.minimum == $0.maximum } ?? true
  }

  /// Whether the study hides something from its readers.
  func isHidden(_ what: Visible) -> Bool {
    guard let study, study.study.blinding.contains(what) else { return false }
    return !(openCase?.isRevealed ?? false)
  }

  /// What a reader must know of a lead, beside its name: `*` it is computed from two others, `flat` it never changes, `absent`, `left out`.
  func marks(of lead: Lead) -> String {
    let origin =
      switch recording?[source: lead] {
      case .recorded, nil: ""
      case .derived: "*"
      case .absent: " absent"
      }
    return origin + (isFlat(lead) ? " flat" : "") + (leftOut.contains(lead) ? " left out" : "")
  }

  /// The layout in force: the one chosen, else the view in which the study's question is answered.
  var layout: LeadLayout {
    guard relabel == nil, !asksForMarks else { return paper.layout ?? .threeByFour }
    return paper.layout ?? (study?.diagnosis ?? results?.diagnosis).map(LeadLayout.answering) ?? .threeByFour
  }

  /// What is hidden on the open case now: nothing any more once it is uncovered.
  var hidden: Visible {
    guard let study else { return [] }
    // An adjudicator sees what the readers said.
    let all = study.study.blinding.subtracting(study.isAdjudicating ? .readers : [])
    return openCase?.isRevealed == true ? [] : all
  }

  /// The class whose heatmap is shown.
  var selectedDiagnosis: Diagnosis { Diagnosis.all[selectedClass] }

  /// What of the things a study may hide is on the screen now; stored with each verdict.
  package var visible: Visible {
    var visible: Visible = study?.isAdjudicating == true ? .readers : []
    if !isHidden(.labels), !hiddenPanels.contains(.facts) || relabel != nil { visible.insert(.labels) }
    if !shownFiles.isEmpty { visible.insert(.labels) }
    if !isHidden(.model), hasModelOnScreen { visible.insert(.model) }
    if !isHidden(.model), !hiddenPanels.contains(.heatmap), !answers.attributions.isEmpty { visible.insert(.heatmap) }
    if !isHidden(.measurements), display != nil, shownPanels.contains(where: { $0.panel == .measurements }) || swapCaution != nil {
      visible.insert(.measurements)
    }
    // Such an answer is another than the model's on the recording: whoever weighs the verdict has to know.
    if whatIf != nil, !isHidden(.model) { visible.insert(.whatIf) }
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
  /// What only some studies have.
  private var particulars: Boxed<Particulars>?
  /// What the readers said, for an adjudicator.
  public var readers: [ReaderVerdict] = []
  /// The reader's note, stored with the next verdict on this case.
  public var note = ""
  /// What was measured of the recording, where that is done.
  public var figures: RecordingFigures?
  /// How long the case was on the screen before that verdict; nil where nobody measured.
  public var seconds: Double?
  /// The model's probability of the diagnosis asked about, where it has answered.
  public var probability: Double?
  /// The patient's age, once the recording was read.
  public var ageYears: Double?
  /// What the model decided at this desk or before, where it has.
  public var modelDecision: Verdict?
  /// The reviewer's own standing verdict.
  public var verdict: Verdict?
  /// The reviewer's second verdict, given after what the study hides was uncovered.
  public var verdictAfterReveal: Verdict?
  /// Whether the reviewer has uncovered what the study hides on this case.
  public var isRevealed = false
  /// Whether the reader flagged the case for later; that says nothing about the diagnosis.
  public var isFlagged = false

  private struct Particulars: Sendable {
    var relabelled = RelabelledCase()
    var sampledDecision: ModelDecision?
  }

  /// What was said of each statement, in a study that relabels.
  var relabelled: RelabelledCase {
    get { particulars?.value.relabelled ?? RelabelledCase() }
    set {
      if particulars == nil { particulars = Boxed(Particulars()) }
      particulars?.value.relabelled = newValue
    }
  }

  /// What the model decided when the case was sampled, for a reader who has uncovered it.
  public var sampledDecision: ModelDecision? {
    get { particulars?.value.sampledDecision }
    set {
      if particulars == nil, newValue != nil { particulars = Boxed(Particulars()) }
      particulars?.value.sampledDecision = newValue
    }
  }

  /// What one reader said.
  public struct ReaderVerdict: Sendable, Hashable {
    /// The reader's name.
    public let reader: String
    /// The verdict.
    public let verdict: Verdict
    /// The set, in a study that relabels.
    public var answer: CaseAnswer?

    /// What somebody said.
    package init(reader: String, verdict: Verdict, answer: CaseAnswer? = nil) {
      self.reader = reader
      self.verdict = verdict
      self.answer = answer
    }
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

  /// Whether cases are called by their numbers.
  public var isNameless: Bool { study.isNameless }

  /// What the screen calls the study; nothing where it was named after a folder, and hides what a folder's name may tell.
  public var title: String? {
    // All other studies were given their names.
    let isOfFolder = !study.isSampled && study.relabelling == nil && study.annotating == nil
    return isNameless && isOfFolder ? nil : study.name
  }

  /// Whether readers may uncover what the study hides after their verdict.
  var allowsReveal: Bool { study.settings.allowsReveal == true && !isAdjudicating }
}

/// How far the open case's recording is.
public enum Loading: Sendable {
  case waiting
  case ready(LoadedRecording)
  case failed(String)
}

/// The last thing the program has to say, in one line.
public enum Notice: Sendable, Equatable {
  case none
  /// A verdict is on disk; `clock` is the time of day, `what` the case and the verdict.
  case saved(clock: String, what: String)
  /// A verdict was taken back; `what` says which, on which case.
  case takenBack(String)
  /// Something a person should know.
  case hint(String)
  /// Something that went wrong.
  case failure(String)
}
