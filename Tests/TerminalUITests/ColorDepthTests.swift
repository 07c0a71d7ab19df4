import TerminalUI
import Testing

@Suite("Depths of colour")
struct ColorDepthTests {
  @Test(
    "How many colours an environment asks for",
    arguments: [
      (["COLORTERM": "truecolor", "TERM": "xterm-256color"], ColorDepth.trueColor), (["COLORTERM": "24bit"], .trueColor),
      (["COLORTERM": "yes", "TERM": "xterm-256color"], nil), (["TERM": "xterm-direct"], nil), ([:], nil),
      (["COLORTERM": "truecolor", "TERM": "linux"], nil), (["COLORTERM": "truecolor", "TERM": "screen-256color"], nil),
      (["COLORTERM": "truecolor", "TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"], .trueColor),
      (["COLORTERM": "truecolor", "NO_COLOR": "1"], ColorDepth.none), (["COLORTERM": "truecolor", "NO_COLOR": ""], .trueColor),
    ] as [([String: String], ColorDepth?)])
  func asked(environment: [String: String], depth: ColorDepth?) {
    #expect(ColorDepth.asked(by: environment) == depth)
  }
}
