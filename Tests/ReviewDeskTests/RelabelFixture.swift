import Agreement
import ECG
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import TestSupport

/// Desks that relabel.
extension DeskFixture {
  /// A desk on which three cases are relabelled by the 24 diagnoses; the first is open with its trace and prediction.
  static func relabelling(
    _ size: Size = Size(columns: 160, rows: 50), blinding: Visible = [.readers], prefill: Relabelling.Prefill = .none,
    allowsReveal: Bool = false, isAdjudicating: Bool = false, opened: Bool = true, label: CaseAnswer = CaseAnswer(["426783006": .present])
  ) throws -> DeskState {
    let path = TemporaryFolder.lastingPlace().path
    defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
    var settings = StudySettings()
    settings.allowsReveal = allowsReveal ? true : nil
    settings.relabelling = Relabelling(statements: Statement.scored, prefill: prefill, queue: .init(method: "fixed", seed: 1))
    let drafts = (1...3).map { number in
      var draft = CaseDraft(record: "heart0\(number)", path: "/records/heart0\(number).hea")
      draft.labels = number == 1 ? label : CaseAnswer(["39732003": .present, "426783006": .present])
      return draft
    }
    let store = try ReviewStore(path: path, programVersion: "test")
    let study = try store.createStudy(
      StudyDraft(
        name: "relabel", diagnosisCode: "39732003", question: "Which of these 24 statements hold?", blinding: blinding, cases: drafts,
        settings: settings))
    let cases = try store.cases(of: study)
    var state = DeskState(
      cases: cases.map { DeskCase(name: $0.record, path: $0.path, studyCase: $0) },
      study: StudyContext(study: study, diagnosis: .leftAxisDeviation, reviewer: "HG", isAdjudicating: isAdjudicating),
      diagnosis: .leftAxisDeviation, size: size, keymap: try keymap())
    if opened { try show(0, recording: "heart02", in: &state) }
    return state
  }
}

/// Strikes keys by their names, one after the other.
@discardableResult
func strike(_ names: [String], _ state: inout DeskState) -> [Effect] {
  var effects: [Effect] = []
  for name in names {
    if let key = KeyStroke(parsing: name) { effects += Update.apply(.key(key), to: &state) }
  }
  return effects
}

/// The answer that these effects make durable; nil where they make none, or more than that.
func answer(_ effects: [Effect]) -> CaseAnswer? {
  guard effects.count == 1, case .save(let order) = effects[0] else { return nil }
  return order.answer
}
