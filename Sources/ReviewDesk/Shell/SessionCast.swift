import Files
import Foundation
import TerminalUI

/// Records what the screen shows as an asciinema cast, version 2: a header, then a line for each frame with what has changed since the last.
///
/// (docs.asciinema.org/manual/asciicast/v2)
@MainActor
final class SessionCast {
  private let handle: FileHandle
  private let keepsNames: Bool
  private let theme: Theme
  private let glyphs: GlyphSet
  private let startedAt = ContinuousClock.now
  private var last: Grid?

  /// Starts a cast.
  ///
  /// - Throws: `FileError`.
  init(_ cast: DeskSetup.Cast, size: Size, theme: Theme, glyphs: GlyphSet) throws {
    keepsNames = cast.keepsNames
    self.theme = theme
    self.glyphs = glyphs
    let time = Int(Date().timeIntervalSince1970)
    let header =
      "{\"version\":2,\"width\":\(size.columns),\"height\":\(size.rows),\"timestamp\":\(time),\"env\":{\"TERM\":\"xterm-256color\"}}\n"
    do {
      try Data(header.utf8).write(to: cast.file)
      handle = try FileHandle(forWritingTo: cast.file)
      try handle.seekToEnd()
    } catch {
      throw FileError.cannotCreate(path: cast.file.path, reason: error.fileCause)
    }
  }

  /// Appends a frame; one that looks like the last is left out.
  ///
  /// A disk that is full ends the cast and not the session.
  func append(_ state: DeskState, _ frame: Grid) {
    let frame = keepsNames ? frame : Screen.render(state.withoutNames)
    guard frame != last else { return }
    var output = ""
    if last?.size != frame.size {
      if last != nil { write("r", frame.size.description) }
      output = "\u{1B}[?25l\u{1B}[2J"
      last = nil
    }
    let rows = frame.ansi(theme: theme, depth: .trueColor, glyphs: glyphs).split(separator: "\n", omittingEmptySubsequences: false)
    for row in 0..<frame.rows where last.map({ isChanged(row, from: $0, to: frame) }) ?? true {
      output += "\u{1B}[\(row + 1);1H" + rows[row]
    }
    last = frame
    write("o", output)
  }

  /// Ends the cast.
  func close() { try? handle.close() }

  private func isChanged(_ row: Int, from old: Grid, to new: Grid) -> Bool {
    (0..<new.columns).contains { old[column: $0, row: row] != new[column: $0, row: row] }
  }

  private func write(_ code: String, _ text: String) {
    let seconds = (ContinuousClock.now - startedAt) / .seconds(1)
    var quoted = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\" + String(scalar)
      case _ where scalar.value < 0x20: quoted += String(format: "\\u%04x", scalar.value)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    try? handle.write(contentsOf: Data(String(format: "[%.3f, \"%@\", \"%@\"]\n", seconds, code, quoted).utf8))
  }
}

extension DeskState {
  /// The same desk without who and where: names and places of studies, records and patients, notes, and what is being typed.
  var withoutNames: DeskState {
    var state = self
    state.hidesPatient = true
    func nameless(_ text: String) -> String {
      var text = text
      for (index, entry) in cases.enumerated() {
        for secret in [entry.path, entry.name] where secret.count > 1 && text.contains(secret) {
          text = text.replacing(secret, with: "record \(index + 1)")
        }
      }
      return text
    }
    switch notice {
    case .none: break
    case .saved(let clock, let what): state.notice = .saved(clock: clock, what: nameless(what))
    case .takenBack(let what): state.notice = .takenBack(nameless(what))
    case .hint(let text): state.notice = .hint(nameless(text))
    case .failure: state.notice = .failure("something went wrong; the reader was told what")
    }
    if case .failed = loading { state.loading = .failed("the reason names files and is left out") }
    // What finds an action in the program's own table is none of anybody's names.
    let isOurs =
      entry.map { entry in entry.purpose == .command && Action.table.contains { $0.action.rawValue.contains(entry.text) } } ?? false
    if let entry, !isOurs { state.entry = TextEntry(entry.purpose, String(repeating: "•", count: entry.text.count)) }
    state.helpSearch = ""
    if state.prediction.failure != nil { state.prediction.failure = "the reason is left out" }
    if state.whatIf?.prediction.failure != nil { state.whatIf?.prediction.failure = "the reason is left out" }
    for index in state.cases.indices {
      state.cases[index].name = "record \(index + 1)"
      state.cases[index].path = ""
      state.cases[index].note = ""
    }
    state.list.filter = ""
    // The results name the records on which readers differ.
    if state.overlay.name == ResultsOverlay.name { state.overlay = .none }
    state.hiddenPanels.formUnion([.facts, .notes])
    return state
  }
}
