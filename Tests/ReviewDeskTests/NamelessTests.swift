import ReviewDesk
import Testing

/// What a blinded reader may read names no record and no folder.
struct NamelessTests {
  private let nameless = Nameless([
    .init(name: "heart01", paths: ["/data/LAD/heart01.hea", "LAD/heart01"]), .init(name: "1", paths: ["/data/LAD/1.hea", "1"]),
  ])

  @Test func placesAndNamesBecomeTheNumberOfTheCase() {
    #expect(nameless.text("LAD/heart01.dat: 10 bytes, the header says 20", about: 0) == "case 1.dat: 10 bytes, the header says 20")
    let told = nameless.text("/data/LAD/heart01.hea: line 1 of heart01 is no header", about: 0)
    #expect(told == "case 1: line 1 of case 1 is no header")
    #expect(!nameless.text("/data/LAD/other.dat: missing", about: 0).contains("LAD"))
  }

  @Test func aShortNameIsReplacedWhereItStandsAlone() {
    #expect(nameless.text("1.dat: 10 bytes in line 12", about: 1) == "case 2.dat: 10 bytes in line 12")
  }

  @Test func nothingIsTakenOutWhereNothingIsBlind() {
    #expect(Nameless([]).text("LAD/heart01.dat: missing", about: 0) == "LAD/heart01.dat: missing")
  }
}
