import ECG
import ECGPaper
import TerminalUI

/// Where things lie on a screen of a given size, and the paper with its scale and the stretch of time that it shows.
package struct ViewGeometry {
  /// The smallest screen on which a verdict is taken.
  static let smallest = Size(columns: 60, rows: 16)
  /// The columns that panels beside the traces take.
  static let sidePanelColumns = 42
  /// Columns for text inside the panels' frame and its margin.
  static let panelTextColumns = sidePanelColumns - 3
  /// Columns for a title in the panels' frame.
  static let panelTitleColumns = sidePanelColumns - 4
  /// Columns of the frontal plane alone.
  static let planeColumns = 24
  /// Recordings up to this length do without the strip that shows all of one.
  static let longestWithoutOverviewSeconds = 30.0

  /// The line that says who and what.
  let title: Rect
  /// The paper: traces with calibration marks and time axes.
  let traces: Rect
  /// Panels at the right; empty on a narrow screen.
  let side: Rect
  /// The frontal plane with its figures, where panels have no room at the right; else empty.
  let plane: Rect
  /// Panels as single lines on a narrow screen; empty on a wide one.
  let lines: Rect
  /// What the calipers measure; empty while there are none.
  let calipers: Rect
  /// Whether that lies over the paper.
  let coversPaper: Bool
  /// The strip that shows all of a long recording; empty for a short one.
  let overview: Rect
  /// Scale, question and notice.
  let status: Rect
  /// What the paper shows.
  let sources: PaperTraces
  /// The paper with its leads.
  package let paper: BraillePaper
  /// The stretch of the recording on the paper, in seconds.
  let stretch: ClosedRange<Double>
  /// The network's window that the paper shows.
  let windowInView: Int
  /// Whether the screen is large enough to judge an ECG on.
  let isLargeEnough: Bool

  package init(_ state: DeskState) {
    let screen = Rect(state.size)
    isLargeEnough = state.size.columns >= Self.smallest.columns && state.size.rows >= Self.smallest.rows
    let (title, below) = screen.split(top: 1)
    // Where nobody judges there is no question, and one line has room for keys and notices.
    let (status, middle) = below.split(bottom: state.study == nil ? 2 : 3)
    let hasSide = state.hasPanelsBeside
    let (side, left) = middle.split(right: hasSide ? Self.sidePanelColumns : 0)
    // A column keeps the traces apart from the frame.
    let rest = left.split(right: hasSide ? 1 : 0).rest
    // Where panels are lines, the calipers take their place: measuring changes neither the paper nor its gain.
    let count = state.panelLines.count
    let measures = state.calipers != nil
    let (lines, above) = rest.split(bottom: measures && count > 0 ? 0 : count)
    let (plane, open) = above.split(right: state.hasPlaneBeside ? Self.planeColumns + 1 : 0)
    // Where there are none, and few columns, they lie over the paper's lowest rows: taken from it, these would take gain from the traces.
    coversPaper = measures && count == 0 && !hasSide
    let caliperRows = !measures ? 0 : count > 0 ? count : Self.caliperRows(columns: open.columns)
    let (calipers, remaining) = open.split(bottom: caliperRows)
    let paper = coversPaper ? open : remaining
    let layout = state.layout
    let duration = state.durationSeconds ?? 0
    let needsOverview = state.paper.showsOverview && !layout.isOfBeats && duration > Self.longestWithoutOverviewSeconds
    let (overview, traces) = paper.split(bottom: needsOverview ? 1 : 0)
    self.title = title
    self.status = status
    self.side = side
    self.plane = plane.split(left: 1).rest
    self.lines = lines
    self.calipers = calipers
    self.overview = overview
    self.traces = traces
    sources = PaperTraces(
      recording: state.shownRecording, medianBeats: state.display?.medianBeats?.recording, rrSeconds: state.display?.rrSeconds)
    self.paper = BraillePaper(
      layout, state.paper, sources, in: traces, durationSeconds: duration, hasWords: state.showsMeasurements && traces.rows >= 14
    ) { lane in
      lane.name.columnCount + state.marks(of: lane.lead).columnCount
    }
    let start = state.paper.startSeconds
    stretch = start...max(start, min(start + self.paper.drawing.spanSeconds, duration))
    windowInView = state.prediction.window(showing: stretch)
  }

  /// The layout in force.
  var layout: LeadLayout { paper.drawing.layout }
  /// The scale of the leads that the layout is for.
  var scale: PaperScale { paper.scale }
  /// The leads on the paper.
  var lanes: [Lane] { paper.lanes }
  /// The gain asked for, where some lead does not fit at it and a smaller one is in force.
  var reducedFrom: Double? { paper.drawing.reducedFrom }
  /// The traces alone, without what stands beside them.
  var plot: Rect { paper.plot }
  /// Seconds from the left edge of the paper to the right.
  var spanSeconds: Double { paper.drawing.spanSeconds }

  /// Rows that the calipers' words take: twelve differences of up to 9.99 mV need 111 columns.
  private static func caliperRows(columns: Int) -> Int { columns >= 180 ? 1 : columns > 112 ? 2 : 3 }

  /// The panels that have room at the right, each with the place inside the frame that it fills.
  func panels(_ state: DeskState) -> [(entry: PanelEntry, inside: Rect)] {
    guard !side.isEmpty else { return [] }
    var row = side.row + 1
    return Self.shares(state, rows: side.rows - 1).map { entry, rows in
      defer { row += rows + 1 }
      return (entry, Rect(column: side.column + 1, row: row, columns: side.columns - 2, rows: rows))
    }
  }

  /// Rows of each panel without its title: first what each needs, then what it wishes for, as long as there is room; the lowest ranks before others.
  private static func shares(_ state: DeskState, rows: Int) -> [(entry: PanelEntry, rows: Int)] {
    let panels = state.shownPanels
    var shares: [Int: (rows: Int, most: Int)] = [:]
    var free = rows
    let ranked = panels.indices.sorted { (panels[$0].rank, $0) < (panels[$1].rank, $1) }
    for index in ranked {
      let wish = panels[index].rows(state)
      guard wish.lowerBound + 1 <= free else { continue }
      shares[index] = (wish.lowerBound, wish.upperBound)
      free -= wish.lowerBound + 1
    }
    for index in ranked {
      guard let share = shares[index] else { continue }
      let more = min(free, share.most - share.rows)
      shares[index] = (share.rows + more, share.most)
      free -= more
    }
    for index in ranked {
      guard let share = shares[index], share.rows == share.most, case let spare = panels[index].spareRows(state), spare <= free else {
        continue
      }
      shares[index] = (share.rows + spare, share.most)
      free -= spare
    }
    return panels.indices.compactMap { index in shares[index].map { (panels[index], $0.rows) } }
  }
}
