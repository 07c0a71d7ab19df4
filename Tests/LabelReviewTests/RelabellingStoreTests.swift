import Agreement
import ECG
import Foundation
import GRDB
import LabelReview
import Testing

/// What every store does with answers on many statements.
struct RelabellingStoreTests {
  private typealias Fixture = RelabellingFixture

  private func begin(
    _ kind: StoreKind, _ draft: StudyDraft = RelabellingFixture.draft()
  ) throws -> (fixture: StoreFixture, store: any ReviewStoring, study: Study) {
    let fixture = try StoreFixture()
    let store = try kind.open(in: fixture)
    return (fixture, store, try store.createStudy(draft))
  }

  @Test(arguments: StoreKind.allCases) func aStudyThatRelabelsIsFoundAgainAsItWasMade(_ kind: StoreKind) throws {
    let decision = CaseAnswer([Fixture.lad: .present], probabilities: [Fixture.lad: 0.81, Fixture.af: 0.02])
    let (fixture, store, made) = try begin(kind, Fixture.draft(decisions: [decision]))
    defer { withExtendedLifetime(fixture) {} }
    let study = try #require(try kind.open(in: fixture).study(named: "relabel"))
    #expect(study == made && study.isClosed && !study.isSampled && !study.recordsLiveDecisions, "it was made by a model's answers")
    #expect(study.relabelling?.statements == Fixture.statements && study.relabelling?.queue.seed == 7)
    #expect(study.settingsJSON.contains(#""statements":["39732003","445118002","164889003"]"#), "the 24 are stored by their codes alone")
    let cases = try store.cases(of: study)
    #expect(cases.map(\.label) == [nil, nil, nil, nil])
    #expect(cases[0].labels?[Fixture.lad] == .present && cases[1].labels?[Fixture.lad] == .absent)
    #expect(cases[2].labels?[Fixture.lad] == .notAsked, "what a label leaves unknown stays unknown")
    #expect(try store.answers(.modelDecision, of: study).map(\.answer) == [decision])
    #expect(try store.verify() == [])
  }

  @Test(arguments: StoreKind.allCases) func anAnswerIsOneEventReadBackWhole(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let caseID = try store.cases(of: study)[1].id
    let answer = CaseAnswer(
      [Fixture.lad: .probable, Fixture.af: .unsure], prefill: .label, prefilled: [Fixture.lanfb: .present], keys: 5)
    let event = try store.record(
      VerdictDraft(study: study, caseID: caseID, reviewer: "A", answer: answer, seconds: 4.5, visible: [.labels], note: "a, \"b\"\n"))
    let read = try #require(try kind.open(in: fixture).events(of: study).last)
    #expect(read == event && read.answer == answer && read.verdict == .present && read.note == "a, \"b\"\n" && read.visible == [.labels])
    let standing = try #require(try store.answers(.verdict, of: study).first)
    #expect(standing.answer == answer && standing.seconds == 4.5 && standing.visible == [.labels] && standing.caseID == caseID)
    #expect(try store.progress(of: study).first?.medianKeys == 5)
    #expect(try store.verify() == [])
  }

