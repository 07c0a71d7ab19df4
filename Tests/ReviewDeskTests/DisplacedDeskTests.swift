import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// A store that is gone while the desk is open: what to press comes first, and nothing counts that is in no store.
@Suite struct DisplacedDeskTests {
  private static let reason = "the store a-long-folder/verdicts/of-this-year.sqlite is gone (another file was put in its place)"

  private func desk(_ size: Size, kept: Int = 1) throws -> DeskState {
    var state = try DeskFixture.reviewing(size)
    press(.verdictPresent, &state)
    #expect(Update.apply(.message(.storeDisplaced(Self.reason, kept: kept)), to: &state) == [.beep])
    return state
  }

  @Test(arguments: [(60, 16), (80, 24), (120, 40)].map { Size(columns: $0.0, rows: $0.1) })
  func whatToPressComesFirstAndTheRestIsAKeyAway(size: Size) throws {
    var state = try desk(size)
    #expect(text(state).contains("NOT saved: [enter] writes 1 verdict; [!] tells all"))
    #expect(try text(desk(size, kept: 12)).contains("NOT saved: [enter] writes 12 verdicts; [!] tells all"))
    #expect(try text(desk(size, kept: 0)).contains("NOT saved: [enter] goes on in another store; [!]"))
    press(.showCautions, &state)
    let words = text(state).split { $0.isWhitespace || $0 == "│" }.joined(separator: " ")
    for part in [
      "1 verdict of yours is NOT saved", "of-this-year.sqlite is gone (another file was put in its", "a new one beside it",
    ] {
      #expect(words.contains(part), "\(part)")
    }
    #expect(press(.confirm, &state) == [.rescue] && state.overlay == .none)
  }

  @Test func whatWasSavedBeforeAndIsThereStillCountsOn() throws {
    var state = try desk(Size(columns: 120, rows: 40))
    let rescued = DeskMessage.rescued([1: .present], place: "b.sqlite", standing: StandingOnDesk(verdicts: [0: .absent, 1: .present]))
    let effects = Update.apply(.message(rescued), to: &state)
    #expect(effects.first == .open(caseIndex: 2, ticket: state.ticket), "the next without a verdict")
    #expect(text(state).contains("2 judged") && text(state).contains("1 verdict is saved in b.sqlite, where the session goes on"))
  }

  @Test func whatCouldNotBeBroughtAlongIsToldOfAndCountsNoMore() throws {
    var state = try desk(Size(columns: 80, rows: 24))
    state.cases[2].verdict = .present
    let rescued = DeskMessage.rescued([1: .present], place: "b.sqlite", standing: StandingOnDesk(verdicts: [1: .present]))
    _ = Update.apply(.message(rescued), to: &state)
    #expect(state.cases.map(\.verdict) == [nil, .present, nil])
    #expect(text(state).contains("1 judged") && text(state).contains("LOST: 2 of your earlier verdicts; 1 verdict of yours in b.sqlite"))
  }
}
