import Foundation
import Testing

extension TerminalTests {
  /// The hands at the desk, in a real terminal: lines that are typed, the list, the palette, a recording of the session.
  @Suite struct DeskHandsTests {
    @Test func aNoteTakesPastedTextAndNothingOfItIsAVerdict() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.paste("1 2 3 q")
      try session.terminal.wait(for: "pasted text was ignored")
      try session.terminal.press("a")
      try session.terminal.wait(for: "note:")
      try session.terminal.paste("1 low voltage 2\n3")
      try session.terminal.wait(for: "note: 1 low voltage 2")
      try session.terminal.press("Enter")
      #expect(try session.exported().isEmpty)
      try session.judge("heart01", key: "2", answer: "no LAD")
      let export = try Program.run(["study", "export", "--format", "csv"], in: session.workspace)
      #expect(export.output.contains("1 low voltage 2"))
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
    }

    @Test func aFlaggedCaseIsFoundAgainInTheNextSession() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.press("n")
      try session.waitForTrace(of: "heart02")
      try session.terminal.press("f")
      try session.terminal.wait(for: "flagged for later")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      try session.startReview(showing: "heart01")
      try session.terminal.press("/")
      try session.terminal.wait(for: "filter:")
      try session.terminal.press("f", "l", "a", "g", "g", "e", "d")
      try session.terminal.wait(for: "1 of 5 match")
      try session.terminal.press("Enter")
      try session.terminal.press("Enter")
      try session.waitForTrace(of: "heart02")
      #expect(try session.exported().isEmpty)
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
    }

    @Test func aVerdictTakenBackIsGivenAgain() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.waitForTrace(of: "heart02")
      try session.terminal.press("u")
      try session.waitForTrace(of: "heart01")
      try session.terminal.press("U")
      try session.terminal.wait("saved") { ReviewSession.isSaved("heart01", "LAD", on: $0) }
      #expect(try session.exported() == ["heart01": "LAD"] || session.exported() == ["heart01": "present"])
      #expect(try session.isIntact())
    }

    @Test func thePaletteDoesAnActionByItsName() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.press(":")
      try session.terminal.wait(for: "Actions")
      try session.terminal.press("c", "a", "b", "r")
      try session.terminal.wait(for: "› cabrera")
      try session.terminal.press("Enter")
      try session.terminal.wait(for: "−aVR")
      try session.terminal.press("c")
      try session.waitForCalipers()
    }

    @Test func aCastHoldsTheSessionWithoutNames() throws {
      let session = try ReviewSession()
      let cast = session.workspace.file("session.cast")
      try session.startReview("--record \(cast)", showing: "heart01")
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      let lines = try String(contentsOfFile: cast, encoding: .utf8).split(separator: "\n").map(String.init)
      let header = try JSON.object(lines[0])
      #expect(header["version"] as? Int == 2 && header["width"] as? Int == 120 && header["height"] as? Int == 40)
      for line in lines.dropFirst() {
        let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
        #expect(event.count == 3 && event[1] as? String == "o")
      }
      let text = lines.joined()
      #expect(text.contains("record 1") && text.contains("saved"))
      // Neither the record's name, nor age and sex, nor the diagnoses of its header.
      #expect(!text.contains("heart0") && !text.contains(" y  500 Hz") && !text.contains("labels"))
    }

    @Test func aCastLeavesOutWhatAReaderTypesAndPlacesOfFiles() throws {
      let session = try ReviewSession(records: [])
      try session.workspace.writeRecord("records/Mueller_Hans", comments: ["Age: 77", "Name: Hans Mueller"])
      try session.workspace.writeRecord("records/Mueller_Ilse", comments: [])
      try session.workspace.write("records/Mueller_Ilse.dat", [1, 2, 3])
      let cast = session.workspace.file("session.cast")
      try session.startReview("--record \(cast)", showing: "Mueller_Hans")
      let terminal = session.terminal
      for (opening, prompt) in [("a", "note:"), ("/", "filter:"), ("t", "jump to time"), (":", "action:"), ("w", "leave out")] {
        try terminal.press(opening)
        try terminal.wait(for: prompt)
        for key in "Mueller" { try terminal.press(String(key)) }
        try terminal.wait(for: "Mueller")
        try terminal.press("Escape")
        let screen = try terminal.wait("the end of the line") { !$0.contains(prompt) }
        if screen.contains("Cases of") { try terminal.press("Escape") }
        try terminal.wait("the list's end") { !$0.contains("Cases of") }
        // A letter right after Escape would be Alt with it.
        usleep(100_000)
      }
      try terminal.press("?")
      try terminal.wait(for: "Keys — ")
      try terminal.press("/", "M", "u", "e")
      try terminal.wait(for: "'Mue'")
      try terminal.press("Escape")
      try terminal.wait("the end of the line") { !$0.contains("'Mue'") }
      try terminal.press("Escape")
      try terminal.wait("the help's end") { !$0.contains("Keys — ") }
      try terminal.press("n")
      try terminal.wait("the reason") { $0.contains("Mueller_Ilse.dat") }
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
      let text = try String(contentsOfFile: cast, encoding: .utf8)
      #expect(text.contains("record 2") && text.contains("note: "))
      for secret in ["Muel", "Hans", "Ilse", "77 y", session.workspace.path] { #expect(!text.contains(secret), "\(secret)") }
    }

    @Test func aStudyAboutTheAxisAsksWhetherMeasurementsAreHidden() throws {
      let session = try ReviewSession()
      for (name, answer, hidden) in [("first", "y", "labels, model, readers, measurements"), ("second", "", "labels, model, readers")] {
        try session.terminal.start("study create \(name) records --class LAD --sample fp=1,fn=1,tp=5,tn=5 --allow-fewer")
        try session.terminal.wait(for: "Hide measurements from readers? [y/N")
        try session.terminal.type(answer)
        #expect(try session.terminal.exitCode() == 0)
        #expect(try session.terminal.screen().contains("Hidden from readers: \(hidden)."))
      }
    }

    @Test func aCastTellsOfANewSizeAndKeepsNamesOnRequest() throws {
      let session = try ReviewSession()
      let cast = session.workspace.file("session.cast")
      try session.startReview("--record \(cast) --record-names", showing: "heart01")
      try session.terminal.resize(columns: 100, rows: 30)
      try session.terminal.wait("the narrow screen") { !$0.contains("┌ SE-ResNet") && $0.contains("SE-ResNet") }
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      let events = try String(contentsOfFile: cast, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      }
      let times = events.compactMap { $0[0] as? Double }
      #expect(times.count == events.count && times == times.sorted())
      #expect(events.contains { $0[1] as? String == "r" && $0[2] as? String == "100x30" })
      #expect(events.contains { ($0[2] as? String)?.contains("heart01") == true })
    }

    @Test func resizingWhileTypingKeepsTheLine() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.press("t")
      try session.terminal.wait(for: "jump to time")
      try session.terminal.press("3")
      try session.terminal.resize(columns: 80, rows: 24)
      try session.terminal.wait(for: "jump to time (95, 1:35): 3")
      try session.terminal.press("Escape")
      try session.terminal.wait("the end of the line") { !$0.contains("jump to time") }
      try session.judge("heart01", key: "3", answer: "unsure")
    }
  }
}
