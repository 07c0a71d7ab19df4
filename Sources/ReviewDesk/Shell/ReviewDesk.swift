import Agreement
import Dispatch
import ECG
import ECGFiles
import ECGPaper
import Files
import Foundation
import LabelReview
import Logging
import TerminalUI

/// The screen at work: keys and finished work go through ``Update``, frames come from ``Screen``, and the workers do everything else.
@MainActor
public final class ReviewDesk {
  /// How a session ended.
  public enum Ending: Sendable, Equatable {
    /// The reader quit.
    case quit
    /// The reader quit, and left verdicts that could not be saved.
    case unsaved(Int)
    /// A signal asked the program to end; the process should exit with 128 + its number.
    case signal(Int32)
    /// The terminal went away.
    case hangup
  }

  private var state: DeskState
  private let theme: Theme
  private let log = Logger(label: "einthoven.desk")
  private let session: TerminalSession
  private let mailbox = Mailbox<DeskMessage>()
  private let worker: DeskWorker
  private let learner: DeskLearner?
  private let measurer: DeskMeasurer?
  private let writer: VerdictWriter?
  private let references: [RecordReference]
  private let nameless: Nameless
  private let flags: FlagFile?
  private let panels: PanelFile?
  private let paperFile: PaperFile?
  private var remembered: PaperChoices
  private var cast: SessionCast?
  private var shownAt = ContinuousClock.now
  private let startedAt = ContinuousClock.now
  private var ending: Ending?
  private var shownFrame: Grid?
  private var isRepaintDue = false

  /// Takes the terminal and reviews, or views, until the reader quits or a signal ends the session.
  ///
  /// The terminal is given back on every way out, and every verdict that was asked for is on disk when this returns.
  ///
  /// - Parameter exitStatus: What the program ends with after an ending; so it does also where somebody cannot wait and strikes Ctrl-C again.
  /// - Throws: ``TerminalError``; `ReviewStoreError` where the standing verdicts cannot be read.
  public static func run(_ setup: DeskSetup, exitStatus: (Ending) -> Int32) throws -> Ending {
    let session = try TerminalSession(logFile: setup.logFile, glyphs: setup.glyphs, colors: setup.colors)
    defer { session.close() }
    let desk = ReviewDesk(try setup.initialState(size: session.size), setup, session: session)
    if let cast = setup.cast { desk.cast = try SessionCast(cast, size: session.size, theme: setup.theme, glyphs: session.glyphs) }
    defer { desk.cast?.close() }
    let ending = desk.run()
    session.close(endingWith: exitStatus(ending))
    return ending
  }

  private init(_ state: DeskState, _ setup: DeskSetup, session: TerminalSession) {
    self.state = state
    self.session = session
    theme = setup.theme
    nameless = setup.nameless
    references = setup.references
    flags = setup.flagFile
    panels = setup.panelFile
    learner = setup.review.map { [mailbox] in
      DeskLearner(references: setup.references, review: $0, cache: setup.sightings, mailbox: mailbox)
    }
    paperFile = setup.paperFile
    remembered = PaperChoices(of: state.paper)
    worker = DeskWorker(
      references: setup.references, digests: setup.knownDigests,
      models: setup.models, threads: setup.threads, measuring: setup.measuring, learner: learner, mailbox: mailbox)
    // What a study hides needs no measuring.
    let measurer =
      setup.references.count > 1 && setup.review?.context.study.blinding.contains(.measurements) != true
      ? DeskMeasurer(references: setup.references, cache: setup.sightings, mailbox: mailbox) : nil
    self.measurer = measurer
    // A drawn study's decisions are those of the drawing.
    if let context = setup.review?.context, !context.study.isClosed, setup.references.count > 1 {
      worker.learnAll(about: context.diagnosis, threads: setup.threads) { measurer?.measureAll() }
    } else {
      measurer?.measureAll()
    }
    writer = setup.review.map { [mailbox] in VerdictWriter(store: $0.store, context: $0.context, cases: $0.cases, mailbox: mailbox) }
  }

