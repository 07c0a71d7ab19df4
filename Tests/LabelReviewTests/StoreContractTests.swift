import Agreement
import ECG
import Foundation
import LabelReview
import Testing

/// The kinds of store there are; the contract holds for each.
enum StoreKind: CaseIterable {
  case sqlite

  /// Opens the store of a fixture, made where there is none.
  func open(in fixture: StoreFixture) throws -> any ReviewStoring {
    switch self {
    case .sqlite: try fixture.store()
    }
  }
}

/// What every store of reviews does, whatever it keeps them in.
struct StoreContractTests {
  /// A store with one study.
  private func begin(_ kind: StoreKind) throws -> (fixture: StoreFixture, store: any ReviewStoring, study: Study) {
    let fixture = try StoreFixture()
    let store = try kind.open(in: fixture)
    return (fixture, store, try store.openStudy(StoreFixture.draft()))
  }

  @Test(arguments: StoreKind.allCases) func aStudyIsFoundAgainAsItWasMade(_ kind: StoreKind) throws {
    let (fixture, store, _) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    var draft = StoreFixture.draft(name: "blind")
    draft.blinding = [.labels, .model]
    draft.cases[1].recordingDigest = RecordingDigest(hexadecimal: "ab12")
    let made = try store.openStudy(draft)
    let again = try kind.open(in: fixture)
    #expect(try again.study(named: "blind") == made)
    #expect(made.blinding == [.labels, .model] && made.diagnosisCode == "39732003" && made.question == draft.question)
    #expect(try again.studies().map(\.name) == ["audit", "blind"])
    #expect(try again.study(named: "no such") == nil)
    let cases = try again.cases(of: made)
    #expect(cases.map(\.record) == ["r0", "r1", "r2", "r3"] && cases.map(\.position) == [0, 1, 2, 3])
    #expect(cases.map(\.label) == [.present, .absent, nil, .present])
    #expect(cases[1].recordingDigest?.description == "ab12")
  }

  @Test(arguments: StoreKind.allCases) func resumingAddsNewCasesAtTheEndAndKeepsTheRest(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let before = try store.cases(of: study)
    var draft = StoreFixture.draft()
    draft.question = "Another question?"
    draft.blinding = .model
    draft.cases = [CaseDraft(record: "new", path: "/data/new"), draft.cases[3], draft.cases[0]]
    let resumed = try store.openStudy(draft)
    #expect(resumed == study)
    let after = try store.cases(of: study)
    #expect(Array(after.prefix(4)) == before)
    #expect(after.map(\.record) == ["r0", "r1", "r2", "r3", "new"])
  }

  @Test(arguments: StoreKind.allCases) func aStudyDoesNotChangeItsDiagnosis(_ kind: StoreKind) throws {
    let (fixture, store, _) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    var draft = StoreFixture.draft()
    draft.diagnosisCode = "47665007"
    #expect(throws: ReviewStoreError.otherDiagnosis(study: "audit", stored: "39732003", wanted: "47665007")) { try store.openStudy(draft) }
  }

  @Test(arguments: StoreKind.allCases) func aVerdictIsReadBackWhole(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let caseID = try store.cases(of: study)[2].id
    let event = try store.record(
      VerdictDraft(
        study: study, caseID: caseID, reviewer: "Ana Müller", verdict: .unsure, seconds: 12.3456, visible: [.model, .measurements],
        note: "wander,\n\"baseline\"", recordingDigest: RecordingDigest(hexadecimal: "cd"), modelDigest: "ef", probability: 0.1,
        time: Date(timeIntervalSince1970: 1_790_000_000.1239)
      )
    )
    let read = try #require(try kind.open(in: fixture).events(of: study).first)
    #expect(read == event)
    #expect(read.sequence == 1 && read.kind == .verdict && read.caseID == caseID && read.studyID == study.id && read.undoes == nil)
    #expect(read.reviewer == "Ana Müller" && read.verdict == .unsure && read.seconds == 12.346 && read.visible == [.model, .measurements])
    #expect(read.note == "wander,\n\"baseline\"" && read.recordingDigest?.description == "cd" && read.modelDigest == "ef")
    #expect(read.probability == 0.1 && read.programVersion == "test 1")
    #expect(abs(read.time.timeIntervalSince1970 - 1_790_000_000.124) < 1e-6)
    #expect(read.previousDigest == String(repeating: "0", count: 64) && read.digest.count == 64)
    #expect(try store.headDigest() == read.digest)
  }

