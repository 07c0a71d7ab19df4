import Agreement
import Classification
import ECG
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// Choosing statements by keyboard, in a study that relabels.
@Suite struct RelabelTests {
  private func code(_ name: String) -> String { Diagnosis.named(name)?.code ?? "?" }

  /// What the desk would store, in the study's words.
  private func words(_ answer: CaseAnswer?, _ state: DeskState) -> String {
    answer.flatMap { state.study?.study.relabelling?.words($0) } ?? "nothing"
  }

  /// The keys that choose a statement: its digit where it is among the first nine, else the letter that its abbreviation begins with and a digit.
  private func keys(for name: String, _ state: DeskState) throws -> [String] {
    for place in 1...9 {
      var trial = state
      strike(["\(place)"], &trial)
      if words(answer(strike(["enter"], &trial)), trial) == words(CaseAnswer([code(name): .present]), trial) { return ["\(place)"] }
    }
    let letter = name.prefix(1).lowercased()
    for place in 1...9 {
      var trial = state
      strike([letter, "\(place)"], &trial)
      if words(answer(strike(["enter"], &trial)), trial) == words(CaseAnswer([code(name): .present]), trial) {
        return [letter, "\(place)"]
      }
    }
    throw CocoaError(.featureUnsupported)
  }

  @Test(arguments: [Visible([.readers]), Visible([.labels, .model, .readers])])
  func aNormalRecordCostsTwoKeysAndThreeStatementsAtMostEight(_ blinding: Visible) throws {
    var state = try DeskFixture.relabelling(blinding: blinding)
    let normal = try keys(for: "SNR", state)
    #expect(normal == ["1"], "the most probable, or the most frequent, is the first")
    let stored = try #require(answer(strike(normal + ["enter"], &state)))
    #expect(stored.keys == 2 && words(stored, state) == "SNR")
    let all = Diagnosis.all.map(\.abbreviation)
    for name in all {
      let state = try DeskFixture.relabelling(blinding: blinding)
      #expect(try keys(for: name, state).count <= 2, "\(name)")
    }
    // Any three of the 24: two keys each at most, and one that accepts.
    var three = try DeskFixture.relabelling(blinding: blinding)
    let wanted = ["LQRSV", "NSIVCB", "TInv"]
    var struck: [String] = []
    for name in wanted { struck += try keys(for: name, DeskFixture.relabelling(blinding: blinding)) }
    let final = try #require(answer(strike(struck + ["enter"], &three)))
    #expect(final.keys ?? 99 <= 8 && words(final, three) == "LQRSV TInv NSIVCB")
  }

  @Test func theLeadInfluenceIsThatOfTheStatementSelectedFromTheFirstOn() throws {
    let state = try DeskFixture.relabelling()
    let first = try #require(text(state).firstMatch(of: #/›1 \[.\] (\w+)/#)).output.1
    let name = try #require(Diagnosis.named(String(first))?.name)
    #expect(text(state).contains("lead influence — \(name)"))
  }

  @Test func aLetterBeginsASearchOverAbbreviationNameSynonymAndCode() throws {
    let blank = try DeskFixture.relabelling()
    for (typed, found) in [
      (["l", "a"], "LAD"), (["l", "e", "f", "t", "space", "a", "x"], "LAD"), (["l", "a", "n"], "LAnFB"), (["/", "3", "9", "7"], "LAD"),
      (["l", "a", "f", "b"], "LAnFB"), (["h", "e", "m"], "LAnFB"), (["/", "6", "3", "5", "9"], "PAC"), (["s", "v", "p"], "PAC"),
    ] {
      for end in ["enter", "space"] {
        var state = blank
        strike(typed + [end], &state)
        #expect(words(answer(strike(["enter"], &state)), state) == found, "\(typed) \(end)")
      }
    }
    var state = blank
    strike(["l", "a"], &state)
    #expect(text(state).contains("search: la_") && text(state).contains("LAnFB  left anterior"))
    #expect(strike(["q"], &state) == [.beep], "a letter that finds nothing is refused, and nothing is quit")
    strike(["backspace", "backspace"], &state)
    #expect(!text(state).contains("search:"))
    strike(["l", "esc"], &state)
    #expect(words(answer(strike(["enter"], &state)), state) == "none of them")
  }

