import ECG
import SEResNet
import TerminalUI

/// Which leads the network used: what the selected class's probability loses without each lead, electrode and region; on a key, each lead's share in the
/// gates of the eight SE blocks, which is the same for every class.
enum HeatmapPanel {
  /// Rows that the panel fills: limb and chest leads with their electrodes, two of regions; with the gates, a heading, the leads and eight blocks more.
  ///
  /// A network with lead weights has three more, before all others.
  static func rows(_ state: DeskState) -> Int { (state.showsGates ? 18 : 8) + (hasWeights(state) ? weightRows : 0) }

  private static let weightRows = 3

  /// Whether the network has lead weights of its own, as far as it has answered.
  private static func hasWeights(_ state: DeskState) -> Bool { state.answers.attributions.values.contains { $0.leadWeights != nil } }

  static func title(_ state: DeskState, _ geometry: ViewGeometry) -> String {
    let title = "lead influence — "
    let asked = state.whatIf.map { " \($0.words(columns: ViewGeometry.panelTitleColumns - title.columnCount - 8))" }
    guard let asked else { return title + state.selectedDiagnosis.name }
    return title + state.selectedDiagnosis.abbreviation + asked
  }

  /// The attribution of the window in view.
  private static func attribution(_ state: DeskState, _ geometry: ViewGeometry) -> LeadAttribution? {
    state.answers.attributions[geometry.windowInView]
  }

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    guard !rect.isEmpty else { return }
    guard let attribution = attribution(state, geometry) else {
      grid.write(waiting(state), column: rect.column + 1, row: rect.row, style: .ink(.faint), maxColumns: rect.columns - 1)
      return
    }
    var row = rect.row
    if let weights = attribution.leadWeights, rect.rows >= rows(state) {
      drawWeights(weights, in: rect, row: row, into: &grid)
      row += weightRows
    }
    for (index, leads) in [Lead.limb, Lead.chest].enumerated() {
      drawLosses(leads, attribution, state, in: rect, row: row + 3 * index, into: &grid)
    }
    drawGroups(attribution, state, in: rect, row: row + 6, into: &grid)
    if state.showsGates, rect.rows >= rows(state) { drawGates(attribution, in: rect, row: row + 8, into: &grid) }
  }

  /// The network's own weight of each lead, in hundredths, deeper the larger.
  private static func drawWeights(_ weights: [Float], in rect: Rect, row: Int, into grid: inout Grid) {
    grid.write(
      "lead weight s (eq. 1), ×.01", column: rect.column + 1, row: row, style: .ink(.title), maxColumns: rect.columns - 1)
    for lead in Lead.allCases {
      grid.write(shortName(lead), column: gateColumn(lead, in: rect), row: row + 1, style: .ink(.faint))
      let weight = weights[lead.rawValue]
      let step = [0.2, 0.4, 0.6, 0.8].count { Double(weight) >= $0 }
      let hundredths = min(99, Int((weight * 100).rounded()))
      grid.write(
        hundredths < 10 ? " \(hundredths)" : "\(hundredths)", column: gateColumn(lead, in: rect), row: row + 2,
        style: step < 2 ? .ink(Ink.heat[step]) : .ink(Ink.heat[step]).reverse)
    }
  }

  /// Where one of twelve narrow columns begins.
  private static func gateColumn(_ lead: Lead, in rect: Rect) -> Int { rect.column + 4 + 3 * lead.rawValue }

  /// A lead's name in two columns.
  private static func shortName(_ lead: Lead) -> String {
    switch lead {
    case .i: "1"
    case .ii: "2"
    case .iii: "3"
    default: lead.name.hasPrefix("aV") ? String(lead.name.dropFirst(2)) : String(lead.name.suffix(2))
    }
  }

  /// Six leads: their names, what the class loses without each, and what it loses without each electrode, beneath the lead that bears its name: RA, LA
  /// and LL beneath aVR, aVL and aVF.
  private static func drawLosses(
    _ leads: [Lead], _ attribution: LeadAttribution, _ state: DeskState, in rect: Rect, row: Int, into grid: inout Grid
  ) {
    func cell(_ index: Int) -> Int { rect.column + 5 + 6 * index }
    // A column between the word and the first cell, which may be coloured.
    grid.write("lead", column: rect.column, row: row + 1, style: .ink(.faint))
    for (index, lead) in leads.enumerated() {
      grid.write(centred(lead.name), column: cell(index), row: row, style: .ink(.title))
      drawLoss(attribution.occlusion[state.selectedClass][lead.rawValue], column: cell(index), row: row + 1, into: &grid)
    }
    let electrodes = attribution.electrodes.filter { leads.contains($0.electrode.unipolarLead) }
    guard !electrodes.isEmpty else { return }
    grid.write("elec", column: rect.column, row: row + 2, style: .ink(.faint))
    for entry in electrodes {
      let index = leads.firstIndex(of: entry.electrode.unipolarLead) ?? 0
      drawLoss(entry.occlusion[state.selectedClass], column: cell(index), row: row + 2, into: &grid)
    }
  }

  /// A loss in hundredths, in a cell of five columns that is coloured where it counts.
  private static func drawLoss(_ value: Float, column: Int, row: Int, into grid: inout Grid) {
    let style: Style = value >= 0.05 ? .ink(.positive).reverse : value <= -0.05 ? .ink(.negative).reverse : .plain
    grid.write(centred(hundredths(value)), column: column, row: row, style: style)
  }

  /// Each lead's share of what a block's gates do, in percent.
  private static func drawGates(_ attribution: LeadAttribution, in rect: Rect, row: Int, into grid: inout Grid) {
    func cell(_ lead: Lead) -> Int { gateColumn(lead, in: rect) }
    grid.write(
      "SE gates, the same for every class, %", column: rect.column + 1, row: row, style: .ink(.title), maxColumns: rect.columns - 1)
    for lead in Lead.allCases { grid.write(shortName(lead), column: cell(lead), row: row + 1, style: .ink(.faint)) }
    for (block, values) in attribution.gates.enumerated() {
      grid.write("B\(block + 1)", column: rect.column + 1, row: row + 2 + block, style: .ink(.faint))
      for lead in Lead.allCases { drawShare(values[lead.rawValue], column: cell(lead), row: row + 2 + block, into: &grid) }
    }
  }

  /// Why there is no attribution to show.
  private static func waiting(_ state: DeskState) -> String {
    if case .failed = state.loading { return "no lead influence without a prediction" }
    return state.answers.failure == nil && !state.cases.isEmpty ? "working out lead influence …" : "no lead influence without a prediction"
  }

  /// The occlusion row as one line for narrow screens.
  static func drawLine(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    guard let attribution = attribution(state, geometry) else {
      grid.write(waiting(state), column: rect.column, row: rect.row, style: .ink(.faint), maxColumns: rect.columns)
      return
    }
    let title = "\(state.selectedDiagnosis.abbreviation) drop ×.01 without:"
    var column = rect.column + grid.write(title, column: rect.column, row: rect.row, style: .ink(.title), maxColumns: rect.columns)
    let values = attribution.occlusion[state.selectedClass]
    func text(_ lead: Lead) -> (name: String, value: String) { ("  \(lead.name) ", hundredths(values[lead.rawValue])) }
    func width(_ leads: [Lead]) -> Int { leads.reduce(0) { $0 + text($1).name.columnCount + text($1).value.columnCount } }
    // Where there is no room for all, those that matter most.
    var leads = Lead.allCases
    let strongest = leads.sorted { abs(values[$0.rawValue]) > abs(values[$1.rawValue]) }
    var rest = ""
    while !leads.isEmpty, column + width(leads) + rest.columnCount > rect.endColumn {
      leads = Array(strongest.prefix(leads.count - 1))
      rest = "  …"
    }
    for lead in leads {
      column += grid.write(text(lead).name, column: column, row: rect.row, style: .ink(.faint))
      column += grid.write(text(lead).value, column: column, row: rect.row, style: style(of: values[lead.rawValue]))
    }
    grid.write(rest, column: column, row: rect.row, style: .ink(.faint), maxColumns: rect.endColumn - column)
  }

  /// A share in a cell of two columns, coloured over its width, so that it reads without colour too; what is nothing has no figure.
  private static func drawShare(_ share: Float, column: Int, row: Int, into grid: inout Grid) {
    // Even influence is a twelfth, 8 %; the steps are half, one, one and a half and two and a half times that.
    let step = [0.04, 0.08, 0.125, 0.21].count { Double(share) >= $0 }
    let percent = min(99, Int((share * 100).rounded()))
    let text = percent == 0 ? " ·" : percent < 10 ? " \(percent)" : "\(percent)"
    grid.write(text, column: column, row: row, style: step < 2 ? .ink(Ink.heat[step]) : .ink(Ink.heat[step]).reverse)
  }

  /// Losses without leads that belong together, three regions a row.
  private static func drawGroups(_ attribution: LeadAttribution, _ state: DeskState, in rect: Rect, row: Int, into grid: inout Grid) {
    for (index, entry) in attribution.groups.enumerated() where rect.endRow > row + index / 3 {
      let value = entry.occlusion[state.selectedClass]
      let column = rect.column + 1 + index % 3 * 13
      let width = grid.write(
        entry.group == .frontalPlane ? "frontal" : entry.group.rawValue, column: column, row: row + index / 3, style: .ink(.faint))
      grid.write(" " + hundredths(value), column: column + width, row: row + index / 3, style: style(of: value))
    }
  }

  /// Text in the middle of five columns.
  private static func centred(_ text: String) -> String {
    let free = max(0, 5 - text.columnCount)
    return String(repeating: " ", count: (free + 1) / 2) + text + String(repeating: " ", count: free / 2)
  }

  /// A change of probability in hundredths: `3`, `−5`.
  private static func hundredths(_ value: Float) -> String {
    let rounded = Int((value * 100).rounded())
    return rounded < 0 ? "−\(-rounded)" : "\(rounded)"
  }

  private static func style(of value: Float) -> Style {
    value >= 0.05 ? .ink(.positive) : value <= -0.05 ? .ink(.negative) : .plain
  }
}
