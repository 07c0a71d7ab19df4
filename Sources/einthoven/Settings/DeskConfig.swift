import ArgumentParser
import ECGPaper
import ECGSignal
import Files
import Foundation
import ReviewDesk
import TerminalUI

/// A user's `$XDG_CONFIG_HOME/einthoven/config.toml`, and themes in the folder `themes` beside it.
struct DeskConfig {
  /// Millimetres of one character cell across and down, as `einthoven calibrate` measured them.
  var cellMillimetres: (across: Double, down: Double)?
  /// The reader's name that was given last.
  var reviewer: String?
  /// The theme's name.
  var theme: String?
  /// The characters to draw with.
  var glyphs: GlyphSet?
  /// How many colours to draw with.
  var colors: ColorDepth?
  /// Whether the mouse is used.
  var usesMouse = false
  /// Whether leaving a study with unjudged cases takes the key twice.
  var confirmsLeaving = false
  /// How long a trace must have been on the screen before a verdict on it is taken.
  var minimumViewMilliseconds = 400

  /// What the paper is like where nothing else was chosen at the desk.
  var choices = PaperChoices()

  static let file = Places.config.appendingPathComponent("config.toml")
  /// What a cell can measure.
  static let cellLimits = 0.2...50.0
  private static let across = "cell-width-mm"
  private static let down = "cell-height-mm"

  /// The user's config; an empty one where there is no file.
  ///
  /// - Throws: ``CommandFailure`` with file and line of the first mistake.
  static func load() throws -> DeskConfig {
    guard Places.exists(file) else { return DeskConfig() }
    do {
      let settings = try SettingsFile(
        parsing: try text(of: file), fileName: file.path,
        known: [
          "reviewer", "theme", "glyphs", "colors", "mouse", "confirm-quit", "minimum-view-ms", across, down, "layout", "speed", "gain",
          "cabrera",
          "grid", "filter",
        ])
      var config = DeskConfig()
      config.reviewer = try settings.text("reviewer")
      config.theme = try settings.text("theme")
      if let name = try settings.text("glyphs") {
        guard let glyphs = GlyphSet(rawValue: name) else {
          throw settings.mistake(["glyphs"], "unknown glyphs '\(name)'; expected braille, block or ascii")
        }
        config.glyphs = glyphs
      }
      if let name = try settings.text("colors") {
        guard let colors = ColorDepth(rawValue: name) else {
          throw settings.mistake(["colors"], "unknown colors '\(name)'; expected none, 16, 256 or 24bit")
        }
        config.colors = colors
      }
      config.usesMouse = try settings.flag("mouse") ?? false
      config.confirmsLeaving = try settings.flag("confirm-quit") ?? false
      if let milliseconds = try settings.number("minimum-view-ms", in: 0...60_000) { config.minimumViewMilliseconds = Int(milliseconds) }
      config.choices = try choices(settings)
      let cell = (across: try settings.number(across, in: cellLimits), down: try settings.number(down, in: cellLimits))
      if let width = cell.across, let height = cell.down { config.cellMillimetres = (width, height) }
      return config
    } catch let error as SettingsError {
      throw CommandFailure.badData(error.description)
    }
  }

  private static func choices(_ settings: SettingsFile) throws -> PaperChoices {
    /// A word of a setting, made into what it names.
    func value<Value>(_ key: String, expected: String, _ make: (String) -> Value?) throws -> Value? {
      guard let word = try settings.text(key) else { return nil }
      guard let value = make(word) else { throw settings.mistake([key], "unknown \(key) '\(word)'; expected \(expected)") }
      return value
    }
    var choices = PaperChoices()
    choices.layout = try value("layout", expected: LeadLayout.names) { LeadLayout($0) }
    choices.speed = try settings.number("speed", in: 0.01...1000)
    choices.gain = try settings.number("gain", in: 0.01...1000)
    choices.isCabrera = try settings.flag("cabrera")
    choices.ruling = try value("grid", expected: "none, large or small") { PaperRuling(rawValue: $0) }
    choices.filter = try value("filter", expected: DisplayFilter.allCases.map(\.rawValue).joined(separator: ", ")) {
      DisplayFilter(rawValue: $0)
    }
    return choices
  }

