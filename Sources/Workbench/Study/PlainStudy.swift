import Agreement
import ECG
import ECGFiles
import Files
import Foundation
import LabelReview
import PlainText

/// The study that `review PATH...` makes or resumes: named after the folder, asking about one diagnosis, with nothing blind.
public enum PlainStudy {
  /// A study with its records on the desk.
  public struct Opening: Sendable {
    /// The study.
    public let study: Study
    /// The records; of a recording that was found twice, the first.
    public let references: [RecordReference]
    /// The case of each record.
    public let cases: [StudyCase]
    /// What a reader should know, one line each.
    public let notes: [String]
  }

  /// Makes or resumes the study of these records.
  ///
  /// The study takes the name given, else the folder's; another diagnosis than LAD is added to it (`SampleData-AF`). Where another folder's study has that name
  /// already, the folder above is put before it. A study whose recordings lie elsewhere now is found by what they are.
  ///
  /// - Parameter progress: told how many of how many recordings were read, where many have to be read to find out what they are.
  /// - Throws: `ReviewStoreError`.
  public static func open(
    _ references: [RecordReference], paths: [String], name givenName: String? = nil, diagnosis: Diagnosis, blinding: Visible = [],
    in store: any ReviewStoring, cache: SightingCache? = nil, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) throws -> Opening {
    var found = RecordSightings(references, cache: cache)
    found.learnIfQuick()
    let names = givenName.map { [$0] } ?? names(for: paths, diagnosis: diagnosis)
    var candidate: Candidate?
    for name in names.dropLast() where candidate == nil { candidate = try free(name, for: &found, diagnosis: diagnosis, in: store) }
    let chosen = try candidate ?? Candidate(names[names.count - 1], for: found, in: store)
    let before = learned(&found, chosen.recognition, progress)
    var draft = StudyDraft(
      name: chosen.name, diagnosisCode: diagnosis.code, question: question(about: diagnosis), blinding: blinding, cases: [])
    let study: Study
    var after = before
    if let known = chosen.study, !before.findsNew, before.news(found.sightings).isEmpty {
      try draft.check(resumes: known)
      try store.requireWritable()
      study = known
    } else {
      draft.cases = drafts(of: found, before, diagnosis: diagnosis)
      study = try store.openStudy(draft)
      // Many thousand of them are not needed any more.
      draft.cases = []
      if before.findsNew { after = Recognition(found.sightings, as: try store.cases(of: study)) }
    }
    let places = references.indices.filter { after.studyCase(of: $0) != nil }
    return Opening(
      study: study, references: places.count == references.count ? references : places.map { references[$0] },
      cases: places.compactMap { after.studyCase(of: $0) }, notes: notes(before, found, study))
  }

  /// The records as cases, with labels of those that are new.
  private static func drafts(of found: RecordSightings, _ recognition: Recognition, diagnosis: Diagnosis) -> [CaseDraft] {
    let labels = Parallel.map(Array(zip(found.references, recognition.outcomes))) { reference, outcome in
      outcome == .new ? label(of: reference, diagnosis: diagnosis) : nil
    }
    return zip(found.sightings, labels).map { sighting, label in
      CaseDraft(record: sighting.record, path: sighting.path, recordingDigest: sighting.digest, label: label)
    }
  }

  /// What the recordings are, having read as many of them as it takes.
  ///
  /// Those that are no case by what is known of them are read where recordings of the study are gone from their places: they may be these.
  private static func learned(
    _ found: inout RecordSightings, _ first: Recognition, _ progress: (@Sendable (Int, Int) -> Void)?
  ) -> Recognition {
    let strangers = zip(found.sightings.indices, first.outcomes).filter { $0.1 == .new && found.sightings[$0.0].digest == nil }.map(\.0)
    guard !strangers.isEmpty, first.missing.contains(where: isGone) else { return first }
    found.learn(strangers) { progress?($0, strangers.count) }
    return Recognition(found.sightings, as: first.cases)
  }

  /// Whether the recording of a case whose digest is known is no more where it was seen last.
  private static func isGone(_ studyCase: StudyCase) -> Bool { studyCase.digest != nil && access(studyCase.path, F_OK) != 0 }

