import Classification
import ECG
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// What the model would say without a lead.
@Suite struct WhatIfTests {

  private func leaveOut(_ names: String, _ state: inout DeskState) -> [Effect] {
    _ = press(.leaveOutLeads, &state)
    for scalar in names.unicodeScalars { _ = Update.apply(.key(.character(scalar)), to: &state) }
    return Update.apply(.key(KeyStroke(.enter)), to: &state)
  }

  /// Everything at .11.
  private let doubtful = Diagnosis.all.map {
    ClassPrediction(diagnosis: $0, probability: 0.11, threshold: 0.5, isPositive: false)
  }

  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 50)])
  func theAnswerIsMarkedAndGoesAwayByOneKey(size: Size) throws {
    var state = try DeskFixture.reviewing(size)
    state.paper.layout = .sixByTwo
    let before = text(state)
    let request = PredictionRequest(ticket: state.ticket, window: 0, without: [.v2])
    #expect(leaveOut("v2", &state) == [.predict(request)])
    #expect(!text(state).contains(".78≥") && !text(state).contains(".78 ≥"), "the old answer is not shown as the new one")
    _ = Update.apply(.message(.judged(request, .init(windows: [doubtful], mean: doubtful))), to: &state)
    _ = Update.apply(.message(.attributed(request, DeskFixture.attribution)), to: &state)
    let asked = text(state)
    #expect(asked.contains("SE-ResNet without V2") && asked.contains("V2 left out"))
    #expect(asked.contains(".11≥.50") || asked.contains("(.78) .11 ≥.50"), "beside it what the model says with all leads")
    #expect(state.cases[1].modelDecision == .present && state.prediction.mean == DeskFixture.predictions)
    #expect(press(.allLeads, &state) == [])
    _ = Update.apply(.resized(size), to: &state)
    #expect(text(state).split(separator: "\n").dropLast() == before.split(separator: "\n").dropLast(), "and all is as it was")
  }

  @Test func leadsAreTakenAndPutBackByName() throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    func request(_ leads: Set<Lead>) -> PredictionRequest { PredictionRequest(ticket: state.ticket, window: 0, without: leads) }
    #expect(leaveOut("V1, avl", &state) == [.predict(request([.v1, .aVL]))])
    #expect(leaveOut("v1 v6", &state) == [.predict(request([.aVL, .v6]))])
    #expect(leaveOut("V7", &state) == [.beep])
    #expect(state.whatIf?.leads == [.aVL, .v6], "a name that is none changes nothing")
    #expect(leaveOut("I II III aVR aVF V1 V2 V3 V4 V5", &state) == [.beep], "not all twelve")
    let late = PredictionRequest(ticket: state.ticket, window: 0, without: [.v1, .aVL])
    _ = Update.apply(.message(.judged(late, .init(windows: [doubtful], mean: doubtful))), to: &state)
    #expect(state.whatIf?.prediction.mean == nil, "an answer to another question is dropped")
    #expect(leaveOut("", &state) == [])
    #expect(state.whatIf == nil)
    _ = leaveOut("V3", &state)
    _ = press(.nextRecord, &state)
    #expect(state.whatIf == nil, "the next record starts with all leads")
  }

  @Test func aVerdictTellsThatItWasGivenBesideAnAnswerToWhatIf() throws {
    var state = try DeskFixture.reviewing(Size(columns: 120, rows: 40))
    #expect(!state.visible.contains(.whatIf))
    _ = leaveOut("V2", &state)
    #expect(state.visible.contains(.whatIf) && state.visible.names.contains("what-if"))
    var blind = try DeskFixture.reviewing(Size(columns: 120, rows: 40), blinding: .model)
    #expect(press(.leaveOutLeads, &blind) == [.beep])
    #expect(blind.entry == nil && !blind.visible.contains(.whatIf), "what is hidden cannot be asked")
  }

  @Test func anUnfinishedPredictionIsAskedForAgain() throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    state.prediction.attributions = [:]
    _ = leaveOut("V2", &state)
    #expect(press(.allLeads, &state) == [.predict(PredictionRequest(ticket: state.ticket, window: 0))])
  }
}
