import ECG
import TerminalUI

/// Where things lie on a screen of a given size, at which scale, and what stretch of time the paper shows.
struct ViewGeometry {
  /// The smallest screen on which a verdict is taken.
  static let smallest = Size(columns: 60, rows: 16)
  /// The screen from which panels stand beside the traces instead of in a line below them.
  static let sidePanelColumns = 42
  /// Columns for text inside the panels' frame and its margin.
  static let panelTextColumns = sidePanelColumns - 3
  /// Columns for a title in the panels' frame.
  static let panelTitleColumns = sidePanelColumns - 4
  /// Recordings up to this length do without the strip that shows all of one.
  static let longestWithoutOverviewSeconds = 30.0

  /// The line that says who and what.
  let title: Rect
  /// Traces with their margin for calibration marks at the left and the time axis below.
  let traces: Rect
  /// Panels at the right; empty on a narrow screen.
  let side: Rect
  /// Each panel that has room at the right, with the place inside the frame that it fills.
  let panels: [(entry: PanelEntry, inside: Rect)]
  /// Panels as single lines on a narrow screen; empty on a wide one.
  let lines: Rect
  /// What the calipers measure; empty while there are none.
  let calipers: Rect
  /// The strip that shows all of a long recording; empty for a short one.
  let overview: Rect
  /// Scale, question and notice.
  let status: Rect
  /// The layout in force.
  let layout: LeadLayout
  /// The scale in force.
  let scale: PaperScale
  /// The gain asked for, where the recording does not fit at it and a smaller one is in force.
  let reducedFrom: Double?
  /// Columns left of the traces.
  let gutter: Int
  /// The mark left of the traces that shows what a millivolt and 0.2 s are.
  let calibration: CalibrationMark

  /// The leads on the paper.
  let lanes: [Lane]
  /// The stretch of the recording on the paper, in seconds.
  let stretch: ClosedRange<Double>
  /// Seconds from the left edge of the paper to the right.
  let spanSeconds: Double
  /// The network's window that the paper shows.
  let windowInView: Int

  /// Whether the screen is large enough to judge an ECG on.
  let isLargeEnough: Bool

  init(_ state: DeskState) {
    let screen = Rect(state.size)
    isLargeEnough = state.size.columns >= Self.smallest.columns && state.size.rows >= Self.smallest.rows
    let (title, below) = screen.split(top: 1)
    let (status, middle) = below.split(bottom: 3)
    let isWide = state.size.columns >= 110 && state.size.rows >= 30
    let hasSide = isWide && !state.shownPanels.isEmpty
    let (side, left) = middle.split(right: hasSide ? Self.sidePanelColumns : 0)
    // A column keeps the traces apart from the frame.
    let rest = left.split(right: hasSide ? 1 : 0).rest
    let lineCount = isWide ? 0 : state.panelLines.count
    let (lines, above) = rest.split(bottom: lineCount)
    let (calipers, paper) = above.split(bottom: state.calipers == nil ? 0 : Self.caliperRows(columns: above.columns))
    let layout = state.paper.layout ?? LeadLayout.automatic(for: paper.size)
    let duration = state.recording?.durationSeconds ?? 0
    let needsOverview = state.paper.showsOverview && layout != .medianBeats && duration > Self.longestWithoutOverviewSeconds
    let (overview, traces) = paper.split(bottom: needsOverview ? 1 : 0)
    self.title = title
    self.status = status
    self.side = side
    panels = Self.panels(state, in: side)
    self.lines = lines
    self.calipers = calipers
    self.overview = overview
    self.traces = traces
    self.layout = layout
    let speed = Self.speed(state.paper, layout, columns: traces.columns, durationSeconds: duration)
    var scale = state.paper.scale
    scale.speedMillimetresPerSecond = speed
    let plot = Size(columns: traces.columns, rows: traces.rows - 1)
    let lanes = layout.lanes(
      in: plot, startSeconds: 0, durationSeconds: duration, scale: scale, isCabrera: state.paper.isCabrera,
      rhythmLead: state.paper.rhythmLead)
    let asked = scale.gainMillimetresPerMillivolt
    if !state.paper.isGainChosen, let loaded = layout == .medianBeats ? state.display?.medianBeats?.recording : state.shownRecording {
      scale.gainMillimetresPerMillivolt = Self.fittingGain(lanes, loaded, scale, height: plot.rows * BrailleCanvas.dotsDown)
    }
    self.scale = scale
    reducedFrom = scale.gainMillimetresPerMillivolt < asked ? asked : nil
    let first = lanes.filter { $0.columns.lowerBound == 0 }
    calibration = CalibrationMark(
      baselines: first.map(\.baselineDot), labels: first.map { ($0.nameRow, $0.name.count + state.marks(of: $0.lead).count) },
      canvasHeight: plot.rows * BrailleCanvas.dotsDown, scale: scale)
    gutter = calibration.indent + Self.gutter(dotsPerSecond: scale.dotsPerSecond)
    let start = state.paper.startSeconds
    let inside = Size(columns: traces.columns - gutter, rows: traces.rows - 1)
    self.lanes = layout.lanes(
      in: inside, startSeconds: start, durationSeconds: duration, scale: scale, isCabrera: state.paper.isCabrera,
      rhythmLead: state.paper.rhythmLead)
    spanSeconds = layout.spanSeconds(in: inside, startSeconds: start, durationSeconds: duration, scale: scale)
    stretch = start...max(start, min(start + spanSeconds, duration))
    windowInView = state.prediction.window(showing: stretch)
  }

