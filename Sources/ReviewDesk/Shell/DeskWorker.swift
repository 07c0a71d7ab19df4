import Classification
import Dispatch
import ECG
import ECGFiles
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import SEResNet
import Synchronization

/// What each record's digest was when it became a case, where that is known.
enum KnownDigests: Sendable {
  /// One for each record of a desk; none where records are only looked at.
  case listed([RecordingDigest?])
  /// Those of cases, read where they lie: there may be many thousand.
  case ofCases([StudyCase])

  /// Whether a record is a case.
  func hasCase(_ index: Int) -> Bool {
    switch self {
    case .listed(let digests): digests.indices.contains(index)
    case .ofCases(let cases): cases.indices.contains(index)
    }
  }

  /// The digest of a case; nil of what is none, too.
  subscript(index: Int) -> RecordingDigest? {
    guard hasCase(index) else { return nil }
    return switch self {
    case .listed(let digests): digests[index]
    case .ofCases(let cases): cases[index].digest
    }
  }
}

extension DeskSetup {
  /// What each record must hold: those of a study's cases, or of what is looked at.
  var knownDigests: KnownDigests { review.map { .ofCases($0.cases) } ?? .listed(digests) }
}

/// Does the desk's work off the main thread and reports to its mailbox: reading recordings, preparing them for the eye, predicting.
///
/// One queue each, so that a slow prediction delays neither the next trace nor a verdict. Work for a record that was left behind stops soon; its
/// reports carry the old ticket and are dropped.
final class DeskWorker: Sendable {
  private let references: [RecordReference]
  private let digests: KnownDigests
  private let mailbox: Mailbox<DeskMessage>
  private let reading = DispatchQueue(label: "einthoven.reading", qos: .userInitiated)
  private let displaying = DispatchQueue(label: "einthoven.displaying", qos: .userInitiated)
  private let previewing = DispatchQueue(label: "einthoven.previewing", qos: .userInitiated)
  private let annotating = DispatchQueue(label: "einthoven.annotating", qos: .utility)
  private let prediction: PredictionWorker
  private let ticket = Mutex(0)
  private let displayRequest = Mutex(0)
  /// The filter that the eye has now, under which the next record is made ready.
  private let wantedFilter = Mutex(DisplayFilter.none)
  private let previewRequest = Mutex(0)
  /// The digest of each recording as it was read last; taken once, however often it is judged.
  private let taken = Mutex<[Int: RecordingDigest]>([:])
  private let cache = RecordingCache()
  /// What was read for the sheet beside the list, apart from what is judged: nobody held these samples against their case.
  private let previews = RecordingCache(capacity: 8)
  private let learner: DeskLearner?

  /// A worker for the records of a desk.
  ///
  /// The models are loaded in the background at once.
  init(
    references: [RecordReference], digests: KnownDigests, models: [URL], threads: Int,
    measuring: (any RecordMeasuring)? = nil, learner: DeskLearner? = nil, mailbox: Mailbox<DeskMessage>
  ) {
    self.learner = learner
    self.references = references
    self.digests = digests
    self.mailbox = mailbox
    prediction = PredictionWorker(models: models, threads: threads, measuring: measuring, mailbox: mailbox)
  }

  /// The digest of the model that is running, once it is loaded; several models' digests are joined by `+`.
  var modelDigest: String? { prediction.modelDigest }

  /// The digest of a case's recording as it was read last, once that is worked out.
  func digest(ofCase index: Int) -> RecordingDigest? { taken.withLock { $0[index] } }

  /// Lets the learner work through all records with the models, once they are loaded; `whenDone` is called after that, or where there is no model.
  func learnAll(about diagnosis: Diagnosis, threads: Int, whenDone: @escaping @Sendable () -> Void) {
    prediction.whenLoaded { [learner] ensemble in
      guard let ensemble, let learner else { return whenDone() }
      learner.learnAll(with: ensemble, about: diagnosis, threads: threads, whenDone: whenDone)
    }
  }

  /// Reads a record, then predicts it, then reads the next one ahead.
  ///
  /// - Returns: the report that it is loaded, where it was read ahead; else that report comes to the mailbox.
  func open(caseIndex: Int, ticket: Int) -> DeskMessage? {
    follow(ticket)
    annotating.async { self.readAnnotators(caseIndex, ticket: ticket) }
    defer { reading.async { self.readAhead(caseIndex + 1, ticket: ticket) } }
    if let loaded = cache.recording(at: caseIndex) {
      prediction.prepare(loaded.recording, ticket: ticket)
      return .loaded(ticket: ticket, loaded)
    }
    reading.async { self.read(caseIndex, ticket: ticket) }
    return nil
  }

