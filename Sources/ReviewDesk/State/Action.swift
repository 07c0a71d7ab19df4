/// Everything a key can ask for.
///
/// Keys are bound to these names in the keymap files; this table holds what each one is for.
public enum Action: String, CaseIterable, Sendable {
  case verdictPresent = "verdict-present"
  case verdictAbsent = "verdict-absent"
  case verdictUnsure = "verdict-unsure"
  case undo
  case redo
  case note
  case flag
  case reveal
  case nextRecord = "next-record"
  case previousRecord = "previous-record"
  case nextUnjudged = "next-unjudged"
  case listRecords = "list-records"
  case search
  case sortList = "sort-list"
  case reverseList = "reverse-list"
  case goToCase = "go-to-case"
  case nextFlagged = "next-flagged"
  case previousFlagged = "previous-flagged"
  case showProgress = "show-progress"
  case showCautions = "show-cautions"
  case showResults = "show-results"
  case panLeft = "pan-left"
  case panRight = "pan-right"
  case pageLeft = "page-left"
  case pageRight = "page-right"
  case halfPageLeft = "half-page-left"
  case halfPageRight = "half-page-right"
  case nextBeat = "next-beat"
  case previousBeat = "previous-beat"
  case nextOtherBeat = "next-other-beat"
  case previousOtherBeat = "previous-other-beat"
  case jumpToTime = "jump-to-time"
  case goStart = "go-start"
  case goEnd = "go-end"
  case zoomTimeIn = "zoom-time-in"
  case zoomTimeOut = "zoom-time-out"
  case gainUp = "gain-up"
  case gainDown = "gain-down"
  case scaleReset = "scale-reset"
  case nextWindow = "next-window"
  case previousWindow = "previous-window"
  case fitRecording = "fit-recording"
  case cycleLayout = "cycle-layout"
  case previousLayout = "previous-layout"
  case layoutLimb = "layout-limb"
  case layoutSheet = "layout-sheet"
  case layoutBeats = "layout-beats"
  case layoutRhythm = "layout-rhythm"
  case cabrera
  case nextLead = "next-lead"
  case previousLead = "previous-lead"
  case nextFilter = "next-filter"
  case previousFilter = "previous-filter"
  case calipers
  case swapCarets = "swap-carets"
  case snapToBeat = "snap-to-beat"
  case marchOut = "march-out"
  case layers
  case allLayers = "all-layers"
  case annotate
  case nextMark = "next-mark"
  case previousMark = "previous-mark"
  case deleteMark = "delete-mark"
  case markRange = "mark-range"
  case everyShape = "every-shape"
  case markStretch = "mark-stretch"
  case snapMarks = "snap-marks"
  case bindLead = "bind-lead"
  case writeAnnotations = "write-annotations"
  case takeReader1 = "take-reader-1"
  case takeReader2 = "take-reader-2"
  case nextClass = "next-class"
  case previousClass = "previous-class"
  case allClasses = "all-classes"
  case toggleGates = "toggle-gates"
  case leaveOutLeads = "leave-out-leads"
  case allLeads = "all-leads"
  case togglePredictions = "toggle-predictions"
  case toggleHeatmap = "toggle-heatmap"
  case toggleFacts = "toggle-facts"
  case toggleMeasurements = "toggle-measurements"
  case toggleNotes = "toggle-notes"
  case toggleProgress = "toggle-progress"
  case toggleGrid = "toggle-grid"
  case toggleOverview = "toggle-overview"
  case acceptSet = "accept-set"
  case acceptLabel = "accept-label"
  case toggleStatement = "toggle-statement"
  case markUnsure = "mark-unsure"
  case likelihood
  case statement1 = "statement-1"
  case statement2 = "statement-2"
  case statement3 = "statement-3"
  case statement4 = "statement-4"
  case statement5 = "statement-5"
  case statement6 = "statement-6"
  case statement7 = "statement-7"
  case statement8 = "statement-8"
  case statement9 = "statement-9"
  case help
  case palette
  case glyphTest = "glyph-test"
  case toggleMouse = "toggle-mouse"
  case cancel
  case confirm
  case redraw
  case suspend
  case quit

