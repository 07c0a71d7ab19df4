import Agreement
import ECG
import Foundation
import LabelReview

/// A store in a folder of its own, removed with it.
final class StoreFixture {
  let folder: URL
  var path: String { folder.appendingPathComponent("deep/er/reviews.sqlite").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func store() throws -> ReviewStore { try ReviewStore(path: path, programVersion: "test 1") }

  /// A further store.
  func store(named name: String) throws -> ReviewStore {
    try ReviewStore(path: folder.appendingPathComponent("\(name).sqlite").path, programVersion: "test 1")
  }

  /// A study draft about left axis deviation with cases r0, r1, …; every third has no label.
  static func draft(name: String = "audit", cases: Int = 4) -> StudyDraft {
    let labels: [Verdict?] = [.present, .absent, nil]
    return StudyDraft(
      name: name, diagnosisCode: "39732003", question: "Is left axis deviation present?",
      cases: (0..<cases).map { CaseDraft(record: "r\($0)", path: "/data/r\($0)", label: labels[$0 % 3]) }
    )
  }
}

extension ReviewStoring {
  /// Records a verdict on the case at a position.
  @discardableResult
  func judge(_ study: Study, _ position: Int, _ verdict: Verdict, by reviewer: String, seconds: Double? = nil) throws -> VerdictEvent {
    let cases = try cases(of: study)
    return try record(VerdictDraft(study: study, caseID: cases[position].id, reviewer: reviewer, verdict: verdict, seconds: seconds))
  }

  /// Standing verdicts as short text.
  func standing(_ study: Study) throws -> [String] {
    try standingVerdicts(of: study).map { "\($0.rater) \($0.studyCase.record) \($0.verdict.rawValue)" }
  }
}
