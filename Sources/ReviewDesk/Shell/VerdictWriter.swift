import Agreement
import Dispatch
import ECG
import Foundation
import LabelReview

/// Writes verdicts to the store in the order in which they were given, and reports each once it is on disk.
final class VerdictWriter: Sendable {
  /// What the shell adds to a verdict: the clock and the digests.
  struct Circumstances: Sendable {
    /// How long the case was on the screen.
    let seconds: Double
    /// The recording that was judged.
    let recording: Recording
    /// Its digest, where that has been worked out already.
    let recordingDigest: RecordingDigest?
    /// The digest of the model that is running.
    let modelDigest: String?
  }

  private let store: any ReviewStoring
  private let context: StudyContext
  private let mailbox: Mailbox<DeskMessage>
  private let queue = DispatchQueue(label: "einthoven.writing", qos: .userInitiated)

  init(store: any ReviewStoring, context: StudyContext, mailbox: Mailbox<DeskMessage>) {
    self.store = store
    self.context = context
    self.mailbox = mailbox
  }

  /// Makes a verdict durable.
  func save(_ order: VerdictOrder, _ circumstances: Circumstances) {
    queue.async {
      self.report {
        let digest = circumstances.recordingDigest ?? circumstances.recording.digest()
        if let known = order.studyCase.recordingDigest, known != digest {
          return .storeFailed("\(order.studyCase.record) has changed on disk since it became a case of this study; its digest differs")
        }
        let event = try self.store.record(
          VerdictDraft(
            kind: order.kind, study: self.context.study, caseID: order.studyCase.id, reviewer: self.context.reviewer,
            verdict: order.verdict, seconds: circumstances.seconds, visible: order.visible, note: order.note, recordingDigest: digest,
            modelDigest: circumstances.modelDigest, probability: order.probability))
        return .saved(caseIndex: order.caseIndex, order.verdict, at: event.time, seconds: event.seconds)
      }
    }
  }

  /// Takes back the reviewer's last verdict; `caseIndex` finds a case on the desk.
  func undo(caseIndex: @escaping @Sendable (StudyCase.ID) -> Int?) {
    queue.async {
      self.report {
        let (study, reviewer) = (self.context.study, self.context.reviewer)
        let kinds: [VerdictEvent.Kind] = self.context.isAdjudicating ? [.adjudication] : [.verdict, .verdictAfterReveal]
        guard let event = try self.store.undo(study: study, reviewer: reviewer, kinds: kinds) else { return .nothingToUndo }
        guard let index = caseIndex(event.caseID) else { return .undoneElsewhere(event.verdict) }
        let isRevealed = try self.store.verdicts(.reveal, of: study, by: reviewer)[event.caseID] != nil
        let kind = kinds.count == 1 ? kinds[0] : isRevealed ? .verdictAfterReveal : .verdict
        let standing = try self.store.verdicts(kind, of: study, by: reviewer)[event.caseID]
        return .undone(caseIndex: index, takenBack: event.verdict, standing: standing)
      }
    }
  }

  /// Notes that the reviewer uncovers what the study hides on a case.
  func reveal(_ studyCase: StudyCase, caseIndex: Int) {
    queue.async {
      self.report {
        try self.store.recordReveal(study: self.context.study, caseID: studyCase.id, reviewer: self.context.reviewer)
        return .revealed(caseIndex: caseIndex)
      }
    }
  }

  /// Records what the model decides on a case.
  ///
  /// A failure here loses no verdict and is reported all the same.
  func recordModelDecision(_ studyCase: StudyCase, isPresent: Bool, probability: Double, modelDigest: String) {
    queue.async {
      do {
        try self.store.recordModelDecision(
          study: self.context.study, caseID: studyCase.id, decision: isPresent ? .present : .absent, probability: probability,
          modelDigest: modelDigest)
      } catch {
        self.mailbox.post(.decisionFailed("\(studyCase.record): \(error)"))
      }
    }
  }

  /// Waits until everything asked for is on disk.
  func finish() { queue.sync {} }

  private func report(_ work: () throws -> DeskMessage) {
    do { mailbox.post(try work()) } catch { mailbox.post(.storeFailed("\(error)")) }
  }
}
