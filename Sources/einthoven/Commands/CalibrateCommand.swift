import ArgumentParser
import Foundation
import TerminalUI

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measure once what a millimetre is on this screen: hold a ruler to the bars, and the scale is true from then on.",
    discussion: """
      The measures go into config.toml in your config folder; a new font or another screen needs new ones.
      Examples:
        einthoven calibrate
        einthoven calibrate --width 98.5 --height 84
      """
  )

  private static let barColumns = 40
  private static let barRows = 20

  @Option(help: "Length of the horizontal bar of \(barColumns) cells in millimetres.") var width: Double?
  @Option(help: "Length of the vertical bar of \(barRows) cells in millimetres.") var height: Double?
  @Flag(help: "Forget the measures: a dot counts as a millimetre again.") var reset = false

  mutating func validate() throws {
    if (width == nil) != (height == nil) { throw ValidationError("give --width and --height together") }
    if reset, width != nil { throw ValidationError("--reset takes no measures") }
  }

  func run() throws {
    if reset {
      try DeskConfig.forgetCell()
      try Console.write("forgotten: a dot counts as a millimetre\n")
      return
    }
    var measured = (width, height)
    if measured.0 == nil {
      try drawBars()
      measured.0 = try ask("length of the horizontal bar in mm: ")
      measured.1 = try ask("length of the vertical bar in mm: ")
    }
    guard let width = measured.0, let height = measured.1 else { return }
    let cell = (across: width / Double(Self.barColumns), down: height / Double(Self.barRows))
    guard DeskConfig.cellLimits.contains(cell.across), DeskConfig.cellLimits.contains(cell.down) else {
      throw CommandFailure.usage("no screen has cells of \(cell.across) by \(cell.down) mm; expected the bars' lengths in millimetres")
    }
    try DeskConfig.store(cellAcross: cell.across, cellDown: cell.down)
    let dots = (Double(BrailleCanvas.dotsAcross) / cell.across, Double(BrailleCanvas.dotsDown) / cell.down)
    try Console.write(
      String(format: "a cell is %.2f by %.2f mm: 1 mm is %.2f dots across and %.2f down\n", cell.across, cell.down, dots.0, dots.1)
        + "kept in \(DeskConfig.file.path)\n")
  }

  private func drawBars() throws {
    let isUTF8 = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { Places.environment($0) }.first?.lowercased().contains("utf") ?? false
    let (bar, post) = isUTF8 ? ("█", "█") : ("#", "#")
    try Console.write("Hold a ruler to the screen. The horizontal bar is \(Self.barColumns) cells long, from edge to edge:\n\n")
    try Console.write("  " + String(repeating: bar, count: Self.barColumns) + "\n\nThe vertical bar is \(Self.barRows) cells high:\n\n")
    for _ in 0..<Self.barRows { try Console.write("  \(post)\n") }
    try Console.write("\n")
  }

  private func ask(_ question: String) throws -> Double {
    try Console.write(question)
    guard let answer = readLine()?.replacing(",", with: ".").trimmingCharacters(in: .whitespaces), let number = Double(answer), number > 0
    else {
      throw CommandFailure.usage("expected a length in millimetres, such as 98.5; nothing was kept")
    }
    return number
  }
}
