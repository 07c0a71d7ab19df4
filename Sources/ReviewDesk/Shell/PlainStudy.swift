import Agreement
import ECG
import ECGFiles
import Foundation
import LabelReview

/// The study that `review PATH...` makes or resumes: named after the folder, asking about one diagnosis, with nothing blind.
public enum PlainStudy {
  /// Makes or resumes the study of these records.
  ///
  /// The study takes the name given, else the folder's; another diagnosis than LAD is added to it (`SampleData-AF`). Where another folder's study has that name
  /// already, the folder above is put before it.
  ///
  /// - Throws: `ReviewStoreError`.
  public static func open(
    _ references: [RecordReference], paths: [String], name givenName: String? = nil, diagnosis: Diagnosis, in store: any ReviewStoring
  ) throws -> Study {
    let cases = references.map { reference in
      CaseDraft(record: reference.name, path: casePath(reference), label: label(of: reference, diagnosis: diagnosis))
    }
    let casePaths = Set(cases.map(\.path))
    let names = givenName.map { [$0] } ?? names(for: paths, diagnosis: diagnosis)
    let name = try names.dropLast().first { try isFree($0, for: casePaths, diagnosis: diagnosis, in: store) } ?? names[names.count - 1]
    return try store.openStudy(
      StudyDraft(name: name, diagnosisCode: diagnosis.code, question: question(about: diagnosis), cases: cases))
  }

  /// The question a reader is asked.
  ///
  /// `Left axis deviation present?`
  static func question(about diagnosis: Diagnosis) -> String {
    diagnosis.name.prefix(1).uppercased() + diagnosis.name.dropFirst() + " present?"
  }

  /// Whether a study of this name does not exist yet, or is the one of these very records.
  private static func isFree(_ name: String, for casePaths: Set<String>, diagnosis: Diagnosis, in store: any ReviewStoring) throws -> Bool {
    guard let existing = try store.study(named: name) else { return true }
    return try existing.diagnosisCode == diagnosis.code && store.cases(of: existing).contains { casePaths.contains($0.path) }
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
