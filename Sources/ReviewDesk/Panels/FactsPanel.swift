import ECG
import Foundation
import TerminalUI

/// What is known about the recording: its labels, leads that are derived or absent, and what looked suspicious.
enum FactsPanel {
  /// The panel's lines, wrapped to `columns`: what readers said, and what is known of the recording.
  static func lines(_ state: DeskState, columns: Int) -> [(text: String, style: Style)] {
    guard state.recording != nil else { return [] }
    let said = (state.openCase?.readers ?? []).map { said -> (String, Style) in
      let verdict = state.results?.names[said.verdict] ?? state.words(said.verdict, said.answer)
      return ("\(said.reader)  \(verdict)", .ink(.accent))
    }
    return said + factLines(state, columns: columns)
  }

  /// Whether ``lines(_:columns:)`` has any; asked with every key, so nothing is put into words.
  static func hasLines(_ state: DeskState) -> Bool {
    state.recording != nil && (state.openCase?.readers.isEmpty == false || hasFactLines(state))
  }

  /// Whether ``factLines(_:columns:)`` has any.
  static func hasFactLines(_ state: DeskState) -> Bool {
    guard let recording = state.recording else { return false }
    if !state.isHidden(.labels) || !recording.warnings.isEmpty || !recording.extraSignals.isEmpty { return true }
    if !recording.derivedLeads.isEmpty || !recording.absentLeads.isEmpty { return true }
    if state.openCase?.sampledDecision != nil, !state.isHidden(.model), state.study != nil { return true }
    return Lead.allCases.contains(where: state.isFlat)
  }

  /// What is known of the recording.
  static func factLines(_ state: DeskState, columns: Int) -> [(text: String, style: Style)] {
    guard let recording = state.recording else { return [] }
    var lines: [(String, Style)] = []
    if let decision = state.openCase?.sampledDecision, !state.isHidden(.model), let study = state.study {
      let probability = decision.probability.map { String(format: " (%.2f)", $0) } ?? ""
      lines.append(("model when sampled  \(study.answer(decision.verdict))\(probability)", .ink(.accent)))
    }
    if !state.isHidden(.labels) {
      let scored = recording.scoredDiagnoses.map(\.abbreviation)
      // Sentences of a header end with a point; here a comma follows.
      let others = recording.diagnoses.filter { Diagnosis.with(code: $0) == nil }.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
      // What no label speaks of is unknown, and not absent.
      let asked = state.study?.diagnosis
      let isUnknown = asked.map { recording.labels[$0] == .unknown } ?? !recording.labels.saysAnything
      let unknown = isUnknown ? [asked.map { $0.abbreviation + " ?" } ?? "\(Diagnosis.all.count) classes ?"] : []
      let text = (scored + others + unknown).joined(separator: ", ")
      lines += PanelText.wrap("labels  " + (text.isEmpty ? "none" : text), columns).map { ($0, .ink(.accent)) }
    }
    if !recording.derivedLeads.isEmpty { lines.append(("derived *  " + names(recording.derivedLeads), .ink(.caution))) }
    let flat = Lead.allCases.filter(state.isFlat)
    if !flat.isEmpty { lines += PanelText.wrap("flat  \(names(flat)): never changes", columns).map { ($0, .ink(.caution)) } }
    if !recording.absentLeads.isEmpty {
      lines += PanelText.wrap("absent  \(names(recording.absentLeads)): zero for the network", columns).map { ($0, .ink(.caution)) }
    }
    if !recording.extraSignals.isEmpty {
      lines += PanelText.wrap("other signals  " + recording.extraSignals.joined(separator: ", "), columns).map { ($0, .plain) }
    }
    for warning in recording.warnings where warning.kind != .flatLeads || flat.isEmpty {
      let isNameless = state.study?.isNameless == true
      let words = isNameless ? Nameless.replacing(recording.name, with: DeskCase.nameless(state.current), in: "\(warning)") : "\(warning)"
      lines += PanelText.wrap("! " + words, columns).map { ($0, .ink(.caution)) }
    }
    return lines
  }

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    PanelText.draw(lines(state, columns: rect.columns - 1), in: rect, into: &grid)
  }

  /// What is odd about the recording, as one line for screens without panels beside the traces.
  static func drawLine(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    // What readers said stands in the notice beneath.
    let lines = factLines(state, columns: 10_000)
    var column = rect.column
    for line in lines where column < rect.endColumn {
      column += grid.write(line.text + "   ", column: column, row: rect.row, style: line.style, maxColumns: rect.endColumn - column)
    }
  }

  private static func names(_ leads: [Lead]) -> String { leads.map(\.name).joined(separator: " ") }
}
