import LabelReview
import TerminalUI

/// A panel that folds away.
public enum Panel: String, CaseIterable, Sendable {
  case predictions, heatmap, measurements, facts, notes, progress
}

/// What a panel is: its title, the key that folds it away, the rows it wants, how it is drawn.
struct PanelEntry: Sendable {
  let panel: Panel
  /// Folds it away, or brings it back.
  let action: Action
  /// What a study hides it as.
  var hiddenAs: Visible?
  /// Whether it says nothing where records are only looked at.
  var needsStudy = false
  let title: @Sendable (DeskState) -> String
  /// The rows it can do with, to those it can fill, without its title.
  let rows: @Sendable (DeskState) -> ClosedRange<Int>
  let draw: @Sendable (DeskState, Rect, inout Grid) -> Void
  /// The panel as one line for narrow screens; nil where other lines say the same.
  var drawLine: (@Sendable (DeskState, Rect, inout Grid) -> Void)?

  /// The one table of panels, from top to bottom; where there is no room for all, the last go first.
  static let table: [PanelEntry] = [
    PanelEntry(
      panel: .predictions, action: .togglePredictions, hiddenAs: .model, title: PredictionPanel.title, rows: { _ in 8...25 },
      draw: { PredictionPanel.draw($0, in: $1, into: &$2) }, drawLine: { PredictionPanel.drawLine($0, in: $1, into: &$2) }),
    PanelEntry(
      panel: .heatmap, action: .toggleHeatmap, hiddenAs: .model, title: HeatmapPanel.title,
      rows: { _ in HeatmapPanel.rows...HeatmapPanel.rows },
      draw: { HeatmapPanel.draw($0, in: $1, into: &$2) }, drawLine: { HeatmapPanel.drawLine($0, in: $1, into: &$2) }),
    PanelEntry(
      panel: .measurements, action: .toggleMeasurements, hiddenAs: .measurements, title: { _ in "measurements" }, rows: { _ in 3...3 },
      draw: { MeasurementsPanel.draw($0, in: $1, into: &$2) }, drawLine: { MeasurementsPanel.drawLine($0, in: $1, into: &$2) }),
    PanelEntry(
      panel: .facts, action: .toggleFacts, title: { _ in "recording" },
      rows: { state in 2...max(2, FactsPanel.lines(state, columns: SidePanel.textColumns).count) },
      draw: { FactsPanel.draw($0, in: $1, into: &$2) }),
    PanelEntry(
      panel: .notes, action: .toggleNotes, needsStudy: true, title: { _ in "note" },
      rows: { state in 1...max(1, min(6, NotesPanel.lines(state, columns: SidePanel.textColumns).count)) },
      draw: { NotesPanel.draw($0, in: $1, into: &$2) }),
    PanelEntry(
      panel: .progress, action: .toggleProgress, needsStudy: true, title: { _ in "progress" }, rows: { _ in 2...2 },
      draw: { ProgressPanel.draw($0, in: $1, into: &$2) }),
  ]
}

extension DeskState {
  /// The panels that are not folded away and have something to say.
  var shownPanels: [PanelEntry] { PanelEntry.table.filter { !hiddenPanels.contains($0.panel) && (!$0.needsStudy || study != nil) } }

  /// The panels that a narrow screen shows as a line each; a low one has room for two.
  var panelLines: [PanelEntry] {
    let lines = shownPanels.filter { $0.drawLine != nil && !($0.panel == .heatmap && isHidden(.model)) }
    return Array(lines.prefix(size.rows < 28 ? 2 : 3))
  }
}
