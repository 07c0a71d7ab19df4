import Foundation
import ReviewDesk
import TestSupport
import Testing

/// The README's table of keys is the table of actions and the default keymap, and nothing else.
@Suite struct ReadmeTests {
  @Test func itsKeysAreTheKeysInForce() throws {
    let file = Checkout.root.appendingPathComponent("README.md")
    var text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "<!-- keys:.*-->\n", options: .regularExpression))
    let end = try #require(text.range(of: "<!-- end of keys -->"))
    let keymap = try DeskFixture.keymap()
    var table = "| keys | what they do |\n|---|---|\n"
    for entry in Action.table {
      let keys = keymap.keys(for: entry.action.rawValue).map { "`\($0)`" }.joined(separator: " ")
      table += "| \(keys) | \(entry.help) |\n"
    }
    if ProcessInfo.processInfo.environment["UPDATE_SCREENS"] == "1" {
      text.replaceSubrange(start.upperBound..<end.lowerBound, with: table)
      try text.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(String(text[start.upperBound..<end.lowerBound]) == table, "UPDATE_SCREENS=1 make test writes it anew")
    }
  }
}
