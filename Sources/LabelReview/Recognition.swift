import Agreement
import ECG
import PlainText

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
  /// What became of a recording; cases and recordings by their places in the lists given.
  public enum Outcome: Sendable, Hashable {
    /// A case of the study, where it was seen last.
    case known(Int)
    /// A case of the study that was seen elsewhere.
    case moved(Int)
    /// The same samples as an earlier recording: one recording seen twice.
    case twin(of: Int)
    /// No case of the study.
    case new
  }

  /// The cases that recordings were recognised as.
  public let cases: [StudyCase]
  /// What became of each recording, in their order.
  public private(set) var outcomes: [Outcome] = []
  /// The recording that is each case; nil where none is.
  private var placeOfCase: [Int?]

  /// Recognises recordings as the first showings of cases.
  ///
  /// A digest decides where both sides have one. A recording that nobody has read yet is taken for the case at its path; reading it will tell.
  public init(_ sightings: [Sighting], as cases: [StudyCase]) {
    self.cases = cases
    placeOfCase = Array(repeating: nil, count: cases.count)
    let index = CaseIndex(cases, withDigests: sightings.contains { $0.digest != nil })
    let here = sightings.map { index.byPath[ExactText($0.path)] }
    // Whoever lies where the case was seen last comes before a copy elsewhere.
    var originals: [Int?] = Array(repeating: nil, count: cases.count)
    for (place, found) in here.enumerated() {
      guard let found, originals[found] == nil else { continue }
      if cases[found].digest == nil || cases[found].digest == sightings[place].digest { originals[found] = place }
    }
    var strangers = Strangers()
    outcomes.reserveCapacity(sightings.count)
    for (place, sighting) in sightings.enumerated() {
      if let first = strangers.place(of: sighting) {
        outcomes.append(.twin(of: first))
        continue
      }
      guard let found = index.place(of: sighting, here: here[place]) else {
        strangers.add(sighting, at: place)
        outcomes.append(.new)
        continue
      }
      let isHere = cases[found].path.isExactly(sighting.path)
      if let first = placeOfCase[found] {
        outcomes.append(.twin(of: first))
      } else if !isHere, let original = originals[found] {
        // A copy of a recording that is also where it was: that one is the case.
        outcomes.append(.twin(of: original))
      } else {
        placeOfCase[found] = place
        outcomes.append(isHere ? .known(found) : .moved(found))
        if cases[found].digest == nil { strangers.addDigest(of: sighting, at: place) }
      }
    }
  }

  /// The first showings of cases by where they are and what they are.
  private struct CaseIndex {
    private let cases: [StudyCase]
    private(set) var byPath: [ExactText: Int] = [:]
    private var byDigest: [RecordingDigest: Int] = [:]
    /// Where several cases are one recording, all of them.
    private var sharers: [RecordingDigest: [Int]] = [:]

    init(_ cases: [StudyCase], withDigests: Bool) {
      self.cases = cases
      byPath.reserveCapacity(cases.count)
      for (place, studyCase) in cases.enumerated() where studyCase.repetition == 1 {
        // The latest at a path: an earlier case there was another recording.
        byPath[ExactText(studyCase.path)] = place
        guard withDigests, let digest = studyCase.digest else { continue }
        if let first = byDigest[digest] { sharers[digest, default: [first]].append(place) } else { byDigest[digest] = place }
      }
    }

    /// The case that a recording is, which lies where the case `here` was seen last.
    func place(of sighting: Sighting, here: Int?) -> Int? {
      if let digest = sighting.digest, let first = byDigest[digest] {
        if let here, cases[here].digest == digest { return here }
        return sharers[digest]?.first { cases[$0].path.isExactly(sighting.path) } ?? first
      }
      guard let here, sighting.digest == nil || cases[here].digest == nil else { return nil }
      return here
    }
  }

  /// Recordings that no case's digest tells of: the first of each path and of each digest.
  private struct Strangers {
    private var byPath: [ExactText: Int] = [:]
    private var byDigest: [RecordingDigest: Int] = [:]

    func place(of sighting: Sighting) -> Int? {
      if let digest = sighting.digest, let place = byDigest[digest] { return place }
      return byPath.isEmpty ? nil : byPath[ExactText(sighting.path)]
    }

    mutating func add(_ sighting: Sighting, at place: Int) {
      byPath[ExactText(sighting.path)] = place
      addDigest(of: sighting, at: place)
    }

    mutating func addDigest(of sighting: Sighting, at place: Int) {
      if let digest = sighting.digest { byDigest[digest] = place }
    }
  }

  /// Cases that no recording was recognised as.
  public var missing: [StudyCase] { cases.indices.filter { cases[$0].repetition == 1 && placeOfCase[$0] == nil }.map { cases[$0] } }

  /// The case that a recording is; nil where it is none, or seen a second time.
  public func studyCase(of place: Int) -> StudyCase? {
    switch outcomes[place] {
    case .known(let found), .moved(let found): cases[found]
    case .twin, .new: nil
    }
  }

  /// Whether any recording is a case of the study.
  public var findsAny: Bool { placeOfCase.contains { $0 != nil } }

  /// Whether any recording is no case of the study.
  public var findsNew: Bool { outcomes.contains(.new) }

  /// Places of the recordings that were seen elsewhere.
  public var moved: [Int] { outcomes.indices.filter { if case .moved = outcomes[$0] { true } else { false } } }

  /// Recordings seen twice: the places of the second and of the first.
  public var twins: [(second: Int, first: Int)] {
    outcomes.enumerated().compactMap { place, outcome in if case .twin(let first) = outcome { (place, first) } else { nil } }
  }

  /// What is new about cases: where they were seen, and what they are; `sightings` are those that were recognised.
  public func news(_ sightings: [Sighting]) -> [StudyCase.ID: Sighting] {
    var result: [StudyCase.ID: Sighting] = [:]
    for (sighting, outcome) in zip(sightings, outcomes) {
      switch outcome {
      case .moved(let found): result[cases[found].id] = sighting
      case .known(let found) where cases[found].digest == nil && sighting.digest != nil: result[cases[found].id] = sighting
      case .known, .twin, .new: break
      }
    }
    return result
  }
}