  /// A heading under which help lists actions.
  public enum Group: String, CaseIterable, Sendable {
    case verdicts = "Verdicts"
    case statements = "Statements, in a study that relabels"
    case records = "Records"
    case time = "Moving in time"
    case paper = "Paper"
    case calipers = "Calipers"
    case annotations = "Annotations"
    case editing = "In the edit mode: a mnemonic marks a beat"
    case panels = "Panels"
    case program = "Program"
  }

  /// What help says about an action, and where it can be used.
  public struct Entry: Sendable {
    /// The action.
    public let action: Action
    /// The heading it stands under.
    public let group: Group
    /// What it does, a few words.
    public let help: String
    /// Whether it needs a study: verdicts do, looking does not.
    public let needsStudy: Bool
  }

  /// The one table of actions, in the order in which help shows them.
  public static let table: [Entry] = [
    Entry(.verdictPresent, .verdicts, "judge: present (in a LAD study: LAD; of annotations: done), then the next case", needsStudy: true),
    Entry(.verdictAbsent, .verdicts, "judge: absent (no LAD; nothing to mark), then the next case", needsStudy: true),
    Entry(.verdictUnsure, .verdicts, "judge: unsure, then the next case", needsStudy: true),
    Entry(.undo, .verdicts, "take back your last verdict and return to its case", needsStudy: true),
    Entry(.reveal, .verdicts, "after your verdict: uncover what the study hides, for a second one", needsStudy: true),
    Entry(.redo, .verdicts, "give again the verdict just taken back", needsStudy: true),
    Entry(.note, .verdicts, "write a note; it is stored with the verdict, and undo takes it back", needsStudy: true),
    Entry(.flag, .verdicts, "flag the case for later, or take the flag away; not a verdict", needsStudy: true),
    Entry(.nextUnjudged, .verdicts, "go to the next case without your verdict", needsStudy: true),
    Entry(
      .acceptSet, .statements, "the set stands as it is; then the next case. In a search: toggle the statement found", needsStudy: true),
    Entry(.acceptLabel, .statements, "exactly what the label says, where it is to be seen; then the next case", needsStudy: true),
    Entry(.toggleStatement, .statements, "the statement selected, or found by typing: present or absent", needsStudy: true),
    Entry(.markUnsure, .statements, "the statement selected, or found: unsure, or not", needsStudy: true),
    Entry(.likelihood, .statements, "how likely the statement selected is: definite, probable, possible, not said", needsStudy: true),
    Entry(.statement1, .statements, "the first statement listed: present or absent", needsStudy: true),
    Entry(.statement2, .statements, "the second statement listed", needsStudy: true),
    Entry(.statement3, .statements, "the third statement listed", needsStudy: true),
    Entry(.statement4, .statements, "the fourth statement listed", needsStudy: true),
    Entry(.statement5, .statements, "the fifth statement listed", needsStudy: true),
    Entry(.statement6, .statements, "the sixth statement listed", needsStudy: true),
    Entry(.statement7, .statements, "the seventh statement listed", needsStudy: true),
    Entry(.statement8, .statements, "the eighth statement listed", needsStudy: true),
    Entry(.statement9, .statements, "the ninth statement listed", needsStudy: true),
    Entry(.nextRecord, .records, "next record"),
    Entry(.previousRecord, .records, "previous record"),
    Entry(.listRecords, .records, "list of records: choose one"),
    Entry(.showResults, .records, "results of a study (review --results): agreement, and who differs where"),
    Entry(.search, .records, "filter the list; in the help, search it"),
    Entry(.sortList, .records, "choose the order of the list"),
    Entry(.reverseList, .records, "turn the order of the list round"),
    Entry(.goToCase, .records, "go to a case by its number"),
    Entry(.nextFlagged, .records, "next flagged case", needsStudy: true),
    Entry(.previousFlagged, .records, "previous flagged case", needsStudy: true),
    Entry(.showProgress, .records, "how far the study is: verdicts, flags, time", needsStudy: true),
    Entry(.showCautions, .records, "all that is known of the recording: cautions in whole sentences, labels, leads"),
    Entry(.panRight, .time, "later by a fifth of the screen; with calipers: the caret"),
    Entry(.panLeft, .time, "earlier by a fifth of the screen; with calipers: the caret"),
    Entry(.pageRight, .time, "later by a whole screen"),
    Entry(.pageLeft, .time, "earlier by a whole screen"),
    Entry(.halfPageRight, .time, "later by half a screen"),
    Entry(.halfPageLeft, .time, "earlier by half a screen"),
    Entry(.nextBeat, .time, "to the next beat; with calipers: the caret"),
    Entry(.previousBeat, .time, "to the beat before; with calipers: the caret"),
    Entry(.nextOtherBeat, .time, "to the next beat that is not of the usual kind"),
    Entry(.previousOtherBeat, .time, "to the beat before that is not of the usual kind"),
    Entry(.jumpToTime, .time, "jump to a time: 95, 1:35, 0:01:35"),
    Entry(.goStart, .time, "start of the recording"),
    Entry(.goEnd, .time, "end of the recording"),
    Entry(.nextWindow, .time, "next window of the network"),
    Entry(.previousWindow, .time, "previous window of the network"),
    Entry(.zoomTimeIn, .paper, "faster paper: more mm/s"),
    Entry(.zoomTimeOut, .paper, "slower paper: fewer mm/s"),
    Entry(.gainUp, .paper, "more gain: more mm/mV"),
    Entry(.gainDown, .paper, "less gain: fewer mm/mV"),
    Entry(.scaleReset, .paper, "25 mm/s, 10 mm/mV"),
    Entry(.fitRecording, .paper, "fit: the whole recording on the paper"),
    Entry(.cycleLayout, .paper, "next layout: limb, 3x4, beats, rhythm, conduction, 6x2, 12x1, one lead"),
    Entry(.previousLayout, .paper, "the layout before"),
    Entry(.layoutLimb, .paper, "layout limb: the axis from the limb leads' median beats"),
    Entry(.layoutSheet, .paper, "layout 3x4 with a rhythm strip"),
    Entry(.layoutBeats, .paper, "layout beats: the median beat of each lead"),
    Entry(.layoutRhythm, .paper, "layout rhythm: three long strips"),
    Entry(.cabrera, .paper, "limb leads in Cabrera's order, with −aVR, or in the standard one"),
    Entry(.nextLead, .paper, "rhythm strip, or the one lead shown: next lead"),
    Entry(.previousLead, .paper, "rhythm strip, or the one lead shown: the lead before"),
    Entry(.nextFilter, .paper, "next display filter; the network never sees it"),
    Entry(.previousFilter, .paper, "the display filter before"),
    Entry(.toggleGrid, .paper, "grid: none, large boxes of 5 mm, small ones of 1 mm too"),
    Entry(.toggleOverview, .paper, "strip that shows all of a long recording, on or off"),
    Entry(.calipers, .calipers, "calipers on or off: ms, bpm, and mV of each lead"),
    Entry(.swapCarets, .calipers, "move the other caret"),
    Entry(.snapToBeat, .calipers, "caret to the nearest R peak, or boundary of a wave"),
    Entry(.marchOut, .calipers, "repeat the distance over the paper, or not"),
    Entry(.layers, .annotations, "layers over the traces: what is measured, each annotator's file; put them on or off"),
    Entry(.allLayers, .annotations, "all annotators' files on or off"),
    Entry(
      .annotate, .annotations, "annotate: the edit mode, or out of it; in the menu of layers: begin from the layer selected",
      needsStudy: true),
    Entry(.nextMark, .editing, "to the next mark of yours", needsStudy: true),
    Entry(.previousMark, .editing, "to the mark of yours before", needsStudy: true),
    Entry(.deleteMark, .editing, "delete the mark at the caret, or those of the range; the same again brings it back", needsStudy: true),
    Entry(.markRange, .editing, "a range begins here: the next mnemonic is for all its beats", needsStudy: true),
    Entry(.everyShape, .editing, "the next mnemonic is for every beat shaped as this one", needsStudy: true),
    Entry(.markStretch, .editing, "a stretch begins here; the second time: ends here, and gets a name", needsStudy: true),
    Entry(.snapMarks, .editing, "marks go to the nearest R peak, onset or end, or stay where the caret is", needsStudy: true),
    Entry(.bindLead, .editing, "new marks for the rhythm strip's lead alone, or for all", needsStudy: true),
    Entry(.writeAnnotations, .editing, "write your annotations into a file beside the record; leaving does it too", needsStudy: true),
    Entry(.takeReader1, .editing, "settling a study of annotation: take the first reader's marks whole", needsStudy: true),
    Entry(.takeReader2, .editing, "settling a study of annotation: take the second reader's marks whole", needsStudy: true),
    Entry(.nextClass, .panels, "select the next class: the heatmap follows"),
    Entry(.previousClass, .panels, "select the previous class"),
    Entry(.allClasses, .panels, "list every class, or those that say something"),
    Entry(.toggleGates, .panels, "the gates of the SE blocks, the same for every class, or not"),
    Entry(.leaveOutLeads, .panels, "what if: leave out a lead, or put it back; the model answers at once"),
    Entry(.allLeads, .panels, "put back every lead that was left out"),
    Entry(.togglePredictions, .panels, "predictions on or off"),
    Entry(.toggleHeatmap, .panels, "lead influence on or off"),
    Entry(.toggleMeasurements, .panels, "measurements on or off, with their marks on the paper"),
    Entry(.toggleFacts, .panels, "recording facts on or off"),
    Entry(.toggleNotes, .panels, "the note on the case on or off", needsStudy: true),
    Entry(.toggleProgress, .panels, "progress in the study on or off", needsStudy: true),
    Entry(.help, .program, "this help"),
    Entry(.palette, .program, "any action by its name"),
    Entry(.glyphTest, .program, "test screen: which characters the font draws"),
    Entry(.toggleMouse, .program, "mouse on or off: click a record or a class, drag a caret, wheel"),
    Entry(.confirm, .program, "choose what is selected in a list"),
    Entry(.cancel, .program, "close what lies over the traces"),
    Entry(.redraw, .program, "draw the screen anew"),
    Entry(.suspend, .program, "suspend the program; fg brings it back"),
    Entry(.quit, .program, "quit; every verdict shown as saved is on disk"),
  ]
}

