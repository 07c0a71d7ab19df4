import Agreement
import Classification
import ECG
import ECGFiles
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import ReviewDesk
import SEResNet
import Synchronization
import TerminalUI
import TestSupport

/// Desks for tests: a sample recording, invented predictions, the shipped keys.
enum DeskFixture {
  static func recording(_ name: String = "heart02") throws -> Recording { try loaded(name).recording }

  /// A sample recording, read and measured once for all tests.
  private static func loaded(_ name: String) throws -> LoadedRecording {
    try recordings.withLock { known in
      if let recording = known[name] { return recording }
      let references = try RecordLocator.references(at: Checkout.root.appendingPathComponent("SampleData/\(name)").path)
      let recording = LoadedRecording(try Recording(RecordFile.read(references[0])))
      known[name] = recording
      return recording
    }
  }

  private static let recordings = Mutex<[String: LoadedRecording]>([:])

  /// A sample recording as a filter shows it, measured once for all tests.
  private static func display(_ name: String, _ filter: DisplayFilter) throws -> DisplayTraces? {
    let key = "\(name) \(filter.rawValue)"
    return try displays.withLock { known in
      if let display = known[key] { return display }
      let display = DisplayTraces(of: try loaded(name), filter: filter)
      known[key] = display
      return display
    }
  }

  private static let displays = Mutex<[String: DisplayTraces]>([:])

  static func keymap(_ name: String = "default") throws -> Keymap {
    let file = Checkout.root.appendingPathComponent("Keymaps/\(name).toml")
    return try Keymap(
      parsing: String(contentsOf: file, encoding: .utf8), fileName: "\(name).toml", actions: Action.allCases.map(\.rawValue))
  }

