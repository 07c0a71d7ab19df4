import Foundation
import Testing

extension TerminalTests {
  /// Where a reader's own files go, and who a reader is.
  @Suite struct PlacesTests {
    /// The XDG base directory specification: `$HOME/.local/share` where `XDG_DATA_HOME` is empty.
    @Test func withoutXDGTheStoreLiesBelowHome() throws {
      let session = try ReviewSession(environment: ["XDG_DATA_HOME": "", "XDG_STATE_HOME": "relative"])
      try session.startReview(showing: "heart01")
      try session.judge("heart01", key: "1", answer: "LAD")
      let store = "home/.local/share/einthoven/reviews.sqlite"
      #expect(FileManager.default.fileExists(atPath: session.workspace.file(store)))
      #expect(try session.exported(store: session.workspace.file(store)) == ["heart01": "present"])
    }

    @Test func aStudyIsResumedByItsName() throws {
      let session = try ReviewSession()
      try session.startReview("--study audit --class AF", showing: "heart01")
      try session.judge("heart01", key: "2", answer: "no AF")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      for arguments in ["review --study audit", "review records --study audit"] {
        try session.terminal.start(arguments)
        try session.waitForTrace(of: "heart02")
        try session.terminal.wait(for: "[1] AF")
        try session.terminal.press("q")
        #expect(try session.terminal.exitCode() == 0)
      }
      try session.terminal.start("review records --study audit --class LAD")
      #expect(try session.terminal.exitCode() == 64)
    }

    @Test(arguments: ["label", "model", "' '"])
    func aReviewerNeedsANameOfTheirOwn(name: String) throws {
      let session = try ReviewSession()
      try session.terminal.start("review records --reviewer \(name)")
      #expect(try session.terminal.exitCode() == 64)
    }

    @Test func aStudyThatIsNowhereIsNotMade() throws {
      let workspace = try Workspace()
      let environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
      let outcome = try Program.run(["review", "--study", "nowhere"], in: workspace, environment: environment)
      #expect(outcome.code == 66)
      #expect(try workspace.names(in: "data").isEmpty)
    }
  }
}
