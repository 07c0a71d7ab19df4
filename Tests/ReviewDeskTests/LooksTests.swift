import ECG
import ECGPaper
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// What a fussy eye asks of every screen: nothing collides, nothing is cut without a sign, what is selected is seen.
@Suite struct LooksTests {
  private func leaveOut(_ leads: String, _ state: inout DeskState) {
    press(.leaveOutLeads, &state)
    for scalar in leads.unicodeScalars { _ = Update.apply(.key(.character(scalar)), to: &state) }
    _ = Update.apply(.key(KeyStroke(.enter)), to: &state)
  }

  // MARK: Selection

  @Test(arguments: Theme.all.map(\.name))
  func theSelectedRowReadsInEveryThemeAndDepth(name: String) throws {
    let theme = try #require(Theme.named(name))
    for depth in ColorDepth.allCases {
      let look = theme.appearance(of: .ink(.selected), depth: depth)
      #expect(look != theme.appearance(of: .plain, depth: depth))
      guard depth != .none else {
        #expect(look.attributes.contains(.reverse))
        continue
      }
      let (foreground, background) = (try #require(look.foreground), try #require(look.background))
      #expect(!look.attributes.contains(.reverse) && foreground.contrast(with: background) > 4.5)
      #expect(foreground.ansi16 != background.ansi16 && foreground.indexed256 != background.indexed256)
      #expect(background.contrast(with: theme.background) > 3, "a row that cannot be told from its neighbours")
    }
  }

  @Test func everyListMarksItsSelectedRowOnceByColourAndBySign() throws {
    var state = try DeskFixture.reviewing(Size(columns: 100, rows: 30))
    state.results = try DeskFixture.results()
    for overlay in [Overlay.list(selected: 2), .palette(selected: 2), .results(selected: 2)] {
      state.overlay = overlay
      for (number, grid) in [Screen.render(state), Screen.render(state).drawn(with: .ascii)].enumerated() {
        let rows = (0..<grid.rows - 1).filter { row in (0..<grid.columns).contains { grid[column: $0, row: row].style.ink == .selected } }
        #expect(rows.count == 1, "\(overlay)")
        guard let row = rows.first else { continue }
        let cells = (0..<grid.columns).map { grid[column: $0, row: row] }.filter { $0.style.ink == .selected }
        #expect(cells.first?.scalar == (number == 0 ? "›" : ">") && cells.count > 60)
        #expect(cells.allSatisfy { $0.style.attributes.isEmpty }, "an attribute may undo what the theme does")
      }
    }
  }

  // MARK: Calibration mark and names

  /// The mark is there wherever the plot is higher than it, touches no name, and has the height and width that the scale says.
  @Test(arguments: [LeadLayout.twelveByOne, .sixByTwo, .threeByFour, .medianBeats, .single(.v2)])
  func theCalibrationMarkTouchesNoName(layout: LeadLayout) throws {
    for size in ["60x16", "80x24", "100x30", "120x40", "160x48", "200x50", "200x60", "300x100"] {
      let numbers = size.split(separator: "x").compactMap { Int($0) }
      var state = try DeskFixture.viewing(Size(columns: numbers[0], rows: numbers[1]))
      state.paper.layout = layout
      state.paper.isScreenMeasured = true
      for isCabrera in [false, true] {
        for gain in [nil, 2.5, 5, 10, 20] {
          state.paper.isCabrera = isCabrera
          state.paper.scale.gainMillimetresPerMillivolt = gain ?? 10
          state.paper.isGainChosen = gain != nil
          check(Screen.render(state), gain: gain, "\(layout) \(size) Cabrera \(isCabrera) gain \(gain ?? 0)")
        }
      }
    }
  }

  private func check(_ grid: Grid, gain: Double?, _ what: String) {
    var marks = 0
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        let cell = grid[column: column, row: row]
        if cell.style.ink == .calibration {
          marks += 1
          #expect(cell.scalar.braillePattern != nil)
          if column > 0 { #expect(grid[column: column - 1, row: row].style.ink != .title, "\(what): a name touches the mark") }
        }
      }
    }
    if let gain, Double(grid.rows - 9) * 4 < gain { return }
    #expect(marks > 0, "\(what): no mark")
    guard let gain else { return }
    // The left side of the mark, in dots, from its foot to its top: column 1 of dots of its first cell.
    let cells = (0..<grid.columns).flatMap { column in (0..<grid.rows).map { (column, $0) } }
    let first = cells.first { grid[column: $0.0, row: $0.1].style.ink == .calibration }?.0 ?? 0
    let dots = (0..<grid.rows * 4).filter { y in
      [first].contains { column in
        let cell = grid[column: column, row: y / 4]
        let bit: UInt8 = [0x08, 0x10, 0x20, 0x80][y % 4]
        return cell.style.ink == .calibration && (cell.scalar.braillePattern ?? 0) & bit != 0
      }
    }
    let runs = dots.reduce(into: [[Int]]()) { runs, y in
      if let last = runs.last?.last, last + 1 == y { runs[runs.count - 1].append(y) } else { runs.append([y]) }
    }
    let height = Int(gain.rounded()) + 1
    #expect(runs.allSatisfy { $0.count % height == 0 }, "\(what): \(runs.map(\.count)) dots high")
  }

