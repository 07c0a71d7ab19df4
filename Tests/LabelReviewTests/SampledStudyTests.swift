import Agreement
import ECG
import Foundation
import LabelReview
import Testing

struct SampledStudyTests {
  private let fixture: StoreFixture
  private let store: ReviewStore

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
  }

  private static func candidates(_ count: Int) -> [SamplingCandidate] {
    (0..<count).map { index in
      SamplingCandidate(
        record: "r\(index)", path: "/data/r\(index)", label: index % 2 == 0 ? .present : .absent,
        decision: index % 3 == 0 ? .present : .absent)
    }
  }

  /// A study of drawn cases, the first two of which come twice.
  static func draft(name: String = "drawn", cases: Int = 20, order: StudySettings.Order = .shuffled, reveals: Bool = false) -> StudyDraft {
    var settings = StudySettings()
    settings.order = order
    settings.allowsReveal = reveals ? true : nil
    settings.sampling = StudySettings.Sampling(
      seed: 4, frame: [.falsePositive: 50, .falseNegative: 40], requested: [.falsePositive: 10, .falseNegative: 10],
      taken: [.falsePositive: 10, .falseNegative: 10], unlabelled: 1, unreadable: 0, repeated: 2, modelDigest: "m",
      thresholds: ["39732003": 0.24])
    let firsts = (0..<cases).map { index in
      CaseDraft(
        record: "r\(index)", path: "/data/r\(index)", recordingDigest: RecordingDigest(hexadecimal: "d\(index)"),
        label: index % 2 == 0 ? .present : .absent, source: index < 10 ? "north" : "south",
        decision: ModelDecision(verdict: index % 2 == 0 ? .absent : .present, probability: 0.3, modelDigest: "m"))
    }
    let seconds = firsts.prefix(2).map { first in
      var copy = first
      copy.repetition = 2
      copy.decision = nil
      return copy
    }
    return StudyDraft(
      name: name, diagnosisCode: "39732003", question: "Is left axis deviation present?", blinding: [.labels, .model, .readers],
      cases: StudyDraft.arranged(firsts + seconds, seed: 4), settings: settings)
  }

  @Test func theSeedAloneDecidesWhatIsDrawn() throws {
    let all = Self.candidates(300)
    let wanted: [Outcome: Int] = [.falsePositive: 20, .falseNegative: 20, .trueNegative: 5]
    let first = try CaseSampler.draw(wanted, from: all, seed: 1)
    let again = try CaseSampler.draw(wanted, from: all.reversed(), seed: 1)
    #expect(first.drawn.map(\.record) == again.drawn.map(\.record))
    #expect(try CaseSampler.draw(wanted, from: all, seed: 2).drawn.map(\.record) != first.drawn.map(\.record))
    #expect(Set(first.drawn.map(\.record)).count == 45)
    #expect(first.drawn.count { $0.outcome == .falsePositive } == 20 && first.drawn.count { $0.outcome == .trueNegative } == 5)
    #expect(first.frame == [.falsePositive: 50, .falseNegative: 100, .truePositive: 50, .trueNegative: 100])
  }

  @Test func tooFewIsAnErrorUnlessAllowed() throws {
    let wanted: [Outcome: Int] = [.falsePositive: 60, .falseNegative: 3]
    var message = ""
    do { _ = try CaseSampler.draw(wanted, from: Self.candidates(300), seed: 1) } catch { message = "\(error)" }
    #expect(message == "too few recordings: 50 false positives where 60 were asked for")
    #expect(try CaseSampler.draw(wanted, from: Self.candidates(300), seed: 1, allowsFewer: true).drawn.count == 53)
  }

  @Test func eachReaderHasAnOrderOfTheirOwnAndSecondShowingsKeepTheirDistance() throws {
    let study = try store.createStudy(Self.draft())
    let cases = try store.cases(of: study)
    let orders = ["A", "B", "C"].map { study.order(cases, for: $0) }
    #expect(orders[0].map(\.id) == study.order(cases, for: "A").map(\.id))
    #expect(Set(orders.map { $0.map(\.position) }).count == 3)
    for order in orders + [cases] {
      #expect(Set(order.map(\.id)).count == 22)
      for repeated in order.indices where order[repeated].repetition == 2 {
        let first = try #require(order.firstIndex { $0.path == order[repeated].path })
        #expect(repeated - first > 5 || repeated >= 20, "case \(first) comes again at \(repeated)")
      }
    }
    let fixed = try store.createStudy(Self.draft(name: "fixed", order: .fixed))
    let fixedCases = try store.cases(of: fixed)
    #expect(fixed.order(fixedCases, for: "A").map(\.id) == fixedCases.map(\.id))
  }

  @Test func aSampledStudyKeepsItsFrameAndTakesNoFurtherCases() throws {
    let study = try store.createStudy(Self.draft())
    let reopened = try #require(try fixture.store().study(named: "drawn"))
    #expect(reopened.settings == Self.draft().settings && reopened.settings.sampling?.frame[.falsePositive] == 50)
    #expect(reopened.blinding == [.labels, .model, .readers])
    #expect(try store.modelDecisions(of: study).count == 20)
    #expect(throws: ReviewStoreError.studyExists("drawn")) { try store.createStudy(Self.draft()) }
    #expect(throws: ReviewStoreError.sampledStudy("drawn")) { try store.openStudy(Self.draft()) }
    #expect(try store.verify() == [])
  }

  @Test func twoMachinesThatDrawTheSameSampleHaveOneStudy() throws {
    let other = try ReviewStore(path: fixture.folder.appendingPathComponent("other.sqlite").path, programVersion: "test 1")
    let (mine, theirs) = (try store.createStudy(Self.draft()), try other.createStudy(Self.draft()))
    #expect(mine.id == theirs.id)
    #expect(try store.cases(of: mine).map(\.id) == other.cases(of: theirs).map(\.id))
  }

  @Test func revealComesAfterTheVerdictAndLocksIt() throws {
    let study = try store.createStudy(Self.draft(reveals: true))
    let caseID = try store.cases(of: study)[0].id
    func give(_ kind: VerdictEvent.Kind, _ verdict: Verdict) throws {
      _ = try store.record(VerdictDraft(kind: kind, study: study, caseID: caseID, reviewer: "A", verdict: verdict))
    }
    #expect(throws: ReviewStoreError.self) { try store.recordReveal(study: study, caseID: caseID, reviewer: "A") }
    #expect(throws: ReviewStoreError.self) { try give(.verdictAfterReveal, .present) }
    try give(.verdict, .absent)
    try store.recordReveal(study: study, caseID: caseID, reviewer: "A")
    try store.recordReveal(study: study, caseID: caseID, reviewer: "A")
    #expect(throws: ReviewStoreError.self) { try give(.verdict, .present) }
    #expect(throws: ReviewStoreError.self) { try store.undo(study: study, reviewer: "A") }
    try give(.verdictAfterReveal, .present)
    #expect(try store.undo(study: study, reviewer: "A")?.verdict == .present)
    try give(.verdictAfterReveal, .unsure)
    #expect(try store.verdicts(.verdict, of: study, by: "A") == [caseID: .absent])
    #expect(try store.verdicts(.verdictAfterReveal, of: study, by: "A") == [caseID: .unsure])
    #expect(try store.events(of: study).count { $0.kind == .reveal } == 1)
    let report = try AgreementReport(study: study, in: store)
    #expect(report.reveals.map { "\($0.raterA) \($0.verdicts.counts[1][2])" } == ["A 1"])
    #expect(try store.verify() == [])
    let closed = try store.createStudy(Self.draft(name: "closed"))
    try store.judge(closed, 0, .present, by: "A")
    let closedCase = try store.cases(of: closed)[0].id
    #expect(throws: ReviewStoreError.self) { try store.recordReveal(study: closed, caseID: closedCase, reviewer: "A") }
  }

  @Test func anAdjudicatorSettlesWhatReadersDifferOn() throws {
    let study = try store.createStudy(Self.draft())
    for position in 0..<22 { try store.judge(study, position, position < 12 ? .present : .absent, by: "A") }
    for position in 0..<22 { try store.judge(study, position, position < 10 ? .present : .absent, by: "B") }
    #expect(throws: ReviewStoreError.adjudicatorIsReader("A", study: "drawn")) { try store.disputes(of: study, adjudicator: "A") }
    let disputes = try store.disputes(of: study, adjudicator: "C")
    #expect(disputes.allSatisfy { $0.readers.map(\.rater) == ["A", "B"] && $0.studyCase.repetition == 1 && $0.verdict == nil })
    let first = try #require(disputes.first)
    _ = try store.record(
      VerdictDraft(kind: .adjudication, study: study, caseID: first.studyCase.id, reviewer: "C", verdict: .absent, visible: .readers))
    let settled = try #require(try store.consensus(of: study).first { $0.studyCase.id == first.studyCase.id })
    #expect(settled.verdict == .absent && settled.basis == "adjudicated")
    let rows = try StudyExport.standing(study, in: store, raters: .consensus).rows
    #expect(rows.count == 20 - disputes.count + 1 && rows.allSatisfy { $0.rater == "consensus" })
    #expect(try AgreementReport(study: study, in: store).readers == ["A", "B"], "an adjudicator is no reader")
  }

  @Test func theReportOfAStudyUsesFirstShowingsAndNamesItsFrame() throws {
    let study = try store.createStudy(Self.draft())
    // Said first, and then otherwise.
    for position in 3..<9 { try store.judge(study, position, .absent, by: "A") }
    for position in 0..<22 {
      try store.judge(study, position, .present, by: "A")
      try store.judge(study, position, position % 5 == 0 ? .unsure : .present, by: "B")
    }
    let report = try AgreementReport(study: study, in: store)
    #expect(report.pairs.first?.verdicts.total == 20 && report.pairs.first?.verdicts.counts[1] == [0, 0, 0], "the latest verdict counts")
    #expect(report.repeats.map { $0.verdicts.total } == [2, 2])
    #expect(report.strata.map { "\($0.name) \($0.cases)" } == ["fp 10", "fn 10", "source north 10", "source south 10"])
    let sentence = try #require(report.sampling?.sentence)
    #expect(
      sentence
        == "Sampling frame: 90 labelled recordings, of which were drawn 10 of 50 false positives, 10 of 40 false negatives (seed 4, model m). "
        + "1 lie outside it without a label. 2 cases come twice.")
    let csv = try StudyExport.standing(study, in: store, raters: .all)
    let text = ([csv.columns] + csv.rows.map(csv.fields)).map { $0.joined(separator: ",") }.joined(separator: "\n")
    #expect(AgreementReport(try VerdictCSV.parse(Array(text.utf8))).pairs == report.pairs, "its export says the same")
  }
}
