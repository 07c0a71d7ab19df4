import Agreement
import LabelReview
import TerminalUI

/// The statements that a reader chooses from: the digit that toggles each, what is said of it, what the model and the label say, and what does not go together.
enum StatementsPanel {
  static func title(_ state: DeskState, _ geometry: ViewGeometry) -> String {
    guard let relabel = state.relabel else { return "statements" }
    if let search = relabel.search { return "search: \(search)_" }
    let chosen = relabel.answer.statements.values.count { $0.verdict == .present }
    let filled = relabel.answer.prefill.flatMap { $0 == .none ? nil : "; filled in: \($0.rawValue)" } ?? ""
    return "statements \(chosen)/\(relabel.statements.count)\(filled)"
  }

  /// Rows for all statements and two remarks; on a screen that has them at least for those with digits, and a line for the rest.
  static func rows(_ state: DeskState) -> ClosedRange<Int> {
    let wanted = max(6, min(26, (state.relabel?.statements.count ?? 0) + 2))
    return min(wanted, state.size.rows >= 36 ? 10 : 6)...wanted
  }

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    guard let relabel = state.relabel, !rect.isEmpty else { return }
    let remarks = remarks(state, rows: rect.rows)
    let places = visiblePlaces(state, rows: rect.rows)
    let first = relabel.listed.firstIndex(of: places.first ?? 0) ?? 0
    for (offset, place) in places.enumerated() {
      drawRow(place, number: first + offset + 1, state, column: rect.column, row: rect.row + offset, columns: rect.columns, into: &grid)
    }
    let hidden = relabel.listed.count - places.count
    let rest = hidden > 0 ? [("\(hidden) more: type a name", Style.ink(.faint))] : []
    for (offset, line) in (rest + remarks).enumerated() where places.count + offset < rect.rows {
      grid.write(line.0, column: rect.column + 1, row: rect.row + places.count + offset, style: line.1, maxColumns: rect.columns - 1)
    }
  }

  /// The statements in view, as many as fit above the remarks, the selected one among them.
  private static func visiblePlaces(_ state: DeskState, rows: Int) -> [Int] {
    guard let relabel = state.relabel else { return [] }
    let room = max(1, rows - remarks(state, rows: rows).count)
    let listed = relabel.listed
    guard listed.count > room else { return listed }
    let fits = max(1, room - 1)
    let selected = listed.firstIndex(of: relabel.selected) ?? 0
    let first = selected < fits ? 0 : min(selected - fits + 1, listed.count - fits)
    return Array(listed[first..<first + fits])
  }

  /// What does not go together, and what is chosen but out of view of a search.
  private static func remarks(_ state: DeskState, rows: Int) -> [(String, Style)] {
    guard let relabel = state.relabel else { return [] }
    let most = rows > 8 ? 2 : 1
    let found = relabel.contradictions
    // The last line that fits counts those that do not.
    guard found.count > most else { return found.map { ("! \($0.first) with \($0.second): \($0.reason)", .ink(.caution)) } }
    let pairs = found.prefix(most - 1).map { "! \($0.first) with \($0.second): \($0.reason)" }
    return (pairs + ["! " + found.dropFirst(most - 1).map { "\($0.first)/\($0.second)" }.joined(separator: " ")]).map {
      ($0, .ink(.caution))
    }
  }

  private static func drawRow(
    _ place: Int, number: Int, _ state: DeskState, column: Int, row: Int, columns: Int, into grid: inout Grid
  ) {
    guard let relabel = state.relabel else { return }
    let statement = relabel.statements[place]
    let said = relabel.answer[statement.code]
    let isSelected = statement == relabel.current
    let style: Style = said.verdict == .present ? .ink(.positive).bold : said == .unsure ? .ink(.caution) : .plain
    grid.write(isSelected ? "›" : " ", column: column, row: row, style: .ink(.accent))
    if number <= 9 { grid.write("\(number)", column: column + 1, row: row, style: .ink(.key)) }
    grid.write("[\(mark(said))]", column: column + 3, row: row, style: style)
    let tail = tail(state)
    let abbreviation = 7 + grid.write(statement.abbreviation, column: column + 7, row: row, style: style, maxColumns: columns - 7 - tail)
    let name = said.likelihood.map { "\($0.rawValue) " } ?? ""
    grid.write(
      name + statement.name, column: column + max(14, abbreviation + 1), row: row,
      style: isSelected ? .plain : .ink(.faint), maxColumns: max(0, columns - tail - max(14, abbreviation + 1)))
    if let probability = state.shownProbabilities[statement.code] {
      let isPositive = isPositive(statement, state)
      grid.write(
        " " + PredictionPanel.number(probability) + (isPositive ? "●" : ""), column: column + columns - tail, row: row,
        style: isPositive ? .ink(.positive) : .plain)
    }
    guard !state.isHidden(.labels), let label = state.openCase?.studyCase?.labels?[statement.code] else { return }
    if label.verdict == .present { grid.write("L", column: column + columns - 2, row: row, style: .ink(.accent).bold) }
    if label.verdict == nil { grid.write("?", column: column + columns - 2, row: row, style: .ink(.faint)) }
  }

  /// Columns behind the name, for what may be seen there: ` .78● L`.
  private static func tail(_ state: DeskState) -> Int {
    !state.isHidden(.model) ? 8 : state.isHidden(.labels) ? 1 : 3
  }

  private static func isPositive(_ statement: Statement, _ state: DeskState) -> Bool {
    if let stored = state.openCase?.relabelled.model { return stored[statement.code].verdict == .present }
    return state.prediction.mean?.first { $0.diagnosis == statement.diagnosis }?.isPositive ?? false
  }

  /// One character for what is said.
  private static func mark(_ said: StatementAnswer) -> String {
    switch said {
    case .absent, .notAsked: " "
    case .unsure: "?"
    case .present, .possible, .probable, .definite: "x"
    }
  }

  /// Toggles the statement of a row.
  static func press(row: Int, in rect: Rect, _ geometry: ViewGeometry, _ state: inout DeskState) -> Bool {
    let places = visiblePlaces(state, rows: rect.rows)
    guard places.indices.contains(row), let statement = state.relabel?.statements[places[row]] else { return false }
    state.relabel?.keys += 1
    state.relabel?.selected = places[row]
    let isPresent = state.relabel?.answer[statement.code].verdict == .present
    state.relabel?.answer[statement.code] = isPresent ? .absent : .present
    return true
  }

  /// The panel as one line for narrow screens: what was typed and found, or the set and the first of the list with their digits.
  static func drawLine(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    guard let relabel = state.relabel else { return }
    let head = relabel.search.map { "search: \($0)_  " } ?? "set: \(relabel.relabelling.words(relabel.answer))  "
    var column = rect.column + grid.write(head, column: rect.column, row: rect.row, style: .ink(.title), maxColumns: rect.columns)
    for pair in relabel.contradictions.prefix(1) {
      column += grid.write(
        "! \(pair.first)/\(pair.second)  ", column: column, row: rect.row, style: .ink(.caution),
        maxColumns: max(0, rect.endColumn - column))
    }
    for (number, place) in relabel.listed.prefix(9).enumerated() {
      let statement = relabel.statements[place]
      let text = "\(number + 1) \(statement.abbreviation)\(relabel.answer[statement.code].verdict == .present ? "●" : "")  "
      guard column + text.columnCount - 2 <= rect.endColumn else { break }
      let style: Style = statement == relabel.current ? .ink(.accent).bold : .plain
      column += grid.write(text, column: column, row: rect.row, style: style)
    }
  }
}

/// What a study that relabels asks, the set so far, and the keys that answer.
enum SetLine {
  static func draw(_ state: DeskState, _ relabel: RelabelState, _ study: StudyContext, row: Int, into grid: inout Grid) {
    let question = (state.openCase?.isRevealed == true ? "After reveal: " : "") + study.study.question
    var column = 1 + grid.write(question, column: 1, row: row, style: .ink(.question).bold, maxColumns: state.size.columns / 3) + 3
    let stands = state.openCase?.verdictInPlay != nil && state.holdsWhatStands
    let words = relabel.relabelling.words(relabel.answer)
    column +=
      grid.write(
        words, column: column, row: row, style: stands ? Style(.saved, [.bold, .underline]) : .ink(.accent),
        maxColumns: max(0, state.size.columns / 3)) + 3
    let label: [Action] = state.isHidden(.labels) ? [] : [.acceptLabel]
    QuestionLine.drawKeys(
      [.acceptSet] + label + [.toggleStatement, .markUnsure, .likelihood, .undo], state, column: column, row: row, into: &grid)
  }
}
