import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// Text that takes two columns a character, or none, has the room of its columns: what is drawn is measured as it is drawn.
@Suite struct WideTextTests {
  private static let sizes = [(60, 16), (80, 24), (120, 40), (200, 50)].map { Size(columns: $0.0, rows: $0.1) }

  private func desk(_ size: Size, names: [String], reader: String = "佐藤") throws -> DeskState {
    var state = try DeskFixture.reviewing(size)
    for (index, name) in names.enumerated() { state.cases[index].name = name }
    let study = try #require(state.study)
    state.study = StudyContext(study: study.study, diagnosis: study.diagnosis, reviewer: reader)
    return state
  }

  @Test(arguments: sizes) func namesInChineseAreToldApartInTheList(size: Size) throws {
    let names = ["患者一号", "患者二号", "김민수-003"]
    var state = try desk(size, names: names)
    press(.listRecords, &state)
    for name in names { #expect(text(state).contains(name), "\(size)") }
    #expect(Screen.render(state).plainText().allSatisfy { $0.columnCount == size.columns })
  }

  @Test(arguments: sizes) func theReaderIsNamedWhereThereIsRoom(size: Size) throws {
    let title = try #require(Screen.render(try desk(size, names: ["患者一号", "患者二号", "患者三号"])).plainText().first)
    #expect(title.contains("佐藤") && !title.contains("…"))
  }

  @Test func aPlaceIsCutBeforeItsEndAndNotInIt() throws {
    var state = try DeskFixture.viewing(Size(columns: 110, rows: 24))
    state.cases[0].path = String(repeating: "录", count: 60) + "患者一号"
    press(.listRecords, &state)
    #expect(text(state).contains("录患者一号"))
  }

  @Test func aLineThatIsTypedShowsItsEnd() throws {
    var state = try desk(Size(columns: 80, rows: 24), names: ["a", "b", "c"])
    press(.note, &state)
    type(String(repeating: "很", count: 60) + "终", &state)
    #expect(Screen.render(state).plainText().last?.contains("很终") == true)
  }

  @Test func aReportIsBrokenAndCutByColumns() {
    let prose = FoldedReport.lines(["一二三四五 六七八九十", ""], columns: 12)
    #expect(prose == ["一二三四五", "  六七八九十", ""])
    #expect(FoldedReport.lines([String(repeating: "字", count: 20)], columns: 11).allSatisfy { $0.columnCount <= 11 })
    let folded = FoldedReport.lines(["raters        n  agree", "佐藤 — 鈴木   6      3", "a — b        12      9"], columns: 18)
    #expect(folded.allSatisfy { $0.columnCount <= 18 })
    #expect(folded.filter { $0.hasPrefix("佐藤 — 鈴木") }.count == 2)
  }
}
