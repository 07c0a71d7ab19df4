import ECGPaper
import ReviewDesk
import TerminalUI

/// What the manual says that stands in no other table, and the pages of section 5.
enum ManualTexts {
  /// Beyond what `--help` says of the program.
  static let description = [
    """
    Results go to standard output, everything else to standard error. A path is a record, with or without its extension, a folder, which is \
    searched recursively, or a file that lists records. Recordings are WFDB.
    """,
    """
    The screen works from 80 by 24 up; below 60 by 16 it takes no verdicts and says so. Escape answers within 30 ms: a terminal has \
    20 ms to send the rest of a key's sequence. Where a slow line brings it later, it is still taken for that key, after Escape.
    """,
    "Research software. It is not a medical device, and nothing it shows may be used for diagnosis or treatment.",
  ]

  /// Variables that the program reads.
  static let environment = [
    ("EINTHOVEN_MODEL", "The model file where `--model` names none."),
    ("EINTHOVEN_THREADS", "Threads for the network where `--threads` says none, 1 to 256."),
    ("EINTHOVEN_SHARE", "The folder that holds the program's Keymaps, Models and SampleData."),
    (
      "TERM, COLORTERM, NO_COLOR",
      "How many colours the screen has: none where NO_COLOR is not empty, 24 bits where COLORTERM is truecolor or 24bit "
        + "(not on the Linux console, nor in GNU screen), else what terminfo says of TERM. `--colors` overrides them."
    ),
    (
      "LC_ALL, LC_CTYPE, LANG",
      "The locale. Where it is not UTF-8, and where TERM is linux, whose fonts have no braille, the screen is ASCII. `--glyphs` overrides it."
    ),
    ("USER", "The reader's name that is offered where `--reviewer` gives none and none was given before."),
    ("XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME", "Where settings, verdicts and the log are; see FILES."),
  ]

  /// Files that the program reads and writes.
  static let files = [
    ("$XDG_CONFIG_HOME/einthoven/config.toml", "Settings; see einthoven-config(5). XDG_CONFIG_HOME is ~/.config unless set."),
    ("$XDG_CONFIG_HOME/einthoven/keymap.toml", "Your keys; see einthoven-keymap(5)."),
    ("$XDG_CONFIG_HOME/einthoven/themes/NAME.toml", "Your themes; see einthoven-config(5)."),
    (
      "$XDG_DATA_HOME/einthoven/reviews.sqlite",
      "The store of verdicts where `--store` names none. XDG_DATA_HOME is ~/.local/share unless set."
    ),
    (
      "$XDG_DATA_HOME/einthoven/reviews.sqlite.cache",
      "What was found out about recordings, beside each store; it can be removed without losing anything."
    ),
    ("$XDG_STATE_HOME/einthoven/folded-panels", "The panels that you folded away, a line each."),
    ("$XDG_STATE_HOME/einthoven/paper", "Speed, gain, layout, Cabrera, grid and filter as you chose them last."),
    ("$XDG_STATE_HOME/einthoven/flags/STUDY-READER", "The cases of a study that a reader has flagged."),
    ("$XDG_STATE_HOME/einthoven/einthoven.log", "What went wrong while the screen was up. XDG_STATE_HOME is ~/.local/state unless set."),
    ("../share/einthoven", "Beside the program's folder: keymaps, model and sample recordings."),
  ]

  /// Exit codes, those of sysexits(3) and of signals.
  static let exitCodes = [
    ("0", "Success."),
    ("\(ExitStatus.usage)", "The call is mistaken: unknown options, values out of range, a screen asked for where there is no terminal."),
    ("\(ExitStatus.badData)", "Data that is damaged or means nothing: recordings, models, settings, stores."),
    ("\(ExitStatus.noInput)", "No such input."),
    ("\(ExitStatus.internalFault)", "A fault of the program's own."),
    ("\(ExitStatus.cannotCreate)", "An output cannot be created."),
    ("\(ExitStatus.outputFailed)", "An output cannot be written to its end."),
    ("128+n", "Ended by signal n, after the verdicts given were saved and the terminal was given back."),
  ]

