import ECG
import ECGFiles
import Foundation
import LabelReview
import PlainText

/// Finds the recordings of a study's cases: by what they are where that is known, wherever they lie and whatever they are called.
public struct StudyRecordings: Sendable {
  /// The recording of each case, in the cases' order; one that was not found is named at its old place, where reading it will say so.
  public private(set) var references: [RecordReference]
  /// Whether any recording is there.
  public private(set) var findsAny: Bool
  /// What a reader should know, one line each.
  public private(set) var notes: [String] = []

  /// Looks for recordings among those of paths, else where they were seen last, and remembers where they are.
  ///
  /// - Parameters:
  ///   - paths: records, folders or lists to look among; none to look where they were.
  ///   - followingLinks: whether records' signal files may be links out of their folders.
  ///   - cache: what was read before.
  /// - Throws: `ECGFileError` for a path that names nothing.
  public init(
    of cases: [StudyCase], in study: Study, among paths: [String], followingLinks: Bool = false, store: any ReviewStoring,
    cache: SightingCache?
  ) throws {
    let among = try paths.flatMap { try RecordLocator.references(at: $0, followingLinks: followingLinks) }
    guard !among.isEmpty else {
      references = cases.map { PlainStudy.reference(to: $0, followingLinks: followingLinks) }
      findsAny = references.contains { access($0.url.path, F_OK) == 0 }
      return
    }
    var found = RecordSightings(among, cache: cache)
    let places = Self.places(of: cases, among: &found)
    var seen: [StudyCase.ID: Sighting] = [:]
    var moved = 0
    references = []
    for studyCase in cases {
      guard let place = places[studyCase.id] else {
        references.append(PlainStudy.reference(to: studyCase, followingLinks: followingLinks))
        continue
      }
      references.append(among[place])
      let isElsewhere = ExactText(found.sightings[place].path) != ExactText(studyCase.path)
      if isElsewhere, studyCase.repetition == 1 { moved += 1 }
      if isElsewhere || studyCase.digest == nil { seen[studyCase.id] = found.sightings[place] }
    }
    findsAny = !places.isEmpty || references.contains { access($0.url.path, F_OK) == 0 }
    // A store that cannot be written is read all the same.
    if !store.isReadOnly { try store.note(seen, in: study) }
    if moved > 0 {
      notes.append(
        "\(moved == 1 ? "1 recording" : "\(moved) recordings") of study \(study.name) moved and \(moved == 1 ? "was" : "were") found by what \(moved == 1 ? "it holds" : "they hold")"
      )
    }
  }

  /// The place of each case's recording among those found.
  private static func places(of cases: [StudyCase], among found: inout RecordSightings) -> [StudyCase.ID: Int] {
    var byPath: [ExactText: Int] = [:]
    var byName: [ExactText: [Int]] = [:]
    for (place, sighting) in found.sightings.enumerated() {
      byPath[ExactText(sighting.path)] = place
      byName[ExactText(sighting.record), default: []].append(place)
    }
    var byDigest = Self.byDigest(found)
    // In the likely places first: where it was, then those of its name, then all.
    let likely: [(StudyCase) -> [Int]] = [
      { byPath[ExactText($0.path)].map { [$0] } ?? [] }, { byName[ExactText($0.record)] ?? [] },
    ]
    func missing() -> [StudyCase] { cases.filter { $0.digest.map { byDigest[$0] == nil } ?? false } }
    for candidates in likely where !missing().isEmpty {
      let wanted = Set(missing().flatMap(candidates))
      found.learn(found.unread.filter(wanted.contains))
      byDigest = Self.byDigest(found)
    }
    if !missing().isEmpty {
      found.learn(found.unread)
      byDigest = Self.byDigest(found)
    }
    // A name tells a recording only where one case and one recording have it.
    let casesOfName = Dictionary(cases.map { (ExactText($0.record), [$0.recordingKey] as Set) }, uniquingKeysWith: { $0.union($1) })
    var places: [StudyCase.ID: Int] = [:]
    for studyCase in cases {
      if let digest = studyCase.digest {
        let here = byPath[ExactText(studyCase.path)]
        places[studyCase.id] = here.flatMap { found.sightings[$0].digest == digest ? $0 : nil } ?? byDigest[digest]
      } else {
        let name = ExactText(studyCase.record)
        let named = byName[name] ?? []
        let isTheOnly = named.count == 1 && casesOfName[name]?.count == 1
        places[studyCase.id] = byPath[ExactText(studyCase.path)] ?? (isTheOnly ? named[0] : nil)
      }
    }
    return places
  }

  private static func byDigest(_ found: RecordSightings) -> [RecordingDigest: Int] {
    Dictionary(
      found.sightings.enumerated().compactMap { place, sighting in sighting.digest.map { ($0, place) } },
      uniquingKeysWith: { first, _ in first })
  }
}
