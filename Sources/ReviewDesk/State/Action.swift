/// Everything a key can ask for. Keys are bound to these names in the keymap files; this table holds what each one is for.
public enum Action: String, CaseIterable, Sendable {
  case verdictPresent = "verdict-present"
  case verdictAbsent = "verdict-absent"
  case verdictUnsure = "verdict-unsure"
  case undo
  case reveal
  case nextRecord = "next-record"
  case previousRecord = "previous-record"
  case nextUnjudged = "next-unjudged"
  case panLeft = "pan-left"
  case panRight = "pan-right"
  case pageLeft = "page-left"
  case pageRight = "page-right"
  case goStart = "go-start"
  case goEnd = "go-end"
  case zoomTimeIn = "zoom-time-in"
  case zoomTimeOut = "zoom-time-out"
  case gainUp = "gain-up"
  case gainDown = "gain-down"
  case scaleReset = "scale-reset"
  case nextWindow = "next-window"
  case previousWindow = "previous-window"
  case cycleLayout = "cycle-layout"
  case nextClass = "next-class"
  case previousClass = "previous-class"
  case togglePredictions = "toggle-predictions"
  case toggleHeatmap = "toggle-heatmap"
  case toggleFacts = "toggle-facts"
  case toggleGrid = "toggle-grid"
  case listRecords = "list-records"
  case help
  case cancel
  case confirm
  case redraw
  case suspend
  case quit

  /// A heading under which help lists actions.
  public enum Group: String, CaseIterable, Sendable {
    case verdicts = "Verdicts"
    case records = "Records"
    case time = "Moving in time"
    case paper = "Paper"
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
    Entry(.verdictPresent, .verdicts, "judge: present (in a LAD study: LAD), then the next case", needsStudy: true),
    Entry(.verdictAbsent, .verdicts, "judge: absent (no LAD), then the next case", needsStudy: true),
    Entry(.verdictUnsure, .verdicts, "judge: unsure, then the next case", needsStudy: true),
    Entry(.undo, .verdicts, "take back your last verdict and return to its case", needsStudy: true),
    Entry(.reveal, .verdicts, "after your verdict: uncover what the study hides, for a second one", needsStudy: true),
    Entry(.nextUnjudged, .verdicts, "go to the next case without your verdict", needsStudy: true),
    Entry(.nextRecord, .records, "next record"),
    Entry(.previousRecord, .records, "previous record"),
    Entry(.listRecords, .records, "list of records: choose one"),
    Entry(.panRight, .time, "later by a fifth of the screen"),
    Entry(.panLeft, .time, "earlier by a fifth of the screen"),
    Entry(.pageRight, .time, "later by a whole screen"),
    Entry(.pageLeft, .time, "earlier by a whole screen"),
    Entry(.goStart, .time, "start of the recording"),
    Entry(.goEnd, .time, "end of the recording"),
    Entry(.nextWindow, .time, "next window of the network"),
    Entry(.previousWindow, .time, "previous window of the network"),
    Entry(.zoomTimeIn, .paper, "faster paper: more mm/s"),
    Entry(.zoomTimeOut, .paper, "slower paper: fewer mm/s"),
    Entry(.gainUp, .paper, "more gain: more mm/mV"),
    Entry(.gainDown, .paper, "less gain: fewer mm/mV"),
    Entry(.scaleReset, .paper, "25 mm/s, 10 mm/mV"),
    Entry(.cycleLayout, .paper, "next layout: 12x1, 6x2, 3x4, one lead"),
    Entry(.toggleGrid, .paper, "ECG paper grid on or off"),
    Entry(.nextClass, .panels, "select the next class: the heatmap follows"),
    Entry(.previousClass, .panels, "select the previous class"),
    Entry(.togglePredictions, .panels, "predictions on or off"),
    Entry(.toggleHeatmap, .panels, "lead influence on or off"),
    Entry(.toggleFacts, .panels, "recording facts on or off"),
    Entry(.help, .program, "this help"),
    Entry(.confirm, .program, "choose what is selected in a list"),
    Entry(.cancel, .program, "close what lies over the traces"),
    Entry(.redraw, .program, "draw the screen anew"),
    Entry(.suspend, .program, "suspend the program; fg brings it back"),
    Entry(.quit, .program, "quit; every verdict shown as saved is on disk"),
  ]
}

extension Action.Entry {
  fileprivate init(_ action: Action, _ group: Action.Group, _ help: String, needsStudy: Bool = false) {
    self.init(action: action, group: group, help: help, needsStudy: needsStudy)
  }
}