  private func run() -> Ending {
    let firstUnjudged = state.cases.firstIndex { $0.verdict == nil && state.study != nil } ?? 0
    if state.usesMouse { session.reportMouse(true) }
    perform(Update.open(firstUnjudged, in: &state))
    session.run(mailbox: mailbox, draw: draw, handle: handle)
    worker.cancel()
    learner?.stop()
    measurer?.stop()
    writer?.finish()
    // Nobody can be asked any more: verdicts on a store that is gone go where they can be found.
    if ending != .quit, let writer, writer.unsavedCount > 0 {
      writer.rescue()
      writer.finish()
    }
    // Nobody is there to see these on the screen any more.
    for message in mailbox.takeAll() { note(message.nameless(nameless, current: state.current)) }
    let unsaved = writer?.unsavedCount ?? 0
    return ending == .quit && unsaved > 0 ? .unsaved(unsaved) : ending ?? .hangup
  }

  /// Draws a frame, and tells the state which record's trace the reader can now see.
  private func draw() {
    let frame = Screen.render(state)
    cast?.append(state, frame)
    // What is on the screen already is not even compared with it again.
    if frame != shownFrame || isRepaintDue {
      session.show(frame, theme: theme)
      shownFrame = frame
      isRepaintDue = false
    }
    guard case .ready = state.loading, state.overlay == .none, state.shownTicket != state.ticket else { return }
    _ = Update.apply(.shown(ticket: state.ticket), to: &state)
    shownAt = ContinuousClock.now
    let (ticket, wait) = (state.ticket, state.minimumViewMilliseconds)
    if wait > 0 { post(.viewed(ticket: ticket), afterMilliseconds: wait) }
  }

