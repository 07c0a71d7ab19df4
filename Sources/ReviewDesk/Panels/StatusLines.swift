import ECG
import Foundation
import LabelReview
import TerminalUI

/// The true scale of the paper and the stretch of time it shows.
enum ScaleLine {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, row: Int, into grid: inout Grid) {
    let stretch = geometry.stretch(state)
    let scale = state.paper.scale
    let dots = PaperScale.text(scale.dotsPerMillimetre)
    var parts = [
      "\(PaperScale.text(scale.speedMillimetresPerSecond)) mm/s  \(PaperScale.text(scale.gainMillimetresPerMillivolt)) mm/mV",
      "1 mm = \(dots) \(scale.dotsPerMillimetre == 1 ? "dot" : "dots")", "filter none", layoutText(geometry.layout),
    ]
    if let duration = state.recording?.durationSeconds {
      parts.append(String(format: "%.1f–%.1f s of %.1f s", stretch.lowerBound, stretch.upperBound, duration))
    }
    var text = " " + parts.joined(separator: " │ ")
    let disclaimer = " │ research software, not a medical device"
    if text.count + disclaimer.count <= state.size.columns { text += disclaimer }
    grid.write(text, column: 0, row: row, style: .ink(.faint))
    let scaleText = parts[0]
    grid.write(scaleText, column: 1, row: row, style: .ink(.accent))
  }

  private static func layoutText(_ layout: LeadLayout) -> String {
    if let rhythm = layout.table.rhythm { return "\(layout.description) + \(rhythm.name)" }
    return layout.description
  }
}

/// The question of the study with the keys that answer it.
enum QuestionLine {
  static func draw(_ state: DeskState, row: Int, into grid: inout Grid) {
    guard let study = state.study else {
      drawKeys([.nextRecord, .previousRecord, .panRight, .zoomTimeIn, .gainUp, .cycleLayout, .listRecords], state, column: 1, row: row, into: &grid)
      return
    }
    let answers: [(Action, Verdict)] = [(.verdictPresent, .present), (.verdictAbsent, .absent), (.verdictUnsure, .unsure)]
    let keys = answers.map { action, verdict in "\(Update.keyName(action, state)) \(study.answer(verdict))" }
    let keysWidth = keys.reduce(0) { $0 + $1.count + 3 }
    let question = (state.openCase?.isRevealed == true ? "After reveal: " : "") + study.study.question
    let room = state.size.columns - keysWidth - 13
    var column = 1
    if room >= 12 {
      let text = question.count > room ? question.prefix(max(0, room - 1)) + "…" : question[...]
      column += grid.write(String(text), column: column, row: row, style: .ink(.question).bold) + 3
    }
    let standing = state.openCase?.verdictInPlay
    for ((_, verdict), text) in zip(answers, keys) {
      let style: Style = standing == verdict ? Style(.saved, [.bold, .underline]) : .ink(.key)
      column += grid.write(text, column: column, row: row, style: style) + 3
    }
    drawKeys([.undo], state, column: column, row: row, into: &grid)
  }

  /// Names keys with a word or two each, as many as fit.
  static func drawKeys(_ actions: [Action], _ state: DeskState, column: Int, row: Int, into grid: inout Grid) {
    var column = column
    for action in actions {
      let key = Update.keyName(action, state)
      let word = action.rawValue.replacingOccurrences(of: "-", with: " ")
      guard column + key.count + 1 + word.count < state.size.columns else { return }
      column += grid.write(key, column: column, row: row, style: .ink(.key)) + 1
      column += grid.write(word, column: column, row: row, style: .ink(.faint)) + 3
    }
  }
}

/// What the program says: a verdict that is safe, a hint, a failure. Help and quit stand at the right.
enum NoticeLine {
  static func draw(_ state: DeskState, row: Int, into grid: inout Grid) {
    let right = "\(Update.keyName(.help, state)) help  \(Update.keyName(.quit, state)) quit"
    let rightColumn = max(0, state.size.columns - right.count - 1)
    let (text, style) = text(state)
    grid.write(text, column: 1, row: row, style: style, maxColumns: max(0, rightColumn - 3))
    grid.write(right, column: rightColumn, row: row, style: .ink(.key))
  }

  private static func text(_ state: DeskState) -> (String, Style) {
    if state.saving != nil { return ("saving …", .ink(.caution)) }
    switch state.notice {
    case .none: return idle(state)
    case .saved(let clock, let what): return ("saved \(clock)  \(what)", .ink(.saved))
    case .hint(let text): return (text, .ink(.caution))
    case .failure(let text): return (text, .ink(.failure).bold)
    }
  }

  private static func idle(_ state: DeskState) -> (String, Style) {
    guard let study = state.study else { return ("", .plain) }
    if study.isAdjudicating, let entry = state.openCase {
      let said = entry.readers.map { "\($0.reader): \(study.answer($0.verdict))" }.joined(separator: ", ")
      return (said + (entry.verdict.map { " — settled: \(study.answer($0))" } ?? " — yours settles it"), .ink(.accent))
    }
    if let verdict = state.openCase?.verdict {
      return ("your verdict on this case: \(study.answer(verdict))", .ink(.faint))
    }
    return ("no verdict of yours on this case yet", .ink(.faint))
  }
}
