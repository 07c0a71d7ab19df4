import ECG
import ECGPaper
import Foundation
import TerminalUI

/// The top line: which study, case and record, how far and how fast, what to be careful about; the reader and what is hidden at the right.
///
/// Where it is too narrow for all, the case, how far, cautions and the right side stay longest.
enum TitleLine {
  static func draw(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    grid.fill(rect, style: .ink(.status))
    let right = rightText(state)
    let rightColumn = max(rect.column, rect.endColumn - right.count - 1)
    var free = rightColumn - 2 - rect.column
    let parts = parts(state)
    // What matters most takes its room first.
    var kept = Set<Int>()
    for index in parts.indices.sorted(by: { (parts[$0].rank, $0) < (parts[$1].rank, $1) }) where parts[index].text.count + 2 <= free + 2 {
      kept.insert(index)
      free -= parts[index].text.count + 2
    }
    var column = rect.column + 1
    for index in parts.indices where kept.contains(index) {
      let style: Style = parts[index].isCaution ? .ink(.caution) : Style(.status, index == 0 ? .bold : [])
      column += grid.write(parts[index].text, column: column, row: rect.row, style: style, maxColumns: max(0, rightColumn - 1 - column)) + 2
    }
    grid.write(right, column: rightColumn, row: rect.row, style: .ink(.status))
  }

  /// A part of the line; of two, the one of the lower rank stays longer.
  private struct Part {
    let text: String
    let rank: Int
    var isCaution = false
  }

  private static func parts(_ state: DeskState) -> [Part] {
    var parts: [Part] = []
    let position = "\(min(state.current + 1, state.cases.count))/\(state.cases.count)"
    if let study = state.study {
      parts.append(Part(text: state.hidesPatient ? "study" : study.study.name, rank: 4))
      parts.append(Part(text: "case \(position)", rank: 0))
      parts.append(Part(text: "\(state.cases.count { $0.verdict != nil }) judged", rank: 1))
      if !state.list.filter.isEmpty { parts.append(Part(text: "only '\(state.list.filter)'", rank: 2, isCaution: true)) }
      if let pace = pace(state) { parts.append(Part(text: pace, rank: 5)) }
    } else {
      parts.append(Part(text: "einthoven", rank: 9))
      parts.append(Part(text: "record \(position)", rank: 0))
    }
    let name = state.openCase?.name ?? "no record"
    // A nameless case is called by its place, which stands there already.
    if name != DeskCase.nameless(state.current) { parts.append(Part(text: name, rank: 3)) }
    guard let recording = state.recording else { return parts }
    if !state.hidesPatient { parts.append(Part(text: patient(recording.patient), rank: 6)) }
    parts.append(Part(text: "\(PaperScale.text(recording.samplingRateHertz)) Hz", rank: 8))
    parts.append(Part(text: ClockText.length(recording.durationSeconds), rank: 7))
    // Nobody should judge a recording without having seen these.
    parts += state.measuredCautions.map { Part(text: $0, rank: 0, isCaution: true) }
    parts += state.cautions.map { Part(text: $0, rank: 2, isCaution: true) }
    return parts
  }

  /// How long a case takes, and those that are left: by the median of the cases that were timed.
  private static func pace(_ state: DeskState) -> String? {
    let spent = state.cases.compactMap(\.seconds).sorted()
    guard !spent.isEmpty else { return nil }
    let median = spent[spent.count / 2]
    let left = state.cases.count { $0.verdict == nil }
    return "\(ClockText.elapsed(median)) a case" + (left > 0 ? ", \(ClockText.elapsed(median * Double(left))) left" : "")
  }

  private static func patient(_ patient: Patient) -> String {
    let sex =
      switch patient.sex {
      case .female: "F"
      case .male: "M"
      case nil: "sex unknown"
      }
    return sex + (patient.ageYears.map { " \($0) y" } ?? ", age unknown")
  }

  private static func rightText(_ state: DeskState) -> String {
    guard let study = state.study else { return "not a medical device" }
    let hidden = state.hidden.names
    return "reader \(study.reviewer)" + (hidden.isEmpty ? "" : "  blind: " + hidden.joined(separator: ", "))
  }
}
