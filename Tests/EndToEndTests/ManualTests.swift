import Foundation
import TestSupport
import Testing

/// The manual pages in docs/man are those that the program writes.
@Suite struct ManualTests {
  @Test func theyAreUpToDate() throws {
    let workspace = try Workspace()
    try #require(Program.run(["manual", workspace.file("man")], in: workspace).code == 0)
    let folder = Checkout.root.appendingPathComponent("docs/man")
    let names = try workspace.names(in: "man")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
    for name in names {
      let written = try String(contentsOfFile: workspace.file("man/\(name)"), encoding: .utf8)
      let committed = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(committed == written, "docs/man/\(name) is stale; make man writes it anew")
    }
  }

  @Test func everyCommandHasAPageWithItsOptions() throws {
    let folder = Checkout.root.appendingPathComponent("docs/man")
    for command in ["review", "render", "study-create", "agreement", "keys"] {
      let words = command.split(separator: "-").map(String.init)
      let help = try Program.run(words + ["--help"], in: Workspace()).output
      let page = try String(contentsOf: folder.appendingPathComponent("einthoven-\(command).1"), encoding: .utf8)
      for match in help.matches(of: /(?m)^  (--[a-z-]+)/) where match.1 != "--version" {
        #expect(page.contains("\\fB" + match.1.replacing("-", with: "\\-") + "\\fR"), "\(command): \(match.1)")
      }
    }
  }

  @Test func namesAndTextsAreSevenBitsWide() throws {
    let folder = Checkout.root.appendingPathComponent("docs/man")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) }, "\(name)")
      #expect(text.contains(".SH NAME") && text.contains(".SH SEE ALSO"))
    }
  }
}
