import ECG
import TerminalUI

extension Furniture {
  /// The one table of what can lie over the traces, and the panels that there are.
  static let all = Furniture(
    panels: PanelEntry.table,
    overlays: [
      HelpOverlay.self,
      ListOverlay.self,
      OrderMenu.self,
      ProgressPage.self,
      RecordPage.self,
      LayersMenu.self,
      SpanMenu.self,
      CommandPalette.self,
      GlyphTest.self,
      ResultsOverlay.self,
    ])
}

extension DeskState {
  /// A desk with its cases; the diagnosis asked about selects the class whose heatmap is shown.
  public init(cases: [DeskCase], study: StudyContext? = nil, diagnosis: Diagnosis, size: Size, keymap: Keymap) {
    self.init(cases: cases, study: study, diagnosis: diagnosis, size: size, keymap: keymap, furniture: .all)
  }
}
