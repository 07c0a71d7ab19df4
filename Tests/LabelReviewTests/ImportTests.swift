import Agreement
import Foundation
import LabelReview
import Testing

/// No verdict of a file is lost without a word, and none ends on another case.
struct ImportTests {
  private let fixture: StoreFixture
  private let store: ReviewStore

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
  }

  private func take(_ text: String, into name: String = "s") throws -> ImportReport {
    let draft = StudyDraft(name: name, diagnosisCode: "39732003", question: "?", cases: [])
    return try store.importVerdicts(try VerdictFile.parse(Data(text.utf8)), into: draft, origin: "file x")
  }

  private func fault(_ work: () throws -> Void) -> String {
    do {
      try work()
      return ""
    } catch { return "\(error)" }
  }

  private static let identifiers = (1...3).map { "0000000\($0)-0000-4000-8000-000000000000" }

  private static func table(_ rows: [String]) -> String { (["case,rater,verdict,event"] + rows).joined(separator: "\n") + "\n" }

  @Test(arguments: ["a,HG,absent", "a,SW,present", "b,HG,present"])
  func aChangedRowWithTheIdentifierOfAKnownEventIsAConflict(row: String) throws {
    let (first, second) = (Self.identifiers[0], Self.identifiers[1])
    let made = try take(Self.table(["a,HG,present,\(first)", "b,SW,absent,\(second)"]))
    #expect(made.added == 2 && made.conflicts == [])
    let again = try take(Self.table(["\(row),\(first)"]))
    #expect(again.added == 0 && again.known == 0 && again.conflicts.count == 1)
    #expect(again.conflicts.first?.hasPrefix("line 2: ") == true)
  }

  @Test func twoRowsOfOneEventAreAConflict() throws {
    let report = try take(Self.table(["a,HG,present,\(Self.identifiers[0])", "b,HG,absent,\(Self.identifiers[0])"]))
    #expect(report.added == 1 && report.known == 0 && report.conflicts.count == 1)
  }

  @Test func ofManyContradictionsTheFirstAreListedAndAllAreCounted() throws {
    _ = try take("case,rater,verdict\n" + (0..<1500).map { "\($0),HG,present\n" }.joined())
    let report = try take("case,rater,verdict\n" + (0..<1500).map { "\($0),HG,absent\n" }.joined())
    #expect(report.added == 0 && report.conflictCount == 1500 && report.conflicts.count == ImportReport.mostConflicts)
    #expect(report.conflicts.last == "line 1001: HG on case '999': 'present' in the study and 'absent' in the file")
  }

  @Test func aVerdictThatWasTakenBackIsNotImportedAgain() throws {
    let file = "case,rater,verdict\na,HG,present\nb,HG,absent\n"
    _ = try take(file)
    let study = try #require(try store.study(named: "s"))
    _ = try store.undo(study: study, reviewer: "HG", kinds: [.verdict])
    #expect(try store.standing(study) == ["HG a present"])
    let again = try take(file)
    #expect(again.added == 0 && again.known == 2 && again.conflictCount == 0)
    #expect(try store.standing(study) == ["HG a present"] && store.verify() == [])
  }

  @Test func casesAndVerdictsOfAFileHaveIdentifiersInItsOrder() throws {
    _ = try take("case,rater,verdict\n" + (0..<9000).map { "\($0),HG,present\n" }.joined())
    let study = try #require(try store.study(named: "s"))
    // In an index in which they come in no order each would be written with a page of its own.
    for identifiers in [try store.cases(of: study).map(\.id.uuidString), try store.events(of: study).map(\.id.uuidString)] {
      let beginnings = identifiers.map { $0.prefix(13) + $0.dropFirst(15).prefix(3) }
      #expect(beginnings == beginnings.sorted() && Set(identifiers).count == 9000)
    }
  }

  @Test(arguments: [
    #"{"case":"a","rater":"HG","verdict":"present","seconds":1e1,"visible":["labels","model"],"note":" x\ty","measured":{"rate":60}}"#,
    #" { "case" : "a" , "rater" : "HG", "verdict" : "PRESENT", "repeat": 1, "seconds": 10.0, "visible": "labels model", "note": " x\ty", "other": [1,{"a":null}], "measured": {"rate":6e1}, "time": null} "#,
  ]) func aLineSaysTheSameInManyForms(line: String) throws {
    let verdict = try #require(try VerdictFile.parse(Data(line.utf8)).first)
    #expect(verdict.caseName == "a" && verdict.rater == "HG" && verdict.verdict == .present && verdict.repetition == 1)
    #expect(verdict.seconds == 10 && verdict.visible == [.labels, .model] && verdict.note == " x\ty" && verdict.measured == ["rate": 60])
  }

  @Test(arguments: [
    #"{"case":"a","rater":"HG","verdict":true}"#, #"{"case":"a","rater":"HG","verdict":"present"} x"#, #"{"case":nan,"rater":"HG"}"#,
    #"{"case":"a","rater":"HG","verdict":"present","seconds":0x10}"#, #"{"case":"a"#, #"{"case":["a",1]}"#, "[]", "{\"case\":\"\u{FFFD}",
  ]) func aLineThatIsNoObjectOfTextsAndNumbersIsRefused(line: String) {
    #expect(throws: (any Error).self) { try VerdictFile.parse(Data(("{}\n" + line).utf8)) }
  }

  @Test func aSecondStudyOfOneStoreTakesTheSameEvents() throws {
    let file = Self.table(["a,HG,present,\(Self.identifiers[0])", "b,HG,absent,\(Self.identifiers[1])"])
    #expect(try take(file).added == 2)
    #expect(try take(file, into: "second").added == 2)
    #expect(try take(file, into: "second").known == 2)
    let study = try #require(try store.study(named: "second"))
    #expect(try store.standing(study) == ["HG a present", "HG b absent"])
    #expect(try store.verify() == [])
  }

  @Test func aCaseNamedAsTheOthersPathKeepsItsDecision() throws {
    _ = try take("case,rater,verdict,path\na,model,present,b\nb,model,absent,\nb,HG,present,\n")
    let study = try #require(try store.study(named: "s"))
    #expect(try store.modelDecisions(of: study).map { "\($0.studyCase.record) \($0.verdict)" } == ["a present", "b absent"])
  }

  @Test func contradictionsOfLabelAndModelAreRefusedAndNothingIsMade() throws {
    for rater in ["label", "model"] {
      let text = fault { _ = try take("case,rater,verdict\na,\(rater),present\na,\(rater),absent\n") }
      #expect(text.hasPrefix("line 3: another verdict of '\(rater)' on case 'a'"))
    }
    #expect(try store.studies().isEmpty)
    #expect(try take("case,rater,verdict\na,label,present\na,label,present\n").madeStudy)
  }

  @Test func aCaseThatTheStudyLacksIsNamedByLine() throws {
    _ = try take("case,rater,verdict\na,HG,present\n")
    #expect(fault { _ = try take("case,rater,verdict\na,SW,present\nc,SW,present\n") }.hasPrefix("line 3: case 'c' is not in study 's'"))
    #expect(try store.standing(try #require(try store.study(named: "s"))).count == 1)
  }

  @Test(arguments: [
    ("seconds", "nan"), ("seconds", "-1"), ("probability", "1.5"), ("probability", "nan"), ("time", "noon"), ("visible", "all"),
    ("event", "1"), ("repeat", "10"),
  ])
  func aFieldOutOfItsRangeIsRefused(column: String, text: String) {
    #expect(
      fault { _ = try VerdictFile.parse(Data("case,rater,verdict,\(column)\na,HG,present,\(text)\n".utf8)) }
        .hasPrefix("line 2: '\(column)' is '\(text)'; expected "))
  }

  @Test func columnsOfOneNameAndJSONForCSVAreRefused() {
    #expect(
      fault { _ = try VerdictFile.parse(Data("case,rater,verdict,Rater\na,HG,present,SW\n".utf8)) }
        == "line 1: two columns 'rater'; expected one")
    #expect(fault { _ = try VerdictCSV.parse(Data("{\"case\":\"a\"}\n".utf8)) }.hasPrefix("JSON; expected CSV"))
  }

  @Test func timesWithoutFractionsOfASecond() throws {
    let verdicts = try VerdictFile.parse(Data("case,rater,verdict,time\na,HG,present,2026-11-22T20:34:00Z\n".utf8))
    #expect(verdicts.first?.time == Date(timeIntervalSince1970: 1_795_379_640))
  }

  /// The folder of an exported study with another line in its cases.csv.
  private func draft(changing change: (inout [String]) -> Void) throws -> StudyDraft {
    let study = try store.createStudy(SampledStudyTests.draft())
    let files = Dictionary(
      uniqueKeysWithValues: try StudyFolder(study, in: store).files.map { ($0.name, $0.text) })
    var lines = try #require(files["cases.csv"]).split(separator: "\n").map(String.init)
    change(&lines)
    return try StudyFolder.draft(
      named: "drawn", study: Data(try #require(files["study.json"]).utf8), cases: Data(lines.joined(separator: "\n").utf8))
  }

  @Test func aCaseThatStandsTwiceIsRefused() {
    #expect(fault { _ = try draft { $0.insert($0[1], at: 2) } }.hasPrefix("cases.csv: line 3: expected each path once a showing"))
  }

  @Test(arguments: [("label", "presnt"), ("model", "yes"), ("model_probability", "nan")])
  func wordsThatMeanNothingAreRefused(column: String, word: String) {
    let text = fault {
      _ = try draft { lines in
        let place = lines[0].split(separator: ",").firstIndex { $0 == column } ?? 0
        var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        fields[place] = word
        lines[1] = fields.joined(separator: ",")
      }
    }
    #expect(text.hasPrefix("cases.csv: line 2: expected ") && text.contains("'\(column)', not '\(word)'"), "\(text)")
  }

  @Test func aSecondCaseOfOnePathTakesNoOthersDecision() throws {
    var draft = StoreFixture.draft()
    for index in draft.cases.indices {
      draft.cases[index].decision = ModelDecision(verdict: index == 0 ? .present : .absent, probability: nil, modelDigest: nil)
    }
    draft.cases.insert(draft.cases[0], at: 1)
    let study = try store.createStudy(draft)
    #expect(
      try store.modelDecisions(of: study).map { "\($0.studyCase.record) \($0.verdict)" } == [
        "r0 present", "r1 absent", "r2 absent", "r3 absent",
      ])
  }

  @Test func blanksAroundAFieldOfAFileAreNoPartOfIt() throws {
    let imported = try VerdictFile.parse(Array("case,rater,verdict,note\nc0,SW ,present, x\nc1\u{A0},\tSW, absent ,\n".utf8))
    #expect(imported.map { "\($0.caseName) \($0.rater) \($0.verdict)" } == ["c0 SW present", "c1 SW absent"])
    #expect(imported.map(\.note) == [" x", ""])
  }
}
