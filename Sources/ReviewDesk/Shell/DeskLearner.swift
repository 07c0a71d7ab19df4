import Agreement
import Classification
import Dispatch
import ECG
import ECGFiles
import Foundation
import LabelReview
import SEResNet
import Synchronization

/// What the desk finds out about its recordings behind the reader's back: what each holds, and what the model decides on it.
///
/// Both are kept in the cache beside the store, so that the next start knows them. It works at the lowest priority, and stops with the desk.
final class DeskLearner: Sendable {
  private let references: [RecordReference]
  private let review: DeskSetup.Review
  private let cache: SightingCache?
  private let mailbox: Mailbox<DeskMessage>
  private let writing = DispatchQueue(label: "einthoven.learning", qos: .utility)
  private let isStopped = Mutex(false)
  /// Which record was the first to hold these samples.
  private let firstOf = Mutex<[RecordingDigest: Int]>([:])
  private let hasSaidTwins = Mutex(false)

  init(references: [RecordReference], review: DeskSetup.Review, cache: SightingCache?, mailbox: Mailbox<DeskMessage>) {
    self.references = references
    self.review = review
    self.cache = cache
    self.mailbox = mailbox
    firstOf.withLock { first in
      for (index, studyCase) in review.cases.enumerated().reversed() {
        if let digest = studyCase.digest { first[digest] = index }
      }
    }
  }

  /// Notes what a recording that was just read holds.
  func learned(_ digest: RecordingDigest, at index: Int) {
    writing.async {
      if let stamp = FileStamp(of: self.references[index]) {
        self.cache?.remember([.init(stamp: stamp, path: self.references[index].mainFile, digest: digest)])
      }
      self.note([(index, digest)])
    }
  }

  /// Works through all records on some threads of the lowest priority, until the desk is left.
  ///
  /// - Parameter whenDone: called once all of them are worked through.
  func learnAll(with ensemble: Ensemble, about diagnosis: Diagnosis, threads: Int, whenDone: @escaping @Sendable () -> Void) {
    writing.async {
      let work = Work(ensemble, diagnosis, stamps: self.references.map { FileStamp(of: $0) }, whenDone: whenDone)
      work.known = self.cache?.digests(of: work.stamps) ?? Array(repeating: nil, count: work.stamps.count)
      work.decided = self.cache?.decisions(of: work.model, about: diagnosis.code) ?? [:]
      for _ in 0..<max(1, threads) {
        let own = Ensemble(sharing: ensemble, threads: 1)
        let thread = Thread {
          // Of this thread alone: the reader's own work comes first.
          setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
          self.run(work, own)
        }
        thread.stackSize = 4 << 20
        thread.start()
      }
    }
  }

  /// Ends the work at the next record.
  func stop() { isStopped.withLock { $0 = true } }

  private func run(_ work: Work, _ ensemble: Ensemble) {
    while !isStopped.withLock({ $0 }), let index = work.claim(upTo: references.count) {
      if let digest = work.known[index], let decision = work.decided[digest] {
        work.found.withLock { $0.decisions[index] = decision }
      } else if let result = learn(index, ensemble, work.diagnosis) {
        work.found.withLock { found in
          if let stamp = work.stamps[index] {
            found.learned.append(.init(stamp: stamp, path: references[index].mainFile, digest: result.digest))
          }
          found.digests.append((index, result.digest))
          guard let decision = result.decision else { return }
          found.fresh.append((result.digest, decision))
          found.decisions[index] = decision
        }
      }
      let isLast = work.found.withLock { found in
        found.done += 1
        return found.done == references.count
      }
      if let ready = work.due(isLast: isLast) { report(ready, work) }
    }
  }

  /// What was found out since the last report.
  private struct Found {
    var done = 0
    var learned: [SightingCache.Learned] = []
    var digests: [(Int, RecordingDigest)] = []
    var fresh: [(digest: RecordingDigest, decision: ModelDecision)] = []
    var decisions: [Int: ModelDecision] = [:]
    var reportedAt = ContinuousClock.now
  }

  /// The work that some threads share.
  private final class Work: @unchecked Sendable {
    let model: String
    let diagnosis: Diagnosis
    /// The threshold of that diagnosis, the models' mean.
    let threshold: Double?
    let stamps: [FileStamp?]
    let whenDone: @Sendable () -> Void
    // Set before the threads begin, and only read by them.
    var known: [RecordingDigest?] = []
    var decided: [RecordingDigest: ModelDecision] = [:]
    let found = Mutex(Found())
    private let next = Mutex(0)

    init(_ ensemble: Ensemble, _ diagnosis: Diagnosis, stamps: [FileStamp?], whenDone: @escaping @Sendable () -> Void) {
      model = ensemble.models.map(\.digest).joined(separator: "+")
      let thresholds = ensemble.models.compactMap { model in
        model.metadata.classes.firstIndex(of: diagnosis).map { model.metadata.thresholds[$0] }
      }
      threshold = thresholds.isEmpty ? nil : thresholds.reduce(0, +) / Double(thresholds.count)
      (self.diagnosis, self.stamps, self.whenDone) = (diagnosis, stamps, whenDone)
    }

    func claim(upTo count: Int) -> Int? {
      next.withLock { next in
        defer { next += 1 }
        return next < count ? next : nil
      }
    }

    /// What is to be reported now: four times a second, and at the end.
    func due(isLast: Bool) -> Found? {
      found.withLock { found in
        guard isLast || ContinuousClock.now - found.reportedAt > .milliseconds(250) else { return nil }
        defer { found = Found(done: found.done) }
        return found
      }
    }
  }

  private func report(_ found: Found, _ work: Work) {
    writing.async {
      self.cache?.remember(found.learned)
      self.cache?.remember(found.fresh, of: work.model, about: work.diagnosis.code)
      self.note(found.digests)
      self.mailbox.post(.foreseen(found.decisions, threshold: work.threshold, done: found.done, of: self.references.count))
      if found.done == self.references.count { work.whenDone() }
    }
  }

  private func learn(
    _ index: Int, _ ensemble: Ensemble, _ diagnosis: Diagnosis
  ) -> (digest: RecordingDigest, decision: ModelDecision?)? {
    guard let recording = try? Recording(RecordFile.read(references[index])) else { return nil }
    let digest = recording.digest()
    let asked = try? ensemble.predict(recording)[diagnosis]
    return (digest, asked.map { ModelDecision(verdict: $0.isPositive ? .present : .absent, probability: $0.probability) })
  }

  /// Writes digests of cases that had none into the study, and says once where two records are one recording.
  private func note(_ digests: [(index: Int, digest: RecordingDigest)]) {
    var sightings: [StudyCase.ID: Sighting] = [:]
    for (index, digest) in digests {
      let studyCase = review.cases[index]
      if studyCase.digest == nil { sightings[studyCase.id] = Sighting(record: studyCase.record, path: studyCase.path, digest: digest) }
      let first = firstOf.withLock { first in
        let known = first[digest] ?? index
        first[digest] = known
        return known
      }
      guard first != index, review.cases[first].recordingKey != studyCase.recordingKey || studyCase.repetition == 1,
        !hasSaidTwins.withLock({ hasSaid in
          defer { hasSaid = true }
          return hasSaid
        })
      else { continue }
      mailbox.post(.twins(index, first))
    }
    // What could not be noted is found out again.
    try? review.store.note(sightings, in: review.context.study)
  }
}

extension FileStamp {
  /// The stamp of a recording's files.
  init?(of reference: RecordReference) { self.init(of: reference.mainFile, beside: reference.likelySampleFiles) }
}
