import Classification
import ECG
import Foundation
import LabelReview
import TerminalUI

/// What the SE-ResNet says: a bar, the probability, the threshold, a mark for a positive decision, and the label's mark, for each class.
enum PredictionPanel {
  static func title(_ state: DeskState, _ geometry: ViewGeometry) -> String {
    let count = state.answers.windowSeconds.count
    let window = count > 1 ? " — window \(geometry.windowInView + 1)/\(count)" : ""
    let title = "SE-ResNet" + window
    return "SE-ResNet" + (state.whatIf.map { " \($0.words(columns: ViewGeometry.panelTitleColumns - title.columnCount - 1))" } ?? "")
      + window
  }

  /// The rows of classes: what is left under a line that says how little the prediction rests on, where it does.
  private static func body(_ state: DeskState, _ rect: Rect) -> Rect {
    state.weakGround == nil || rect.rows < 3 ? rect : rect.split(top: 1).rest
  }

  /// Rows that the panel can do with, to those it can fill.
  static func rows(_ state: DeskState) -> ClosedRange<Int> {
    let ground = state.weakGround == nil ? 0 : 1
    return 5 + ground...max(5, min(25, state.listedClassCount + 2)) + ground
  }

  /// Draws one row a class into a panel's inside.
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in whole: Rect, into grid: inout Grid) {
    guard !whole.isEmpty else { return }
    guard let classes = state.classes(inWindow: geometry.windowInView) else {
      let (text, style) = waiting(state)
      PanelText.draw(PanelText.wrap(text, whole.columns - 2).map { ($0, style) }, in: whole, into: &grid)
      return
    }
    let rect = body(state, whole)
    if let ground = state.weakGround, rect.row > whole.row {
      grid.write(ground, column: whole.column + 1, row: whole.row, style: .ink(.caution), maxColumns: whole.columns - 1)
    }
    if hasLegend(classes, state, geometry, rows: rect.rows) {
      drawLegend(column: rect.column, row: rect.endRow - 1, columns: rect.columns, into: &grid)
    }
    let visible = visibleClasses(state, geometry, rows: rect.rows)
    let labels = state.isHidden(.labels) ? nil : state.recording?.labels
    for (offset, index) in visible.enumerated() {
      let row = Rect(column: rect.column, row: rect.row + offset, columns: rect.columns, rows: 1)
      drawRow(classes[index], label: labels?[classes[index].diagnosis], state, geometry, in: row, into: &grid)
    }
    let rest = state.classOrder(inWindow: geometry.windowInView).filter { !visible.contains($0) }
    guard let most = rest.map({ classes[$0].probability }).max(), visible.count < rect.rows else { return }
    // Where letters mean something else, no key lists them.
    let key = state.listsAllClasses ? nil : state.keys(for: .allClasses).first
    let text = "\(rest.count) more, at most \(number(most))" + (key.map { "; [\($0)] lists them" } ?? "")
    grid.write(text, column: rect.column + 1, row: rect.row + visible.count, style: .ink(.faint), maxColumns: rect.columns - 1)
  }

  /// The classes of a panel of so many rows, from top to bottom; empty without a prediction.
  static func visibleClasses(_ state: DeskState, _ geometry: ViewGeometry, rows: Int) -> [Int] {
    guard let classes = state.classes(inWindow: geometry.windowInView), rows > 0 else { return [] }
    let order = state.listedClasses(inWindow: geometry.windowInView)
    return visible(order, state, rows: rows - (hasLegend(classes, state, geometry, rows: rows) ? 1 : 0))
  }

  /// Selects the class of a row.
  static func press(row: Int, in rect: Rect, _ geometry: ViewGeometry, _ state: inout DeskState) -> Bool {
    let body = body(state, rect)
    let classes = visibleClasses(state, geometry, rows: body.rows)
    let place = row - (body.row - rect.row)
    guard classes.indices.contains(place) else { return false }
    state.selectedClass = classes[place]
    return true
  }

  /// As many classes as fit, the selected one among them.
  private static func visible(_ order: [Int], _ state: DeskState, rows: Int) -> [Int] {
    // A row is left to say that there are more.
    let fits = order.count < rows || order.count == rows && order.count == Diagnosis.all.count ? order.count : max(1, rows - 1)
    let first = firstVisible(order.firstIndex(of: state.selectedClass) ?? 0, of: order.count, fits: fits)
    return Array(order[first..<first + fits])
  }

  /// Whether a class in view has the mark, and there is a row to say what it means.
  private static func hasLegend(_ classes: [ClassPrediction], _ state: DeskState, _ geometry: ViewGeometry, rows: Int) -> Bool {
    rows > 4 && visible(state.listedClasses(inWindow: geometry.windowInView), state, rows: rows).contains { classes[$0].isHardlyTrained }
  }

  /// What the mark of a class means that the model has hardly seen.
  private static func drawLegend(column: Int, row: Int, columns: Int, into grid: inout Grid) {
    let text = "† hardly known: under \(Ensemble.hardlyTrainedBelow) in training"
    grid.write(text, column: column + 1, row: row, style: .ink(.caution), maxColumns: columns - 1)
  }

  /// Why there is no prediction to show.
  static func waiting(_ state: DeskState) -> (text: String, style: Style) {
    if state.cases.isEmpty { return ("no prediction without a recording", .ink(.faint)) }
    if let failure = state.answers.failure { return ("no prediction: \(failure)", .ink(.caution)) }
    if case .failed = state.loading { return ("no prediction: the record cannot be read", .ink(.faint)) }
    return ("predicting …", .ink(.faint))
  }

  private static func firstVisible(_ selected: Int, of count: Int, fits: Int) -> Int {
    selected < fits ? 0 : min(selected - fits + 1, count - fits)
  }

  private static func drawRow(
    _ prediction: ClassPrediction, label: LabelState?, _ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid
  ) {
    let (column, row, columns) = (rect.column, rect.row, rect.columns)
    let isSelected = prediction.diagnosis.index == state.selectedClass
    let ink: Style = prediction.isPositive ? .ink(.positive) : .plain
    grid.write(isSelected ? "›" : " ", column: column, row: row, style: .ink(.accent))
    grid.write(prediction.diagnosis.abbreviation, column: column + 1, row: row, style: isSelected ? ink.bold : ink)
    let name = prediction.diagnosis.abbreviation.columnCount
    if prediction.isHardlyTrained { grid.write("†", column: column + 1 + name, row: row, style: .ink(.caution)) }
    // Behind the bar: " .78 ≥.24 ● L", and without some leads "(.81) " before it, which is what the model says with all.
    let before = withAllLeads(prediction.diagnosis, state, geometry)
    let tail = before == nil ? 13 : 19
    let barColumns = columns - 8 - tail
    let bar = GlyphSet.bar(fraction: share(of: prediction), columns: barColumns)
    grid.write(bar, column: column + 8, row: row, style: .ink(prediction.isPositive ? .bar : .barMuted))
    let mark = column + 8 + barColumns / 2
    grid.write("│", column: mark, row: row, style: .ink(.threshold))
    var right = column + 8 + barColumns
    if let before { right += grid.write(" (\(number(before)))", column: right, row: row, style: .ink(.faint)) }
    grid.write(" " + number(prediction.probability), column: right, row: row, style: ink)
    grid.write(" ≥" + number(prediction.threshold), column: right + 4, row: row, style: .ink(.threshold))
    grid.write(prediction.isPositive ? " ●" : "  ", column: right + 9, row: row, style: .ink(.positive).bold)
    if label == .present { grid.write("L", column: right + 12, row: row, style: .ink(.accent).bold) }
    if label == .unknown { grid.write("?", column: right + 12, row: row, style: .ink(.faint)) }
  }

  /// The length of a class's bar: up to its threshold, half of the panel, so that .03 against .05 is seen; from there on, the other half.
  private static func share(of prediction: ClassPrediction) -> Double {
    let (probability, threshold) = (prediction.probability, prediction.threshold)
    guard threshold > 0, threshold < 1 else { return probability }
    return probability < threshold ? probability / threshold / 2 : 0.5 + (probability - threshold) / (1 - threshold) / 2
  }

  /// What the model says of a class with all leads, where some are left out.
  private static func withAllLeads(_ diagnosis: Diagnosis, _ state: DeskState, _ geometry: ViewGeometry) -> Double? {
    guard state.whatIf != nil else { return nil }
    let classes = state.prediction.windows[geometry.windowInView] ?? state.prediction.mean
    return classes?.first { $0.diagnosis == diagnosis }?.probability
  }

  /// The panel as one line for narrow screens.
  ///
  /// `LAD .78≥.24●  SNR .93≥.52● …`
  static func drawLine(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    var column = rect.column + grid.write(title(state, geometry) + "  ", column: rect.column, row: rect.row, style: .ink(.title))
    guard let classes = state.classes(inWindow: geometry.windowInView) else {
      let (text, style) = waiting(state)
      grid.write(text, column: column, row: rect.row, style: style, maxColumns: rect.endColumn - column)
      return
    }
    if let ground = state.weakGround {
      column += grid.write("(\(ground))  ", column: column, row: rect.row, style: .ink(.caution), maxColumns: rect.endColumn - column)
    }
    for index in state.classOrder(inWindow: geometry.windowInView) {
      let prediction = classes[index]
      let text =
        prediction.diagnosis.abbreviation + (prediction.isHardlyTrained ? "†" : "") + " "
        + number(prediction.probability) + "≥" + number(prediction.threshold) + (prediction.isPositive ? "●" : "") + "  "
      guard column + text.columnCount - 2 <= rect.endColumn else { break }
      column += grid.write(
        text, column: column, row: rect.row, style: prediction.isPositive ? .ink(.positive) : .plain, maxColumns: rect.endColumn - column)
    }
  }

  /// A share in two digits: `.78`, `1.0`.
  static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    if hundredths >= 100 { return "1.0" }
    return hundredths < 10 ? ".0\(max(0, hundredths))" : ".\(hundredths)"
  }
}
