import Classification
import ECG
import Foundation
import SEResNet
import Synchronization

/// Runs the model off the main thread and reports each answer as soon as it is there: the window in view, the whole recording, the lead influence.
///
/// Only the latest request is worked on: a newer one, or another record, ends the work on the one before at the next window. What was worked out
/// until then is kept as long as the same record and leads are asked about.
package final class PredictionWorker: Sendable {
  private let mailbox: Mailbox<DeskMessage>
  private let queue = YieldingQueue()
  private let ensemble = Mutex<Result<Ensemble, any Error>?>(nil)
  private let ticket = Mutex(0)
  private let request = Mutex<PredictionRequest?>(nil)
  private let work = Mutex<Work?>(nil)

  /// The open record as the networks want it, and the answers so far by the leads that are left out.
  private struct Work {
    let ticket: Int
    let input: Ensemble.Prepared
    var answers: [Set<Lead>: Answers] = [:]
  }

  private struct Answers {
    /// Each window's probabilities, models × classes.
    var windows: [Int: [[Double]]] = [:]
    var isJudged = false
  }

  /// A worker; the models are loaded in the background at once.
  package init(models: [URL], threads: Int, measuring: (any RecordMeasuring)? = nil, mailbox: Mailbox<DeskMessage>) {
    self.mailbox = mailbox
    queue.async {
      let result = Result { try Ensemble(models: models.map { try Model(contentsOf: $0) }, threads: threads, measuring: measuring) }
      self.ensemble.withLock { $0 = result }
    }
  }

  /// The digest of the model that is running, once it is loaded; several models' digests are joined by `+`.
  package var modelDigest: String? { ensemble.withLock { try? $0?.get().models.map(\.digest).joined(separator: "+") } }

  /// Hands over the models once they are loaded; nil where they cannot be.
  func whenLoaded(_ body: @escaping @Sendable (Ensemble?) -> Void) {
    queue.async { body(self.ensemble.withLock { try? $0?.get() }) }
  }

  /// From now on only this opening's work is wanted; -1: none.
  package func follow(ticket: Int) { self.ticket.withLock { $0 = ticket } }

  /// Prepares an opened recording for the networks, and reports its windows.
  package func prepare(_ recording: Recording, ticket: Int) {
    queue.async {
      guard self.isOpen(ticket), let result = self.ensemble.withLock({ $0 }) else { return }
      do {
        let input = try result.get().prepare(recording)
        self.work.withLock { $0 = Work(ticket: ticket, input: input) }
        self.mailbox.post(.prepared(ticket: ticket, windowSeconds: (0..<input.windowCount).map { input.leader.windowSeconds($0) }))
      } catch {
        self.mailbox.post(.predictionFailed(ticket: ticket, "\(error)"))
      }
    }
  }

  /// Answers a request, unless a newer one comes before it is done.
  package func answer(_ request: PredictionRequest) {
    self.request.withLock { $0 = request }
    queue.async { self.run(request) }
  }

  private func isOpen(_ ticket: Int) -> Bool { self.ticket.withLock { $0 == ticket } }

  private func isWanted(_ request: PredictionRequest) -> Bool {
    isOpen(request.ticket) && self.request.withLock { $0 == request }
  }

  private func run(_ request: PredictionRequest) {
    guard isWanted(request), let work = work.withLock({ $0 }), work.ticket == request.ticket,
      case .success(let ensemble)? = ensemble.withLock({ $0 })
    else { return }
    var answers = work.answers[request.without] ?? Answers()
    let isPredicted = predict(request, work.input, &answers, ensemble)
    self.work.withLock { [answers] in $0?.answers[request.without] = answers }
    guard isPredicted else { return }
    for detail in [AttributionDetail.leads, .full] {
      let attribution = ensemble.leader.attribution(
        of: work.input.leader, window: request.window, detail: detail, without: request.without, isCancelled: { !self.isWanted(request) })
      guard let attribution else { return }
      mailbox.post(.attributed(request, attribution))
    }
  }

  /// The window in view first, then all others and the recording; false where something newer is wanted.
  private func predict(_ request: PredictionRequest, _ input: Ensemble.Prepared, _ answers: inout Answers, _ ensemble: Ensemble) -> Bool {
    let rest = (0..<input.windowCount).filter { $0 != request.window }
    for window in answers.isJudged ? [] : [request.window] + rest {
      guard isWanted(request) else { return false }
      let probabilities = answers.windows[window] ?? ensemble.probabilities(of: input, window: window, without: request.without)
      answers.windows[window] = probabilities
      if window == request.window, !rest.isEmpty { mailbox.post(.windowJudged(request, ensemble.combine(probabilities))) }
    }
    answers.isJudged = true
    mailbox.post(.judged(request, ensemble.judgement(of: (0..<input.windowCount).compactMap { answers.windows[$0] })))
    return isWanted(request)
  }
}