  @Test(arguments: StoreKind.allCases) func strangeValuesAreStoredSoThatTheyVerify(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let caseID = try store.cases(of: study)[0].id
    let pairs: [(Double, Double)] = [(.nan, .nan), (-1, -0.0), (.infinity, .leastNonzeroMagnitude), (1e300, 2)]
    for (seconds, probability) in pairs {
      let draft = VerdictDraft(
        study: study, caseID: caseID, reviewer: "a\0b", verdict: .present, seconds: seconds, note: "\0 \u{1F} e\u{301}",
        modelDigest: "\0", probability: probability, time: Date(timeIntervalSince1970: .infinity)
      )
      let event = try store.record(draft)
      #expect(event.seconds == nil)
      #expect(try store.events(of: study).last == event)
    }
    #expect(try store.verify() == [])
  }

  @Test(arguments: StoreKind.allCases) func aLaterVerdictStandsInPlaceOfTheEarlier(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    try store.judge(study, 1, .present, by: "A")
    try store.judge(study, 0, .absent, by: "B")
    try store.judge(study, 1, .absent, by: "A")
    try store.judge(study, 0, .unsure, by: "A")
    #expect(try store.standing(study) == ["A r0 unsure", "A r1 absent", "B r0 absent"])
    #expect(try store.events(of: study).count == 4)
  }

  @Test(arguments: StoreKind.allCases) func undoGoesBackOneVerdictAtATime(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    try store.judge(study, 0, .present, by: "A")
    try store.judge(study, 0, .absent, by: "A")
    try store.judge(study, 1, .unsure, by: "A")
    try store.judge(study, 2, .present, by: "B")
    let cases = try store.cases(of: study)
    let first = try #require(try store.undo(study: study, reviewer: "A"))
    #expect(first.caseID == cases[1].id && first.verdict == .unsure && first.kind == .undo)
    #expect(try store.standing(study) == ["A r0 absent", "B r2 present"])
    #expect(try store.undo(study: study, reviewer: "A")?.caseID == cases[0].id)
    #expect(try store.standing(study) == ["A r0 present", "B r2 present"])
    try store.judge(study, 3, .absent, by: "A")
    #expect(try store.undo(study: study, reviewer: "A")?.caseID == cases[3].id)
    #expect(try store.undo(study: study, reviewer: "A")?.verdict == .present)
    #expect(try store.undo(study: study, reviewer: "A") == nil)
    #expect(try store.standing(study) == ["B r2 present"])
    let events = try store.events(of: study)
    #expect(events.map(\.kind) == [.verdict, .verdict, .verdict, .verdict, .undo, .undo, .verdict, .undo, .undo])
    #expect(events[4].undoes == events[2].id && events[8].undoes == events[0].id)
    #expect(try store.verify() == [])
  }

  @Test(arguments: StoreKind.allCases) func undoStaysInItsStudy(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let other = try store.openStudy(StoreFixture.draft(name: "other"))
    try store.judge(other, 0, .present, by: "A")
    #expect(try store.undo(study: study, reviewer: "A") == nil)
    #expect(try store.standing(other) == ["A r0 present"])
  }

