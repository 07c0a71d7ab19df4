import Agreement
import LabelReview
import Testing

/// The rules alone, without a store: histories of one reader on one case, the oldest first.
struct StudyRulesTests {
  private static func history(_ entries: [(VerdictEvent.Kind, Verdict, undoes: String?)]) -> [StudyRules.Entry] {
    entries.enumerated().map { StudyRules.Entry(identifier: "e\($0)", kind: $1.0, verdict: $1.1, undoes: $1.undoes) }
  }

  @Test func theLastThatWasNotTakenBackStands() {
    let twice = Self.history([(.verdict, .present, nil), (.verdict, .absent, nil)])
    #expect(StudyRules.standing(.verdict, in: twice)?.verdict == .absent)
    let takenBack = twice + [StudyRules.Entry(identifier: "u", kind: .undo, verdict: .absent, undoes: "e1")]
    #expect(StudyRules.standing(.verdict, in: takenBack)?.verdict == .present)
    #expect(StudyRules.standing(.verdict, in: []) == nil && StudyRules.standing(.adjudication, in: twice) == nil)
  }

  @Test func aFirstVerdictComesBeforeTheRevealAndASecondAfter() throws {
    let before = Self.history([(.verdict, .present, nil)])
    let after = Self.history([(.verdict, .present, nil), (.reveal, .present, nil)])
    try StudyRules.checkVerdict(.verdict, on: "r", after: before)
    try StudyRules.checkVerdict(.verdictAfterReveal, on: "r", after: after)
    try StudyRules.checkVerdict(.adjudication, on: "r", after: [])
    #expect(throws: ReviewStoreError.alreadyRevealed(record: "r")) { try StudyRules.checkVerdict(.verdict, on: "r", after: after) }
    #expect(throws: ReviewStoreError.notRevealed(record: "r")) { try StudyRules.checkVerdict(.verdictAfterReveal, on: "r", after: before) }
  }

  @Test func whatIsUncoveredIsTheVerdictThatStands() throws {
    let before = Self.history([(.verdict, .present, nil), (.verdict, .absent, nil), (.undo, .absent, "e1")])
    #expect(try StudyRules.reveal(on: "r", after: before, isAllowed: true) == .present)
    #expect(throws: ReviewStoreError.revealNotAllowed(record: "r")) { try StudyRules.reveal(on: "r", after: before, isAllowed: false) }
    #expect(throws: ReviewStoreError.revealNotAllowed(record: "r")) { try StudyRules.reveal(on: "r", after: [], isAllowed: true) }
    let allTakenBack = Self.history([(.verdict, .present, nil), (.undo, .present, "e0")])
    #expect(throws: ReviewStoreError.revealNotAllowed(record: "r")) { try StudyRules.reveal(on: "r", after: allTakenBack, isAllowed: true) }
    let done = Self.history([(.verdict, .present, nil), (.reveal, .present, nil)])
    #expect(try StudyRules.reveal(on: "r", after: done, isAllowed: true) == nil, "nothing is written twice")
  }

  @Test func takingBackWalksPastWhatIsTakenBack() {
    let log = Self.history([
      (.verdict, .present, nil), (.adjudication, .absent, nil), (.verdict, .unsure, nil), (.undo, .unsure, "e2"), (.reveal, .present, nil),
    ])
    func found(_ kinds: [VerdictEvent.Kind]) -> String? {
      var search = StudyRules.Undo(of: kinds)
      return log.reversed().first { search.finds($0) }?.identifier
    }
    #expect(found([.verdict, .verdictAfterReveal]) == "e0" && found([.adjudication]) == "e1" && found([.verdictAfterReveal]) == nil)
  }

  @Test func aFirstVerdictIsLockedByItsReveal() throws {
    let history = Self.history([(.verdict, .present, nil), (.reveal, .present, nil), (.verdictAfterReveal, .absent, nil)])
    #expect(throws: ReviewStoreError.alreadyRevealed(record: "r")) { try StudyRules.Undo.check(history[0], on: "r", in: history) }
    try StudyRules.Undo.check(history[2], on: "r", in: history)
    try StudyRules.Undo.check(history[0], on: "r", in: Array(history.prefix(1)))
  }

  @Test func aModelsDecisionIsNewsWhenItOrTheModelChanges() {
    let last = ModelDecision(verdict: .present, probability: 0.7, modelDigest: "m")
    func isNews(_ verdict: Verdict, _ probability: Double?, _ model: String?) -> Bool {
      StudyRules.isNews(ModelDecision(verdict: verdict, probability: probability, modelDigest: model), after: last)
    }
    #expect(!isNews(.present, 0.700_05, "m"))
    #expect(isNews(.present, 0.7002, "m") && isNews(.absent, 0.7, "m") && isNews(.present, 0.7, "n") && isNews(.present, nil, "m"))
    #expect(StudyRules.isNews(last, after: nil))
  }

  @Test func anAdjudicatorIsNoReader() throws {
    #expect(throws: ReviewStoreError.adjudicatorIsReader("Jose\u{301}", study: "s")) {
      try StudyRules.checkAdjudicator("Jose\u{301}", readers: ["Jos\u{E9}"], study: "s")
    }
    try StudyRules.checkAdjudicator("C", readers: ["A", "B"], study: "s")
    #expect(throws: ReviewStoreError.namelessReviewer) { try StudyRules.checkReviewer("\u{2003}") }
    #expect(throws: ReviewStoreError.reservedReviewer("consensus")) { try StudyRules.checkReviewer("consensus") }
  }

  @Test(arguments: [
    "\u{1B}[D", "An\u{1B}[Dn", "A\nB", "A\r\nB", "A\tB", "A\u{0}", "A\u{7F}", "A\u{85}B", "A\u{9B}D", "A\u{2028}B",
    "A\u{2029}",
  ])
  func aNameThatIsGivenHoldsNoControlCharacters(name: String) throws {
    #expect(throws: ReviewStoreError.unprintableReviewer) { try StudyRules.checkGivenReviewer(name) }
    // Stores keep those that they have.
    try StudyRules.checkReviewer(name)
  }

  @Test(arguments: ["Ann \"A\"", "Jose\u{301}", "\u{5D0}\u{200F}", "\u{674E}", "a\\b"])
  func aNameThatIsGivenMayBeOfAnyLanguage(name: String) throws { try StudyRules.checkGivenReviewer(name) }

  @Test func aNameThatIsGivenIsOneThatAReaderMayHave() {
    #expect(throws: ReviewStoreError.namelessReviewer) { try StudyRules.checkGivenReviewer(" ") }
    #expect(throws: ReviewStoreError.reservedReviewer("model")) { try StudyRules.checkGivenReviewer("model") }
  }
}
