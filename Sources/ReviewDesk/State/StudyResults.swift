import ECG
import LabelReview

/// How a study's readers agree, and the cases on which they, or they and the label, differ: what the results screen shows.
public struct StudyResults: Sendable {
  /// The study's name.
  public let study: String
  /// The diagnosis asked about; nil where there was no single question.
  let diagnosis: Diagnosis?
  /// The words for the verdicts.
  public let names: StudySettings.VerdictNames
  /// The report, line by line.
  public let lines: [String]
  /// The cases to look at, one for each record of the desk: readers' disputes first.
  public let cases: [Consensus]

  /// The results of a study; of its cases those are kept on which somebody differs.
  public init(_ study: Study, lines: [String], consensus: [Consensus]) {
    self.study = study.name
    diagnosis = study.relabelling == nil ? Diagnosis.with(code: study.diagnosisCode) : nil
    names = study.verdictNames
    self.lines = lines
    let judged = consensus.filter { !$0.readers.isEmpty }
    let contradicted = judged.filter { outcome in
      !outcome.isDisputed && outcome.readers.contains { $0.verdict != outcome.studyCase.label } && outcome.studyCase.label != nil
    }
    cases = judged.filter(\.isDisputed) + contradicted
  }

  /// Who said what of a case, in one line.
  func text(_ index: Int) -> String {
    let outcome = cases[index]
    let said = outcome.readers.map { "\($0.rater): \(names[$0.verdict])" }
    let label = ["label: " + (outcome.studyCase.label.map { names[$0] } ?? "?")]
    let settled = outcome.adjudication.map { ["settled by \($0.reviewer): \(names[$0.verdict])"] } ?? []
    return (said + label + settled).joined(separator: "   ")
  }
}
