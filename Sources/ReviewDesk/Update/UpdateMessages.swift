import Agreement
import Classification
import ECGSignal
import Foundation
import LabelReview

extension Update {
  /// Takes in finished work; work for a record left behind is dropped.
  static func applyMessage(_ message: DeskMessage, to state: inout DeskState) -> [Effect] {
    switch message {
    case .loaded(let ticket, let loaded) where ticket == state.ticket:
      // A long recording comes twice, the second time with its pyramids; what is made of its samples for the eye is made once.
      if case .ready = state.loading, state.glimpsedOf == nil {
        state.loading = .ready(loaded)
        return []
      }
      state.loading = .ready(loaded)
      state.glimpsedOf = nil
      // What was filtered of the beginning ends with it.
      if state.display?.filter != DisplayFilter.none { state.display = nil }
      if state.cases.indices.contains(state.current) {
        state.cases[state.current].ageYears = loaded.recording.patient.ageYears.map { Double($0) }
      }
      clampStart(&state)
      takeInWaitingStrokes(in: &state)
      layReaders(in: &state)
      return prepareDisplay(state)
    case .glimpsed(let ticket, let loaded, let count) where ticket == state.ticket:
      guard case .waiting = state.loading else { return [] }
      state.loading = .ready(loaded)
      state.glimpsedOf = count
      clampStart(&state)
      return prepareDisplay(state)
    case .displayReady(let ticket, let display) where ticket == state.ticket && display.filter == state.paper.filter:
      state.display = display
      if state.cases.indices.contains(state.current), display.measuredPart == nil {
        state.cases[state.current].figures = RecordingFigures(display.findings)
      }
      clampStart(&state)
      beginAnnotating(in: &state)
    case .annotated(let ticket, let layers, let problems, let leadOfSignal) where ticket == state.ticket:
      state.layers.files = layers
      state.layers.problems = problems
      state.layers.leadOfSignal = leadOfSignal
      if let look = state.ownLook { state.own?.redraw(look) }
      layReaders(in: &state)
    case .loadingFailed(let ticket, let reason) where ticket == state.ticket:
      state.loading = .failed(reason)
      state.glimpsedOf = nil
    case .prepared(let ticket, let windowSeconds) where ticket == state.ticket:
      state.prediction.windowSeconds = windowSeconds
      state.whatIf?.prediction.windowSeconds = windowSeconds
      return askModel(state)
    case .windowJudged(let request, let classes):
      state.answer(request) { $0.windows[request.window] = classes }
    case .judged(let request, let judgement):
      return takeIn(judgement, of: request, to: &state)
    case .attributed(let request, let attribution):
      state.answer(request) { $0.attributions[request.window] = attribution }
    case .predictionFailed(let ticket, let reason) where ticket == state.ticket:
      state.prediction.failure = reason
      state.whatIf?.prediction.failure = reason
    case .loaded, .glimpsed, .loadingFailed, .annotated, .displayReady, .prepared, .predictionFailed:
      break
    default:
      return applyStoreMessage(message, to: &state) + leaveOnceStored(&state)
    }
    return []
  }

  /// The whole recording's prediction; that of all leads is the model's decision on the case.
  private static func takeIn(_ judgement: Ensemble.Judgement, of request: PredictionRequest, to state: inout DeskState) -> [Effect] {
    let isFirst = state.ticket == request.ticket && request.without.isEmpty && state.prediction.mean == nil
    state.answer(request) { answers in
      answers.windows = Dictionary(uniqueKeysWithValues: judgement.windows.enumerated().map { ($0, $1) })
      answers.mean = judgement.mean
    }
    guard isFirst, state.cases.indices.contains(state.current) else { return [] }
    rankStatements(in: &state)
    if let study = state.study, let asked = judgement.mean.first(where: { $0.diagnosis == study.diagnosis }) {
      state.cases[state.current].modelDecision = asked.isPositive ? .present : .absent
      state.cases[state.current].probability = asked.probability
      state.askedThreshold = asked.threshold
    }
    let effects = recordDecision(judgement.mean, in: state)
    for case .recordModelDecision(let index, let decision) in effects where decision.answer != nil {
      state.cases[index].relabelled.model = decision.answer
    }
    return effects
  }

