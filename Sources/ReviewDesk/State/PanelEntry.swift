import LabelReview
import TerminalUI

/// A panel that folds away.
public enum Panel: String, CaseIterable, Sendable {
  case statements, predictions, heatmap, measurements, facts, notes, progress
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
  /// Whether it has anything to say of the open record.
  var hasRows: @Sendable (DeskState) -> Bool = { _ in true }
  /// Whether it is there only where statements are chosen, or only where not; nil for both.
  var whileRelabelling: Bool?
  let title: @Sendable (DeskState, ViewGeometry) -> String
  /// The rows it can do with, to those it can fill, without its title.
  let rows: @Sendable (DeskState) -> ClosedRange<Int>
  /// Rows more that it has a use for, all of them or none, where others have what they wish for.
  var spareRows: @Sendable (DeskState) -> Int = { _ in 0 }
  let draw: @Sendable (DeskState, ViewGeometry, Rect, inout Grid) -> Void
  /// The panel as one line for narrow screens; nil where other lines say the same.
  var drawLine: (@Sendable (DeskState, ViewGeometry, Rect, inout Grid) -> Void)?
  /// Which goes first where there is no room for all, the highest.
  var rank = 0
  /// Of lines the lowest come first, where there is no room for all.
  var lineRank = 0
  /// Whether that line has something to say.
  var hasLine: @Sendable (DeskState) -> Bool = { _ in true }
  /// What a press of the mouse on one of its rows, the first being 0, does; false where that is nothing.
  var press: (@Sendable (Int, Rect, ViewGeometry, inout DeskState) -> Bool)?

  /// Whether it belongs to this desk at all.
  func isThere(_ state: DeskState) -> Bool { whileRelabelling.map { $0 == (state.relabel != nil) } ?? true }

  /// Whether the study hides what it shows.
  func isHidden(_ state: DeskState) -> Bool { hiddenAs.map(state.isHidden) ?? false }
}

/// The parts that a desk is made of: its panels from top to bottom, and what can lie over the traces.
public struct Furniture: Sendable {
  let panels: [PanelEntry]
  let overlays: [any OverlayKind.Type]
}

extension DeskState {
  /// The panels that are not folded away, that the study does not hide, and that have something to say.
  var shownPanels: [PanelEntry] {
    furniture.panels.filter {
      !hiddenPanels.contains($0.panel) && (!$0.needsStudy || study != nil) && $0.isThere(self) && $0.hasRows(self)
        && !$0.isHidden(self)
    }
  }

  /// Whether panels stand beside the traces: where the screen is wide, and the study does not hide what they are for: the model, or for the view of the
  /// axis what was measured of it.
  var hasPanelsBeside: Bool {
    let isOfAxis = layout == .limb && shownPanels.contains { $0.panel == .measurements }
    return isWide && !shownPanels.isEmpty && (!isHidden(.model) || isOfAxis || relabel != nil)
  }

  /// Whether there is room for panels beside the traces.
  var isWide: Bool { size.columns >= 110 && size.rows >= 30 }

  /// Whether, where panels have no room beside the traces, the frontal plane with its figures has: in the view of the axis, unless the study hides it.
  var hasPlaneBeside: Bool {
    layout == .limb && !hasPanelsBeside && size.columns >= Self.leastColumnsWithPlane && size.rows >= 24
      && shownPanels.contains { $0.panel == .measurements }
  }

  /// From so many columns on; fewer would take from the beats what they show.
  private static let leastColumnsWithPlane = 100

  /// The panels that are a line each where none stand beside the traces; a low screen has room for two.
  var panelLines: [PanelEntry] {
    guard !hasPanelsBeside else { return [] }
    let isTold = hasPlaneBeside
    let lines = shownPanels.filter { $0.drawLine != nil && $0.hasLine(self) && !(isTold && $0.panel == .measurements) }
    let ranked = lines.enumerated().sorted { ($0.element.lineRank, $0.offset) < ($1.element.lineRank, $1.offset) }
    return ranked.prefix(size.rows < 28 ? 2 : 3).map(\.element)
  }

  /// What lies over the traces; nil where nothing does.
  var overlayKind: (any OverlayKind.Type)? { furniture.overlays.first { $0.name == overlay.name } }

  /// The record whose sheet stands beside a list; nil where none does.
  var selectedInList: Int? { overlayKind?.previewed(self) }

  /// The key of an action as text names it: `[u]`; its name where it has none.
  func keyName(_ action: Action) -> String { keys(for: action).first.map { "[\($0)]" } ?? action.rawValue }
}
