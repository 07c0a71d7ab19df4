import Agreement
import ECG

/// A recording that was found somewhere: where it is, and what it is as far as that is known.
public struct Sighting: Sendable, Hashable {
  /// The record's name.
  public var record: String
  /// Where it is, in one spelling: absolute, without links.
  public var path: String
  /// Fingerprint of its samples; nil where nobody has read them yet.
  public var digest: RecordingDigest?

  /// A sighting.
  public init(record: String, path: String, digest: RecordingDigest? = nil) {
    self.record = record
    self.path = path
    self.digest = digest
  }
}

/// Which cases of a study recordings are: a recording is what its samples are, wherever it lies and whatever it is called.
///
/// Paths and names are compared byte by byte: what is one text to Unicode may be two files.
public struct Recognition: Sendable {
  /// What became of a recording.
  public enum Outcome: Sendable, Hashable {
    /// A case of the study, where it was seen last.
    case known(StudyCase)
    /// A case of the study that was seen elsewhere.
    case moved(StudyCase)
    /// The same samples as an earlier recording (its place among the sightings): one recording seen twice.
    case twin(of: Int)
    /// No case of the study.
    case new
  }

  /// What became of each recording, in their order.
  public private(set) var outcomes: [Outcome]
  /// Cases that no recording was recognised as, with their places in the study.
  public let missing: [StudyCase]

  /// Recognises recordings as the first showings of cases.
  ///
  /// A digest decides where both sides have one. A recording that nobody has read yet is taken for the case at its path; reading it will tell.
  public init(_ sightings: [Sighting], as cases: [StudyCase]) {
    var byDigest: [RecordingDigest: [StudyCase]] = [:]
    var byPath: [[UInt8]: StudyCase] = [:]
    for studyCase in cases where studyCase.repetition == 1 {
      if let digest = studyCase.digest { byDigest[digest, default: []].append(studyCase) }
      // The latest at a path: an earlier case there was another recording.
      byPath[Array(studyCase.path.utf8)] = studyCase
    }
    var placeOfCase: [StudyCase.ID: Int] = [:]
    var placeOfDigest: [RecordingDigest: Int] = [:]
    var placeOfPath: [[UInt8]: Int] = [:]
    var outcomes: [Outcome] = []
    outcomes.reserveCapacity(sightings.count)
    // Whoever lies where the case was seen last comes before a copy elsewhere.
    let inPlace = Set(
      sightings.compactMap { sighting -> StudyCase.ID? in
        guard let found = byPath[Array(sighting.path.utf8)], found.digest == nil || sighting.digest == found.digest else { return nil }
        return found.id
      })
    for (place, sighting) in sightings.enumerated() {
      let path = Array(sighting.path.utf8)
      let here = byPath[path]
      var found: StudyCase?
      if let digest = sighting.digest, let same = byDigest[digest] {
        found = same.first { Array($0.path.utf8) == path } ?? same[0]
      } else if let here, sighting.digest == nil || here.digest == nil {
        found = here
      }
      if let first = sighting.digest.flatMap({ placeOfDigest[$0] }) ?? placeOfPath[path] {
        outcomes.append(.twin(of: first))
        continue
      }
      placeOfPath[path] = place
      if let found, placeOfCase[found.id] == nil {
        let isHere = Array(found.path.utf8) == path
        // A copy of a recording that is also where it was: that one is the case.
        if !isHere, inPlace.contains(found.id), let original = Self.place(of: found, in: sightings) {
          outcomes.append(.twin(of: original))
          continue
        }
        placeOfCase[found.id] = place
        outcomes.append(isHere ? .known(found) : .moved(found))
      } else if let found, let first = placeOfCase[found.id] {
        outcomes.append(.twin(of: first))
      } else {
        outcomes.append(.new)
      }
      if let digest = sighting.digest { placeOfDigest[digest] = place }
    }
    self.outcomes = outcomes
    missing = cases.filter { $0.repetition == 1 && placeOfCase[$0.id] == nil }
  }

  private static func place(of studyCase: StudyCase, in sightings: [Sighting]) -> Int? {
    let path = Array(studyCase.path.utf8)
    return sightings.firstIndex { Array($0.path.utf8) == path }
  }

  /// Whether any recording is a case of the study.
  public var findsAny: Bool {
    outcomes.contains { outcome in
      switch outcome {
      case .known, .moved: true
      case .twin, .new: false
      }
    }
  }

  /// Cases that were seen elsewhere, with the places of the recordings.
  public var moved: [(studyCase: StudyCase, place: Int)] {
    outcomes.enumerated().compactMap { place, outcome in
      if case .moved(let studyCase) = outcome { (studyCase, place) } else { nil }
    }
  }

  /// Recordings seen twice: the places of the second and of the first.
  public var twins: [(second: Int, first: Int)] {
    outcomes.enumerated().compactMap { place, outcome in if case .twin(let first) = outcome { (place, first) } else { nil } }
  }
}
