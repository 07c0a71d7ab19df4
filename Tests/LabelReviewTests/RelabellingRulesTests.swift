import Agreement
import ECG
import Foundation
import LabelReview
import Testing

/// Who reads what, vocabularies, and what labels say.
struct RelabellingRulesTests {
  private typealias Fixture = RelabellingFixture
  private typealias Rule = Relabelling.SecondReading

  private func answer(_ codes: String...) -> CaseAnswer { CaseAnswer(Dictionary(uniqueKeysWithValues: codes.map { ($0, .present) })) }

  @Test func aCaseIsReadUntilTwoAgreeOrTheLimitIsReached() {
    let rule = Rule(share: 0.2, below: 0.5, limit: 3)
    func needed(_ answers: [CaseAnswer], drawn: Bool = false, _ confidence: Double? = nil) -> Int {
      StudyRules.readersNeeded(answers, isDrawn: drawn, confidence: confidence, under: rule)
    }
    let (a, b, c) = (answer("1"), answer("2"), answer("3"))
    #expect(needed([]) == 1 && needed([], drawn: true) == 1)
    #expect(needed([a]) == 1 && needed([a], drawn: true) == 2)
    #expect(needed([a], 0.4) == 2 && needed([a], 0.5) == 1 && needed([a], nil) == 1)
    #expect(needed([a, a], drawn: true) == 2 && needed([a, b], drawn: true) == 3)
    #expect(needed([a, b]) == 3, "a second reader who was asked keeps the case open until two agree")
    #expect(needed([a, b, a], drawn: true) == 3 && needed([a, b, c], drawn: true) == 3, "the limit ends it")
    #expect(needed([CaseAnswer(["1": .definite]), CaseAnswer(["1": .possible])], drawn: true) == 2, "how likely does not count")
  }

  @Test func theSecondReadersQueueIsTheShareAndWhatTheModelDoubts() throws {
    let fixture = try StoreFixture()
    let store = try fixture.store()
    let sure = CaseAnswer([:], probabilities: [Fixture.lad: 0.01, Fixture.lanfb: 0.02, Fixture.af: 0.01])
    let doubtful = CaseAnswer([:], probabilities: [Fixture.lad: 0.01, Fixture.lanfb: 0.7, Fixture.af: 0.01])
    let study = try store.createStudy(
      Fixture.draft(cases: 10, second: Rule(share: 0.2, below: 0.5, limit: 3), decisions: (0..<10).map { $0 == 4 ? doubtful : sure }))
    let cases = try store.cases(of: study)
    func queue(_ reader: String) throws -> [Int] {
      let relabelling = try #require(study.relabelling)
      return relabelling.queue(
        cases, for: reader, answers: try store.answers(.verdict, of: study), decisions: try store.answers(.modelDecision, of: study)
      ).map(\.position)
    }
    #expect(try queue("A") == Array(0..<10))
    for position in 0..<10 { try store.relabel(study, position, [:], by: "A") }
    #expect(try queue("A") == Array(0..<10), "what a reader has read stays on the desk")
    let second = try queue("B")
    #expect((2...3).contains(second.count) && second.contains(4), "two of ten drawn, and the one the model doubts")
    #expect(try queue("C") == second)
    for position in second { try store.relabel(study, position, position == 4 ? [Fixture.lanfb: .present] : [:], by: "B") }
    #expect(try queue("C") == [4], "where the first two agree nobody else is needed")
    #expect(try store.disputes(of: study, adjudicator: "Z").map(\.studyCase.position) == [4])
    try store.relabel(study, 4, [Fixture.lanfb: .present], by: "C")
    #expect(try queue("D") == [])
    #expect(try store.disputes(of: study, adjudicator: "Z").isEmpty, "two of three agree")
  }

