import Agreement
import ECG
import ECGPaper
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// The desk of a study of annotation: it is ready to mark, blind, and one key says that a case is done.
@Suite struct AnnotationStudyTests {
  private static func beats(_ samples: [Int], _ code: AnnotationCode = .normal) -> [Annotation] {
    samples.map { Annotation(sample: $0, code: code) }
  }

  private static func isOpening(_ effects: [Effect]) -> Bool { effects.contains { if case .open = $0 { true } else { false } } }

  @Test func aCaseOpensInTheEditModeWithNothingMarkedAndNothingMeasured() throws {
    let desk = try AnnotateFixture(of: .beats)
    #expect(desk.strokes.isEmpty && desk.marks.isEmpty)
    let screen = desk.screen
    #expect(
      screen.contains("EDIT") && screen.contains("[1] done") && screen.contains("[2] nothing to mark") && screen.contains("[3] unsure"))
    #expect(!screen.contains("QTcF 4") && screen.contains("no beats"))
  }

  @Test func whereMeasuredBeatsMayBeTakenOverAKeyBeginsWithThem() throws {
    var desk = try AnnotateFixture(of: .beats, blinding: [.labels, .model, .readers])
    #expect(!desk.screen.contains("EDIT") && desk.strokes.isEmpty && desk.screen.contains("[e] annotate"))
    #expect(desk.press(.verdictPresent) == [.beep] && desk.screen.contains("no beats are marked"))
    desk.strike("e")
    #expect(desk.marks == desk.beginning && desk.screen.contains("EDIT"))
    desk.strike("1")
    #expect(desk.verdicts.map(\.verdict) == [.present])
  }

  @Test func oneKeySaysDoneAndOpensTheNext() throws {
    var desk = try AnnotateFixture(of: .beats)
    desk.strike("N", "N", "V")
    #expect(desk.marks.map(\.first) == ["N", "V"])
    let effects = desk.press(.verdictPresent)
    let order = try #require(desk.verdicts.first)
    #expect(order.kind == .verdict && order.verdict == .present && order.strokes == 3)
    #expect(order.measured["sampling_rate_hz"] == 500 && order.measured["samples"] == 5000)
    #expect(effects.contains { if case .save = $0 { true } else { false } })
    #expect(desk.state.current == 2 && desk.written == 0, "no file for the other readers")
    #expect(!desk.screen.contains("EDIT"), "the next is not there yet")
  }

  @Test func doneWithoutMarksOrNothingWithSomeIsRefused() throws {
    var desk = try AnnotateFixture(of: .spans)
    #expect(desk.press(.verdictPresent) == [.beep] && desk.screen.contains("no spans are marked") && desk.verdicts.isEmpty)
    desk.strike("i", "space", "i")
    for letter in ["a", "f", "i"] { desk.strike(letter) }
    desk.strike("enter")
    #expect(desk.press(.verdictAbsent) == [.beep] && desk.screen.contains("spans are marked") && desk.verdicts.isEmpty)
    desk.strike("i")
    #expect(desk.press(.verdictPresent) == [.beep] && desk.screen.contains("a stretch is begun"))
    desk.strike("esc", "1")
    #expect(desk.verdicts.map(\.verdict) == [.present])
  }

  @Test func nothingToMarkIsAnAnswer() throws {
    var desk = try AnnotateFixture(of: .spans)
    desk.strike("2")
    #expect(desk.verdicts.map(\.verdict) == [.absent] && desk.verdicts.map(\.strokes) == [0])
  }

  @Test func aKeyThatIsHeldDownSaysItOnce() throws {
    var desk = try AnnotateFixture(of: .spans)
    let key = KeyStroke.character("3")
    _ = Update.apply(.struck(.character("N"), atMilliseconds: 0), to: &desk.state)
    let first = Update.apply(.struck(key, atMilliseconds: 1000), to: &desk.state)
    let second = Update.apply(.struck(key, atMilliseconds: 1030), to: &desk.state)
    #expect(first.contains { if case .save = $0 { true } else { false } } && second.isEmpty)
  }

  @Test func strokesAfterwardsAreSaidToWaitForAcceptance() throws {
    var desk = try AnnotateFixture(of: .beats, strokes: [.change(Self.beats([400]).map { .add($0) })], done: 1)
    #expect(!desk.screen.contains("EDIT") && desk.screen.contains("your verdict: done"))
    desk.strike("e", "space", "V")
    #expect(desk.strokes.count == 2 && desk.screen.contains("changed since it was done"))
    desk.strike("z")
    #expect(desk.strokes.count == 3)
    desk.strike("esc")
    #expect(desk.screen.contains("changed since you said: done"))
    desk.strike("1")
    #expect(desk.verdicts.map(\.strokes) == [3])
  }

  @Test func noFileIsWrittenAndOthersAreNotShown() throws {
    var desk = try AnnotateFixture(of: .beats)
    let layer = AnnotationLayer(name: "SW", Self.beats([600]), samplingRateHertz: 500, sampleCount: 5000)
    desk.tell(.annotated(ticket: desk.state.ticket, [layer], problems: [], leadOfSignal: Lead.allCases.map { $0 }))
    #expect(!desk.screen.contains("SW"))
    desk.strike("N", "w")
    #expect(desk.screen.contains("study export") && desk.written == 0)
    desk.strike("4")
    #expect(desk.screen.contains("--adjudicate") && desk.marks.count == 1)
    desk.strike("esc")
    #expect(desk.written == 0)
  }

  private static let readers = [
    ReaderMarks(reader: "SW", annotations: beats([400, 800])),
    ReaderMarks(reader: "TK", annotations: beats([400, 800], AnnotationCode(rawValue: 5))),
  ]

  @Test func whoSettlesSeesBothAndTakesOneWholeWithAKey() throws {
    var desk = try AnnotateFixture(of: .beats, isAdjudicating: true, readers: Self.readers)
    #expect(desk.screen.contains("EDIT") && desk.marks.isEmpty && desk.strokes.isEmpty)
    #expect(desk.screen.contains("annotations ¹SW ²TK") && desk.screen.contains("N¹") && desk.screen.contains("V²"))
    #expect(desk.screen.contains("¹SW 2 marks, [4] takes them") && desk.screen.contains("²TK 2 marks, [5] takes them"))
    desk.strike("5")
    #expect(desk.marks == ["V400", "V800"] && desk.screen.contains("V³"))
    guard case .change(_, let source)? = desk.strokes.last else { return #expect(Bool(false), "no change") }
    #expect(source == "TK")
    #expect(desk.press(.takeReader2) == [.beep], "they are taken")
    desk.strike("4")
    #expect(desk.marks == ["N400", "N800"])
    desk.strike("z")
    #expect(desk.marks == ["V400", "V800"])
    desk.strike("N", "1")
    let order = try #require(desk.verdicts.first)
    #expect(order.kind == .adjudication && order.verdict == .present && order.visible.contains(.readers) && order.strokes == 4)
  }

  @Test func layersOfReadersArePutOffAndBegunFrom() throws {
    var desk = try AnnotateFixture(of: .beats, isAdjudicating: true, readers: Self.readers)
    desk.strike("esc", "L")
    #expect(desk.screen.contains("¹ SW") && desk.screen.contains("² TK"))
    desk.strike("enter", "esc")
    #expect(!desk.screen.contains("N¹") && desk.screen.contains("annotations ²TK"))
  }
}
