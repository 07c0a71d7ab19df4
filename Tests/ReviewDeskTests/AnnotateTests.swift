import ECG
import ECGPaper
import ECGSignal
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// The edit mode: beats by their mnemonics, many at once, stretches, taking back, and what is said to be saved.
@Suite struct AnnotateTests {
  @Test func itBeginsWithWhatIsMeasuredAndSaysHowToLeave() throws {
    var desk = try AnnotateFixture()
    desk.strike("e")
    #expect(desk.marks == desk.beginning && desk.strokes.count == 1)
    #expect(desk.screen.contains("EDIT") && desk.screen.contains("[esc] leaves") && desk.screen.contains("saved"))
    #expect(desk.screen.contains("\(desk.peaks.count) beats"))
    desk.strike("esc")
    #expect(!desk.screen.contains("EDIT") && desk.written == 1)
    // The second time it goes on.
    desk.strike("e")
    #expect(desk.strokes.count == 1)
  }

  @Test func aMnemonicChangesTheBeatAndTheSameAgainTheNextOne() throws {
    var desk = try AnnotateFixture()
    desk.strike("e", "V")
    #expect(desk.marks[0] == "V\(desk.peaks[0])" && desk.marks[1] == "N\(desk.peaks[1])")
    #expect(desk.screen.contains("V premature ventricular contraction"))
    desk.strike("V", "V")
    #expect(desk.marks.prefix(4).map { $0.first } == ["V", "V", "V", "N"])
    desk.strike("space", "A", "backspace", "F")
    #expect(desk.marks.prefix(4).map { $0.first } == ["V", "V", "F", "A"])
  }

  @Test func aFalseBeatIsRemovedAMissedOneAddedAndTheRateFollows() throws {
    var desk = try AnnotateFixture()
    desk.strike("e", "space")
    let (before, peaks) = (desk.screen, desk.peaks)
    let rr = Int((Double(peaks[1] - peaks[0]) * 2).rounded())
    #expect(before.contains("RR \(rr) ms"))
    desk.strike(".")
    #expect(desk.marks.count == peaks.count - 1 && desk.screen.contains("\(peaks.count - 1) beats"))
    // The same again brings it back.
    desk.strike(".")
    #expect(desk.marks.count == peaks.count && desk.screen.contains("RR \(rr) ms"))
    desk.strike(".")
    for _ in 0..<5 { desk.strike("right") }
    desk.strike("N")
    #expect(desk.marks[1] == "N\(peaks[1])", "placed at the R peak")
    desk.strike(".", "k")
    for _ in 0..<5 { desk.strike("right") }
    desk.strike("N")
    #expect(desk.marks[1] == "N\(peaks[1] + 5)" && desk.screen.contains("no snap"))
  }