  /// The traces alone, without the gutter and the time axis.
  var plot: Rect { traces.split(bottom: 1).rest.split(left: gutter).rest }

  /// The time axis below the traces.
  var axis: Rect { traces.split(bottom: 1).bottom.split(left: gutter).rest }

  /// Rows that the calipers' words take: twelve differences of up to 9.99 mV need 111 columns.
  private static func caliperRows(columns: Int) -> Int { columns >= 180 ? 1 : columns > 112 ? 2 : 3 }

  /// The panels that have room, each with the place inside the frame that it fills.
  private static func panels(_ state: DeskState, in rect: Rect) -> [(entry: PanelEntry, inside: Rect)] {
    guard !rect.isEmpty else { return [] }
    var row = rect.row + 1
    return shares(state, rows: rect.rows - 1).map { entry, rows in
      defer { row += rows + 1 }
      return (entry, Rect(column: rect.column + 1, row: row, columns: rect.columns - 2, rows: rows))
    }
  }

  /// Rows of each panel without its title: first what each needs, as long as there is room, then small wishes before large ones.
  private static func shares(_ state: DeskState, rows: Int) -> [(entry: PanelEntry, rows: Int)] {
    var shares: [(entry: PanelEntry, rows: Int, most: Int)] = []
    var free = rows
    for entry in state.shownPanels {
      let wish = entry.isHidden(state) ? 1...1 : entry.rows(state)
      guard wish.lowerBound + 1 <= free else { break }
      shares.append((entry, wish.lowerBound, wish.upperBound))
      free -= wish.lowerBound + 1
    }
    for index in shares.indices.sorted(by: { shares[$0].most < shares[$1].most }) {
      let more = min(free, shares[index].most - shares[index].rows)
      shares[index].rows += more
      free -= more
    }
    return shares.map { ($0.entry, $0.rows) }
  }

  /// Room for the calibration mark and a column that keeps it apart from a trace, and for the name of a lead above it.
  private static func gutter(dotsPerSecond: Double) -> Int {
    let pulseDots = Int(min(1000, (CalibrationMark.seconds * dotsPerSecond).rounded(.up)))
    return min(24, max(5, pulseDots / BrailleCanvas.dotsAcross + 3))
  }

  /// The paper speed in force: the one asked for, or the one at which all of the recording, or a median beat, is as wide as its paper.
  private static func speed(_ paper: PaperSettings, _ layout: LeadLayout, columns: Int, durationSeconds: Double) -> Double {
    let isBeat = layout == .medianBeats
    guard isBeat || paper.fitsWholeRecording && durationSeconds > 0 else { return paper.scale.speedMillimetresPerSecond }
    let secondsInColumn = isBeat ? BeatPaper.seconds : durationSeconds / Double(layout.table().columnCount)
    func speed(margin: Int) -> Double {
      let dots = max(1, layout.columnWidth(in: Size(columns: columns - margin, rows: 1))) * BrailleCanvas.dotsAcross
      return min(Double(dots) / secondsInColumn / paper.scale.dotsPerMillimetre, PaperScale.speeds[PaperScale.speeds.count - 1])
    }
    // The faster the paper, the wider the mark beside it; names may stand there too.
    let fastest = speed(margin: gutter(dotsPerSecond: 0))
    return speed(margin: CalibrationMark.nameColumns + gutter(dotsPerSecond: fastest * paper.scale.dotsPerMillimetre))
  }

  /// The largest step up to the gain asked for at which no lead leaves its room anywhere in the recording; the smallest where none is small enough.
  private static func fittingGain(_ lanes: [Lane], _ loaded: LoadedRecording, _ scale: PaperScale, height: Int) -> Double {
    let asked = scale.gainMillimetresPerMillivolt
    let steps = PaperScale.gains.filter { $0 <= asked }
    let plotter = { (gain: Double) -> TracePlotter in
      var tried = scale
      tried.gainMillimetresPerMillivolt = gain
      return TracePlotter(recording: loaded, scale: tried)
    }
    func fits(_ gain: Double) -> Bool {
      let plotter = plotter(gain)
      return lanes.allSatisfy { lane in
        guard let extremes = loaded.leadExtremes[lane.lead.rawValue] else { return true }
        let room = lane.room(height: height)
        let rows = [extremes.minimum, extremes.maximum].map { plotter.dotRow(of: lane.isInverted ? -$0 : $0, baseline: lane.baselineDot) }
        return rows.allSatisfy(room.contains)
      }
    }
    return steps.last(where: fits) ?? steps.first ?? asked
  }
}
