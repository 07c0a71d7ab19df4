import ECG
import ECGFiles
import LabelReview
import PlainText

/// The recordings of which a study is made, each once: known by what they hold.
struct DistinctRecordings {
  /// The records that can be read; of those that hold the same samples the first.
  let references: [RecordReference]
  /// What each is.
  let sightings: [Sighting]
  /// The data source of each, by its path.
  let sources: [ExactText: String]
  /// What was left out, one line each.
  let notes: [String]

  /// Reads all recordings for what they are.
  ///
  /// - Parameter progress: told how many of how many recordings were read.
  init(_ all: [RecordReference], cache: SightingCache?, progress: (@Sendable (Int, Int) -> Void)?) {
    var found = RecordSightings(all, cache: cache)
    let unread = found.unread
    found.learn(unread) { progress?($0, unread.count) }
    var seen: Set<RecordingDigest> = []
    var kept: [Int] = []
    var (twins, unreadable) = (0, 0)
    for (place, sighting) in found.sightings.enumerated() {
      guard let digest = sighting.digest else {
        unreadable += 1
        continue
      }
      if seen.insert(digest).inserted { kept.append(place) } else { twins += 1 }
    }
    references = kept.map { all[$0] }
    sightings = kept.map { found.sightings[$0] }
    sources = SourceFolders.names(of: sightings.map(\.path))
    notes =
      (twins > 0 ? ["\(twins) recordings hold the same samples as others, and are no cases of their own"] : [])
      + (unreadable > 0 ? ["\(unreadable) recordings cannot be read and are left out"] : [])
  }

  /// A recording as a case.
  func draft(_ place: Int) -> CaseDraft {
    let sighting = sightings[place]
    return CaseDraft(
      record: sighting.record, path: sighting.path, recordingDigest: sighting.digest, source: sources[ExactText(sighting.path)])
  }
}
