import Agreement
import ECG
import Foundation
import LabelReview

/// A study that relabels four recordings by three statements.
enum RelabellingFixture {
  static let (lad, lanfb, af) = ("39732003", "445118002", "164889003")
  static let statements = [lad, lanfb, af].compactMap { Diagnosis.with(code: $0) }.map { Statement($0) }

  static func draft(
    name: String = "relabel", cases: Int = 4, prefill: Relabelling.Prefill = .none, second: Relabelling.SecondReading? = nil,
    decisions: [CaseAnswer] = []
  ) -> StudyDraft {
    var settings = StudySettings()
    settings.order = .fixed
    settings.relabelling = Relabelling(
      statements: statements, prefill: prefill, queue: Relabelling.Queue(method: "uncertainty", seed: 7, modelDigest: "m"),
      secondReading: second)
    let drafts = (0..<cases).map { number in
      var draft = CaseDraft(record: "r\(number)", path: "/data/r\(number)", recordingDigest: RecordingDigest(hexadecimal: "d\(number)"))
      draft.labels =
        number == 2 ? CaseAnswer([lad: .notAsked, lanfb: .notAsked, af: .present]) : CaseAnswer(number == 0 ? [lad: .present] : [:])
      if decisions.indices.contains(number) {
        draft.decision = ModelDecision(verdict: decisions[number].summary, modelDigest: "m", answer: decisions[number])
      }
      return draft
    }
    return StudyDraft(
      name: name, diagnosisCode: lad, question: "Which of these 3 statements hold?", blinding: [.model, .readers], cases: drafts,
      settings: settings)
  }
}

extension ReviewStoring {
  /// Records a set on the case at a position.
  @discardableResult
  func relabel(
    _ study: Study, _ position: Int, _ set: [String: StatementAnswer], by reviewer: String, kind: VerdictEvent.Kind = .verdict
  ) throws -> VerdictEvent {
    let answer = CaseAnswer(set, prefill: Relabelling.Prefill.none, keys: 2)
    let id = try cases(of: study)[position].id
    return try record(VerdictDraft(kind: kind, study: study, caseID: id, reviewer: reviewer, answer: answer, seconds: 3))
  }

  /// Standing sets as short text.
  func sets(_ study: Study, _ kind: VerdictEvent.Kind = .verdict) throws -> [String] {
    let names = Dictionary(uniqueKeysWithValues: try cases(of: study).map { ($0.id, $0.record) })
    return try answers(kind, of: study).map { given in
      "\(given.rater) \(names[given.caseID] ?? "?") \(study.relabelling?.words(given.answer) ?? "?")"
    }
  }
}
