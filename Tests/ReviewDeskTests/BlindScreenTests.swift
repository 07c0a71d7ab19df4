import Agreement
import Classification
import ECG
import ECGPaper
import Foundation
import LabelReview
import ReviewDesk
import SEResNet
import TerminalUI
import TestSupport
import Testing

/// What a study hides can be seen by no key: the screen is the same, cell for cell, whatever the label and the model say.
@Suite struct BlindScreenTests {
  /// Two worlds that differ in everything a reader of a blind study may not know.
  private enum World: CaseIterable {
    case oneWay, theOther

    var diagnoses: [String] { self == .oneWay ? ["39732003", "426783006"] : ["164889003", "59118001", "270492004"] }
    var verdict: Verdict { self == .oneWay ? .present : .absent }
    var probabilities: [Double] { Diagnosis.all.map { self == .oneWay ? Double($0.index) / 24 : 0.97 - Double($0.index) / 25 } }
  }

  private static let sizes = [Size(columns: 100, rows: 30), Size(columns: 120, rows: 40), Size(columns: 220, rows: 70)]

  /// A sampled study's desk in one world, its second case open and everything that is worked out there.
  private static func desk(_ world: World, blinding: Visible) throws -> DeskState {
    let path = TemporaryFolder.lastingPlace().path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let store = try ReviewStore(path: path, programVersion: "test")
    let study = try store.openStudy(
      StudyDraft(
        name: "audit", diagnosisCode: Diagnosis.leftAxisDeviation.code, question: "Is left axis deviation present?", blinding: blinding,
        cases: (1...3).map { CaseDraft(record: "r\($0)", path: "/r\($0)", label: world.verdict) }))
    let cases = try store.cases(of: study).enumerated().map { index, studyCase in
      var deskCase = DeskCase(name: "case \(index + 1)", path: "", studyCase: studyCase)
      deskCase.modelDecision = world.verdict == .present ? .absent : .present
      return deskCase
    }
    var state = DeskState(
      cases: cases, study: StudyContext(study: study, diagnosis: .leftAxisDeviation, reviewer: "HG"), diagnosis: .leftAxisDeviation,
      size: sizes[1], keymap: try DeskFixture.keymap())
    state.cases[0].verdict = .absent
    try fill(&state, world)
    return state
  }

  private static func fill(_ state: inout DeskState, _ world: World) throws {
    _ = Update.open(1, in: &state)
    let ticket = state.ticket
    let sample = try DeskFixture.recording()
    let recording = Recording(
      name: "named \(world)", samplingRateHertz: sample.samplingRateHertz, millivolts: sample.millivolts, patient: sample.patient,
      diagnoses: world.diagnoses)
    for message in [
      DeskMessage.loaded(ticket: ticket, LoadedRecording(recording)),
      .prepared(ticket: ticket, windowSeconds: [0...recording.durationSeconds]),
    ] { _ = Update.apply(.message(message), to: &state) }
    answer([.predict(PredictionRequest(ticket: ticket, window: 0))], world, &state)
    _ = Update.apply(.shown(ticket: ticket), to: &state)
  }

  /// Lets the model of a world answer what an action asks it.
  private static func answer(_ effects: [Effect], _ world: World, _ state: inout DeskState) {
    let predictions = Diagnosis.all.map { diagnosis in
      let probability = world.probabilities[diagnosis.index]
      return ClassPrediction(diagnosis: diagnosis, probability: probability, threshold: 0.5, isPositive: probability >= 0.5)
    }
    let sign: Float = world == .oneWay ? 1 : -1
    let attribution = LeadAttribution(
      probabilities: predictions.map(\.probability),
      occlusion: Diagnosis.all.map { _ in (0..<12).map { sign * Float($0) / 40 } },
      gates: (0..<8).map { _ in (0..<12).map { Float(world == .oneWay ? $0 : 11 - $0) / 66 } },
      groups: LeadGroup.allCases.map { ($0, Array(repeating: sign * 0.3, count: 24)) })
    for case .predict(let request) in effects {
      for message in [
        DeskMessage.windowJudged(request, predictions),
        .judged(request, Ensemble.Judgement(windows: [predictions], mean: predictions)), .attributed(request, attribution),
      ] { _ = Update.apply(.message(message), to: &state) }
    }
  }

  /// Performs an action and, where it asks for a line of text, types a lead's name.
  private static func perform(_ action: Action, _ world: World, _ state: inout DeskState) {
    answer(Update.apply(.action(action), to: &state), world, &state)
    guard state.entry != nil else { return }
    for scalar in "II".unicodeScalars { answer(Update.apply(.key(.character(scalar)), to: &state), world, &state) }
    answer(Update.apply(.key(KeyStroke(.enter)), to: &state), world, &state)
  }

  /// Does the same on both worlds' desks and expects the same screens.
  private static func expectSame(_ desks: [DeskState], _ size: Size, _ actions: [Action]) {
    let screens = zip(World.allCases, desks).map { world, desk in
      var state = desk
      state.size = size
      for action in actions { perform(action, world, &state) }
      #expect(state.visible.isDisjoint(with: (desk.study?.study.blinding ?? []).union([.heatmap, .whatIf])), "\(actions)")
      return Screen.render(state)
    }
    #expect(screens[0] == screens[1], "after \(actions.map(\.rawValue)) at \(size) one sees what is hidden")
  }

  private static let allBlind: Visible = [.labels, .model, .readers, .measurements]

  @Test func noActionUncoversLabelOrModel() throws {
    let usual = try World.allCases.map { try Self.desk($0, blinding: [.labels, .model, .readers]) }
    let blind = try World.allCases.map { try Self.desk($0, blinding: Self.allBlind) }
    for action in Action.allCases where action != .quit && action != .suspend {
      for size in Self.sizes { Self.expectSame(blind, size, [action]) }
      Self.expectSame(blind, Self.sizes[1], [action, .confirm])
      Self.expectSame(usual, Self.sizes[1], [action])
    }
  }

  @Test func noSetOfPanelsUncoversLabelOrModel() throws {
    let desks = try World.allCases.map { try Self.desk($0, blinding: Self.allBlind) }
    // Those that are there today and those that will be.
    let toggles = Action.allCases.filter { $0.rawValue.hasPrefix("toggle-") }.prefix(8)
    for size in Self.sizes {
      for subset in 0..<(1 << toggles.count) {
        Self.expectSame(desks, size, toggles.indices.filter { subset >> $0 & 1 == 1 }.map { toggles[$0] })
      }
    }
  }

  @Test func whatIsNotHiddenIsSeen() throws {
    let screens = try World.allCases.map { Screen.render(try Self.desk($0, blinding: [])) }
    #expect(screens[0] != screens[1], "else the tests beside this one prove nothing")
  }

  @Test func hiddenMeasurementsHaveNoWordOnTheScreen() throws {
    let words = try Regex("bpm|QTc|QRS [0-9]|PR [0-9]|QT [0-9]|axis +[-−]?[0-9]|net mV|swap[?]")
    let desk = try Self.desk(.oneWay, blinding: Self.allBlind)
    // Help names what there is; calipers measure what the reader points at.
    let exempt: Set<Action> = [.quit, .suspend, .help, .palette, .calipers]
    for action in Action.allCases where !exempt.contains(action) {
      for size in Self.sizes {
        var state = desk
        state.size = size
        Self.perform(action, .oneWay, &state)
        let text = Screen.render(state).plainText().joined(separator: "\n")
        #expect(text.firstMatch(of: words) == nil, "after \(action.rawValue) at \(size)")
      }
    }
  }
}
