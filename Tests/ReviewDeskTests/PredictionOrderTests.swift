import Classification
import ECG
import Foundation
import ReviewDesk
import SEResNet
import TestSupport
import Testing

/// The order in which the model's answers arrive, and that what nobody waits for any more is not worked out.
@Suite struct PredictionOrderTests {
  private let mailbox = Mailbox<DeskMessage>()

  private let file = Checkout.root.appendingPathComponent("Models/default.safetensors")
  private let model: Model

  init() throws { model = try Model(contentsOf: file) }

  private func worker() -> PredictionWorker {
    PredictionWorker(models: [file], threads: 2, measuring: UnknownMeasurements(of: model), mailbox: mailbox)
  }

  /// The messages up to the one that is waited for.
  private func messages(until isLast: (DeskMessage) -> Bool) -> [DeskMessage] {
    var all: [DeskMessage] = []
    let deadline = Date(timeIntervalSinceNow: 120)
    while Date() < deadline {
      all += mailbox.takeAll()
      if all.contains(where: isLast) { return all }
      usleep(2000)
    }
    return all
  }

  private func isFull(_ message: DeskMessage, window: Int? = nil) -> Bool {
    guard case .attributed(let request, let attribution) = message else { return false }
    return !attribution.groups.isEmpty && request.window == window ?? request.window
  }

  private func name(_ message: DeskMessage) -> String {
    switch message {
    case .prepared: "prepared"
    case .windowJudged(let request, _): "window \(request.window)"
    case .judged: "mean"
    case .attributed(let request, let attribution): "influence \(request.window)" + (attribution.groups.isEmpty ? "" : " in full")
    default: "other"
    }
  }

  @Test func theWindowInViewThenTheMeanThenTheInfluence() throws {
    let recording = try DeskFixture.recording("heart22")
    let worker = worker()
    worker.follow(ticket: 7)
    worker.prepare(recording, ticket: 7)
    _ = messages { if case .prepared = $0 { true } else { false } }
    worker.answer(PredictionRequest(ticket: 7, window: 2))
    let order = messages { isFull($0) }.map(name)
    #expect(order == ["window 2", "mean", "influence 2", "influence 2 in full"])
    worker.answer(PredictionRequest(ticket: 7, window: 1))
    #expect(messages { isFull($0) }.map(name).suffix(2) == ["influence 1", "influence 1 in full"])
    worker.answer(PredictionRequest(ticket: 7, window: 1, without: [.v2]))
    #expect(messages { isFull($0) }.map(name) == ["window 1", "mean", "influence 1", "influence 1 in full"])
  }

  @Test func whatWasLeftBehindIsNotWorkedOut() throws {
    let recording = try DeskFixture.recording("heart22")
    let worker = worker()
    worker.follow(ticket: 1)
    worker.prepare(recording, ticket: 1)
    _ = messages { if case .prepared = $0 { true } else { false } }
    // A reader who steps from window to window and lead to lead waits for the last question only.
    for window in 0..<4 { worker.answer(PredictionRequest(ticket: 1, window: window)) }
    worker.answer(PredictionRequest(ticket: 1, window: 3, without: [.v1]))
    let done = messages { isFull($0) }
    let finished = done.filter { isFull($0) }
    #expect(finished.count == 1)
    guard case .attributed(let request, _)? = finished.first else { return }
    #expect(request.without == [.v1])
    // Another record: nothing of the old one is reported any more.
    worker.answer(PredictionRequest(ticket: 1, window: 0))
    worker.follow(ticket: 2)
    worker.prepare(recording, ticket: 2)
    worker.answer(PredictionRequest(ticket: 2, window: 0))
    let after = messages { isFull($0, window: 0) }
    for message in after {
      if case .attributed(let request, _) = message { #expect(request.ticket == 2) }
    }
  }

  @Test func leavingALeadOutIsWhatThePredictorSays() throws {
    let recording = try DeskFixture.recording("heart02")
    let worker = worker()
    worker.follow(ticket: 1)
    worker.prepare(recording, ticket: 1)
    _ = messages { if case .prepared = $0 { true } else { false } }
    worker.answer(PredictionRequest(ticket: 1, window: 0, without: [.v2, .aVF]))
    let answers = messages { isFull($0) }
    let predictor = try Predictor(model: model, threads: 2, measuring: UnknownMeasurements(of: model))
    let expected = predictor.probabilities(of: try predictor.prepare(recording), window: 0, without: [.v2, .aVF])
    guard case .judged(_, let judgement)? = answers.first(where: { if case .judged = $0 { true } else { false } }) else {
      return #expect(Bool(false), "no prediction")
    }
    for (said, wanted) in zip(judgement.mean, expected) { #expect(abs(said.probability - Double(wanted)) < 1e-6) }
  }
}