  @Test(arguments: StoreKind.allCases) func whatTheModelSaysAtTheDeskIsRecordedOnceUntilItChanges(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let caseID = try store.cases(of: study)[1].id
    func say(_ set: [String: StatementAnswer], _ probabilities: [String: Double], _ model: String = "m") throws {
      let answer = CaseAnswer(set, probabilities: probabilities).decisions(on: Fixture.statements)
      try store.recordModelDecision(
        ModelDecision(verdict: answer.summary, modelDigest: model, answer: answer), study: study, caseID: caseID)
    }
    try say([Fixture.lad: .present], [Fixture.lad: 0.81234, Fixture.af: 0.02])
    try say([Fixture.lad: .present], [Fixture.lad: 0.81239, Fixture.af: 0.02])
    #expect(try store.events(of: study).count == 1)
    #expect(
      try store.answers(.modelDecision, of: study).map(\.answer) == [
        CaseAnswer([Fixture.lad: .present, Fixture.lanfb: .notAsked], probabilities: [Fixture.lad: 0.8123, Fixture.af: 0.02])
      ], "what the model does not know is unknown")
    try say([Fixture.lad: .present], [Fixture.lad: 0.8123, Fixture.af: 0.3])
    try say([Fixture.lad: .present, Fixture.af: .present], [Fixture.lad: 0.8123, Fixture.af: 0.3])
    try say([Fixture.lad: .present, Fixture.af: .present], [Fixture.lad: 0.8123, Fixture.af: 0.3], "other")
    #expect(try store.events(of: study).count == 4)
    #expect(try store.verify() == [])
  }

  @Test(arguments: StoreKind.allCases) func aSecondReaderHasFinishedWhenNoCaseNeedsOne(_ kind: StoreKind) throws {
    let rule = Relabelling.SecondReading(share: 0.25, limit: 2)
    let (fixture, store, study) = try begin(kind, Fixture.draft(second: rule))
    defer { withExtendedLifetime(fixture) {} }
    #expect(try store.readerToProtect(in: study) == nil, "nobody has begun")
    for position in 0..<3 { try store.relabel(study, position, [:], by: "A") }
    #expect(try store.readerToProtect(in: study) == "A")
    try store.relabel(study, 3, [:], by: "A")
    #expect(try store.readerToProtect(in: study) == nil)
    let relabelling = try #require(study.relabelling)
    let queue = relabelling.queue(
      try store.cases(of: study), for: "B", answers: try store.answers(.verdict, of: study), decisions: [])
    try store.relabel(study, try #require(queue.first).position, [:], by: "B")
    let unfinished = try store.readerToProtect(in: study)
    #expect(queue.count == 1 && unfinished == nil)
  }

  @Test(arguments: StoreKind.allCases) func whatDoesNotFitTheQuestionIsRefused(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    #expect(throws: ReviewStoreError.self) { try store.judge(study, 0, .present, by: "A") }
    #expect(throws: ReviewStoreError.self) { try store.relabel(study, 0, ["427393009": .present], by: "A") }
    let plain = try store.openStudy(StoreFixture.draft())
    #expect(throws: ReviewStoreError.self) { try store.relabel(plain, 0, [Fixture.lad: .present], by: "A") }
    #expect(try store.events(of: study).isEmpty && store.events(of: plain).isEmpty)
    #expect(throws: ReviewStoreError.sampledStudy("relabel")) { try store.openStudy(Fixture.draft(cases: 5)) }
    #expect(try store.answers(.verdict, of: plain) == [])
  }

  @Test(arguments: StoreKind.allCases) func undoRevealAndAdjudicationAreThoseOfVerdicts(_ kind: StoreKind) throws {
    var draft = Fixture.draft()
    draft.settings.allowsReveal = true
    let (fixture, store, study) = try begin(kind, draft)
    defer { withExtendedLifetime(fixture) {} }
    try store.relabel(study, 0, [Fixture.lad: .present], by: "A")
    try store.relabel(study, 0, [Fixture.lad: .present, Fixture.lanfb: .present], by: "A")
    try store.relabel(study, 1, [:], by: "A")
    #expect(try store.undo(study: study, reviewer: "A")?.answer == CaseAnswer([:], prefill: Relabelling.Prefill.none, keys: 2))
    #expect(try store.undo(study: study, reviewer: "A")?.verdict == .present)
    #expect(try store.sets(study) == ["A r0 LAD"])
    let caseID = try store.cases(of: study)[0].id
    try store.recordReveal(study: study, caseID: caseID, reviewer: "A")
    #expect(throws: ReviewStoreError.alreadyRevealed(record: "r0")) { try store.relabel(study, 0, [:], by: "A") }
    try store.relabel(study, 0, [Fixture.af: .definite], by: "A", kind: .verdictAfterReveal)
    #expect(try store.sets(study, .verdictAfterReveal) == ["A r0 AF (definite)"])
    try store.relabel(study, 0, [Fixture.lad: .definite], by: "B")
    #expect(try store.disputes(of: study, adjudicator: "C").isEmpty, "how likely is no dispute")
    try store.relabel(study, 0, [Fixture.lad: .present, Fixture.af: .unsure], by: "D")
    #expect(try store.disputes(of: study, adjudicator: "C").map(\.studyCase.record) == ["r0"])
    let before = try store.disputeCounts(of: study)
    #expect(before.disputed == 1 && before.settled == 0)
    try store.relabel(study, 0, [Fixture.lad: .present], by: "C", kind: .adjudication)
    let after = try store.disputeCounts(of: study)
    #expect(after.disputed == 1 && after.settled == 1)
    #expect(try store.verify() == [])
  }

  @Test func twoReadersStoresMergeIntoOneStudyAndContradictionsAreListed() throws {
    let (one, two) = (try StoreFixture(), try StoreFixture())
    let (here, there) = (try one.store(), try two.store())
    let (study, same) = (try here.createStudy(Fixture.draft()), try there.createStudy(Fixture.draft()))
    #expect(study.id == same.id, "what a relabelling holds makes its identity")
    try here.relabel(study, 0, [Fixture.lad: .present], by: "A")
    try there.relabel(same, 0, [Fixture.lanfb: .present], by: "B")
    try there.relabel(same, 1, [Fixture.af: .present], by: "B")
    let report = try here.merge(from: there)
    #expect(report.addedEvents == 2 && report.conflicts.isEmpty && report.addedCases == 0)
    #expect(try here.sets(study) == ["A r0 LAD", "B r0 LAnFB", "B r1 AF"])
    #expect(try here.merge(from: there).addedEvents == 0)
    // One reader's other set on one case, in another store.
    let third = try StoreFixture()
    let elsewhere = try third.store()
    try elsewhere.relabel(try elsewhere.createStudy(Fixture.draft()), 0, [Fixture.lad: .present, Fixture.af: .present], by: "A")
    let second = try here.merge(from: elsewhere)
    #expect(second.addedEvents == 0 && second.conflicts.count == 1 && "\(second.conflicts)".contains("r0"))
    #expect(try here.verify() == [])
  }

  @Test(arguments: [
    "UPDATE event SET answer = replace(answer, 'present', 'unsure') WHERE sequence = 1",
    "UPDATE event SET answer = NULL WHERE sequence = 1",
    "UPDATE event SET answer = '{\"version\":1,\"set\":{}}' WHERE sequence = 2",
  ])
  func aChangedAnswerIsFound(sql: String) throws {
    let fixture = try StoreFixture()
    let store = try fixture.store()
    let study = try store.createStudy(Fixture.draft())
    try store.relabel(study, 0, [Fixture.lad: .present], by: "A")
    try store.judge(try store.openStudy(StoreFixture.draft()), 0, .present, by: "A")
    #expect(try store.verify() == [])
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.write { database in
      try database.execute(sql: "DROP TRIGGER event_is_never_changed")
      try database.execute(sql: sql)
    }
    #expect(try store.verify().contains { if case .changed = $0 { true } else { false } })
  }

  @Test func exportsAndImportsSayTheSame() throws {
    let fixture = try StoreFixture()
    let store = try fixture.store()
    let study = try store.createStudy(Fixture.draft(decisions: [CaseAnswer([Fixture.af: .present], probabilities: [Fixture.af: 0.5])]))
    try store.relabel(study, 0, [Fixture.lad: .probable], by: "A")
    try store.relabel(study, 0, [Fixture.lad: .present, Fixture.af: .unsure], by: "B")
    let export = try StudyExport.standing(study, in: store, raters: .all)
    #expect(Array(export.columns.prefix(6)) == ["case", "rater", "verdict", "diagnosis", "likelihood", "time"])
    let rows = export.rows.map { export.fields(of: $0).prefix(5).joined(separator: " ") }
    #expect(rows.prefix(3) == ["r0 A present LAD probable", "r0 A absent LAnFB ", "r0 A absent AF "])
    #expect(rows.contains("r2 label present AF ") && !rows.contains { $0.hasPrefix("r2 label") && $0.contains("LAD") })
    #expect(rows.contains("r0 model present AF "))
    let consensus = try StudyExport.standing(study, in: store, raters: .consensus)
    #expect(
      consensus.rows.map { consensus.fields(of: $0).prefix(5).joined(separator: " ") } == [
        "r0 consensus present LAD probable", "r0 consensus absent LAnFB ", "r0 consensus absent AF ",
      ])
    let log = try StudyExport.events(study, in: store)
    #expect(log.rows.count == 3 * 3)
  }
}

