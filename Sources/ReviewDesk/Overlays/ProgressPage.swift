import Agreement
import ECGPaper
import LabelReview
import TerminalUI

/// How far the reader is in the study: verdicts, flags, time; it opens by itself when the last case has its verdict, and leads to what was left for
/// later.
enum ProgressPage: OverlayKind {
  static let name = "progress"
  static let action = Action.showProgress
  static let uses: ActionPlace? = ActionPlace(
    name: "On this page",
    uses: [(.nextFlagged, "list the flagged cases"), (.search, "list the unsure cases"), (.listRecords, "list all"), (.cancel, "close")])

  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    guard state.study != nil else {
      state.notice = .hint("progress belongs to a study; records are only viewed here")
      return [.beep]
    }
    state.overlay = Overlay(name)
    return []
  }

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] {
    switch action {
    case .nextFlagged, .confirm: return list("flagged", in: &state)
    case .search: return list("unsure", in: &state)
    default: return []
    }
  }

  private static func list(_ filter: String, in state: inout DeskState) -> [Effect] {
    state.list.filter = filter
    return ListOverlay.open(by: .listRecords, in: &state)
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    guard let study = state.study else { return }
    let judged = state.cases.filter { $0.verdict != nil }
    func count(_ verdict: Verdict) -> Int { state.cases.count { $0.verdict == verdict } }
    let spent = judged.compactMap(\.seconds)
    var lines = ["\(judged.count) of \(state.cases.count) cases have your verdict", ""]
    lines += [Verdict.present, .absent, .unsure].map { "\(study.answer($0)): \(count($0))" }
    lines += ["flagged: \(state.cases.count(where: \.isFlagged))", "noted: \(state.cases.count { !$0.note.isEmpty })"]
    if !spent.isEmpty {
      let median = spent.sorted()[spent.count / 2]
      lines += [
        "", "time: \(ClockText.pace(spent.reduce(0, +))) over \(spent.count) cases, \(ClockText.pace(median)) a case (median)",
      ]
    }
    let rect = OverlayBox.draw(
      title: judged.count == state.cases.count ? "The study is done" : "Progress", columns: OverlayBox.columns(70, state.size),
      rows: min(state.size.rows - 2, lines.count + 4), state.size, into: &grid)
    for (offset, line) in lines.prefix(max(0, rect.rows - 2)).enumerated() {
      grid.write(line, column: rect.column, row: rect.row + offset, style: offset == 0 ? .ink(.accent) : .plain, maxColumns: rect.columns)
    }
    let keys = "\(state.keyName(.nextFlagged)) flagged   \(state.keyName(.search)) unsure   \(state.keyName(.listRecords)) all   "
    grid.write(
      keys + "\(state.keyName(.cancel)) closes   \(state.keyName(.quit)) quits", column: rect.column, row: rect.endRow - 1,
      style: .ink(.faint),
      maxColumns: rect.columns)
  }
}