  private static func applyStoreMessage(_ message: DeskMessage, to state: inout DeskState) -> [Effect] {
    switch message {
    case .saved(let caseIndex, let verdict, let time, let seconds):
      return takeInSaved(verdict, ofCase: caseIndex, at: time, seconds: seconds, in: &state)
    case .undone(let caseIndex, let takenBack, let standing, let answers):
      if let answers { state.cases[caseIndex].relabelled.undo(answers, isAfterReveal: state.cases[caseIndex].isRevealed) }
      let isOpen = caseIndex == state.current
      let effects = takeInUndone(takenBack, standing: standing, ofCase: caseIndex, in: &state)
      // What was done may be so no more.
      return effects + (state.asksForMarks && isOpen ? [.loadStrokes(caseIndex: caseIndex, ticket: state.ticket)] : [])
    case .undoneElsewhere(let takenBack):
      _ = state.ledger.answered()
      state.notice = .hint("taken back: \(state.study?.answer(takenBack) ?? takenBack.rawValue) on a case that is not on this desk")
      return [.beep]
    case .revealed(let caseIndex):
      state.cases[caseIndex].isRevealed = true
      state.notice = .hint("uncovered: your verdict stands; a verdict now is your second on this case")
      return []
    case .nothingToUndo:
      _ = state.ledger.answered()
      state.notice = .hint("there is no verdict of yours to take back")
      return [.beep]
    case .flagsFailed(let reason):
      state.notice = .failure("the flag is NOT saved: \(reason)")
      return [.beep]
    case .decisionFailed(let reason):
      // A store that is gone was told of already, with what to do.
      guard state.displacement == nil else { return [] }
      state.notice = .failure("the model's decision is NOT saved: \(reason)")
      return [.beep]
    case .storeFailed(let reason): return takeInFailure(reason, in: &state)
    case .foreseen(let decisions, let threshold, let done, let total):
      for (index, decision) in decisions where state.cases.indices.contains(index) && state.cases[index].modelDecision == nil {
        state.cases[index].modelDecision = decision.verdict
      }
      for (index, decision) in decisions where state.cases.indices.contains(index) && state.cases[index].probability == nil {
        state.cases[index].probability = decision.probability
      }
      state.askedThreshold = state.askedThreshold ?? threshold
      state.foreseen = done < total ? (done, total) : nil
      return []
    case .measured(let figures):
      for (index, entry) in figures where state.cases.indices.contains(index) { state.cases[index].figures = entry }
      return []
    case .previewed(let caseIndex, let content):
      if state.preview?.caseIndex == caseIndex { state.preview?.content = content }
      return []
    case .twins(let second, let first):
      if state.notice == .none {
        state.notice = .hint("\(state.cases[second].name) holds the same samples as \(state.cases[first].name): one recording seen twice")
      }
      return []
    case .strokes, .readerMarks, .strokeSaved, .strokeFailed, .annotationsWritten, .annotationsNotWritten:
      return applyStrokeMessage(message, to: &state)
    case .strokeSettled(let number): return settle(number, in: &state)
    case .viewed(let ticket):
      state.viewedTicket = ticket
      return []
    case .storeDisplaced(let reason, let kept):
      state.ledger.failed()
      state.displacement = Displacement(reason: reason, kept: kept)
      sayWhatIsKept(in: &state)
      return [.beep]
    case .rescued(let verdicts, let place, let standing): return takeInRescued(verdicts, place: place, standing: standing, in: &state)
    default: return []
    }
  }

  /// After a verdict the next case without one opens by itself; after the last, the case stays.
  static func advance(from caseIndex: Int, in state: inout DeskState) -> [Effect] {
    caseIndex == state.current ? goOn(from: caseIndex, in: &state) : []
  }

  /// Opens the next case of the queue without a verdict; after the last, a page says how far the study is.
  static func goOn(from caseIndex: Int, in state: inout DeskState) -> [Effect] {
    guard let next = state.queueAfterOpenCase.first(where: { state.cases[$0].verdict == nil }) else {
      if case .saved(let clock, let what) = state.notice {
        state.notice = .saved(
          clock: clock,
          what: what + (state.list.filter.isEmpty ? " — every case of this study has your verdict" : " — the last that the filter lists"))
      }
      guard state.cases.allSatisfy({ $0.verdict != nil }) else { return [] }
      if let page = state.furniture.overlays.first(where: { $0.action == .showProgress }) {
        return page.open(by: .showProgress, in: &state)
      }
      return []
    }
    return open(next, in: &state)
  }

  /// What the model says of the study's question, or of its statements, goes into the study too, as the rater `model`.
  private static func recordDecision(_ classes: [ClassPrediction], in state: DeskState) -> [Effect] {
    // A study that was drawn by a model's decisions has those.
    guard let study = state.study, study.study.recordsLiveDecisions else { return [] }
    if let relabelling = study.study.relabelling {
      let set = CaseAnswer(decided: classes.map { ($0.diagnosis, $0.probability, $0.isPositive) }).decisions(on: relabelling.statements)
      guard !set.probabilities.isEmpty else { return [] }
      return [.recordModelDecision(caseIndex: state.current, ModelDecision(verdict: set.summary, answer: set))]
    }
    guard let asked = classes.first(where: { $0.diagnosis == study.diagnosis }) else { return [] }
    let decision = ModelDecision(verdict: asked.isPositive ? .present : .absent, probability: asked.probability)
    return [.recordModelDecision(caseIndex: state.current, decision)]
  }
}

extension DeskState {
  /// Takes in an answer of the model where its question is still asked.
  fileprivate mutating func answer(_ request: PredictionRequest, _ change: (inout PredictionState) -> Void) {
    guard request.ticket == ticket else { return }
    if request.without.isEmpty {
      change(&prediction)
    } else if request.without == leftOut, var asked = whatIf {
      change(&asked.prediction)
      whatIf = asked
    }
  }
}