  /// A temporary store with one study of three cases.
  static func study(
    blinding: Visible = [], labels: [Verdict?] = [.absent, .present, .present]
  ) throws -> (store: ReviewStore, study: Study, cases: [StudyCase]) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-\(UUID().uuidString).sqlite").path
    let store = try ReviewStore(path: path, programVersion: "test")
    let study = try store.openStudy(
      StudyDraft(
        name: "lad-audit", diagnosisCode: Diagnosis.leftAxisDeviation.code, question: "Left axis deviation present?", blinding: blinding,
        cases: (1...3).map { CaseDraft(record: "heart0\($0)", path: "/records/heart0\($0).hea", label: labels[$0 - 1]) }))
    return (store, study, try store.cases(of: study))
  }

  /// The study of ``study(blinding:labels:)`` for desks that store nothing, made once for all tests.
  private static func shared(_ blinding: Visible) throws -> (study: Study, cases: [StudyCase]) {
    try studies.withLock { known in
      if let made = known[blinding] { return made }
      let (_, study, cases) = try study(blinding: blinding)
      known[blinding] = (study, cases)
      return (study, cases)
    }
  }

  private static let studies = Mutex<[Visible: (study: Study, cases: [StudyCase])]>([:])

  /// The results of a study in which two readers differ on all three cases, under a report of prose and a wide table.
  static func results() throws -> StudyResults {
    let (store, study, cases) = try study()
    for (reader, verdicts) in [("HG", [Verdict.present, .absent, .unsure]), ("SW", [.absent, .unsure, .present])] {
      for (studyCase, verdict) in zip(cases, verdicts) {
        _ = try store.record(
          VerdictDraft(study: study, caseID: studyCase.id, reviewer: reader, verdict: verdict))
      }
    }
    let lines = [
      "Kappa on a sample of misclassified recordings does not describe agreement on the data set they were drawn from, and so it goes on.",
      "",
      "Unsure excluded", "",
      "raters        n  unsure  agree  observed  kappa     SE            95 % CI    max  PABAK    AC1         AC1 95 % CI  positive  negative",
      "SW — HG       6       3      3     0.500  0.000  0.385    -0.754 to 0.754  0.667  0.000  0.027     -1.177 to 1.000     0.400     0.571",
      "label — SW   12       4      9     0.750  0.500  0.247     0.017 to 0.983  0.833  0.500  0.503     -0.072 to 1.000     0.727     0.769",
    ]
    return StudyResults(study, lines: lines, consensus: try store.consensus(of: study))
  }

  /// A desk that reviews three cases, the second of them open with its trace and prediction on the screen.
  static func reviewing(_ size: Size, blinding: Visible = [], recording name: String = "heart02") throws -> DeskState {
    let (study, cases) = try shared(blinding)
    var state = DeskState(
      cases: cases.map { DeskCase(name: $0.record, path: $0.path, studyCase: $0) },
      study: StudyContext(study: study, diagnosis: .leftAxisDeviation, reviewer: "HG"), diagnosis: .leftAxisDeviation, size: size,
      keymap: try keymap())
    state.cases[0].verdict = .absent
    try show(1, recording: name, in: &state)
    return state
  }

  /// A desk that views two records.
  static func viewing(_ size: Size, recording name: String = "heart02") throws -> DeskState {
    var state = DeskState(
      cases: [DeskCase(name: name, path: "records/\(name)"), DeskCase(name: "heart03", path: "records/heart03")],
      diagnosis: .leftAxisDeviation, size: size, keymap: try keymap())
    try show(0, recording: name, in: &state)
    return state
  }

  /// Opens a case and lets all its work arrive.
  static func show(_ index: Int, recording name: String, in state: inout DeskState) throws {
    _ = Update.open(index, in: &state)
    let ticket = state.ticket
    let loaded = try loaded(name)
    let recording = loaded.recording
    let windows = recording.durationSeconds > 16 ? 5 : 1
    let length = recording.durationSeconds / Double(windows)
    let spans = (0..<windows).map { Double($0) * length...Double($0 + 1) * length }
    let judgement = Ensemble.Judgement(windows: Array(repeating: predictions, count: windows), mean: predictions)
    for message in [
      DeskMessage.loaded(ticket: ticket, loaded), .prepared(ticket: ticket, windowSeconds: spans),
      .judged(PredictionRequest(ticket: ticket, window: 0), judgement),
      .attributed(PredictionRequest(ticket: ticket, window: 0), attribution),
    ] { _ = Update.apply(.message(message), to: &state) }
    if let display = try display(name, state.paper.filter) {
      _ = Update.apply(.message(.displayReady(ticket: ticket, display)), to: &state)
    }
    _ = Update.apply(.shown(ticket: ticket), to: &state)
  }

  /// Invented predictions: LAD, sinus rhythm and LAnFB positive, a barely trained class.
  static let predictions = Diagnosis.all.map { diagnosis in
    let known = ["LAD": (0.78, 0.24), "SNR": (0.93, 0.52), "LAnFB": (0.51, 0.2), "TAb": (0.15, 0.22), "LQRSV": (0.02, 0.11)]
    let (probability, threshold) = known[diagnosis.abbreviation] ?? (0.001 * Double(diagnosis.index % 7), 0.5)
    return ClassPrediction(
      diagnosis: diagnosis, probability: probability, threshold: threshold, isPositive: probability >= threshold,
      isHardlyTrained: ["LQRSV", "AFL"].contains(diagnosis.abbreviation))
  }

  /// An invented attribution in which aVF leads and V5 speaks against.
  static let attribution = LeadAttribution(
    probabilities: predictions.map(\.probability),
    occlusion: Diagnosis.all.map { _ in [0.03, -0.05, 0.06, 0, 0.04, 0.1, 0.15, -0.02, -0.04, -0.02, -0.12, 0.13] },
    gates: (0..<8).map { block in (0..<12).map { lead in lead == 5 ? 0.34 : block == 2 ? 0 : 0.06 } },
    groups: LeadGroup.allCases.enumerated().map { index, group in (group, Array(repeating: 0.36 - 0.1 * Float(index), count: 24)) },
    electrodes: Electrode.allCases.enumerated().map { index, electrode in
      (electrode, Array(repeating: 0.41 - 0.06 * Float(index), count: 24))
    })
}