  @Test func blocksGiveEachReaderAnOrderOfTheirOwnWithinThem() throws {
    let fixture = try StoreFixture()
    let store = try fixture.store()
    var draft = Fixture.draft(cases: 20)
    draft.settings.relabelling?.queue.blockSize = 5
    let study = try store.createStudy(draft)
    let cases = try store.cases(of: study)
    let (first, second) = (study.order(cases, for: "A").map(\.position), study.order(cases, for: "B").map(\.position))
    #expect(first != second && first == study.order(cases, for: "A").map(\.position))
    for start in stride(from: 0, to: 20, by: 5) { #expect(first[start..<start + 5].sorted() == Array(start..<start + 5)) }
  }

  @Test func theShareThatIsReadTwiceIsOneWhateverOrderAReaderMeetsItIn() throws {
    let fixture = try StoreFixture()
    let store = try fixture.store()
    var draft = Fixture.draft(cases: 20, second: Rule(share: 0.2, limit: 2))
    draft.settings.relabelling?.queue.blockSize = 5
    let study = try store.createStudy(draft)
    let relabelling = try #require(study.relabelling)
    let cases = try store.cases(of: study)
    for position in 0..<20 { try store.relabel(study, position, [:], by: "A") }
    func queue(_ reader: String, _ cases: [StudyCase]) throws -> [Int] {
      relabelling.queue(cases, for: reader, answers: try store.answers(.verdict, of: study), decisions: []).map(\.position)
    }
    let drawn = try queue("B", cases)
    #expect(drawn.count == 4)
    for reader in ["B", "C", "D"] { #expect(try queue(reader, study.order(cases, for: reader)).sorted() == drawn) }
    for position in try queue("B", study.order(cases, for: "B")) { try store.relabel(study, position, [:], by: "B") }
    #expect(try queue("C", study.order(cases, for: "C")).isEmpty && store.readerToProtect(in: study) == nil)
  }

  @Test func aVocabularyIsReadOrRefusedWithItsLine() throws {
    let text = "code,abbreviation,name,synonyms\nNORM,,normal ECG,sinus; healthy\n39732003,,,\n164867002,OldMI,\"infarction, old\",\n"
    let statements = try StatementFile.parse(text.utf8)
    #expect(statements.map(\.abbreviation) == ["NORM", "LAD", "OldMI"] && statements[1].name == "left axis deviation")
    #expect(statements[0].synonyms == ["sinus", "healthy"] && statements.named("Healthy")?.code == "NORM")
    #expect(statements.chosen("lad, OLDMI")?.map(\.code) == ["39732003", "164867002"])
    #expect(statements.chosen("all")?.count == 3 && statements.chosen("LAD,nothing") == nil)
    for (rows, line) in [("a b,,,", 2), ("x,,,\nX,,,", 3), ("x,\(String(repeating: "y", count: 17)),,", 2), ("\"x\"\"\",,,", 2)] {
      do {
        _ = try StatementFile.parse("code,abbreviation,name,synonyms\n\(rows)\n".utf8)
        Issue.record("\(rows) was taken")
      } catch let fault as StatementFile.Fault { #expect("\(fault)".hasPrefix("line \(line):"), "\(fault)") }
    }
    #expect(throws: StatementFile.Fault.missingCode) { try StatementFile.parse("name\nx\n".utf8) }
    #expect(throws: StatementFile.Fault.count(0)) { try StatementFile.parse("code\n".utf8) }
    let settings = StudySettings(
      json: {
        var settings = StudySettings()
        settings.relabelling = Relabelling(statements: statements, queue: .init(method: "fixed", seed: 1))
        return settings.json
      }())
    #expect(settings?.relabelling?.statements == statements, "any vocabulary is stored with the study")
  }

  @Test func labelsOfAnyVocabularySayUnknownWhereNobodyKnows() {
    let mi = Statement(code: "164865005", abbreviation: "MI", name: "myocardial infarction")
    let norm = Statement(code: "NORM", abbreviation: "NORM", name: "normal ECG")
    let asked = [Statement(.leftAxisDeviation), mi, norm]
    let coded = CaseAnswer(label: ["39732003,164865005"], asked: asked)
    #expect(coded.row(asked) == [.present, .present, .notAsked], "NORM is no SNOMED CT code")
    let other = CaseAnswer(label: ["426783006"], asked: asked)
    #expect(other.row(asked) == [.absent, .absent, .notAsked])
    let words = CaseAnswer(label: ["normal ECG"], asked: asked)
    #expect(words.row(asked) == [.notAsked, .notAsked, .present])
    #expect(CaseAnswer(label: [], asked: asked).row(asked) == [.notAsked, .notAsked, .notAsked])
  }

  @Test func aNumberAmongWordsIsNoCodeOfALabel() {
    let dated = Statement(code: "20201105", abbreviation: "X", name: "ECG 1234567")
    let mi = Statement(code: "22298006", abbreviation: "MI", name: "myocardial infarction")
    #expect(CaseAnswer(label: ["seen on 20201105"], asked: [dated]).row([dated]) == [.notAsked])
    #expect(CaseAnswer(label: ["22298006 |Myocardial infarction|"], asked: [mi]).row([mi]) == [.present])
    let named = Statement(code: "X", abbreviation: "X", name: "ECG 1234567")
    #expect(CaseAnswer(label: ["426783006"], asked: [named]).row([named]) == [.notAsked], "it has no SNOMED CT code")
  }

  @Test func aFileThatSaysHardlyAnythingOfVeryManyStatementsIsRefused() throws {
    let rows = (0..<4000).map { "c\($0),R\($0 % 3),present,d\($0 % 900)\n" }
    let file = Data(("case,rater,verdict,diagnosis\n" + rows.joined()).utf8)
    do {
      _ = try AnswerFile.parse(file)
      Issue.record("3,600,000 cells of 4000 rows")
    } catch AnswerFile.Fault.tooSparse(let sparse) {
      #expect("\(sparse)".hasPrefix("4000 rows are 4000 answers or more about 900 diagnoses each; expected"))
    }
    let fixture = try StoreFixture()
    let store = try fixture.store()
    let verdicts = try VerdictFile.parse(file)
    let draft = try #require(StudyDraft.relabelling(named: "sparse", of: verdicts))
    do {
      _ = try store.importVerdicts(verdicts, into: draft, origin: "test")
      Issue.record("3,600,000 cells of 4000 rows")
    } catch ImportFault.tooSparse(let sparse) {
      #expect("\(sparse)".contains("about 900 diagnoses"))
    }
    // As many statements, each said of all: a table as large as its file.
    let dense = (0..<4).map { number in (0..<900).map { "c\(number),A,absent,d\($0)\n" }.joined() }
    #expect(try AnswerFile.parse(Data(("case,rater,verdict,diagnosis\n" + dense.joined()).utf8)).caseNames.count == 4)
  }

  @Test func controlCharactersThatAnExportWroteAreReadBack() throws {
    let table = try AnswerFile.parse(Data("case,rater,verdict,diagnosis\na\\x01b,A,present,LAD\n".utf8))
    #expect(table.caseNames == ["a\u{1}b"])
  }

  @Test func casesOfOneTextToUnicodeAreTwoInAFile() throws {
    let rows = ["caf\u{e9},A,present,LAD", "cafe\u{301},A,absent,LAD", "cafe\u{301},B,absent,AF"]
    let table = try AnswerFile.parse(Data((["case,rater,verdict,diagnosis"] + rows).joined(separator: "\n").utf8))
    #expect(table.caseNames.count == 2 && table.sets().count == 3)
    let twice = rows + ["caf\u{e9},A,absent,LAD"]
    #expect(throws: AnswerFile.Fault.twoVerdicts(rater: "A", caseName: "caf\u{e9}", diagnosis: "LAD", lines: [2, 5])) {
      try AnswerFile.parse(Data((["case,rater,verdict,diagnosis"] + twice).joined(separator: "\n").utf8))
    }
  }

  @Test func everyContradictionNamesTwoDiagnoses() {
    for pair in Contradictions.table {
      #expect(Diagnosis.named(pair.first) != nil && Diagnosis.named(pair.second) != nil && pair.first != pair.second)
    }
    let held = ["SB", "STach", "LAD"].compactMap { Diagnosis.named($0) }.map { Statement($0) }
    #expect(Contradictions.among(held).map { "\($0.first) \($0.second)" } == ["SB STach"])
    #expect(Contradictions.among([Statement(.leftAxisDeviation)]).isEmpty)
  }
}
