extension PanelEntry {
  /// The one table of panels, from top to bottom.
  static let table: [PanelEntry] = [
    PanelEntry(
      panel: .statements, action: .togglePredictions, needsStudy: true, whileRelabelling: true, title: StatementsPanel.title,
      rows: StatementsPanel.rows,
      draw: StatementsPanel.draw, drawLine: StatementsPanel.drawLine, press: StatementsPanel.press),
    PanelEntry(
      panel: .predictions, action: .togglePredictions, hiddenAs: .model, whileRelabelling: false, title: PredictionPanel.title,
      rows: PredictionPanel.rows, draw: PredictionPanel.draw,
      drawLine: PredictionPanel.drawLine, press: PredictionPanel.press),
    PanelEntry(
      panel: .heatmap, action: .toggleHeatmap, hiddenAs: .model, title: HeatmapPanel.title,
      rows: { HeatmapPanel.rows($0)...HeatmapPanel.rows($0) },
      draw: HeatmapPanel.draw, drawLine: HeatmapPanel.drawLine, rank: 3, lineRank: 2),
    PanelEntry(
      panel: .measurements, action: .toggleMeasurements, hiddenAs: .measurements, title: MeasurementsPanel.title,
      rows: MeasurementsPanel.rows, spareRows: MeasurementsPanel.spareRows, draw: MeasurementsPanel.draw,
      drawLine: MeasurementsPanel.drawLine, rank: 1, lineRank: 1),
    PanelEntry(
      panel: .facts, action: .toggleFacts,
      // While a record is read its panel keeps its place.
      hasRows: { $0.recording == nil || FactsPanel.hasLines($0) },
      title: { _, _ in "recording" },
      rows: { state in
        let count = max(1, FactsPanel.lines(state, columns: ViewGeometry.panelTextColumns).count)
        return min(2, count)...count
      },
      draw: FactsPanel.draw, drawLine: FactsPanel.drawLine, rank: 2, lineRank: 3,
      hasLine: FactsPanel.hasFactLines),
    PanelEntry(
      panel: .notes, action: .toggleNotes, needsStudy: true, title: { _, _ in "note" },
      rows: { state in 1...max(1, min(6, NotesPanel.lines(state, columns: ViewGeometry.panelTextColumns).count)) },
      draw: NotesPanel.draw, rank: 4),
    PanelEntry(
      panel: .progress, action: .toggleProgress, needsStudy: true, title: { _, _ in "progress" }, rows: { _ in 2...2 },
      draw: ProgressPanel.draw, rank: 5),
  ]
}
