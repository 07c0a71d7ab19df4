import Classification
import ECG
import ECGFiles
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import TerminalUI

/// One frame of the screen for one recording, without a terminal: what `einthoven render` prints.
public enum StillFrame {
  /// What the frame shows.
  public struct Request: Sendable {
    /// The screen's extent.
    public var size: Size
    /// The layout; nil takes what suits the size.
    public var layout: LeadLayout?
    /// The time at the left edge, in seconds.
    public var startSeconds: Double
    /// The class whose lead influence is shown.
    public var diagnosis: Diagnosis
    /// The paper: its scale, filter, grid and order of leads.
    public var paper: PaperSettings
    /// What is done at the desk before the frame is drawn, as if by keys; nothing is stored.
    public var actions: [Action] = []
    /// Annotators whose files beside the record are shown over its traces.
    public var annotators: [String] = []

    /// A request.
    public init(
      size: Size, layout: LeadLayout? = nil, startSeconds: Double = 0, diagnosis: Diagnosis, paper: PaperSettings = PaperSettings()
    ) {
      self.size = size
      self.layout = layout
      self.startSeconds = startSeconds
      self.diagnosis = diagnosis
      self.paper = paper
    }
  }

  /// Draws the screen of a recording with its prediction; without models the panels say so.
  public static func render(
    _ recording: Recording, path: String, _ request: Request, keymap: Keymap, ensemble: Result<Ensemble, any Error>,
    layers: [AnnotationLayer] = []
  ) -> Grid {
    var state = DeskState(
      cases: [DeskCase(name: recording.name, path: path)], diagnosis: request.diagnosis, size: request.size, keymap: keymap)
    state.layers.files = layers
    return frame(of: recording, &state, request, ensemble) { _ in recording }
  }

  /// Draws the desk of a study, or of its results, as its reader finds it, with the record whose case comes first without a verdict, or the one that
  /// the actions of the request open.
  ///
  /// - Throws: `ReviewStoreError`; what is wrong with the record's files.
  public static func render(_ setup: DeskSetup, _ request: Request, ensemble: Result<Ensemble, any Error>) throws -> Grid {
    var state = try setup.initialState(size: request.size)
    state.current = state.cases.firstIndex { $0.verdict == nil && state.study != nil } ?? 0
    Update.beginRelabelling(in: &state)
    guard setup.references.indices.contains(state.current) else { return Screen.render(state) }
    let recording = try read(setup, request, in: &state)
    if request.actions.contains(.listRecords), setup.references.count <= mostMeasured {
      for (index, reference) in setup.references.enumerated() {
        guard let recording = try? Recording(RecordFile.read(reference)) else { continue }
        state.cases[index].ageYears = recording.patient.ageYears.map { Double($0) }
        state.cases[index].figures = RecordingFigures(of: recording)
      }
    }
    return try frame(of: recording, &state, request, ensemble) { try read(setup, request, in: &$0) }
  }

  /// Reads the record of the case that is open, with what its reader annotated and the annotators asked for.
  private static func read(_ setup: DeskSetup, _ request: Request, in state: inout DeskState) throws -> Recording {
    let recording: Recording
    do {
      recording = try Recording(RecordFile.read(setup.references[state.current]))
      if let known = setup.knownDigests[state.current], recording.digest() != known {
        throw ReviewStoreError.otherRecording(record: recording.name)
      }
    } catch  where state.study?.isNameless == true {
      throw UnshownCase(reason: setup.nameless.text("\(error)", about: state.current))
    }
    if let review = setup.review, let studyCase = state.openCase?.studyCase {
      state.waitingStrokes = StoredStrokes(
        try review.store.strokes(of: review.context.study, caseID: studyCase.id, by: review.context.reviewer))
    }
    if !request.annotators.isEmpty {
      let beside = try AnnotatorsBeside(setup.references[state.current], only: request.annotators)
      state.layers.files = AnnotationLayer.layers(of: beside)
    }
    return recording
  }

  /// Of more records than this a list shows no figures that a desk would have worked out by and by.
  private static let mostMeasured = 50

  /// A case of a blinded study that cannot be shown, told without names.
  public struct UnshownCase: Error, CustomStringConvertible {
    let reason: String

    /// One line for a person.
    public var description: String { reason }
  }

  /// Does what is asked for at the desk; `next` reads the record that an action opens.
  private static func frame(
    of recording: Recording, _ state: inout DeskState, _ request: Request, _ ensemble: Result<Ensemble, any Error>,
    next: (inout DeskState) throws -> Recording
  ) rethrows -> Grid {
    state.paper = request.paper
    state.paper.layout = request.layout
    state.paper.startSeconds = min(max(0, request.startSeconds), recording.durationSeconds)
    var loaded = show(recording, in: &state, ensemble)
    for action in request.actions {
      for effect in Update.apply(.action(action), to: &state) {
        switch effect {
        case .open: loaded = show(try next(&state), in: &state, ensemble)
        case .prepareDisplay(let filter, _): state.display = DisplayTraces(of: loaded, filter: filter)
        case .preview(let index) where index == state.current:
          guard let display = state.display else { continue }
          _ = Update.apply(.message(.previewed(caseIndex: index, .ready(loaded, display))), to: &state)
        default: break
        }
      }
    }
    return Screen.render(state)
  }

  /// Puts a record on the paper, with all that a desk works out of it.
  private static func show(
    _ recording: Recording, in state: inout DeskState, _ ensemble: Result<Ensemble, any Error>
  ) -> LoadedRecording {
    var loaded = LoadedRecording(recording)
    if recording.sampleCount > DisplayTraces.pyramidSampleCount { loaded.buildPyramids() }
    state.loading = .ready(loaded)
    state.shownTicket = state.ticket
    Update.takeInWaitingStrokes(in: &state)
    state.display = DisplayTraces(of: loaded, filter: state.paper.filter)
    if state.cases.indices.contains(state.current) {
      state.cases[state.current].figures = state.display.map { RecordingFigures($0.findings) }
    }
    predict(recording, &state, ensemble)
    Update.rankStatements(in: &state)
    return loaded
  }

  private static func predict(_ recording: Recording, _ state: inout DeskState, _ ensemble: Result<Ensemble, any Error>) {
    do {
      let ensemble = try ensemble.get()
      let input = try ensemble.prepare(recording)
      state.prediction.windowSeconds = (0..<input.windowCount).map { input.leader.windowSeconds($0) }
      let window = state.windowInView
      state.prediction.windows[window] = ensemble.classes(of: input, window: window)
      state.askedThreshold = state.prediction.windows[window]?.first { $0.diagnosis == state.study?.diagnosis }?.threshold
      if input.windowCount == 1 { state.prediction.mean = state.prediction.windows[window] }
      state.prediction.attributions[window] = ensemble.leader.attribution(of: input.leader, window: window, isCancelled: { false })
    } catch {
      state.prediction.failure = "\(error)"
    }
  }
}