  /// Reads what annotators marked, from their files beside the record.
  private func readAnnotators(_ index: Int, ticket: Int) {
    guard isCurrent(ticket), references.indices.contains(index), let beside = try? AnnotatorsBeside(references[index]) else { return }
    mailbox.post(
      .annotated(
        ticket: ticket, AnnotationLayer.layers(of: beside), problems: beside.problems, leadOfSignal: beside.leadOfSignal))
  }

  private func read(_ index: Int, ticket: Int) {
    guard isCurrent(ticket) else { return }
    do {
      let record = try RecordFile.open(references[index])
      if let glimpse = try? glimpse(of: record) {
        mailbox.post(.glimpsed(ticket: ticket, glimpse.beginning, ofSamples: glimpse.sampleCount))
      }
      let recording = try Recording(record.read())
      guard isUnchanged(recording, at: index) else {
        let reason = "this recording is not the one that was sampled, or seen here before: its samples have changed; restore it to judge it"
        return mailbox.post(.loadingFailed(ticket: ticket, reason))
      }
      var loaded = LoadedRecording(recording)
      mailbox.post(.loaded(ticket: ticket, loaded))
      prediction.prepare(recording, ticket: ticket)
      if recording.sampleCount > DisplayTraces.pyramidSampleCount {
        loaded.buildPyramids()
        mailbox.post(.loaded(ticket: ticket, loaded))
      }
      cache.insert(loaded, at: index)
      takeDigest(of: recording, at: index)
    } catch {
      mailbox.post(.loadingFailed(ticket: ticket, "\(error)"))
    }
  }

  /// Longer recordings are seen in part before they are read, and measured in part before they are measured: two hours at 250 Hz.
  private static let longSampleCount = 2_000_000
  /// So much of one is read at first.
  private static let glimpseSeconds = 120.0
  /// So much is measured at first on either side of what is on the paper.
  private static let firstMeasuredSeconds = 300.0

  /// The beginning of a long recording, and how many samples all of it has; nil of one that is read fast, or cannot be read in part.
  private func glimpse(of record: any OpenRecord) throws -> (beginning: LoadedRecording, sampleCount: Int)? {
    guard let count = record.facts.sampleCount, count > Self.longSampleCount,
      let beginning = try record.beginning(seconds: Self.glimpseSeconds)
    else { return nil }
    return (LoadedRecording(try Recording(beginning)), count)
  }

  /// Whether a recording is the one that became a case; true where no digest was taken then.
  private func isUnchanged(_ recording: Recording, at index: Int) -> Bool {
    taken.withLock { $0[index] = nil }
    guard let known = digests[index] else { return true }
    takeDigest(of: recording, at: index)
    return digest(ofCase: index) == known
  }

  /// Works out the digest that a verdict on a case will be stored with, unless it is known; of records that are only looked at, none is.
  private func takeDigest(of recording: Recording, at index: Int) {
    guard digests.hasCase(index), digest(ofCase: index) == nil else { return }
    let digest = recording.digest()
    taken.withLock { $0[index] = digest }
    learner?.learned(digest, at: index)
  }

  private func readAhead(_ index: Int, ticket: Int) {
    guard isCurrent(ticket), references.indices.contains(index), cache.recording(at: index) == nil else { return }
    let reference = references[index]
    guard let record = try? RecordFile.open(reference), let count = record.facts.sampleCount, count <= RecordingCache.longestSampleCount,
      let recording = try? Recording(record.read()), isUnchanged(recording, at: index)
    else { return }
    var loaded = LoadedRecording(recording)
    if recording.sampleCount > DisplayTraces.pyramidSampleCount { loaded.buildPyramids() }
    cache.insert(loaded, at: index)
    takeDigest(of: recording, at: index)
    let filter = wantedFilter.withLock { $0 }
    if let display = DisplayTraces(of: loaded, filter: filter, isCancelled: { !self.isCurrent(ticket) }) {
      cache.insert(display, at: index)
    }
  }