  private func post(_ message: DeskMessage, afterMilliseconds wait: Int) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(wait)) { [mailbox] in mailbox.post(message) }
  }

  private func handle(_ event: TerminalEvent<DeskMessage>) -> LoopDecision {
    switch event {
    case .key(let key):
      let elapsed = Int((ContinuousClock.now - startedAt) / .milliseconds(1))
      perform(Update.apply(.struck(key, atMilliseconds: elapsed), to: &state))
    case .mouse(let event): perform(Update.apply(.mouse(event), to: &state))
    case .paste(let text): perform(Update.apply(.pasted(text), to: &state))
    case .resized(let size), .resumed(let size):
      isRepaintDue = true
      perform(Update.apply(.resized(size), to: &state))
    case .message(let message):
      let message = message.nameless(nameless, current: state.current)
      note(message)
      perform(Update.apply(.message(message), to: &state))
    case .terminated(let signal): ending = .signal(signal)
    case .hangup: ending = .hangup
    }
    rememberPaper()
    return ending == nil ? .redraw : .stop
  }

  /// Leaves a trace of what went wrong: the screen shows it only until the next key.
  private func note(_ message: DeskMessage) {
    let record = state.openCase?.name ?? "no record"
    switch message {
    case .storeFailed(let reason), .strokeFailed(_, let reason): log.error("not saved: \(reason)")
    case .annotationsNotWritten(let reason): log.error("annotations are not written: \(reason)")
    case .storeDisplaced(let reason, let kept): log.error("not saved, \(kept) kept: \(reason)")
    case .decisionFailed(let reason): log.error("the model's decision is not saved: \(reason)")
    case .loadingFailed(_, let reason): log.warning("cannot show \(record): \(reason)")
    case .predictionFailed(_, let reason): log.warning("cannot predict \(record): \(reason)")
    default: break
    }
  }

  private func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .open(let index, let ticket): open(index, ticket: ticket)
      case .predict(let request): worker.predict(request)
      case .prepareDisplay(let filter, let ticket):
        guard case .ready(let loaded) = state.loading else { continue }
        if let ready = worker.prepareDisplay(
          of: loaded, at: state.current, filter: filter, known: state.display, ticket: ticket,
          around: state.paper.startSeconds, isGlimpse: state.glimpsedOf != nil)
        {
          perform(Update.apply(.message(ready), to: &state))
        }
      case .preview(let index):
        if let ready = worker.preview(index, neighbours: state.listNeighbours(of: index)) {
          perform(Update.apply(.message(ready), to: &state))
        }
      case .saveFlags: saveFlags()
      case .savePanels: savePanels()
      case .save(let order): save(order)
      case .undo:
        let indices = Dictionary(
          state.cases.enumerated().compactMap { index, entry in entry.studyCase.map { ($0.id, index) } },
          uniquingKeysWith: { first, _ in first })
        writer?.undo { indices[$0] }
      case .saveStroke(let order):
        guard let recording = state.recording else { continue }
        writer?.save(order, recording: recording, digest: worker.digest(ofCase: order.caseIndex))
      case .loadStrokes(let index, let ticket): loadStrokes(index, ticket: ticket)
      case .writeAnnotations(let index):
        // A second showing has its own strokes and the same record.
        guard let studyCase = state.cases[index].studyCase, studyCase.repetition == 1 else { continue }
        writer?.writeAnnotations(of: studyCase, beside: references[index])
      case .reveal(let index):
        if let studyCase = state.cases[index].studyCase { writer?.reveal(studyCase, caseIndex: index) }
      case .recordModelDecision(let index, var decision):
        guard let studyCase = state.cases[index].studyCase, let digest = worker.modelDigest else { continue }
        decision.modelDigest = digest
        writer?.record(decision, on: studyCase)
      case .rescue: writer?.rescue()
      case .settleStroke(let number, let wait): post(.strokeSettled(number), afterMilliseconds: wait)
      case .reportMouse(let isWanted): session.reportMouse(isWanted)
      case .beep: session.beep()
      case .redraw:
        session.repaint()
        isRepaintDue = true
      case .suspend:
        session.suspend()
        isRepaintDue = true
        perform(Update.apply(.resized(session.size), to: &state))
      case .quit: ending = .quit
      }
    }
  }

  /// Opens a record; one that was read ahead is there before the next frame.
  private func open(_ index: Int, ticket: Int) {
    loadStrokes(index, ticket: ticket)
    if let ready = worker.open(caseIndex: index, ticket: ticket) {
      perform(Update.apply(.message(ready), to: &state))
    }
  }

  private func loadStrokes(_ index: Int, ticket: Int) {
    if let studyCase = state.cases[index].studyCase { writer?.loadStrokes(of: studyCase, caseIndex: index, ticket: ticket) }
  }

  private func saveFlags() {
    let flagged = state.cases.filter(\.isFlagged).compactMap { $0.studyCase?.id }
    do {
      try flags?.write(flagged)
    } catch {
      perform(Update.apply(.message(.flagsFailed(error.fileCause)), to: &state))
    }
  }

  /// Notes down what was chosen of the paper, where that has changed; a choice that cannot be kept holds for this session.
  private func rememberPaper() {
    let choices = PaperChoices(of: state.paper)
    guard choices != remembered else { return }
    remembered = choices
    do {
      try paperFile?.write(choices)
    } catch {
      log.warning("what was chosen of the paper is not remembered: \(error.fileCause)")
    }
  }

  /// A choice that cannot be kept holds for this session.
  private func savePanels() {
    do {
      try panels?.write(state.hiddenPanels)
    } catch {
      log.warning("the panels folded away are not remembered: \(error.fileCause)")
    }
  }

  /// Adds how long the case was on the screen, and the digests, to what is to be stored.
  private func save(_ order: VerdictOrder) {
    guard let recording = state.recording else { return }
    writer?.save(
      order,
      VerdictWriter.Circumstances(
        seconds: (ContinuousClock.now - shownAt) / .seconds(1), recording: recording,
        recordingDigest: worker.digest(ofCase: order.caseIndex),
        modelDigest: order.probability == nil ? nil : worker.modelDigest))
  }
}