  /// The paper with what a millimetre is on this screen.
  func paper(_ paper: PaperSettings) -> PaperSettings {
    guard let cellMillimetres else { return paper }
    var paper = paper
    paper.isScreenMeasured = true
    paper.scale.dotsPerMillimetre = Double(BrailleCanvas.dotsAcross) / cellMillimetres.across
    paper.scale.dotsPerMillimetreDown = Double(BrailleCanvas.dotsDown) / cellMillimetres.down
    return paper
  }

  /// Writes what a cell measures into the config, and leaves its other lines as they are.
  static func store(cellAcross: Double, cellDown: Double) throws {
    try rewrite([across, down], first: "\(across) = \(cellAcross)\n\(down) = \(cellDown)\n")
  }

  /// Writes the reader's name into the config, and leaves its other lines as they are.
  static func store(reviewer: String) throws {
    try rewrite(["reviewer"], first: "reviewer = \(SettingsFile.quoted(reviewer))\n")
  }

  /// Takes what a cell measures out of the config.
  static func forgetCell() throws {
    if Places.exists(file) { try rewrite([across, down], first: "") }
  }

  /// Puts lines before the config's others, of which those of some names go.
  private static func rewrite(_ names: [String], first: String) throws {
    let old =
      Places.exists(file)
      ? try text(of: file)
      : "# Settings of einthoven. The reviewer was asked for once, the cell's size is what `einthoven calibrate` measured.\n"
    // By byte: a line end of CR LF is one Character, and no LF.
    let blanksAndQuotes = Array(" \t\"'\u{FEFF}".utf8)
    let lines = old.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).filter { line in
      let name = line.drop { blanksAndQuotes.contains($0) }
      return !names.contains { name.starts(with: $0.utf8) }
    }
    let rest = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    let written = Array(first.utf8) + (rest.starts(with: "\u{FEFF}".utf8) ? rest.dropFirst(3) : rest[...])
    do {
      try FileManager.default.createDirectory(at: Places.config, withIntermediateDirectories: true)
      try OutputFile.write(written, to: file.path)
    } catch {
      throw CommandFailure.cannotCreate("\(file.path): cannot be written: \(error.fileCause)")
    }
  }

  /// Makes sure, while arguments are parsed, that a theme named there is one of the program's or of the user's.
  static func check(theme name: String?) throws {
    guard let name, Theme.named(name) == nil, ownTheme(name) == nil else { return }
    throw ValidationError(unknownTheme(name))
  }

  /// The user's theme of a name, where there is one.
  private static func ownTheme(_ name: String) -> URL? {
    let file = Places.config.appendingPathComponent("themes/\(name).toml")
    return !name.contains("/") && Places.exists(file) ? file : nil
  }

  private static func unknownTheme(_ name: String) -> String {
    let known = Theme.all.map(\.name).joined(separator: ", ")
    return "unknown theme '\(name)'; expected \(known), or a file \(Places.config.path)/themes/NAME.toml"
  }

  /// A theme: one of the program's, else the file `themes/NAME.toml` of the user.
  static func theme(named name: String) throws -> Theme {
    if let theme = Theme.named(name) { return theme }
    guard let own = ownTheme(name) else { throw CommandFailure.usage(unknownTheme(name)) }
    do {
      return try Theme(parsing: try text(of: own), name: name, fileName: own.path)
    } catch let error as SettingsError {
      throw CommandFailure.badData(error.description)
    }
  }

  private static func text(of file: URL) throws -> String {
    try FileInput.text(file.path, limit: 1 << 20, expected: "settings in TOML")
  }
}