  /// Reads a record for the sheet beside the list, then its neighbours there ahead; of several that wait, only the last is wanted.
  ///
  /// - Returns: the report, where the record was read ahead; else it comes to the mailbox.
  func preview(_ index: Int, neighbours: [Int] = []) -> DeskMessage? {
    let number = previewRequest.withLock { number in
      number += 1
      return number
    }
    let known = knownSheet(index)
    previewing.async {
      let isStale = { self.previewRequest.withLock { $0 } != number }
      guard !isStale(), self.references.indices.contains(index) else { return }
      if known == nil { self.mailbox.post(.previewed(caseIndex: index, self.sheet(index, isStale: isStale))) }
      for neighbour in neighbours where !isStale() && self.references.indices.contains(neighbour) && self.knownSheet(neighbour) == nil {
        _ = self.sheet(neighbour, isStale: isStale)
      }
    }
    return known.map { .previewed(caseIndex: index, $0) }
  }

  /// The sheet of a record that was read for one, or for the desk.
  private func knownSheet(_ index: Int) -> CasePreview.Content? {
    for held in [previews, cache] {
      if let loaded = held.recording(at: index), let display = held.display(at: index, filter: .none) { return .ready(loaded, display) }
    }
    return nil
  }

  private func sheet(_ index: Int, isStale: () -> Bool) -> CasePreview.Content {
    do {
      let loaded = try cache.recording(at: index) ?? LoadedRecording(Recording(RecordFile.read(references[index])))
      guard loaded.recording.sampleCount <= RecordingCache.longestSampleCount else {
        return .failed("\(ClockText.length(loaded.recording.durationSeconds)) long; \(Self.tooLong)")
      }
      guard let display = DisplayTraces(of: loaded, filter: .none, isCancelled: isStale) else { return .waiting }
      previews.insert(loaded, at: index)
      previews.insert(display, at: index)
      return .ready(loaded, display)
    } catch {
      return .failed("\(error)")
    }
  }

  private static let tooLong = "open it to see it"

  /// Filters a record's traces, finds its beats and measures them, for the eye; of several requests that wait, only the last is wanted.
  ///
  /// Of a long recording the minutes around the paper are measured before all of it.
  ///
  /// - Parameters:
  ///   - second: where the paper begins.
  ///   - isGlimpse: whether the recording is the beginning of a longer one.
  /// - Returns: the report that this is done, where it was done ahead; else that report comes to the mailbox.
  func prepareDisplay(
    of loaded: LoadedRecording, at index: Int, filter: DisplayFilter, known: DisplayTraces?, ticket: Int, around second: Double = 0,
    isGlimpse: Bool = false
  ) -> DeskMessage? {
    let number = displayRequest.withLock { number in
      number += 1
      return number
    }
    wantedFilter.withLock { $0 = filter }
    if !isGlimpse, let display = cache.display(at: index, filter: filter) { return .displayReady(ticket: ticket, display) }
    let all = 0..<loaded.recording.sampleCount
    let isMeasured = known.map { $0.measuredPart == nil } ?? false
    let first = isGlimpse ? all : isMeasured || all.count <= Self.longSampleCount ? nil : firstPart(of: loaded.recording, second, known)
    displaying.async {
      let isStale = { !self.isCurrent(ticket) || self.displayRequest.withLock { $0 } != number }
      if let first, !isStale(), let display = DisplayTraces(of: loaded, filter: filter, measuring: first, isCancelled: isStale) {
        self.mailbox.post(.displayReady(ticket: ticket, display))
      }
      guard !isGlimpse, !isStale(), let display = DisplayTraces(of: loaded, filter: filter, known: known, isCancelled: isStale) else {
        return
      }
      self.cache.insert(display, at: index)
      self.mailbox.post(.displayReady(ticket: ticket, display))
    }
    return nil
  }

  /// The minutes around what is on the paper; nil where these were measured already.
  private func firstPart(of recording: Recording, _ second: Double, _ known: DisplayTraces?) -> Range<Int>? {
    let rate = recording.samplingRateHertz
    let here = Int(second * rate)
    if let measured = known?.measuredPart, measured.contains(here), measured.contains(here + Int(30 * rate)) { return nil }
    let reach = Int(Self.firstMeasuredSeconds * rate)
    return (here - reach..<here + reach).clamped(to: 0..<recording.sampleCount)
  }

  /// Asks the model; see ``PredictionWorker``.
  func predict(_ request: PredictionRequest) { prediction.answer(request) }

  /// Lets running work end at the next window.
  func cancel() { follow(-1) }

  private func follow(_ ticket: Int) {
    self.ticket.withLock { $0 = ticket }
    prediction.follow(ticket: ticket)
  }

  private func isCurrent(_ ticket: Int) -> Bool { self.ticket.withLock { $0 == ticket } }
}