/// The stored form of an answer.
struct CaseAnswerFormTests {
  @Test func everyAnswerComesBackFromItsForm() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<500 {
      var answer = CaseAnswer()
      for diagnosis in Diagnosis.all where generator.below(3) == 0 {
        answer[diagnosis.code] = StatementAnswer.allCases[generator.below(StatementAnswer.allCases.count)]
      }
      if generator.below(2) == 0 {
        answer.prefill = Relabelling.Prefill.allCases[generator.below(4)]
        answer.prefilled = ["39732003": .present]
      }
      if generator.below(2) == 0 { answer.keys = generator.below(40) }
      if generator.below(2) == 0 { answer.probabilities = ["39732003": Double(generator.below(10_001)) / 10_000] }
      #expect(CaseAnswer(form: answer.form) == answer)
    }
  }

  @Test func theFormIsOneJSONObjectInOneOrder() throws {
    let answer = CaseAnswer(
      ["39732003": .probable, "164889003": .unsure, "1": .absent], prefill: .label, prefilled: ["39732003": .present], keys: 3)
    let form =
      #"{"version":1,"set":{"164889003":"unsure","39732003":"probable"},"prefill":"label","prefilled":{"39732003":"present"},"keys":3}"#
    #expect(answer.form == form)
    #expect(try JSONSerialization.jsonObject(with: Data(form.utf8)) is [String: Any])
  }

  @Test(arguments: [
    "", "{}", "null", "[]", #"{"version":2,"set":{}}"#, #"{"version":1,"set":{"a":"maybe"}}"#, #"{"version":1,"set":{"a":"present"}"#,
    #"{"version":1,"set":{}} "#, #"{"version":1,"set":{"\u0061":"present"}}"#, #"{"version":1,"set":{},"keys":-1}"#,
    #"{"version":1,"set":{},"probabilities":{"a":1.5}}"#, #"{"version":1,"set":{},"other":1}"#, #"{"set":{}}"#,
    #"{"version":1,"set":{"a":"#,
  ])
  func whatIsNoFormOfThisVersionIsRefused(_ text: String) { #expect(CaseAnswer(form: text) == nil) }
}