  /// The page of config.toml and of themes.
  static func config() -> String {
    var page = Roff(name: "einthoven-config", section: 5)
    page.section("NAME")
    page.raw("einthoven\\-config \\- settings and themes of einthoven")
    page.section("DESCRIPTION")
    page.line(
      "The file config.toml in $XDG_CONFIG_HOME/einthoven holds settings in TOML. Every entry may be left out; options on the command line override them."
    )
    page.item(Roff.bold("theme"), "Colours: \(Theme.all.map(\.name).joined(separator: ", ")), or the name of a theme of yours.")
    page.item(
      Roff.bold("glyphs"),
      "Characters to draw with: \(GlyphSet.allCases.map(\.rawValue).joined(separator: ", ")). The action glyph-test shows whether your font draws them."
    )
    page.item(Roff.bold("colors"), "How many colours: \(ColorDepth.allCases.map(\.rawValue).joined(separator: ", ")).")
    page.item(Roff.bold("mouse"), "true uses the mouse from the start. Until then the terminal selects text with it.")
    page.item(Roff.bold("reviewer"), "The reader's name that was given last; it is asked for once, at the terminal, and written here.")
    page.item(Roff.bold("confirm-quit"), "true makes leaving a study with unjudged cases take the key twice.")
    page.item(
      Roff.bold("minimum-view-ms"),
      "How many milliseconds a trace must have been on the screen before a verdict on it is taken; 400 unless given.")
    page.item(
      ["layout", "speed", "gain", "cabrera", "grid", "filter"].map(Roff.bold).joined(separator: ", "),
      "The paper where nothing else was chosen at the desk: \(LeadLayout.names); mm/s; mm/mV; true for Cabrera's order; none, large or small; a display filter."
    )
    page.item(
      Roff.bold("cell-width-mm") + ", " + Roff.bold("cell-height-mm"),
      "What a character cell measures on your screen, as `einthoven calibrate` finds out.")
    page.section("THEMES")
    page.line("A file NAME.toml in the folder themes beside config.toml is a theme. It changes single colours of a base:")
    page.literal([
      "base = \"dark\"", "foreground = \"#d4d7dd\"", "background = \"#14171c\"", "paints-ground = true", "", "[inks]",
      "trace = \"#9be28a\"",
      "key = \"bold #ffffff on #303030\"",
    ])
    page.paragraph(
      "`paints-ground` paints the terminal in the theme's background rather than leaving it as it is. A colour may have bold, dim, underline and reverse before it. The inks are \(Ink.allCases.map(\.name).joined(separator: ", "))."
    )
    page.section("SEE ALSO")
    page.raw("\(Roff.bold("einthoven"))(1),\n\(Roff.bold("einthoven-calibrate"))(1),\n\(Roff.bold("einthoven-keymap"))(5)")
    return page.text
  }

  /// The page of keymaps.
  static func keymap(_ keymap: Keymap) -> String {
    var page = Roff(name: "einthoven-keymap", section: 5)
    page.section("NAME")
    page.raw("einthoven\\-keymap \\- keys of einthoven")
    page.section("DESCRIPTION")
    page.line(
      "A file keymap.toml in $XDG_CONFIG_HOME/einthoven changes single keys of a shipped keymap: \(KeymapFiles.shippedNames.joined(separator: ", "))."
    )
    page.literal(["base = \"vim\"", "[keys]", "verdict-present = [\"y\", \"1\"]", "flag = \"F\"", "march-out = []"])
    page.paragraph(
      "A key that is given to an action is taken from the one that had it; an empty list leaves an action without keys. `--keymap` uses a shipped keymap as it is, and `einthoven keys` prints the keys in force."
    )
    let named = KeyStroke.namedKeys.map { KeyStroke($0).description }.filter { !$0.hasPrefix("f") }
    page.paragraph(
      "A key is a character, or one of \(named.joined(separator: ", ")), f1 to f24; before it `ctrl-`, with letters, space and some signs, or `alt-`. Upper and lower case of characters are different keys."
    )
    page.paragraph(
      "A table [relabel] has the keys of a study that relabels: what they do there goes before [keys]. There a small letter by itself begins a search among the statements, and alt- with a letter does what the letter does elsewhere."
    )
    page.paragraph(
      "A table [annotate] has the keys of the edit mode in the same way. There a character that is a mnemonic of WFDB, such as N or V, marks the beat at the caret."
    )
    page.section("ACTIONS")
    page.line("Each with its keys in the default keymap.")
    for entry in Action.table {
      let keys = keymap.keys(for: entry.action.rawValue).map { Roff.bold($0.description) }.joined(separator: ", ")
      page.item("\(Roff.bold(entry.action.rawValue)) (\(keys))", entry.help)
    }
    page.section("SEE ALSO")
    page.raw("\(Roff.bold("einthoven"))(1),\n\(Roff.bold("einthoven-keys"))(1),\n\(Roff.bold("einthoven-config"))(5)")
    return page.text
  }
}
