import Foundation
import TestSupport
import Testing

/// The guide for readers names keys that are in force, and shows pictures that are there.
@Suite struct GuideTests {
  private let docs = Checkout.root.appendingPathComponent("docs")

  @Test func itsKeysAreInForce() throws {
    let guide = try String(contentsOf: docs.appendingPathComponent("review-guide.md"), encoding: .utf8)
    let lines = try JSON.lines(Program.run(["keys", "--keymap", "default", "--format", "json"], in: Workspace()))
    var keys: [String: [String]] = [:]
    for line in lines { keys[line["action"] as? String ?? ""] = line["keys"] as? [String] }
    let named = guide.matches(of: /<kbd title="([a-z-]+)">([^<]+)<\/kbd>/)
    #expect(named.count > 20)
    for match in named {
      let inForce = keys[String(match.1)] ?? []
      #expect(inForce.contains(String(match.2)), "\(match.1) has no key \(match.2)")
    }
  }

  @Test func itsPicturesAreThereAndSmall() throws {
    let guide = try String(contentsOf: docs.appendingPathComponent("review-guide.md"), encoding: .utf8)
    for match in guide.matches(of: /\]\((pictures\/[^)]+)\)/) {
      let picture = docs.appendingPathComponent(String(match.1))
      let size = try picture.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      #expect((1..<120_000).contains(size), "\(match.1): make pictures draws it, in less than 120 kB")
    }
  }
}
