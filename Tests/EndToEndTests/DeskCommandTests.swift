import Foundation
import Testing

/// The commands about the screen: keys, calibrate, print, themes.
@Suite struct DeskCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test(arguments: ["default", "vim", "emacs"])
  func keysPrintsTheTable(keymap: String) throws {
    let lines = try JSON.lines(Program.run(["keys", "--keymap", keymap, "--format", "json"], in: workspace))
    #expect(lines.count > 40)
    for line in lines {
      #expect((line["keys"] as? [String])?.isEmpty == false, "\(line)")
      #expect(line["action"] is String && line["help"] is String && line["group"] is String)
    }
    #expect(try Program.run(["keys", "--keymap", "ed"], in: workspace).code == 64)
  }

  @Test func aCalibratedScreenSaysHowManyDotsAMillimetreIs() throws {
    #expect(try Program.run(["calibrate", "--width", "80", "--height", "80"], in: workspace).code == 0)
    let frame = try Program.run(["render", SampleData.path("heart02"), "--size", "160x45"], in: workspace)
    #expect(frame.output.contains("25 mm/s") && frame.output.contains("1 mm = 1 dot"), "a cell of 2 by 4 mm has dots of a millimetre")
    #expect(try Program.run(["calibrate", "--width", "96", "--height", "80"], in: workspace).code == 0)
    #expect(
      try Program.run(["render", SampleData.path("heart02"), "--size", "160x45"], in: workspace).output.contains("1 mm = 0.83×1 dots"))
    #expect(try Program.run(["calibrate", "--width", "0.1", "--height", "80"], in: workspace).code == 64)
    #expect(try Program.run(["calibrate", "--reset"], in: workspace).code == 0)
    #expect(try Program.run(["render", SampleData.path("heart02"), "--size", "200x40"], in: workspace).output.contains("1 mm = 1 dot "))
  }

  @Test(arguments: [
    "# mine\r\ncell-width-mm = 2.1\r\ncell-height-mm = 4.2\r\n", "\u{FEFF}\"cell-width-mm\" = 2.1\n\t'cell-height-mm' = 4.2\n",
  ])
  func calibratingReplacesTheMeasuresHoweverTheyAreWritten(config: String) throws {
    let file = try workspace.write("config/einthoven/config.toml", config.utf8)
    #expect(try Program.run(["calibrate", "--width", "80", "--height", "80"], in: workspace).code == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "cell-width-mm").count == 2)
    let frame = try Program.run(["render", SampleData.path("heart02"), "--size", "160x45"], in: workspace)
    #expect(frame.code == 0 && frame.output.contains("1 mm = 1 dot"), "\(frame.complaints)")
  }

  @Test func aConfigThatWouldEndTheParserIsRefusedWithItsLine() throws {
    for bad in ["\n[=]\n", "theme = [}\n", "cell-width-mm = 'wide'\n", "thme = 'dark'\n", "glyphs = 'runes'\n"] {
      try workspace.write("config/einthoven/config.toml", bad.utf8)
      let outcome = try Program.run(["render", SampleData.path("heart02")], in: workspace)
      #expect(outcome.code == 65 && outcome.complaints.contains("config.toml:"), "\(bad): \(outcome.complaints)")
    }
  }

  @Test func aThemeOfOnesOwnColoursTheScreen() throws {
    try workspace.write("config/einthoven/themes/mine.toml", "base = 'paper'\n[inks]\ntrace = '#123456'\n".utf8)
    let picture = try Program.run(["render", SampleData.path("heart02"), "--theme", "mine", "--format", "svg"], in: workspace)
    #expect(picture.code == 0 && picture.output.contains("#123456"))
    #expect(try Program.run(["render", SampleData.path("heart02"), "--theme", "plaid"], in: workspace).code == 64)
  }

  @Test func aSheetIsA4InMillimetres() throws {
    let file = workspace.file("sheet.svg")
    #expect(try Program.run(["print", SampleData.path("heart02"), file], in: workspace).code == 0)
    let sheet = try String(contentsOfFile: file, encoding: .utf8)
    #expect(sheet.contains("width=\"297mm\" height=\"210mm\"") && sheet.contains("25 mm/s") && sheet.contains("10 mm/mV"))
    #expect(try Program.run(["print", SampleData.path("heart02"), workspace.file("sheet.pdf")], in: workspace).code == 64)
    #expect(try Program.run(["print", SampleData.path("nowhere"), file], in: workspace).code == 66)
  }
}
