import ECG
import SEResNet
import TerminalUI

/// Which leads the network used: the influence of each lead on the gates of the eight SE blocks, and on the selected class's probability.
enum HeatmapPanel {
  /// Rows that the panel fills: a header, eight blocks, occlusion, electrodes, two of groups.
  static let rows = 13

  static func title(_ state: DeskState, _ geometry: ViewGeometry) -> String {
    let name = state.selectedDiagnosis.abbreviation
    let title = "lead influence — \(name)"
    return state.whatIf.map { "\(title) \($0.words(columns: ViewGeometry.panelTitleColumns - title.count - 1))" }
      ?? "lead influence on SE gates — \(name)"
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
    for lead in Lead.allCases {
      // Centred in three columns, so that II and III stay apart.
      let name = shortName(lead)
      grid.write(name, column: column(of: lead, in: rect) + (name.count == 1 ? 1 : 0), row: rect.row, style: .ink(.title))
    }
    for (block, values) in attribution.gates.enumerated() {
      let row = rect.row + 1 + block
      grid.write("B\(block + 1)", column: rect.column + 1, row: row, style: .ink(.faint))
      for lead in Lead.allCases { drawShare(values[lead.rawValue], column: column(of: lead, in: rect), row: row, into: &grid) }
    }
    let row = rect.row + 9
    grid.write("occ", column: rect.column + 1, row: row, style: .ink(.title))
    for lead in Lead.allCases {
      let value = attribution.occlusion[state.selectedClass][lead.rawValue]
      grid.write(padded(hundredths(value)), column: column(of: lead, in: rect), row: row, style: style(of: value))
    }
    drawElectrodes(attribution, state, in: rect, row: rect.row + 10, into: &grid)
    drawGroups(attribution, state, in: rect, row: rect.row + 11, into: &grid)
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
    func width(_ leads: [Lead]) -> Int { leads.reduce(0) { $0 + text($1).name.count + text($1).value.count } }
    // Where there is no room for all, those that matter most.
    var leads = Lead.allCases
    let strongest = leads.sorted { abs(values[$0.rawValue]) > abs(values[$1.rawValue]) }
    var rest = ""
    while !leads.isEmpty, column + width(leads) + rest.count > rect.endColumn {
      leads = Array(strongest.prefix(leads.count - 1))
      rest = "  …"
    }
    for lead in leads {
      column += grid.write(text(lead).name, column: column, row: rect.row, style: .ink(.faint))
      column += grid.write(text(lead).value, column: column, row: rect.row, style: style(of: values[lead.rawValue]))
    }
    grid.write(rest, column: column, row: rect.row, style: .ink(.faint), maxColumns: rect.endColumn - column)
  }

  /// A lead's share of a block's gate change: a shade and a percentage, so that it reads without colour.
  private static func drawShare(_ share: Float, column: Int, row: Int, into grid: inout Grid) {
    // Even influence is a twelfth, 8 %; the steps are half, one, one and a half and two and a half times that. What is nothing has no figure.
    let step = [0.04, 0.08, 0.125, 0.21].count { Double(share) >= $0 }
    grid.write(String(Character(GlyphSet.heatShades[step])), column: column, row: row, style: .ink(Ink.heat[step]))
    let percent = min(99, Int((share * 100).rounded()))
    guard percent > 0 else { return }
    grid.write(percent < 10 ? " \(percent)" : "\(percent)", column: column + 1, row: row, style: .ink(Ink.heat[step]))
  }

  /// What each electrode adds, beneath the lead that bears its name: RA, LA and LL beneath R, L and F.
  private static func drawElectrodes(_ attribution: LeadAttribution, _ state: DeskState, in rect: Rect, row: Int, into grid: inout Grid) {
    guard !attribution.electrodes.isEmpty else { return }
    grid.write("ele", column: rect.column + 1, row: row, style: .ink(.title))
    for entry in attribution.electrodes {
      let value = entry.occlusion[state.selectedClass]
      grid.write(padded(hundredths(value)), column: column(of: entry.electrode.unipolarLead, in: rect), row: row, style: style(of: value))
    }
  }

  /// Occlusion of leads that belong together, three groups a row.
  private static func drawGroups(_ attribution: LeadAttribution, _ state: DeskState, in rect: Rect, row: Int, into grid: inout Grid) {
    for (index, entry) in attribution.groups.enumerated() where rect.row + rect.rows > row + index / 3 {
      let value = entry.occlusion[state.selectedClass]
      let column = rect.column + 1 + index % 3 * 13
      let width = grid.write(
        entry.group == .frontalPlane ? "frontal" : entry.group.rawValue, column: column, row: row + index / 3, style: .ink(.faint))
      grid.write(" " + hundredths(value), column: column + width, row: row + index / 3, style: style(of: value))
    }
  }

  /// A lead's name in at most three columns, as the heading of one: `R` for aVR.
  private static func shortName(_ lead: Lead) -> String { lead.name.hasPrefix("aV") ? String(lead.name.dropFirst(2)) : lead.name }

  private static func column(of lead: Lead, in rect: Rect) -> Int { rect.column + 4 + 3 * lead.rawValue }

  private static func padded(_ text: String) -> String { String(repeating: " ", count: max(0, 3 - text.count)) + text }

  /// A change of probability in hundredths: `3`, `−5`.
  private static func hundredths(_ value: Float) -> String {
    let rounded = Int((value * 100).rounded())
    return rounded < 0 ? "−\(-rounded)" : "\(rounded)"
  }

  private static func style(of value: Float) -> Style {
    value >= 0.05 ? .ink(.positive) : value <= -0.05 ? .ink(.negative) : .plain
  }
}