extension Action {
  /// What gives a verdict or takes one back: a key that is held down does it once.
  static let judging: Set<Action> = verdicts.union([.undo, .redo, .reveal])
  /// The three verdicts.
  static let verdicts: Set<Action> = [.verdictPresent, .verdictAbsent, .verdictUnsure]
}

extension Action.Entry {
  /// Whether the action does something on the desk as it is, rather than say why not.
  func isAvailable(in state: DeskState) -> Bool {
    guard !needsStudy || state.study != nil else { return false }
    if group == .statements { return state.relabel != nil }
    if [.takeReader1, .takeReader2].contains(action) {
      return state.edit != nil && state.asksForMarks && state.study?.isAdjudicating == true
    }
    if group == .editing { return state.edit != nil }
    return switch action {
    case .verdictPresent, .verdictAbsent, .verdictUnsure: state.relabel == nil
    case .reveal: state.study?.allowsReveal == true
    case .redo: !state.ledger.takenBack.isEmpty
    case .showResults: state.results != nil
    case .swapCarets, .snapToBeat, .marchOut: state.calipers != nil
    case .allLeads: state.whatIf != nil
    default: true
    }
  }
}

extension Action.Entry {
  fileprivate init(_ action: Action, _ group: Action.Group, _ help: String, needsStudy: Bool = false) {
    self.init(action: action, group: group, help: help, needsStudy: needsStudy)
  }
}

extension Action {
  /// The actions that toggle a statement by its place in the list, the first first.
  static let statementPlaces: [Action] = [
    .statement1, .statement2, .statement3, .statement4, .statement5, .statement6, .statement7, .statement8, .statement9,
  ]

  /// What answers a case of a study that relabels, or changes its set: a key that is held down does it once.
  static let relabelling: Set<Action> = Set(statementPlaces).union([.acceptSet, .acceptLabel, .toggleStatement, .markUnsure, .likelihood])
}
