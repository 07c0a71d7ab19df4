import Agreement
import ECG
import ECGPaper
import Foundation
import TerminalUI

/// The line of the edit mode: what stands at the caret, its distance from the beat before, how many beats there are, and how to leave.
enum EditLine {
  static func draw(_ state: DeskState, _ edit: EditMode, row: Int, into grid: inout Grid) {
    guard let recording = state.recording, let own = state.own else { return }
    let leave = keys(state)
    let right = max(0, state.size.columns - leave.columnCount - 1)
    var column = 1
    column += grid.write("EDIT", column: column, row: row, style: Style(.question, [.bold, .reverse])) + 2
    var parts = [String(format: "%.3f s", Double(edit.caret) / recording.samplingRateHertz)]
    if let mark = state.ownPoint(near: edit.caret) {
      let distance = mark.sample - edit.caret
      parts.append(mark.code.symbol + (mark.code.meaning.map { " \($0)" } ?? "") + (distance == 0 ? "" : String(format: " %+d", distance)))
    }
    if let range = edit.range { parts.append("range of \(count(own, range)) beats") }
    if edit.spanStart != nil { parts.append("a stretch begins") }
    if edit.isForShape { parts.append("every beat like this") }
    if let rr = rr(own, at: edit.caret, recording.samplingRateHertz) {
      parts.append(String(format: "RR %.0f ms, %.0f bpm", rr * 1000, 60 / rr))
    }
    parts.append(census(own, recording.samplingRateHertz))
    if edit.isForOneLead { parts.append("for \(state.paper.rhythmLead.name) alone") }
    if !edit.snaps { parts.append("no snap") }
    grid.write(parts.joined(separator: " │ "), column: column, row: row, maxColumns: max(0, right - column - 2))
    grid.write(leave, column: right, row: row, style: .ink(.key))
  }

  /// How to leave, and in a study of annotation before that how to say that the case is done.
  private static func keys(_ state: DeskState) -> String {
    let leave = "\(state.keyName(.cancel)) leaves"
    guard state.asksForMarks, let study = state.study else { return leave }
    let answers: [(Action, Verdict)] = [(.verdictPresent, .present), (.verdictAbsent, .absent), (.verdictUnsure, .unsure)]
    let words = answers.map { "\(state.keyName($0)) \(study.answer($1))" }
    return (state.size.columns < 120 ? [words[0]] : words).joined(separator: "  ") + "  " + leave
  }

  /// What the store has: said of strokes only once it has confirmed them.
  static func saved(_ state: DeskState) -> (String, Style) {
    guard let own = state.own else { return ("", .plain) }
    if own.pending > 0 { return ("saving \(own.pending) …", .ink(.caution)) }
    if own.isChangedSince { return ("changed since it was done: \(state.keyName(.verdictPresent)) accepts it as it is", .ink(.caution)) }
    if own.history.strokeCount == 0, let words = readers(state) { return (words, .ink(.accent)) }
    guard let clock = state.savedStrokesClock else {
      return ("nothing changed yet: type a mnemonic, \(state.keyName(.help)) lists the keys", .ink(.faint))
    }
    return ("saved \(clock)  \(own.confirmed) \(own.confirmed == 1 ? "stroke" : "strokes")", .ink(.saved))
  }

  /// For somebody who settles where readers differ: what each marked, and the key that takes it over.
  private static func readers(_ state: DeskState) -> String? {
    guard !state.layers.readers.isEmpty else { return nil }
    let keys = [Action.takeReader1, .takeReader2].map(state.keyName)
    let first = state.layers.files.count
    return state.layers.readers.enumerated().map { place, reader in
      let sign = LayerPlace(first + place + 1).sign.map { String(Character($0)) } ?? ""
      return "\(sign)\(reader.name) \(reader.count) marks" + (keys.indices.contains(place) ? ", \(keys[place]) takes them" : "")
    }.joined(separator: "   ")
  }

  private static func count(_ own: OwnAnnotations, _ range: ClosedRange<Int>) -> Int {
    let annotations = own.history.annotations
    return annotations[annotations.firstIndex(atOrAfter: range.lowerBound)..<annotations.firstIndex(atOrAfter: range.upperBound + 1)]
      .count { $0.code.isBeat }
  }

  /// Seconds from the beat before to the one at the caret, or around it.
  private static func rr(_ own: OwnAnnotations, at sample: Int, _ rate: Double) -> Double? {
    let annotations = own.history.annotations
    let place = annotations.firstIndex(atOrAfter: sample + Int(rate / 10))
    let before = annotations[..<place].reversed().lazy.filter { $0.code.isBeat }.prefix(2).map(\.sample)
    guard before.count == 2, let last = before.first, let first = before.last, last > first else { return nil }
    return Double(last - first) / rate
  }

  /// How many beats there are, of which kinds, and their rate.
  private static func census(_ own: OwnAnnotations, _ rate: Double) -> String {
    let total = own.tally.total
    guard total > 1, let rhythm = own.tally.rhythm(samplingRateHertz: rate) else { return total == 1 ? "1 beat" : "no beats" }
    let kinds = own.tally.counts.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }.map { "\($0.key.symbol) \($0.value)" }
    return String(format: "%d beats, %.0f bpm: ", total, rhythm.beatsPerMinute) + kinds.joined(separator: " ")
  }
}
