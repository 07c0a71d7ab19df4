import ECG
import ECGFiles
import ECGPaper
import Foundation
import LabelReview
import Synchronization

/// Measures the desk's recordings behind the reader's back, so that the list can show and sort by what the ECGs themselves say.
///
/// Figures are kept in the cache beside the store, where there is one. It works on one thread of the lowest priority, and stops with the desk.
final class DeskMeasurer: Sendable {
  private let references: [RecordReference]
  private let cache: SightingCache?
  private let mailbox: Mailbox<DeskMessage>
  private let isStopped = Mutex(false)

  /// Counts up when what is measured of the same samples changes.
  private static let method = 2
  private static let lookedUpAtOnce = 200

  init(references: [RecordReference], cache: SightingCache?, mailbox: Mailbox<DeskMessage>) {
    self.references = references
    self.cache = cache
    self.mailbox = mailbox
  }

  /// Works through all records until the desk is left.
  func measureAll() { IdleThread.start { self.run() } }

  /// Ends the work at the next record.
  func stop() { isStopped.withLock { $0 = true } }

  private func run() {
    let known = cache?.figures(method: Self.method) ?? [:]
    var found: [Int: RecordingFigures] = [:]
    var fresh: [RecordingDigest: RecordingFigures] = [:]
    var missing: [Int] = []
    // Few at a time, for there may be many thousand.
    for first in stride(from: 0, to: references.count, by: Self.lookedUpAtOnce) {
      let part = first..<min(references.count, first + Self.lookedUpAtOnce)
      for (index, digest) in zip(part, digests(of: part)) {
        if let figures = digest.flatMap({ known[$0] }) { found[index] = figures } else { missing.append(index) }
      }
    }
    var reportedAt = ContinuousClock.now
    func report() {
      cache?.remember(fresh, method: Self.method)
      if !found.isEmpty { mailbox.post(.measured(found)) }
      (found, fresh) = ([:], [:])
      reportedAt = ContinuousClock.now
    }
    report()
    for index in missing {
      guard !isStopped.withLock({ $0 }) else { break }
      if let figures = measure(index) {
        found[index] = figures
        if let digest = digests(of: index..<index + 1)[0] { fresh[digest] = figures }
      }
      if ContinuousClock.now - reportedAt > .milliseconds(500) { report() }
    }
    report()
  }

  /// What the records of a part are, as far as it is known.
  private func digests(of part: Range<Int>) -> [RecordingDigest?] {
    cache?.digests(of: part.map { FileStamp(of: references[$0]) }) ?? part.map { _ in nil }
  }

  /// The figures of a record; nil of one that cannot be read, or is so long that measuring it would hold up the others.
  private func measure(_ index: Int) -> RecordingFigures? {
    guard let record = try? RecordFile.open(references[index]), let count = record.facts.sampleCount,
      count <= RecordingCache.longestSampleCount, let recording = try? Recording(record.read())
    else { return nil }
    return RecordingFigures(of: recording)
  }
}
