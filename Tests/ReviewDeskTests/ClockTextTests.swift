import ECGPaper
import Testing

/// Times as people type them.
@Suite struct ClockTextTests {
  @Test(arguments: [("12", 12.0), ("12.5", 12.5), ("1:30", 90), ("0:12:30.5", 750.5), ("1000000000", 1e9)])
  func whatIsTypedAsATimeIsRead(text: String, seconds: Double) { #expect(ClockText.seconds(text) == seconds) }

  @Test(arguments: [
    "", ":", "1:", "x", "-1", "1e3", "1e30", "0x1p90", "nan", "inf", "99999999999999999999", "1000000000:0:0", "1:2:3:4", "1 2",
  ])
  func nothingElseIsATime(text: String) { #expect(ClockText.seconds(text) == nil) }
}