  @Test(arguments: StoreKind.allCases) func aModelDecisionIsRecordedOnceUntilItChanges(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let caseID = try store.cases(of: study)[1].id
    func decide(_ decision: Verdict, _ probability: Double, _ model: String) throws {
      try store.recordModelDecision(
        ModelDecision(verdict: decision, probability: probability, modelDigest: model), study: study, caseID: caseID)
    }
    try decide(.present, 0.7, "m1")
    try decide(.present, 0.700_001, "m1")
    #expect(try store.events(of: study).count == 1)
    try decide(.present, 0.7, "m2")
    try decide(.absent, 0.7, "m2")
    try decide(.absent, 0.2, "m2")
    try decide(.absent, 0.2, "m2")
    #expect(try store.events(of: study).map(\.modelDigest) == ["m1", "m2", "m2", "m2"])
    let decisions = try store.modelDecisions(of: study)
    #expect(decisions.map { "\($0.rater) \($0.studyCase.record) \($0.verdict) \($0.event.probability ?? -1)" } == ["model r1 absent 0.2"])
    #expect(try store.standing(study) == [] && store.progress(of: study) == [])
    #expect(try store.undo(study: study, reviewer: "A") == nil)
  }

  @Test(arguments: StoreKind.allCases) func progressByReader(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    try store.judge(study, 0, .present, by: "B", seconds: 4)
    try store.judge(study, 1, .absent, by: "A", seconds: 1)
    try store.judge(study, 1, .present, by: "B", seconds: 5)
    try store.judge(study, 2, .unsure, by: "B")
    try store.judge(study, 1, .absent, by: "B", seconds: 9)
    let progress = try store.progress(of: study)
    #expect(progress.map(\.reviewer) == ["B", "A"] && progress.map(\.judged) == [3, 1] && progress.map(\.total) == [4, 4])
    #expect(progress[0].present == 1 && progress[0].absent == 1 && progress[0].unsure == 1)
    #expect(progress.map(\.medianSeconds) == [6.5, 1])
    #expect(try progress[0].lastVerdictAt == store.events(of: study).last?.time)
    let cases = try store.cases(of: study)
    #expect(try store.seconds(of: study, by: "B") == [cases[0].id: 4, cases[1].id: 9])
  }

  @Test(arguments: StoreKind.allCases) func reviewersMustBePeopleWithNames(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    #expect(throws: ReviewStoreError.reservedReviewer("model")) { try store.judge(study, 0, .present, by: "model") }
    #expect(throws: ReviewStoreError.reservedReviewer("label")) { try store.undo(study: study, reviewer: "label") }
    #expect(throws: ReviewStoreError.namelessReviewer) { try store.judge(study, 0, .present, by: " \t") }
  }

  @Test(arguments: StoreKind.allCases) func oneNameInTwoUnicodeFormsIsOneReader(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    try store.judge(study, 0, .present, by: "Jos\u{E9}")
    try store.judge(study, 0, .absent, by: "Jose\u{301}")
    #expect(try store.standing(study) == ["Jos\u{E9} r0 absent"])
    #expect(try store.undo(study: study, reviewer: "Jose\u{301}") != nil)
    #expect(try store.openStudy(StoreFixture.draft(name: "\u{E9}")) == store.openStudy(StoreFixture.draft(name: "e\u{301}")))
  }

  @Test(arguments: StoreKind.allCases) func pathsThatDifferInAByteAreTwoCases(_ kind: StoreKind) throws {
    let (fixture, store, _) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    var draft = StoreFixture.draft(name: "paths", cases: 0)
    draft.cases = ["/\u{E9}", "/e\u{301}", "/\u{E9}"].map { CaseDraft(record: "r", path: $0) }
    let cases = try store.cases(of: store.openStudy(draft))
    #expect(cases.map(\.position) == [0, 1])
  }

  @Test(arguments: StoreKind.allCases) func aCaseOfAnotherStudyIsRefused(_ kind: StoreKind) throws {
    let (fixture, store, study) = try begin(kind)
    defer { withExtendedLifetime(fixture) {} }
    let other = try store.openStudy(StoreFixture.draft(name: "other"))
    let caseID = try store.cases(of: other)[0].id
    #expect(throws: ReviewStoreError.unknownCase(caseID.uuidString, study: "audit")) {
      try store.record(VerdictDraft(study: study, caseID: caseID, reviewer: "A", verdict: .present))
    }
    #expect(try store.events(of: study).isEmpty)
  }
}
