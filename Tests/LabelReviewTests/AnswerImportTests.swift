import Agreement
import ECG
import Foundation
import LabelReview
import PlainText
import Testing

/// What a file says of many statements comes into a study as it says it, once, and the same on every machine.
struct AnswerImportTests {
  private let fixture: StoreFixture
  private let store: ReviewStore

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
  }

  @discardableResult
  private func take(_ rows: [String], columns: String = "case,rater,verdict,diagnosis", into store: ReviewStore? = nil) throws
    -> ImportReport
  {
    let verdicts = try VerdictFile.parse(Data(([columns] + rows).joined(separator: "\n").utf8))
    let draft = StudyDraft.relabelling(named: "s", of: verdicts) ?? StudyDraft(name: "s", diagnosisCode: "x", question: "?", cases: [])
    return try (store ?? self.store).importVerdicts(verdicts, into: draft, origin: "file x")
  }

  private func study(in store: ReviewStore? = nil) throws -> Study { try #require(try (store ?? self.store).study(named: "s")) }

  private func fault(_ rows: [String]) -> String {
    do {
      try take(rows)
      return ""
    } catch { return "\(error)" }
  }

  @Test func casesAnswersAndDecisionsHaveIdentifiersInTheOrderOfTheFile() throws {
    try take((0..<9000).flatMap { ["\($0),HG,present,\($0 % 2 == 0 ? "AF" : "LAD")", "\($0),model,absent,AF"] })
    let study = try study()
    let events = try store.events(of: study)
    let kinds = [VerdictEvent.Kind.verdict, .modelDecision].map { kind in events.filter { $0.kind == kind }.map(\.id.uuidString) }
    for identifiers in kinds + [try store.cases(of: study).map(\.id.uuidString)] {
      let beginnings = identifiers.map { $0.prefix(13) + $0.dropFirst(15).prefix(3) }
      #expect(beginnings == beginnings.sorted() && Set(identifiers).count == 9000)
    }
    #expect(try store.verify() == [])
  }

  @Test func aFileIsTheSameStudyOnEveryMachine() throws {
    let rows = ["a,HG,present,AF", "b,HG,absent,LAD", "a,SW,unsure,LAD", "a,label,present,LAD", "b,label,absent,AF"]
    let other = try fixture.store(named: "other")
    try take(rows)
    usleep(2000)
    try take(rows, into: other)
    #expect(try store.cases(of: study()).map(\.id) == other.cases(of: study(in: other)).map(\.id))
    #expect(try store.events(of: study()).map(\.id) == other.events(of: study(in: other)).map(\.id))
    let cases = try store.cases(of: study()).count
    let report = try store.merge(from: other)
    // The file gives no times: the two stores have those at which they read it.
    #expect(report.addedCases == 0 && report.addedEvents == 0 && report.knownEvents == 3 && report.conflicts == [])
    #expect(try store.cases(of: study()).count == cases && store.verify() == [])
    // Another order is another study: its identifiers are others.
    let third = try fixture.store(named: "third")
    try take(rows.reversed(), into: third)
    #expect(try Set(third.cases(of: study(in: third)).map(\.id)).isDisjoint(with: store.cases(of: study()).map(\.id)))
  }

  @Test func labelsStandAndAModelMayChangeItsMind() throws {
    let columns = "case,rater,verdict,diagnosis,probability,model_digest"
    let rows = [
      "a,label,present,AF,,", "a,label,absent,LAD,,", "a,model,present,LAD,0.75,m1", "a,model,absent,AF,0.25,m1", "b,HG,absent,AF,,",
      "a,model,absent,LAD,0.5,m2", "a,label,present,AF,,",
    ]
    let report = try take(rows, columns: columns)
    #expect(report.madeStudy && report.added == 1 && report.skipped == 0)
    let study = try study()
    let (af, lad) = ("164889003", "39732003")
    let cases = try store.cases(of: study)
    #expect(cases.map(\.labels) == [CaseAnswer([af: .present]), nil])
    let decision = try #require(try store.events(of: study).first { $0.kind == .modelDecision })
    #expect(
      decision.answer == CaseAnswer(probabilities: [af: 0.25, lad: 0.5]) && decision.modelDigest == "m2" && decision.verdict == .absent)
    #expect(try store.events(of: study).first { $0.kind == .verdict }?.answer == CaseAnswer([lad: .notAsked]))
    #expect(try store.verify() == [])
  }

  @Test func aLabelThatContradictsItselfIsRefusedByLine() {
    let told = fault(["a,label,present,AF", "a,label,absent,LAD", "a,label,absent,AF"])
    #expect(told == "line 4: another verdict of 'label' on case 'a' than an earlier line or the study's cases have; expected one")
  }

  @Test func anAnswerThatTheStudyHasIsKnownAndAnotherIsAConflict() throws {
    let rows = ["a,HG,present,AF", "a,HG,absent,LAD", "b,HG,absent,AF"]
    #expect(try take(rows).added == 2)
    let again = try take(rows)
    #expect(again.added == 0 && again.known == 2 && again.conflictCount == 0)
    let changed = try take(["b,HG,absent,AF", "a,HG,absent,AF", "a,HG,present,LAD", "a,SW,present,LAD"])
    #expect(changed.added == 1 && changed.known == 1)
    #expect(changed.conflicts == ["line 3: HG on case 'a': 'AF' in the study and 'LAD' in the file"])
    #expect(try store.sets(study()) == ["HG a AF", "HG b none of them", "SW a LAD"])
  }

  @Test func whatWasTakenBackDoesNotComeAgainWithItsFile() throws {
    let rows = ["a,HG,present,AF", "b,HG,absent,LAD"]
    try take(rows)
    _ = try store.undo(study: study(), reviewer: "HG", kinds: [.verdict])
    let again = try take(rows)
    #expect(again.added == 0 && again.known == 2 && again.conflictCount == 0)
    #expect(try store.sets(study()) == ["HG a AF"])
    #expect(try take(["b,HG,present,LAD"]).added == 1)
    #expect(try store.sets(study()) == ["HG a AF", "HG b LAD"] && store.verify() == [])
  }

  @Test func oneFileUnderTwoNamesIsTheSameAnswer() throws {
    let rows = ["a,HG,present,AF", "a,HG,absent,LAD", "b,SW,unsure,LAD"]
    let other = try fixture.store(named: "other")
    try take(rows)
    let verdicts = try VerdictFile.parse(Data((["case,rater,verdict,diagnosis"] + rows).joined(separator: "\n").utf8))
    let draft = try #require(StudyDraft.relabelling(named: "s", of: verdicts))
    _ = try other.importVerdicts(verdicts, into: draft, origin: "file y")
    let report = try store.merge(from: other)
    #expect(report.conflicts.isEmpty && report.addedEvents == 0 && report.knownEvents == 2)
  }

  /// Neither keys nor what was filled in come with a file, as the tables that are exported have no columns for them.
  @Test(arguments: [true, false])
  func whatWasExportedAndImportedIsMergedBackAsKnown(isIntoTheFirst: Bool) throws {
    let study = try store.createStudy(RelabellingFixture.draft(name: "s", prefill: .label))
    try store.relabel(study, 0, [RelabellingFixture.lad: .present], by: "HG")
    try store.relabel(study, 1, [RelabellingFixture.af: .unsure], by: "SW")
    try store.relabel(study, 1, [:], by: "HG")
    let export = try StudyExport.standing(study, in: store)
    let table = [export.columns] + export.rows.map { export.fields(of: $0) }
    let verdicts = try VerdictFile.parse(Data(table.map { CSVWriter.row($0) }.joined(separator: "\n").utf8))
    let other = try fixture.store(named: "other")
    _ = try other.createStudy(RelabellingFixture.draft(name: "s", prefill: .label))
    let draft = try #require(StudyDraft.relabelling(named: "s", of: verdicts))
    #expect(try other.importVerdicts(verdicts, into: draft, origin: "file x").added == 3)
    let report = isIntoTheFirst ? try store.merge(from: other) : try other.merge(from: store)
    #expect(report.conflicts.isEmpty && report.addedEvents == 0 && report.knownEvents == 3)
    // Another set under the same identifier is none of that.
    let third = try fixture.store(named: "third")
    _ = try third.createStudy(RelabellingFixture.draft(name: "s", prefill: .label))
    let changed = verdicts.map { verdict in
      var verdict = verdict
      if verdict.rater == "SW", verdict.verdict == .unsure { verdict.verdict = .present }
      return verdict
    }
    _ = try third.importVerdicts(changed, into: draft, origin: "file y")
    #expect(try store.merge(from: third).conflicts.count == 1)
  }

  @Test func aLikelihoodMakesAStudyThatRelabelsOfOneStatement() throws {
    try take(["a,HG,present,AF,probable"], columns: "case,rater,verdict,diagnosis,likelihood")
    let study = try study()
    #expect(study.relabelling?.statements.map(\.abbreviation) == ["AF"])
    #expect(try store.events(of: study).first?.answer?["164889003"] == .probable)
    let plain = try VerdictFile.parse(Data("case,rater,verdict,diagnosis\na,HG,present,AF\n".utf8))
    #expect(StudyDraft.relabelling(named: "p", of: plain) == nil)
  }

  @Test func aStatementThatTheStudyDoesNotAskAboutIsSaidToBeThat() throws {
    try take(["a,HG,present,AF", "a,HG,absent,LAD"])
    #expect(fault(["a,HG,present,SB"]).contains("'SB' is none of the statements that the study asks about"))
  }

  @Test func answersAreStoredInTheFormThatTheyHaveByThemselves() throws {
    let said = ["present", "absent", "unsure", "present"]
    let words = ["c\"1", "b\\2", "ä3", "10", "9"]
    try take(words.enumerated().map { "a,HG,\(said[$0 % 4]),\"\($1.replacing("\"", with: "\"\""))\"" } + ["b,HG,absent,10"])
    let events = try store.events(of: study())
    #expect(events.count == 2)
    for event in events { #expect(event.answer == CaseAnswer(form: try #require(event.answer?.form))) }
    let expected = Dictionary(
      uniqueKeysWithValues: words.enumerated().map { ($1, StatementAnswer(Verdict(rawValue: said[$0 % 4]) ?? .unsure)) })
    #expect(events.first?.answer == CaseAnswer(expected))
    let again = try take(words.enumerated().map { "a,HG,\(said[$0 % 4]),\"\($1.replacing("\"", with: "\"\""))\"" })
    #expect(again.known == 1)
  }

  @Test func aDiagnosisInEveryRowIsNoStudyThatRelabels() throws {
    let verdicts = try VerdictFile.parse(
      Data(("case,rater,verdict,diagnosis\n" + (0..<2000).map { "\($0),A,absent,d\($0)\n" }.joined()).utf8))
    #expect(StudyDraft.relabelling(named: "s", of: verdicts) == nil)
  }
}
