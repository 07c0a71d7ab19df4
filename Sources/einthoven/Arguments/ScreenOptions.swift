import ArgumentParser
import ECGPaper
import Foundation
import ReviewDesk
import TerminalUI
import Workbench

/// How the screen looks and which keys it has.
struct ScreenOptions: ParsableArguments {
  @Option(help: "A shipped keymap: default, vim or emacs. Default: your keymap.toml in the config folder, else default.")
  var keymap: String?

  @Option(
    help: "Colours: \(Theme.all.map(\.name).joined(separator: ", ")), or a theme of yours. Default: that of your config.toml, else dark.")
  var theme: String?

  @Option(help: "Layout of the leads: \(LeadLayout.names). Default: the view in which the study's question is answered.")
  var layout: LeadLayout?

  @Option(help: "Characters to draw with: braille, block or ascii. Default: that of your config.toml, else by locale and terminal.")
  var glyphs: GlyphSet?

  @Option(
    help:
      "How many colours: none, 16, 256 or 24bit. Default: that of your config.toml, else by NO_COLOR, COLORTERM and what TERM is known to show."
  )
  var colors: ColorDepth?

  @Option(
    help: ArgumentHelp(
      "Write the session as an asciinema cast (version 2), with names of records and patients left out.", valueName: "file"))
  var record: String?

  @Flag(help: "Keep names of records and patients in the cast.")
  var recordNames = false

  @Flag(help: "Use the mouse: click a record or a class, drag a caret, wheel. Default: that of your config.toml, else off.")
  var mouse = false

  mutating func validate() throws {
    try DeskConfig.check(theme: theme)
    if recordNames, record == nil { throw ValidationError("--record-names goes with --record") }
  }

  /// The keymap in force.
  func resolvedKeymap() throws -> Keymap { try KeymapFiles.load(named: keymap) }

  /// Puts what these options and the user's config say into a session's setup.
  func apply(to setup: inout DeskSetup) throws {
    let config = try DeskConfig.load()
    setup.measuring = MeasuredFeatures()
    setup.theme = try DeskConfig.theme(named: theme ?? config.theme ?? "dark")
    setup.layout = layout
    setup.glyphs = glyphs ?? config.glyphs
    setup.colors = colors ?? config.colors
    setup.paper = config.paper(PaperSettings())
    config.choices.apply(to: &setup.paper)
    setup.cast = record.map { DeskSetup.Cast(file: URL(fileURLWithPath: $0), keepsNames: recordNames) }
    setup.usesMouse = mouse || config.usesMouse
    setup.confirmsLeaving = config.confirmsLeaving
    setup.minimumViewMilliseconds = config.minimumViewMilliseconds
    guard let log = Places.log else { return }
    let states = URL(fileURLWithPath: log).deletingLastPathComponent()
    setup.panelFile = PanelFile(states.appendingPathComponent("folded-panels"))
    setup.paperFile = PaperFile(
      states.appendingPathComponent("paper"), question: setup.review?.context.diagnosis.abbreviation ?? "view")
    if let review = setup.review {
      let folder = states.appendingPathComponent("flags")
      setup.flagFile = FlagFile(folder: folder, study: review.context.study, reviewer: review.context.reviewer)
    }
  }
}

extension GlyphSet: ExpressibleByArgument {}
extension ColorDepth: ExpressibleByArgument {}