  @Test func namesStandBesideTracesAndNotOnThem() throws {
    for layout in [LeadLayout.sixByTwo, .threeByFour, .medianBeats] {
      for size in [Size(columns: 80, rows: 24), Size(columns: 160, rows: 48)] {
        var state = try DeskFixture.viewing(size)
        state.paper.layout = layout
        let grid = Screen.render(state)
        for row in 1..<grid.rows - 4 {
          for column in 1..<grid.columns {
            let (left, right) = (grid[column: column - 1, row: row], grid[column: column, row: row])
            let inks = [left.style.ink, right.style.ink]
            #expect(!(inks.contains(.trace) && inks.contains(.title)), "\(layout) \(size), row \(row), column \(column)")
          }
        }
      }
    }
  }

  // MARK: Nothing is cut silently

  @Test(arguments: [60, 80, 120, 200])
  func helpSaysEveryWordOfEveryAction(columns: Int) throws {
    var state = try DeskFixture.reviewing(Size(columns: columns, rows: 24))
    press(.help, &state)
    var said = ""
    for _ in 0..<20 {
      // The box is the longest piece of a line between two sides of a frame.
      said += Screen.render(state).plainText().dropFirst().dropLast().compactMap { line in
        line.split(separator: "│").max { $0.count < $1.count }.map { $0 + " " }
      }.joined()
      press(.pageRight, &state)
    }
    #expect(!said.contains("…"))
    let words = Set(said.split(separator: " "))
    for entry in Action.table {
      for word in entry.help.split(separator: " ") { #expect(words.contains(word), "'\(word)' of \(entry.action)") }
    }
  }

  @Test func aTableTooWideIsCutBetweenItsColumnsAndGoesOnBelow() {
    let table = [
      "raters         n  kappa            95 % CI     max", "SW — HG        6  0.000   -0.754 to 0.754   0.667",
      "label — model 16  0.238   -0.240 to 0.717   1.000",
    ]
    let prose = "Kappa on a sample of misclassified recordings does not describe agreement on the data set they were drawn from."
    #expect(FoldedReport.lines(table + ["", "Short."], columns: 60) == table + ["", "Short."])
    for columns in 34...48 {
      let folded = FoldedReport.lines([prose, ""] + table, columns: columns)
      #expect(folded.allSatisfy { $0.count <= columns })
      let cells = folded.joined(separator: "  ")
      for cell in ["-0.754 to 0.754", "-0.240 to 0.717", "95 % CI", "1.000", "0.238", "misclassified"] { #expect(cells.contains(cell)) }
      #expect(folded.count { $0.hasPrefix("label — model") } > 1, "each part has its first column")
    }
    #expect(FoldedReport.lines([], columns: 10).joined().isEmpty)
  }

  @Test func theLineOfLeadInfluenceCutsNoValue() throws {
    for columns in 60..<110 {
      var state = try DeskFixture.reviewing(Size(columns: columns, rows: 24))
      _ = press(.toggleMeasurements, &state)
      let line = try #require(Screen.render(state).plainText().first { $0.contains("drop ×.01 without:") })
      let pairs = line.matches(of: #/  (I{1,3}|aV[RLF]|V[1-6]) (−?\d+)/#)
      let expected = ["3", "−5", "6", "0", "4", "10", "15", "−2", "−4", "−2", "−12", "13"]
      for pair in pairs { #expect(expected[try #require(Lead(signalName: String(pair.1))).rawValue] == pair.2) }
      #expect(
        pairs.count == 12 || line.contains("…") && pairs.count > 2 && pairs[0].1 == "V1", "the strongest first where not all have room")
    }
  }

  @Test func manyLeadsLeftOutAreCountedWhereTheirNamesHaveNoRoom() throws {
    var state = try DeskFixture.viewing(Size(columns: 200, rows: 50))
    leaveOut("V1", &state)
    #expect(text(state).contains("without V1 "))
    leaveOut("V2 V3 V4 V5 V6 aVL", &state)
    #expect(text(state).contains("lead influence — LAD without 7 leads ") && text(state).contains("SE-ResNet without"))
  }

  @Test func whatIsNotMeasuredIsSaidOnceAndNotDashed() throws {
    for size in [Size(columns: 100, rows: 30), Size(columns: 200, rows: 50)] {
      let screen = text(try DeskFixture.reviewing(size))
      #expect(screen.contains(#/QTcF +[0-9]+/#) && !screen.contains("PR –") && !screen.contains("axis –"))
      #expect(!screen.contains("not in this version"))
    }
  }
}