  @Test func measurementsFollowTheReadersBeats() throws {
    var desk = try AnnotateFixture()
    #expect(!desk.screen.contains(/[0-9] yours/))
    desk.strike("e", "space", ".")
    let (beats, rate) = (desk.state.ownAnnotations.map(\.sample), 500.0)
    let distances = zip(beats, beats.dropFirst()).map { Double($1 - $0) * 1000 / rate }
    let line = try #require(desk.screen.split(separator: "\n").first { $0.contains(/[0-9] yours/) })
    let longest = Int((distances.max() ?? 0).rounded())
    #expect(line.contains("to \(longest), \(beats.count) yours"))
    let mean = distances.reduce(0, +) / Double(distances.count)
    #expect(
      desk.screen.contains(String(format: "HR   %4.0f bpm", 60_000 / mean))
        || desk.screen.contains(String(format: "%.0f bpm", 60_000 / mean)))
    desk.strike("z")
    #expect(!desk.screen.contains("to \(longest), \(beats.count) yours"))
  }

  @Test func whatIsDrawnAndCountedStrokeByStrokeIsWhatIsReadBack() throws {
    var desk = try AnnotateFixture()
    desk.strike("e")
    var numbers = SeededGenerator(seed: 11, purpose: "strokes")
    let keys = ["V", "N", "space", "backspace", ".", "A", "right", "left", "z", "Z", "(", ")", "k", "[", "tab", "+", "t", "~"]
    for round in 0..<120 {
      desk.strike(keys[numbers.below(keys.count)])
      if round % 20 == 13 {
        desk.strike("i", "space", "space", "i")
        for letter in ["v", "t"] { desk.strike(letter) }
        desk.strike("enter")
        if desk.state.entry != nil { desk.strike("esc") }
      }
      guard round % 10 == 9 else { continue }
      desk.strike("right")
      let before = desk.screen
      desk.tell(.strokes(ticket: desk.state.ticket, StoredStrokes(desk.strokes)))
      #expect(desk.screen == before, "after \(round + 1) keys")
    }
    #expect(desk.strokes.count > 20)
  }

  @Test func theCaretIsSeenOnTheTrendOfALongRecording() throws {
    var desk = try AnnotateFixture()
    let loaded = LoadedRecording(Self.halfAnHour)
    desk.state.loading = .ready(loaded)
    desk.state.display = DisplayTraces(of: loaded, filter: .none)
    desk.tell(.strokes(ticket: desk.state.ticket, []))
    desk.press(.fitRecording)
    desk.strike("e")
    func columns() -> Set<Int> {
      Set(desk.screen.split(separator: "\n").flatMap { line in line.enumerated().filter { $1 == "┃" }.map(\.offset) })
    }
    #expect(desk.screen.contains("heart rate, beats a minute") && columns().count == 1)
    let before = columns()
    desk.press(.goEnd)
    #expect(columns().count == 1 && columns() != before)
  }

  @Test func boundariesGoToOnsetsAndEnds() throws {
    var desk = try AnnotateFixture()
    let beats = try Measurements(of: DeskFixture.recording()).beats
    let qrs = try #require(beats[1].waves.qrs)
    desk.strike("e", "space")
    for _ in 0..<(desk.peaks[1] - qrs.onset) { desk.strike("left") }
    desk.strike("right", "(")
    #expect(desk.marks.contains("(\(qrs.onset)"))
    desk.strike("space")
    for _ in 0..<(qrs.offset - desk.peaks[1]) { desk.strike("right") }
    desk.strike("left", ")")
    #expect(desk.marks.contains(")\(qrs.offset)"))
    desk.strike("tab")
    #expect(!desk.marks.isEmpty)
  }

  @Test func aRangeChangesAllItsBeatsAndAsksWhereSomeCannotBeSeen() throws {
    var desk = try AnnotateFixture()
    desk.strike("e", "m", "space", "space")
    #expect(desk.screen.contains("range of 3 beats"))
    desk.strike("a")
    #expect(desk.marks.prefix(4).map { $0.first } == ["a", "a", "a", "N"] && !desk.screen.contains("range of"))
    // On fast paper the first beats leave the screen.
    desk.state.paper.layout = .single(.ii)
    desk.state.paper.scale.speedMillimetresPerSecond = 100
    desk.press(.goStart)
    desk.strike("m")
    desk.press(.goEnd)
    let count = desk.strokes.count
    desk.strike("V")
    #expect(desk.screen.contains("off the screen") && desk.strokes.count == count)
    desk.strike("esc")
    #expect(desk.strokes.count == count && desk.screen.contains("EDIT"))
    desk.strike("V", "enter")
    #expect(desk.marks.allSatisfy { $0.hasPrefix("V") } && desk.strokes.count == count + 1)
    desk.strike("z")
    #expect(desk.marks.prefix(4).map { $0.first } == ["a", "a", "a", "N"])
  }

  @Test func everyBeatOfAShapeIsChangedAtOnce() throws {
    var desk = try AnnotateFixture()
    let shapes = try Measurements(of: DeskFixture.recording()).beats.map(\.shape)
    desk.strike("e", "y")
    #expect(desk.screen.contains("every beat like this"))
    desk.strike("L")
    if desk.screen.contains("off the screen") { desk.strike("enter") }
    #expect(desk.marks.map { $0.first } == shapes.map { $0 == shapes[0] ? "L" : "N" })
    #expect(desk.strokes.count == 2)
  }

  @Test func stretchesHaveANameOfThePaletteOrOfOnesOwn() throws {
    var desk = try AnnotateFixture()
    desk.strike("e", "i", "space", "space", "i")
    #expect(desk.screen.contains("What this stretch is") && desk.screen.contains("atrial fibrillation"))
    for letter in ["a", "f", "i"] { desk.strike(letter) }
    desk.strike("enter")
    #expect(desk.marks.contains("+\(desk.peaks[0])–\(desk.peaks[2])"))
    #expect(desk.screen.contains("AFIB"))
    // Of the same kind none may overlap; of another it may.
    desk.strike("backspace", "i", "space", "space", "i")
    for letter in ["A", "F", "I", "B"] { desk.strike(letter) }
    desk.strike("enter")
    #expect(desk.screen.contains("would overlap"))
    desk.strike("i", "backspace", "i")
    for letter in ["p", "a", "u", "s", "e"] { desk.strike(letter) }
    #expect(desk.screen.contains("PAUSE, a name of your own"))
    desk.strike("enter")
    #expect(desk.marks.contains { $0.hasPrefix("\"") && $0.contains("–") })
    // A stretch that is given up leaves nothing.
    let count = desk.strokes.count
    desk.strike("i", "space", "i", "esc")
    #expect(desk.strokes.count == count && desk.screen.contains("EDIT"))
    desk.strike("i", "esc")
    #expect(desk.screen.contains("EDIT") && !desk.screen.contains("a stretch begins"))
  }

  @Test func marksBelongToOneLeadWhereTheReaderWants() throws {
    var desk = try AnnotateFixture()
    desk.state.paper.rhythmLead = .v2
    desk.strike("e", "l", "i", "space", "i")
    for letter in ["n", "o", "i"] { desk.strike(letter) }
    desk.strike("enter")
    #expect(desk.state.ownAnnotations.first { $0.endSample != nil }?.channel == 7 && desk.screen.contains("for V2 alone"))
    var first = try AnnotateFixture()
    first.state.paper.rhythmLead = .i
    first.strike("e", "l")
    #expect(first.screen.contains("cannot belong to I alone"))
  }

  @Test func strokesAreTakenBackAndMadeAgain() throws {
    var desk = try AnnotateFixture()
    desk.strike("e", "V", "space", "A", "z", "z")
    #expect(desk.marks == desk.beginning)
    desk.strike("Z")
    #expect(desk.marks[0].first == "V" && desk.marks[1].first == "N")
    desk.strike("z", "z")
    #expect(desk.marks.isEmpty)
    desk.strike("z")
    #expect(desk.screen.contains("nothing to take back"))
    #expect(desk.strokes.suffix(5) == [.undo, .undo, .redo, .undo, .undo])
    // What the store holds says the same to the next program.
    #expect(try AnnotationHistory(desk.strokes).annotations.isEmpty)
  }

  @Test func nothingIsSaidToBeSavedBeforeTheStoreHasIt() throws {
    var desk = try AnnotateFixture()
    desk.strike("e")
    desk.storeAnswers = false
    desk.strike("V", "space", "V")
    #expect(desk.screen.contains("saving 2") && !desk.screen.contains("saved"))
    // The program does not end before the store has answered.
    #expect(!desk.press(.quit).contains(.quit))
    let failing = desk.state
    desk.tell(.strokeSaved(caseIndex: 1, count: 2, at: .now))
    #expect(desk.screen.contains("saving 1"))
    var last = desk.state
    let effects = Update.apply(.message(.strokeSaved(caseIndex: 1, count: 3, at: .now)), to: &last)
    #expect(effects.suffix(2) == [.writeAnnotations(caseIndex: 1), .quit])
    // A stroke that fails is not shown any more.
    desk.state = failing
    desk.tell(.strokeFailed(caseIndex: 1, "the disk is full"))
    #expect(desk.screen.contains("NOT saved: the disk is full") && desk.marks == desk.beginning)
  }

  @Test func whatAStudyHidesIsNoBeginningAndNoLandmark() throws {
    var desk = try AnnotateFixture(
      blinding: [.measurements, .labels],
      layers: [
        AnnotationLayer(
          name: "atr", [Annotation(sample: 1234, code: .normal)], samplingRateHertz: 500, sampleCount: 5000)
      ])
    desk.strike("e")
    #expect(desk.marks.isEmpty && desk.strokes.isEmpty)
    desk.strike("y")
    #expect(desk.screen.contains("which this study hides"))
    desk.strike("V")
    #expect(desk.marks == ["V\(desk.peaks[0])"])
    for _ in 0..<10 { desk.strike("left") }
    desk.strike("(")
    #expect(desk.marks.first == "(\(desk.peaks[0] - 10)", "onsets are measured, and so hidden")
  }

  @Test func aFileIsGoneOnFrom() throws {
    let layer = AnnotationLayer(
      name: "atr",
      [
        Annotation(sample: 0, code: .note, aux: "## time resolution: 1000"), Annotation(sample: 300, code: AnnotationCode(rawValue: 8)),
        Annotation(sample: 400, endSample: 900, code: .note, aux: "(NOISE"), Annotation(sample: 900, code: .note, aux: "NOISE)"),
      ], samplingRateHertz: 500, sampleCount: 5000)
    var desk = try AnnotateFixture(layers: [layer])
    desk.strike("e", "esc")
    desk.press(.layers)
    desk.press(.nextRecord)
    desk.press(.annotate)
    #expect(desk.marks == ["A300", "\"400–900"])
    guard case .change(_, let source)? = desk.strokes.last else { return #expect(Bool(false), "no change") }
    #expect(source == "atr")
    desk.strike("z")
    #expect(desk.marks == desk.beginning)
  }

  @Test func verdictsAreNotTakenMeanwhileAndOtherRecordsEndIt() throws {
    var desk = try AnnotateFixture()
    desk.strike("e")
    #expect(desk.press(.verdictPresent) == [.beep] && desk.screen.contains("leaves the edit mode first"))
    let effects = desk.press(.nextRecord)
    #expect(effects.first == .writeAnnotations(caseIndex: 1) && effects.contains { if case .open = $0 { true } else { false } })
    #expect(!desk.screen.contains("EDIT"))
  }

  @Test func recordsThatAreOnlyViewedAreNotAnnotated() throws {
    var state = try DeskFixture.viewing(Size(columns: 200, rows: 50))
    #expect(press(.annotate, &state) == [.beep] && text(state).contains("only viewed"))
    #expect(press(.deleteMark, &state) == [.beep])
  }

  @Test func noKeyOfTheEditModeIsAMnemonic() throws {
    for name in ["default", "vim", "emacs"] {
      let keymap = try DeskFixture.keymap(name)
      for entry in Action.table {
        for key in keymap.annotatingKeys(for: entry.action.rawValue) {
          #expect(AnnotationCode(symbol: key.description) == nil, "\(key) in \(name)")
        }
      }
      #expect(!keymap.annotatingKeys(for: "delete-mark").isEmpty)
    }
  }

  @Test(arguments: ["default", "vim", "emacs"])
  func noKeyThatTheHelpNamesWhileEditingPutsAMark(name: String) throws {
    var desk = try AnnotateFixture(Size(columns: 200, rows: 180))
    desk.state.keymap = try DeskFixture.keymap(name)
    desk.press(.annotate)
    // Off every beat, and marks stay where the caret is: whatever is a mnemonic puts a mark that was not there.
    desk.strike("k")
    for _ in 0..<100 { desk.strike("right") }
    let before = Set(desk.marks)
    var marked = desk
    marked.strike("B")
    #expect(!Set(marked.marks).isSubset(of: before), "B is a mnemonic")
    var asked = desk
    asked.press(.help)
    let lines = Self.helpLines(asked.screen)
    let keys = lines.flatMap { $0.keys }
    #expect(keys.count > 40, "the whole help is on the screen")
    for key in keys {
      let stroke = try #require(KeyStroke(parsing: key), "\(key) in \(name)")
      let isOwn = desk.state.keymap.annotatingAction(for: stroke) != nil
      #expect(isOwn || AnnotationCode(symbol: key) == nil, "\(key) in \(name)")
      var struck = desk
      struck.strike(key)
      #expect(Set(struck.marks).isSubset(of: before), "\(key) in \(name)")
    }
    // What takes back marks is not said to take back a verdict, and nothing is listed that has no key here.
    #expect(lines.contains { $0.help.hasPrefix("take back the last stroke") && $0.keys.contains("z") })
    #expect(!asked.screen.contains("take back your last verdict") && !asked.screen.contains("(no key)"))
    #expect(!lines.contains { $0.help.hasPrefix("annotate: ") && $0.keys.contains("e") })
  }

  /// The lines of the help on a screen: the keys and what they do, without the signs at its end.
  private static func helpLines(_ screen: String) -> [(keys: [String], help: String)] {
    let rows = screen.split(separator: "\n").drop { !$0.contains("┌ Keys — ") }
    guard let top = rows.first, let corner = top.firstRange(of: "┌ Keys — ")?.lowerBound else { return [] }
    let column = top.distance(from: top.startIndex, to: corner) + 2
    let inside = rows.dropFirst().map { String($0.dropFirst(column).prefix(96)) }.prefix { !$0.hasPrefix("Signs") }
    // Headings stand at the left; keys two columns further in, in 18 columns, and behind them what they do.
    return inside.filter { $0.hasPrefix("  ") }.map { line in
      let keys = line.dropFirst(2).prefix(18).split(separator: " ").map { String($0) }
      return (keys: keys, help: String(line.dropFirst(21)))
    }
  }

  @Test func commentsAreTyped() throws {
    var desk = try AnnotateFixture()
    desk.strike("e", "\"")
    for letter in ["o", "k", "2"] { desk.strike(letter) }
    desk.strike("enter")
    #expect(desk.state.ownAnnotations.contains { $0.code == .note && $0.aux.text == "ok2" } && desk.screen.contains("\"ok2"))
  }

  @Test func fiveHundredBeatsAreConfirmedAndCorrectedWithAKeyOrTwoEach() throws {
    var desk = try AnnotateFixture(layers: [Self.layerOf500])
    desk.state.paper.layout = .single(.ii)
    desk.press(.layers)
    desk.press(.nextRecord)
    desk.press(.annotate)
    #expect(desk.marks.count == 500)
    desk.press(.goStart)
    desk.strike("space")
    let wrong = Set((0..<500).filter { $0 % 20 == 7 })
    let before = desk.keys
    for index in 0..<500 {
      if wrong.contains(index) { desk.strike("V") }
      if index < 499 { desk.strike("space") }
    }
    #expect(desk.marks.indices.allSatisfy { desk.marks[$0].hasPrefix(wrong.contains($0) ? "V" : "N") })
    // At three keys a second this is under five minutes; a typist strikes more.
    #expect(desk.keys - before == 524)
  }

  /// Half an hour of a spike each second.
  private static let halfAnHour: Recording = {
    var samples = [Float](repeating: 0, count: 180_000)
    for second in 0..<1800 { samples[second * 100 + 50] = 1 }
    return Recording(name: "long", samplingRateHertz: 100, millivolts: Array(repeating: samples, count: 12).flatMap { $0 })
  }()

  /// Beats every 10 samples of the sample recording: for counting keys a beat may be anywhere.
  private static let layerOf500 = AnnotationLayer(
    name: "many", (0..<500).map { Annotation(sample: $0 * 10 + 3, code: .normal) }, samplingRateHertz: 500, sampleCount: 5000)
}
