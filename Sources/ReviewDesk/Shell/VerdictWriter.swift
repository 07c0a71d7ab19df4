import Agreement
import Dispatch
import ECG
import Foundation
import LabelReview
import Synchronization

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

  /// The store in use: another one after the first was removed or replaced.
  private let held: Mutex<any ReviewStoring>
  private let cases: [StudyCase]
  /// Verdicts that could not be saved because the store is gone, the latest on each case.
  private let kept = Mutex<[Int: VerdictDraft]>([:])
  let context: StudyContext
  let mailbox: Mailbox<DeskMessage>
  let queue = DispatchQueue(label: "einthoven.writing", qos: .userInitiated)

  var store: any ReviewStoring { held.withLock { $0 } }

  init(store: any ReviewStoring, context: StudyContext, cases: [StudyCase], mailbox: Mailbox<DeskMessage>) {
    held = Mutex(store)
    self.cases = cases
    self.context = context
    self.mailbox = mailbox
  }

  /// Makes a verdict durable.
  func save(_ order: VerdictOrder, _ circumstances: Circumstances) {
    queue.async {
      self.report {
        let digest = circumstances.recordingDigest ?? circumstances.recording.digest()
        var draft = VerdictDraft(
          kind: order.kind, study: self.context.study, caseID: order.studyCase.id, reviewer: self.context.reviewer,
          verdict: order.verdict, seconds: circumstances.seconds, visible: order.visible, note: order.note, recordingDigest: digest,
          modelDigest: circumstances.modelDigest, probability: order.probability)
        draft.answer = order.answer
        draft.measured = order.measured
        draft.strokes = order.strokes
        let event: VerdictEvent
        do {
          event = try self.store.record(draft)
        } catch let error as ReviewStoreError {
          if case .displaced = error { self.kept.withLock { $0[order.caseIndex] = draft } }
          throw error
        }
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
        var answers: UndoneAnswers?
        if let takenBack = event.answer {
          let own = try self.store.answers(kind, of: study).first { $0.caseID == event.caseID && $0.rater == event.reviewer }
          answers = UndoneAnswers(takenBack: takenBack, standing: own?.answer)
        }
        return .undone(caseIndex: index, takenBack: event.verdict, standing: standing, answers: answers)
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
  func record(_ decision: ModelDecision, on studyCase: StudyCase) {
    queue.async {
      do {
        try self.store.recordModelDecision(decision, study: self.context.study, caseID: studyCase.id)
      } catch {
        self.mailbox.post(.decisionFailed("\(studyCase.record): \(error)"))
      }
    }
  }

  /// Writes the verdicts that were kept into the store that is there now, if it is the same, or a new one beside it, and goes on there.
  func rescue() {
    queue.async {
      self.report {
        let next = try self.store.successor(holding: self.context.study, cases: self.cases)
        self.held.withLock { $0 = next }
        let drafts = self.kept.withLock { $0 }
        for (index, draft) in drafts.sorted(by: { $0.value.time < $1.value.time }) {
          try next.record(draft)
          // Where a later one is refused, this one is in the store that is asked next.
          self.kept.withLock { $0[index] = nil }
        }
        return .rescued(drafts.mapValues(\.verdict), place: next.path, standing: try self.standing(in: next))
      }
    }
  }

  /// The reader's verdicts that a store holds.
  private func standing(in store: any ReviewStoring) throws -> StandingOnDesk {
    func places(_ kind: VerdictEvent.Kind) throws -> [Int: Verdict] {
      let verdicts = try store.verdicts(kind, of: context.study, by: context.reviewer)
      return Dictionary(uniqueKeysWithValues: cases.enumerated().compactMap { index, entry in verdicts[entry.id].map { (index, $0) } })
    }
    return StandingOnDesk(
      verdicts: try places(context.isAdjudicating ? .adjudication : .verdict),
      afterReveal: context.allowsReveal ? try places(.verdictAfterReveal) : [:])
  }

  /// How many verdicts could not be saved, because the store is gone.
  var unsavedCount: Int { kept.withLock { $0.count } }

  /// Waits until everything asked for is on disk.
  func finish() { queue.sync {} }

  private func report(_ work: () throws -> DeskMessage) {
    do {
      mailbox.post(try work())
    } catch ReviewStoreError.displaced(let path, let reason) {
      mailbox.post(.storeDisplaced("the store \(path) is gone (\(reason))", kept: kept.withLock { $0.count }))
    } catch {
      mailbox.post(.storeFailed("\(error)"))
    }
  }
}
