import Foundation
import Testing

@Suite struct HelpTests {
  @Test(arguments: [
    [], ["review"], ["view"], ["render"], ["predict"], ["explain"], ["info"], ["measure"], ["audit"], ["convert"], ["study"],
    ["study", "list"],
    ["study", "status"],
    ["study", "export"], ["study", "verify"], ["agreement"], ["model"], ["model", "import"], ["model", "info"], ["model", "edit"],
    ["synthesize"], ["train"], ["annotations"], ["annotations", "read"], ["annotations", "write"], ["annotations", "compare"],
  ])
  func everyCommandHasHelpWithAnExample(command: [String]) throws {
    let outcome = try Program.run(command + ["--help"], in: Workspace())
    #expect(outcome.code == 0)
    #expect(outcome.complaints.isEmpty)
    #expect(outcome.output.contains("USAGE: "))
    #expect(outcome.output.contains("Example"))
    #expect(outcome.output.contains((["einthoven"] + command).joined(separator: " ") + " "))
  }

  @Test func versionIsOneLine() throws {
    let outcome = try Program.run(["--version"], in: Workspace())
    #expect(outcome.code == 0)
    #expect(outcome.lines.count == 1)
    #expect(outcome.output.wholeMatch(of: /einthoven [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
  }

  /// A script that names a record of an example must find it.
  @Test func examplesNameRecordsThatExist() throws {
    for command in ["convert", "explain", "render", "predict", "info", "measure", "view", "review"] {
      let help = try Program.run([command, "--help"], in: Workspace()).output
      for match in help.matches(of: /SampleData\/([A-Za-z0-9.-]+)/) {
        let name = String(match.1).replacing(/\.hea$/, with: "")
        #expect(FileManager.default.fileExists(atPath: SampleData.path(name + ".hea")), "\(command) --help names SampleData/\(name)")
      }
    }
  }
}
