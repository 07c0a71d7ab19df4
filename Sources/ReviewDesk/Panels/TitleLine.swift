import ECG
import ECGPaper
import Foundation
import TerminalUI

/// The top line: which study, case and record, how far and how fast, what to be careful about; the reader and what is hidden at the right.
///
/// Where it is too narrow for all, the case, cautions, how far and the right side, said shorter, stay longest.
enum TitleLine {
  static func draw(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    grid.fill(rect, style: .ink(.status))
    let parts = parts(state)
    let cautions = state.cautions
    let key = state.keyName(.showCautions)
    let whole = cautionText(cautions, shown: cautions.count, key)
    // Nobody should judge a recording without having seen its cautions: the right side gets shorter first.
    let first = parts.filter { $0.rank == 0 }.reduce(0) { $0 + $1.text.columnCount + 2 }
    let rights = rightTexts(state)
    let right = rights.first { first + whole.columnCount + $0.columnCount + 6 <= rect.columns } ?? rights[rights.count - 1]
    let rightColumn = max(rect.column, rect.endColumn - right.columnCount - 1)
    var free = rightColumn - 2 - rect.column
    let caution = cautionText(cautions, key, columns: free - first)
    free -= caution.isEmpty ? 0 : caution.columnCount + 2
    // Then what matters most takes its room first.
    var kept = Set<Int>()
    for index in parts.indices.sorted(by: { (parts[$0].rank, $0) < (parts[$1].rank, $1) }) where parts[index].text.columnCount <= free {
      kept.insert(index)
      free -= parts[index].text.columnCount + 2
    }
    var column = rect.column + 1
    for index in parts.indices where kept.contains(index) {
      let style: Style = parts[index].isCaution ? .ink(.caution) : Style(.status, index == 0 ? .bold : [])
      column += grid.write(parts[index].text, column: column, row: rect.row, style: style, maxColumns: max(0, rightColumn - 1 - column)) + 2
    }
    grid.write(caution, column: column, row: rect.row, style: .ink(.caution).bold, maxColumns: max(0, rightColumn - 1 - column))
    grid.write(right, column: rightColumn, row: rect.row, style: .ink(.status))
  }

  /// As much of the cautions as there is room for: whole ones, else the beginning of the first, else how many there are.
  private static func cautionText(_ cautions: [String], _ key: String, columns: Int) -> String {
    guard let first = cautions.first else { return "" }
    let whole = (1...cautions.count).reversed().map { cautionText(cautions, shown: $0, key) }.first { $0.columnCount <= columns }
    if let whole { return whole }
    let words = columns - cautionText([""] + cautions.dropFirst(), shown: 1, key).columnCount - 1
    if words >= leastWords { return cautionText([first.prefix(columns: words) + "…"] + cautions.dropFirst(), shown: 1, key) }
    // Never of a single one: where this has room, so have the beginnings of its words.
    let count = "! \(cautions.count) cautions \(key)"
    return count.columnCount <= columns ? count : ""
  }

  /// Of fewer columns of its words nobody knows what a caution says.
  private static let leastWords = 8

  /// So many of the cautions, how many more there are, and the key that tells all of them.
  private static func cautionText(_ cautions: [String], shown: Int, _ key: String) -> String {
    guard shown > 0 else { return "" }
    let rest = shown < cautions.count ? " +\(cautions.count - shown)" : ""
    return "! " + cautions.prefix(shown).joined(separator: ", ") + rest + " \(key)"
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
      parts.append(Part(text: state.hidesPatient ? "study" : study.title ?? "study", rank: 4))
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
    parts.append(Part(text: ClockText.length(state.durationSeconds ?? recording.durationSeconds), rank: 7))
    return parts
  }

  /// How long a case takes, and those that are left: by the median of the cases that were timed.
  private static func pace(_ state: DeskState) -> String? {
    let spent = state.cases.compactMap(\.seconds).sorted()
    guard !spent.isEmpty else { return nil }
    let median = spent[spent.count / 2]
    let left = state.cases.count { $0.verdict == nil }
    return "\(ClockText.pace(median)) a case" + (left > 0 ? ", \(ClockText.pace(median * Double(left))) left" : "")
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

  /// The right side, from the longest way to say it to the shortest.
  private static func rightTexts(_ state: DeskState) -> [String] {
    guard let study = state.study else { return ["not a medical device"] }
    let hidden = state.hidden.names
    guard let first = hidden.first else { return ["reader \(study.reviewer)", study.reviewer] }
    let all = "blind: " + hidden.joined(separator: ", ")
    let short = "blind: " + first + (hidden.count > 1 ? " +\(hidden.count - 1)" : "")
    return ["reader \(study.reviewer)  \(all)", "\(study.reviewer)  \(all)", "\(study.reviewer)  \(short)", short]
  }
}