  @Test func unsureLikelihoodAndContradictionsAreShown() throws {
    var state = try DeskFixture.relabelling()
    strike(["s", "b", "enter", "s", "t", "enter"], &state)
    #expect(text(state).contains("! SB with STach"))
    strike(["!"], &state)
    #expect(text(state).contains("definite sinus"))
    strike(["!"], &state)
    strike(["l", "a", "?"], &state)
    #expect(text(state).contains("[?] LAD"))
    let stored = try #require(answer(strike(["enter"], &state)))
    #expect(words(stored, state) == "LAD? SB STach (probable)", "contradictions are shown, not forbidden")
    #expect(stored[code("STach")] == .probable && stored[code("LAD")] == .unsure && stored[code("AF")] == .absent)
  }

  @Test func contradictionsForWhichThereIsNoLineAreNamedInOne() throws {
    var state = try DeskFixture.relabelling()
    strike(["s", "b", "enter", "s", "t", "a", "c", "enter", "c", "r", "enter", "i", "r", "enter", "l", "b", "enter"], &state)
    #expect(text(state).contains("! SB with STach: ") && text(state).contains("! CRBBB/IRBBB CRBBB/LBBB"))
  }

  @Test func theLabelIsAcceptedWhereItIsToBeSeen() throws {
    var state = try DeskFixture.relabelling()
    let stored = try #require(answer(strike(["="], &state)))
    #expect(stored.keys == 1 && words(stored, state) == "SNR")
    var blind = try DeskFixture.relabelling(blinding: [.labels, .readers])
    #expect(strike(["="], &blind) == [.beep])
    #expect(text(blind).contains("the label is hidden") && !text(blind).contains(" L │"))
  }

  @Test func aStatementOfWhichTheLabelSaysNothingIsNotAbsent() throws {
    let label = CaseAnswer(["426783006": .present, "39732003": .notAsked])
    func row(_ name: String, _ state: DeskState) throws -> String {
      let line = try #require(Screen.render(state).plainText().first { $0.contains("] \(name) ") })
      return line.split(separator: "│").last { $0.contains("] \(name) ") }?.trimmingCharacters(in: .whitespaces) ?? ""
    }
    let state = try DeskFixture.relabelling(label: label)
    #expect(try row("SNR", state).hasSuffix(" L") && row("LAD", state).hasSuffix(" ?") && !row("LAnFB", state).hasSuffix(" ?"))
    let blind = try DeskFixture.relabelling(blinding: [.labels, .readers], label: label)
    #expect(try !row("LAD", blind).hasSuffix(" ?"))
  }