  /// What became of recordings that lie elsewhere now, or came twice.
  private static func notes(_ recognition: Recognition, _ found: RecordSightings, _ study: Study) -> [String] {
    var notes: [String] = []
    let moved = recognition.moved
    if let first = moved.first {
      let count = moved.count == 1 ? "1 recording" : "\(moved.count) recordings"
      let place =
        study.isNameless
        ? "moved and \(moved.count == 1 ? "was" : "were") found"
        : "of study \(study.name) moved to \(PathText.folder(of: found.sightings[first].path))"
      notes.append("\(count) \(place); the verdicts on \(moved.count == 1 ? "it" : "them") stand")
    }
    let twins = recognition.twins
    if let first = twins.first {
      let more = twins.count - 1
      guard !study.isNameless else {
        return notes + ["\(twins.count == 1 ? "1 recording was" : "\(twins.count) recordings were") found a second time, and left out"]
      }
      notes.append(
        SeenTwice.sentence(found.references[first.second].path, found.references[first.first].path, more: more) + ", and one case")
    }
    return notes
  }

  /// The question a reader is asked.
  ///
  /// `Left axis deviation present?`
  static func question(about diagnosis: Diagnosis) -> String {
    diagnosis.name.prefix(1).uppercased() + diagnosis.name.dropFirst() + " present?"
  }

  /// A study to make or resume.
  private struct Candidate {
    let name: String
    /// The study; nil where it does not exist yet.
    let study: Study?
    /// What the recordings are in it.
    var recognition: Recognition

    init(_ name: String, for found: RecordSightings, in store: any ReviewStoring) throws {
      self.name = name
      study = try store.study(named: name)
      recognition = Recognition(found.sightings, as: try study.map { try store.cases(of: $0) } ?? [])
    }
  }

  /// The study of a name that does not exist yet, or is the one of these very recordings; nil where it is another.
  private static func free(
    _ name: String, for found: inout RecordSightings, diagnosis: Diagnosis, in store: any ReviewStoring
  ) throws -> Candidate? {
    var candidate = try Candidate(name, for: found, in: store)
    guard let existing = candidate.study else { return candidate }
    guard existing.diagnosisCode == diagnosis.code, !existing.isClosed else { return nil }
    if candidate.recognition.findsAny { return candidate }
    // A few of the same name tell whether they moved here.
    let gone = Set(candidate.recognition.missing.filter(isGone).map { ExactText($0.record) })
    let sample = gone.isEmpty ? [] : found.unread.filter { gone.contains(ExactText(found.sightings[$0].record)) }.prefix(16)
    guard !sample.isEmpty else { return nil }
    found.learn(Array(sample))
    candidate.recognition = Recognition(found.sightings, as: candidate.recognition.cases)
    return candidate.recognition.findsAny ? candidate : nil
  }

  /// The one spelling of a record's place by which a case is recognised: absolute, links resolved.
  public static func casePath(_ reference: RecordReference) -> String { reference.url.resolvingSymlinksInPath().path }

  /// The recording of a case; where nothing is at its place, reading it will say so.
  public static func reference(to studyCase: StudyCase, followingLinks: Bool = false) -> RecordReference {
    let found = (try? RecordLocator.references(at: studyCase.path, followingLinks: followingLinks))?.first
    return found
      ?? RecordReference(name: studyCase.record, path: studyCase.path, url: URL(fileURLWithPath: studyCase.path), format: .wfdb)
  }

  /// What a record's header says of a diagnosis; nil where that is unknown, or the header cannot be read.
  public static func label(of reference: RecordReference, diagnosis: Diagnosis) -> Verdict? {
    switch (try? RecordFile.statements(reference))?.labels[diagnosis] {
    case .present: .present
    case .absent: .absent
    case .unknown, nil: nil
    }
  }

  /// Names to try, the short one first.
  static func names(for paths: [String], diagnosis: Diagnosis) -> [String] {
    let path = URL(fileURLWithPath: paths.first ?? ".").standardizedFileURL
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder)
    let folder = exists && isFolder.boolValue ? path : path.deletingLastPathComponent()
    let suffix = diagnosis == .leftAxisDeviation ? "" : "-\(diagnosis.abbreviation)"
    let parts = folder.pathComponents.filter { $0 != "/" }
    let names = (1...max(1, parts.count)).map { parts.suffix($0).joined(separator: "/") + suffix }
    return parts.isEmpty ? ["records" + suffix] : names
  }
}
