import PlainText
import Testing

@Suite struct ProgressLineTests {
  @Test func rateAndTimeLeftFollowFromWhatIsDone() {
    #expect(ProgressLine.text("predict", done: 400, total: 1600, seconds: 2, width: 8) == "predict [##......] 400/1600  200.0/s  6 s left")
    #expect(ProgressLine.text("predict", done: 3, total: 7, seconds: 2, width: 4) == "predict [#...] 3/7  1.5/s  3 s left")
    #expect(ProgressLine.text("predict", done: 7, total: 7, seconds: 2, width: 4) == "predict [####] 7/7  3.5/s  0 s left")
  }

  @Test func longTimesAreToldInMinutesAndHours() {
    func left(_ seconds: Int) -> String {
      String(ProgressLine.text("", done: 1, total: seconds + 1, seconds: 1).split(separator: "/s  ")[1])
    }
    #expect(left(59) == "59 s left")
    #expect(left(60) == "1 min 00 s left")
    #expect(left(3599) == "59 min 59 s left")
    #expect(left(7512) == "2 h 05 min left")
  }

  @Test func nothingDoneYetSaysSo() {
    #expect(ProgressLine.text("x", done: 0, total: 5, seconds: 3, width: 2) == "x [..] 0/5  0.0/s  time left unknown")
    #expect(ProgressLine.text("x", done: 0, total: 0, seconds: 0, width: 2) == "x [##] 0/0  0.0/s  time left unknown")
  }
}
