import Agreement
import ECG
import ECGPaper
import Foundation
import LabelReview
import TerminalUI

/// The true scale of the paper and the stretch of time it shows.
enum ScaleLine {
  /// A part of the line.
  private struct Part {
    var text: String
    /// Which goes first where there is no room for all, the highest first; 0 stays.
    var rank: Int
    /// What it says in short, and how soon that goes.
    var short: (text: String, rank: Int)?
  }

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, row: Int, into grid: inout Grid) {
    var parts = parts(state, geometry)
    func line() -> String { " " + parts.map(\.text).joined(separator: " │ ") }
    while line().columnCount > state.size.columns, let first = parts.indices.max(by: { parts[$0].rank < parts[$1].rank }),
      parts[first].rank > 0
    {
      if let short = parts[first].short {
        (parts[first].text, parts[first].rank) = short
        parts[first].short = nil
      } else {
        parts.remove(at: first)
      }
    }
    var text = line()
    // Where nobody judges, the line at the top says so.
    let disclaimer = " │ research software, not a medical device"
    if state.study != nil, text.columnCount + disclaimer.columnCount <= state.size.columns { text += disclaimer }
    grid.write(text, column: 0, row: row, style: .ink(.faint))
    grid.write(parts[0].text, column: 1, row: row, style: .ink(.accent))
  }

  /// All that there is to say, in its order; what goes without saying, or is said elsewhere too, goes first on a narrow screen.
  private static func parts(_ state: DeskState, _ geometry: ViewGeometry) -> [Part] {
    let scale = geometry.scale
    let filter = filterText(state)
    // A trend has no millimetres.
    let scales =
      RateTrend.isShown(state, geometry) ? [Part(text: "trend of the heart rate", rank: 0)] : [scalePart(geometry), dotsPart(scale)]
    var parts =
      scales + [
        Part(text: filter, rank: filter == filterNone ? 5 : 0), Part(text: layoutText(state, geometry.layout), rank: 2),
      ]
    let ruling = state.paper.ruling.possible(at: scale)
    if ruling != .none { parts.append(rulingPart(ruling, geometry)) }
    if !geometry.layout.isOfBeats, !state.layerLegend.isEmpty { parts.append(Part(text: "annotations " + state.layerLegend, rank: 1)) }
    if geometry.layout.isOfBeats {
      parts.append(Part(text: "median of \(state.display?.medianBeats?.beatCount ?? 0) beats, R at 0", rank: 3))
    } else if let duration = state.durationSeconds {
      let stretch = geometry.stretch
      let isLong = duration >= 60
      let short =
        isLong
        // To the nearest second: ten seconds are ten, whatever part of a dot is missing.
        ? "\(ClockText.elapsed(stretch.lowerBound.rounded()))–\(ClockText.elapsed(stretch.upperBound.rounded()))"
        : "\(seconds(stretch.lowerBound))–\(seconds(stretch.upperBound)) s"
      let text = isLong ? short : String(format: "%.1f–%.1f s", stretch.lowerBound, stretch.upperBound)
      let whole = isLong ? ClockText.elapsed(duration) : String(format: "%.1f s", duration)
      parts.append(Part(text: "\(text) of \(whole)", rank: 3, short: (short, 0)))
    }
    return parts
  }

  /// What the boxes of the grid are, of the recording's paper and of median beats.
  private static func rulingPart(_ ruling: PaperRuling, _ geometry: ViewGeometry) -> Part {
    let words = ruling.words(at: geometry.scale)
    guard let beat = geometry.lanes.first(where: { $0.content == .medianBeat }) else { return Part(text: words, rank: 0) }
    let ofBeats = PaperRuling.wordsOfBeats(beat)
    guard !geometry.layout.isOfBeats else { return Part(text: "grid " + ofBeats, rank: 0) }
    return Part(text: words + ", beats " + ofBeats, rank: 4, short: (words, 0))
  }

  /// The scale, in short without what the gain was reduced from.
  private static func scalePart(_ geometry: ViewGeometry) -> Part {
    guard let reduced = geometry.reducedFrom else { return Part(text: scaleText(geometry, ""), rank: 0) }
    let whole = " (reduced from \(PaperScale.text(reduced)) mm/mV)"
    return Part(text: scaleText(geometry, whole), rank: 1, short: (scaleText(geometry, " (reduced from \(PaperScale.text(reduced)))"), 0))
  }

  /// A time to a tenth of a second, without a zero behind the point.
  private static func seconds(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Speed and gain of what the paper shows: of median beats and of the recording, of limb and of chest leads, and of rows of either, where they differ.
  private static func scaleText(_ geometry: ViewGeometry, _ reduced: String) -> String {
    let recorded = geometry.lanes.filter { $0.content == .recording }
    let beats = geometry.lanes.filter { $0.content == .medianBeat }
    func gain(_ lanes: [Lane]) -> String {
      let byRow = lanes.map { PaperScale.text($0.scale.gainMillimetresPerMillivolt) }
      return byRow.indices.filter { !byRow[..<$0].contains(byRow[$0]) }.map { byRow[$0] }.joined(separator: " and ")
    }
    func gains(_ lanes: [Lane]) -> String {
      let (limb, chest) = (gain(lanes.filter(\.lead.isLimb)), gain(lanes.filter { !$0.lead.isLimb }))
      guard !limb.isEmpty, !chest.isEmpty, limb != chest else { return (limb.isEmpty ? chest : limb) + " mm/mV" }
      return "\(limb) mm/mV limb, \(chest) chest"
    }
    func speed(_ lanes: [Lane]) -> String { "\(PaperScale.text(lanes[0].scale.speedMillimetresPerSecond)) mm/s  " }
    guard !recorded.isEmpty else { return beats.isEmpty ? "" : speed(beats) + gains(beats) }
    return speed(recorded) + gains(recorded) + reduced + (beats.isEmpty ? "" : "  beats " + gains(beats))
  }

  private static func dotsPart(_ scale: PaperScale) -> Part {
    let across = PaperScale.text(scale.dotsPerMillimetre)
    guard scale.dotsPerMillimetre != scale.dotsPerMillimetreDown else {
      return Part(text: "1 mm = \(across) \(across == "1" ? "dot" : "dots")", rank: across == "1" ? 4 : 1)
    }
    let both = "\(across)×\(PaperScale.text(scale.dotsPerMillimetreDown))"
    return Part(text: "1 mm = \(both) dots", rank: 1, short: ("\(both) dots/mm", 1))
  }

  private static let filterNone = "filter none"

  /// The filter that the traces have gone through; one that is still being worked out is not in force yet.
  private static func filterText(_ state: DeskState) -> String {
    let filter = state.paper.filter
    guard filter != .none, state.display?.filter != filter else { return "filter \(filter.name)" }
    return "filter none (\(filter.name) …)"
  }

  private static func layoutText(_ state: DeskState, _ layout: LeadLayout) -> String {
    let rhythm = [.threeByFour, .limb, .conduction].contains(layout) ? " + \(state.paper.rhythmLead.name)" : ""
    if case .single = layout { return layout.description }
    return layout.description + rhythm + (state.paper.isCabrera ? " Cabrera" : "")
  }
}

