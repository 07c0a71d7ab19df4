import Dispatch
import ECG
import ECGFiles
import Foundation
import LabelReview
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
    stamps = references.map { FileStamp(of: $0.likelyFiles) }
    let digests = cache?.digests(of: stamps) ?? Array(repeating: nil, count: stamps.count)
    var paths = CasePaths()
    sightings = zip(references, digests).map { Sighting(record: $0.name, path: paths.path(of: $0), digest: $1) }
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
    let found = Mutex<[Int: RecordingDigest]>([:])
    let references = references
    DispatchQueue.concurrentPerform(iterations: places.count) { index in
      let digest = (try? Recording(RecordFile.read(references[places[index]])))?.digest()
      let done = found.withLock { found in
        found[places[index]] = digest ?? RecordingDigest(hexadecimal: "")
        return found.count
      }
      progress?(done)
    }
    var learned: [SightingCache.Learned] = []
    for (place, digest) in found.withLock({ $0 }) where !digest.description.isEmpty {
      sightings[place].digest = digest
      if let stamp = stamps[place] { learned.append(.init(stamp: stamp, path: sightings[place].path, digest: digest)) }
    }
    cache?.remember(learned)
  }
}

/// Where recordings are, in the one spelling by which a case is found again: absolute, links resolved.
///
/// Folders are resolved once, for a study has many recordings in few of them.
struct CasePaths {
  private var folders: [[UInt8]: String] = [:]

  mutating func path(of reference: RecordReference) -> String {
    let path = reference.url.path
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return reference.url.resolvingSymlinksInPath().path
    }
    let folder = String(path[..<slash])
    let key = Array(folder.utf8)
    let resolved = folders[key] ?? URL(fileURLWithPath: folder.isEmpty ? "/" : folder).resolvingSymlinksInPath().path
    folders[key] = resolved
    return (resolved == "/" ? "" : resolved) + path[slash...]
  }
}
