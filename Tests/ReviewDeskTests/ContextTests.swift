import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// Help that is about the place it was opened from, and lists that know the study's own words.
@Suite struct ContextTests {
  private let size = Size(columns: 120, rows: 60)

  @Test func helpBeginsWithThePlaceItWasOpenedFromAndGoesBackThere() throws {
    var state = try DeskFixture.reviewing(size)
    press(.help, &state)
    #expect(!text(state).contains("In this list") && !text(state).contains("With the calipers"))
    press(.cancel, &state)
    press(.listRecords, &state)
    press(.help, &state)
    let screen = text(state)
    #expect(screen.contains("In this list") && screen.contains("turn it round"))
    press(.help, &state)
    #expect(state.overlay == .list(selected: 1))
    press(.cancel, &state)
    #expect(state.overlay == .none)
    press(.calipers, &state)
    press(.help, &state)
    #expect(text(state).contains("With the calipers"))
    press(.cancel, &state)
    #expect(state.overlay == .none && state.calipers != nil, "what lay beneath is as it was")
  }

  @Test func theHelpOfAPlaceIsSearchedToo() throws {
    var state = try DeskFixture.reviewing(size)
    press(.listRecords, &state)
    press(.help, &state)
    press(.search, &state)
    for scalar in "order".unicodeScalars { _ = Update.apply(.key(.character(scalar)), to: &state) }
    let screen = text(state)
    #expect(screen.contains("choose its order") && !screen.contains("open the record selected"))
  }

  @Test(arguments: [
    ("verdict:nolad", ["heart01"]), ("verdict:no", ["heart01"]), ("verdict:absent", ["heart01"]), ("verdict:lad", []),
    ("verdict:", ["heart01"]),
  ])
  func aVerdictIsFoundByTheStudysWordForIt(filter: String, names: [String]) throws {
    var state = try DeskFixture.reviewing(size)
    state.list.filter = filter
    state.overlay = .list(selected: 0)
    let rows = listRows(state).joined()
    for name in ["heart01", "heart02", "heart03"] { #expect(rows.contains(name) == names.contains(name), "\(name)") }
  }
}