/// The question of the study with the keys that answer it.
enum QuestionLine {
  static func draw(_ state: DeskState, row: Int, into grid: inout Grid) {
    guard let study = state.study else { return }
    if let edit = state.edit { return EditLine.draw(state, edit, row: row, into: &grid) }
    if let relabel = state.relabel { return SetLine.draw(state, relabel, study, row: row, into: &grid) }
    let answers: [(Action, Verdict)] = [(.verdictPresent, .present), (.verdictAbsent, .absent), (.verdictUnsure, .unsure)]
    let keys = answers.map { action, verdict in "\(state.keyName(action)) \(study.answer(verdict))" }
    let keysWidth = keys.reduce(0) { $0 + $1.columnCount + 3 }
    let question = (state.openCase?.isRevealed == true ? "After reveal: " : "") + study.study.question
    let room = state.size.columns - keysWidth - 13
    var column = 1
    if room >= 12 {
      let text = question.columnCount > room ? question.prefix(columns: room - 1) + "…" : question[...]
      column += grid.write(String(text), column: column, row: row, style: .ink(.question).bold) + 3
    }
    let standing = state.openCase?.verdictInPlay
    for ((_, verdict), text) in zip(answers, keys) {
      let style: Style = standing == verdict ? Style(.saved, [.bold, .underline]) : .ink(.key)
      column += grid.write(text, column: column, row: row, style: style) + 3
    }
    drawKeys(state.asksForMarks ? [.annotate, .undo] : [.undo], state, column: column, row: row, into: &grid)
  }

  /// Names keys with a word or two each, as many as fit.
  static func drawKeys(
    _ actions: [Action], _ state: DeskState, column: Int, row: Int, endColumn: Int? = nil, into grid: inout Grid
  ) {
    var column = column
    for action in actions {
      let key = state.keyName(action)
      let word = action.rawValue.replacingOccurrences(of: "-", with: " ")
      guard column + key.columnCount + 1 + word.columnCount < endColumn ?? state.size.columns else { return }
      column += grid.write(key, column: column, row: row, style: .ink(.key)) + 1
      column += grid.write(word, column: column, row: row, style: .ink(.faint)) + 3
    }
  }
}

