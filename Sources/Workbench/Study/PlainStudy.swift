import Agreement
import ECG
import ECGFiles
import Files
import Foundation
import LabelReview

/// The study that `review PATH...` makes or resumes: named after the folder, asking about one diagnosis, with nothing blind.
public enum PlainStudy {
  /// A study with its records on the desk.
  public struct Opening: Sendable {
    /// The study.
    public let study: Study
    /// The records and their cases, in the order of the records; of a recording that was found twice, the first.
    public let desk: [(reference: RecordReference, studyCase: StudyCase)]
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
    let name = try names.dropLast().first { try isFree($0, for: &found, diagnosis: diagnosis, in: store) } ?? names[names.count - 1]
    let cases = try store.study(named: name).map { try store.cases(of: $0) } ?? []
    let before = learned(&found, as: cases, progress)
    let drafts = zip(zip(references, found.sightings), before.outcomes).map { pair, outcome in
      CaseDraft(
        record: pair.1.record, path: pair.1.path, recordingDigest: pair.1.digest,
        label: outcome == .new ? label(of: pair.0, diagnosis: diagnosis) : nil)
    }
    let study = try store.openStudy(
      StudyDraft(name: name, diagnosisCode: diagnosis.code, question: question(about: diagnosis), blinding: blinding, cases: drafts))
    let after = before.outcomes.contains(.new) ? Recognition(found.sightings, as: try store.cases(of: study)) : before
    let desk = zip(references, after.outcomes).compactMap { reference, outcome -> (reference: RecordReference, studyCase: StudyCase)? in
      switch outcome {
      case .known(let studyCase), .moved(let studyCase): (reference, studyCase)
      case .twin, .new: nil
      }
    }
    return Opening(study: study, desk: desk, notes: notes(before, found, study))
  }

  /// What the recordings are, having read as many of them as it takes.
  ///
  /// Those that are no case by what is known of them are read where recordings of the study are gone from their places: they may be these.
  private static func learned(
    _ found: inout RecordSightings, as cases: [StudyCase], _ progress: (@Sendable (Int, Int) -> Void)?
  ) -> Recognition {
    let first = Recognition(found.sightings, as: cases)
    let strangers = zip(found.sightings.indices, first.outcomes).filter { $0.1 == .new && found.sightings[$0.0].digest == nil }.map(\.0)
    guard !strangers.isEmpty, first.missing.contains(where: isGone) else { return first }
    found.learn(strangers) { progress?($0, strangers.count) }
    return Recognition(found.sightings, as: cases)
  }

  /// Whether the recording of a case whose digest is known is no more where it was seen last.
  private static func isGone(_ studyCase: StudyCase) -> Bool { studyCase.digest != nil && access(studyCase.path, F_OK) != 0 }

  /// What became of recordings that lie elsewhere now, or came twice.
  private static func notes(_ recognition: Recognition, _ found: RecordSightings, _ study: Study) -> [String] {
    var notes: [String] = []
    if let first = recognition.moved.first {
      let (count, folder) = (recognition.moved.count, PathText.folder(of: found.sightings[first.place].path))
      notes.append(
        "\(count == 1 ? "1 recording" : "\(count) recordings") of study \(study.name) moved to \(folder); the verdicts on \(count == 1 ? "it" : "them") stand"
      )
    }
    if let first = recognition.twins.first {
      let more = recognition.twins.count - 1
      notes.append(
        "\(found.references[first.second].path) has the same samples as \(found.references[first.first].path)"
          + (more > 0 ? ", and so have \(more) more" : "") + ": one recording seen twice, and one case")
    }
    return notes
  }

  /// The question a reader is asked.
  ///
  /// `Left axis deviation present?`
  static func question(about diagnosis: Diagnosis) -> String {
    diagnosis.name.prefix(1).uppercased() + diagnosis.name.dropFirst() + " present?"
  }

  /// Whether a study of this name does not exist yet, or is the one of these very recordings.
  private static func isFree(
    _ name: String, for found: inout RecordSightings, diagnosis: Diagnosis, in store: any ReviewStoring
  ) throws -> Bool {
    guard let existing = try store.study(named: name) else { return true }
    guard existing.diagnosisCode == diagnosis.code, !existing.isSampled else { return false }
    let cases = try store.cases(of: existing)
    let recognition = Recognition(found.sightings, as: cases)
    if recognition.findsAny { return true }
    // A few of the same name tell whether they moved here.
    let gone = Set(recognition.missing.filter(isGone).map { Array($0.record.utf8) })
    let sample = gone.isEmpty ? [] : found.unread.filter { gone.contains(Array(found.sightings[$0].record.utf8)) }.prefix(16)
    guard !sample.isEmpty else { return false }
    found.learn(Array(sample))
    return Recognition(found.sightings, as: cases).findsAny
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