  @Test func whatIsFilledInIsStoredWithTheAnswer() throws {
    var state = try DeskFixture.relabelling(prefill: .label)
    #expect(text(state).contains("filled in: label"))
    strike(["l", "a", "enter"], &state)
    let effects = strike(["enter"], &state)
    let stored = try #require(answer(effects))
    #expect(
      stored.prefill == .label && stored.prefilled == [code("SNR"): .present] && words(stored, state) == "LAD SNR" && stored.keys == 4)
    guard case .save(let order) = effects[0] else { return }
    #expect(order.visible.isSuperset(of: [.labels, .model]) && order.verdict == .present)
  }

  @Test func aDigitNeverChangesItsMeaningOnceAKeyWasStruck() throws {
    var state = try DeskFixture.relabelling(opened: false)
    _ = Update.open(0, in: &state)
    let judgement = Ensemble.Judgement(windows: [DeskFixture.predictions], mean: DeskFixture.predictions)
    let arrives = Update.Event.message(.judged(PredictionRequest(ticket: state.ticket, window: 0), judgement))
    var early = state
    _ = Update.apply(arrives, to: &early)
    strike(["3"], &early)
    #expect(text(early).contains("3 [x] LAnFB"), "by the model's probability")
    strike(["1"], &state)
    _ = Update.apply(arrives, to: &state)
    strike(["3"], &state)
    #expect(text(state).contains("1 [x] SNR") && text(state).contains("3 [x] PR"), "the list as it was at the first key")
  }

  @Test func whatTheModelSaysOfTheStatementsIsRecordedWhereTheStudyWasMadeWithoutOne() throws {
    var state = try DeskFixture.relabelling()
    state.prediction = PredictionState()
    let judgement = Ensemble.Judgement(windows: [DeskFixture.predictions], mean: DeskFixture.predictions)
    let arrives = Update.Event.message(.judged(PredictionRequest(ticket: state.ticket, window: 0), judgement))
    let effects = Update.apply(arrives, to: &state)
    guard effects.count == 1, case .recordModelDecision(0, let decision) = effects[0] else {
      Issue.record("\(effects)")
      return
    }
    let asked = Dictionary(uniqueKeysWithValues: DeskFixture.predictions.map { ($0.diagnosis.code, $0) })
    #expect(decision.answer?.probabilities == asked.mapValues(\.probability) && decision.verdict == .present)
    for statement in Statement.scored {
      let wanted: StatementAnswer = asked[statement.code].map { $0.isPositive ? .present : .absent } ?? .notAsked
      #expect(decision.answer?[statement.code] == wanted)
    }
    #expect(Update.apply(arrives, to: &state) == [], "once")
  }

  @Test func anAnswerIsSavedTakenBackAndGivenAgain() throws {
    var state = try DeskFixture.relabelling()
    strike(["1"], &state)
    #expect(answer(strike(["enter"], &state)) != nil)
    _ = Update.apply(.message(.saved(caseIndex: 0, .present, at: Date(timeIntervalSince1970: 0))), to: &state)
    #expect(state.current == 1 && text(state).contains("heart01: SNR"))
    #expect(state.cases[0].verdict == .present)
    #expect(strike(["alt-u"], &state) == [.undo])
    _ = Update.apply(.message(.undone(caseIndex: 0, takenBack: .present, standing: nil)), to: &state)
    #expect(state.current == 0 && state.cases[0].verdict == nil)
  }

  @Test func lettersWithAltDoWhatLettersDoElsewhere() throws {
    var state = try DeskFixture.relabelling()
    strike(["alt-n"], &state)
    #expect(state.current == 1)
    strike(["alt-a"], &state)
    #expect(state.entry?.purpose == .note)
    strike(["esc", "alt-q"], &state)
    #expect(text(state).contains("alt-q") || text(state).contains("quit"))
    strike(["f1"], &state)
    let help = text(state)
    #expect(help.contains("Statements, in a study that relabels") && help.contains("alt-u"))
  }

  @Test(arguments: ["q", "u", "n"]) func theyDoSoWhileSomethingLiesOverThePaperToo(_ letter: String) throws {
    var (plain, alt) = (try DeskFixture.relabelling(), try DeskFixture.relabelling())
    strike(["f1"], &plain)
    strike(["f1"], &alt)
    #expect(strike([letter], &plain) == strike(["alt-\(letter)"], &alt))
    #expect(plain.overlay == alt.overlay && !text(alt).contains("does nothing here"))
  }

  @Test func whereTheStoreIsGoneTheKeyThatAcceptsWritesWhatIsKept() throws {
    var state = try DeskFixture.relabelling(Size(columns: 260, rows: 50))
    strike(["1", "enter"], &state)
    _ = Update.apply(.message(.storeDisplaced("it was removed", kept: 1)), to: &state)
    #expect(text(state).contains("[enter] writes 1 verdict"))
    #expect(strike(["enter"], &state) == [.rescue])
    _ = Update.apply(
      .message(.rescued([0: .present], place: "store.sqlite", standing: StandingOnDesk(verdicts: [0: .present]))), to: &state)
    #expect(!text(state).contains("NOT saved"))
  }

  @Test func narrowScreensShowTheSetAndItsDigitsInALine() throws {
    var state = try DeskFixture.relabelling(Size(columns: 90, rows: 24))
    #expect(text(state).contains("set: none of them  1 SNR"))
    strike(["1"], &state)
    #expect(text(state).contains("set: SNR"))
    strike(["a", "f"], &state)
    #expect(text(state).contains("search: af_  1 AF"))
  }

  @Test func aSingleVerdictIsNotTaken() throws {
    var state = try DeskFixture.relabelling()
    #expect(press(.verdictPresent, &state) == [.beep])
    #expect(text(state).contains("this study relabels"))
  }
}