/// What the program says: a verdict that is safe, a hint, a failure.
///
/// Help and quit stand at the right.
enum NoticeLine {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, row: Int, into grid: inout Grid) {
    let right = "\(state.keyName(.help)) help  \(state.keyName(.quit)) quit"
    let rightColumn = max(0, state.size.columns - right.columnCount - 1)
    if let entry = state.entry {
      drawEntry(entry, row: row, columns: rightColumn - 3, into: &grid)
      grid.write(right, column: rightColumn, row: row, style: .ink(.key))
      return
    }
    let (text, style) = text(state)
    if text.isEmpty { QuestionLine.drawKeys(keys(state, geometry), state, column: 1, row: row, endColumn: rightColumn - 2, into: &grid) }
    // What has to be said goes before what is always there.
    let needsLine = state.notice != .none && text.columnCount + 3 > rightColumn
    grid.write(text, column: 1, row: row, style: style, maxColumns: needsLine ? state.size.columns - 2 : max(0, rightColumn - 3))
    if !needsLine { grid.write(right, column: rightColumn, row: row, style: .ink(.key)) }
  }

  /// The keys that fit the moment, where there is nothing to say.
  private static func keys(_ state: DeskState, _ geometry: ViewGeometry) -> [Action] {
    guard state.calipers == nil else { return [.panRight, .panLeft, .swapCarets, .snapToBeat, .nextBeat, .marchOut, .cancel] }
    let records: [Action] = state.cases.count > 1 ? [.nextRecord, .previousRecord] : []
    guard !RateTrend.isShown(state, geometry) else { return records + [.scaleReset, .jumpToTime, .listRecords] }
    let shown = geometry.stretch.upperBound - geometry.stretch.lowerBound
    let inTime: [Action] = !geometry.layout.isOfBeats && (state.durationSeconds ?? 0) > shown + 1 ? [.panRight, .fitRecording] : []
    return records + inTime + [.cycleLayout, .calipers, .gainUp, .zoomTimeIn, .listRecords]
  }

  /// The line being typed; of a long one the end, where the typing is.
  private static func drawEntry(_ entry: TextEntry, row: Int, columns: Int, into grid: inout Grid) {
    let column = 1 + grid.write(entry.prompt, column: 1, row: row, style: .ink(.title), maxColumns: max(0, columns))
    let room = max(0, columns - column)
    let written = grid.write(
      String(entry.text.suffix(columns: room - 1)), column: column, row: row, style: .ink(.question), maxColumns: room)
    grid.write(" ", column: column + written, row: row, style: .ink(.selected), maxColumns: max(0, room - written))
  }

  private static func text(_ state: DeskState) -> (String, Style) {
    if state.saving != nil { return ("saving …", .ink(.caution)) }
    switch state.notice {
    case .none: return state.edit == nil ? idle(state) : EditLine.saved(state)
    case .saved(let clock, let what):
      let saved = "saved \(clock)  \(what)"
      return state.openCase?.verdict == nil ? besideReaders(saved, .ink(.saved), state) : (saved, .ink(.saved))
    case .takenBack(let what): return besideReaders(what, .ink(.caution), state)
    case .hint(let text): return (text, .ink(.caution))
    case .failure(let text): return (text, .ink(.failure).bold)
    }
  }

  /// What has happened; for an adjudicator behind what the readers said of the case that is open now.
  private static func besideReaders(_ text: String, _ style: Style, _ state: DeskState) -> (String, Style) {
    guard state.study?.isAdjudicating == true else { return (text, style) }
    return (idle(state).0 + "   (" + text + ")", .ink(.accent))
  }

  private static func idle(_ state: DeskState) -> (String, Style) {
    if let results = state.results, results.cases.indices.contains(state.current) { return (results.text(state.current), .ink(.accent)) }
    guard let study = state.study else { return ("", .plain) }
    if study.isAdjudicating, let entry = state.openCase {
      let said = entry.readers.map { "\($0.reader): \(state.words($0.verdict, $0.answer))" }.joined(separator: ", ")
      return (
        said + (entry.verdict.map { " — settled: \(state.words($0, entry.relabelled.answer))" } ?? " — yours settles it"), .ink(.accent)
      )
    }
    let flag = state.openCase?.isFlagged == true ? "   ◆ flagged for later" : ""
    let note = state.openCase.map { $0.note.isEmpty ? "" : "   note: \($0.note)" } ?? ""
    if let entry = state.openCase, let verdict = entry.verdict {
      let words = state.words(verdict, entry.relabelled.inPlay(entry.isRevealed))
      if state.own?.isChangedSince == true {
        return ("changed since you said: \(words); \(state.keyName(.verdictPresent)) accepts it as it is" + flag + note, .ink(.caution))
      }
      return ("your verdict: \(words)" + flag + note, .ink(.faint))
    }
    if state.asksForMarks { return ("not done yet; \(state.keyName(.annotate)) annotates" + flag + note, .ink(.faint)) }
    return ("no verdict of yours yet" + flag + note, .ink(.faint))
  }
}
