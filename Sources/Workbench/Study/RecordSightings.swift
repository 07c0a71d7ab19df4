import Dispatch
import ECG
import ECGFiles
import Files
import Foundation
import LabelReview
import PlainText
import Synchronization

/// Recordings as they were found, and what is known of them without reading them: a cache beside the store has the digests of those that were read before.
struct RecordSightings {
  /// The recordings.
  let references: [RecordReference]
  /// Where each is and what it is, as far as that is known.
  private(set) var sightings: [Sighting]
  private let stamps: [FileStamp?]
  private let cache: SightingCache?

  /// So many records, and so many bytes of them, are read at once without anybody noticing.
  private static let (quickCount, quickByteCount) = (300, 32 << 20)

  /// Looks at recordings' files without reading them.
  init(_ references: [RecordReference], cache: SightingCache?) {
    self.references = references
    self.cache = cache
    let looks = Parallel.map(references) { reference in
      var isLink = false
      let stamp = FileStamp(of: reference.mainFile, beside: reference.likelySampleFiles, isLink: &isLink)
      return (stamp: stamp, isPlain: stamp != nil && !isLink)
    }
    stamps = looks.map(\.stamp)
    let digests = cache?.digests(of: stamps)
    var paths = CasePaths()
    sightings = references.indices.map { place in
      Sighting(
        record: references[place].name, path: paths.path(of: references[place], isPlain: looks[place].isPlain), digest: digests?[place])
    }
  }

  /// Places of recordings that nobody has read yet.
  var unread: [Int] { sightings.indices.filter { sightings[$0].digest == nil } }

  /// Reads those that nobody has read yet, where they are few and short.
  mutating func learnIfQuick() {
    guard references.count <= Self.quickCount, stamps.reduce(0, { $0 + ($1?.byteCount ?? 0) }) <= Self.quickByteCount else { return }
    learn(unread)
  }

  /// Reads recordings and takes their digests; one that cannot be read stays unknown.
  mutating func learn(_ places: [Int], progress: (@Sendable (Int) -> Void)? = nil) {
    guard !places.isEmpty else { return }
    let found = Mutex<[Int: RecordingDigest?]>([:])
    let references = references
    DispatchQueue.concurrentPerform(iterations: places.count) { index in
      let digest = (try? Recording(RecordFile.read(references[places[index]])))?.digest()
      let done = found.withLock { found in
        found[places[index]] = .some(digest)
        return found.count
      }
      progress?(done)
    }
    var learned: [SightingCache.Learned] = []
    for (place, digest) in found.withLock({ $0 }) {
      guard let digest else { continue }
      sightings[place].digest = digest
      if let stamp = stamps[place] { learned.append(.init(stamp: stamp, path: sightings[place].path, digest: digest)) }
    }
    cache?.remember(learned)
  }
}

/// Where recordings are, in the one spelling by which a case is found again: absolute, links resolved.
///
/// Folders are resolved once, for a study has many recordings in few of them.
private struct CasePaths {
  private var folders: [ExactText: String] = [:]

  /// The path of a recording's main file.
  ///
  /// - Parameter isPlain: Whether the file itself is known to be no link.
  mutating func path(of reference: RecordReference, isPlain: Bool) -> String {
    let path = reference.mainFile
    guard isPlain, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
      return PlainStudy.casePath(reference)
    }
    let folder = ExactText(String(path[..<slash]))
    let resolved = folders[folder] ?? URL(fileURLWithPath: folder.text).resolvingSymlinksInPath().path
    folders[folder] = resolved
    // The same text where it can be, which takes no memory of its own.
    if resolved.isExactly(folder.text) { return path }
    return (resolved == "/" ? "" : resolved) + path[slash...]
  }
}
