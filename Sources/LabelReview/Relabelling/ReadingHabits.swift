import Agreement
import ECG
import PlainText

/// How far readers follow what they are shown: what was filled in for them, and what they uncovered.
public struct ReadingHabits: Sendable {
  /// How often readers changed what was filled in, with Wilson's interval.
  public struct PrefillChanges: Sendable {
    /// What was filled in.
    public let source: Relabelling.Prefill
    /// Answers that began so.
    public let answers: Int
    /// Answers whose set is not the one filled in.
    public let changed: Proportion
    /// Statements filled in as present that were not left so.
    public let removed: Proportion
    /// Statements filled in as absent that were not left so.
    public let added: Proportion
  }

  /// How answers changed after one thing was uncovered.
  public struct Uncovered: Sendable {
    /// What: `label` or `model`.
    public let what: String
    /// Over all statements.
    public let all: Anchoring
    /// By statement, those of which anything was uncovered.
    public let statements: [(statement: Statement, anchoring: Anchoring)]
  }

  /// By what was filled in; empty where nothing was.
  public let prefills: [PrefillChanges]
  /// After uncovering; empty in studies without.
  public let uncovered: [Uncovered]

  /// The habits of a study's readers.
  public init(_ answers: StudyAnswers) {
    prefills = Relabelling.Prefill.allCases.filter { $0 != .none }.compactMap { Self.changes($0, answers) }
    uncovered = answers.afterReveal.isEmpty ? [] : [ReservedRater.label, ReservedRater.model].compactMap { Self.uncovered($0, answers) }
  }

  private static func changes(_ source: Relabelling.Prefill, _ answers: StudyAnswers) -> PrefillChanges? {
    let given = answers.given.map(\.answer).filter { $0.prefill == source }
    guard !given.isEmpty else { return nil }
    let codes = answers.table.statements.map(\.code)
    var (removed, shown, added, empty) = (0, 0, 0, 0)
    for answer in given {
      for code in codes {
        let isShown = answer.prefilled[code]?.verdict == .present
        let said = answer[code].verdict
        if isShown {
          shown += 1
          if said != .present { removed += 1 }
        } else {
          empty += 1
          if said != .absent { added += 1 }
        }
      }
    }
    let changed = given.count { answer in !answer.agrees(with: CaseAnswer(answer.prefilled)) }
    return PrefillChanges(
      source: source, answers: given.count, changed: Proportion(changed, of: given.count), removed: Proportion(removed, of: shown),
      added: Proportion(added, of: empty))
  }

  /// The consensus does not rest on what was said after uncovering.
  private static func uncovered(_ what: String, _ answers: StudyAnswers) -> Uncovered? {
    guard let shown = answers.columns.first(where: { $0.rater == what }),
      answers.study.blinding.contains(what == ReservedRater.label ? .labels : .model)
    else { return nil }
    let shownOfCase = Dictionary(shown.entries.map { ($0.caseNumber, $0.answer) }, uniquingKeysWith: { first, _ in first })
    let consensus = StudyConsensus(answers, by: .majority)
    let counts = consensus.readerCounts
    var reveals: [[Anchoring.Reveal]] = answers.table.statements.map { _ in [] }
    for later in answers.afterReveal {
      guard let column = answers.readers.first(where: { $0.rater.isExactly(later.rater) }) else { continue }
      let before = Dictionary(column.entries.map { ($0.caseNumber, $0.answer) }, uniquingKeysWith: { first, _ in first })
      for entry in later.entries {
        guard let first = before[entry.caseNumber], let told = shownOfCase[entry.caseNumber] else { continue }
        // One reader alone would be judged by nobody but himself or herself.
        let isShared = counts[entry.caseNumber] > 1 || answers.adjudications[entry.caseNumber] != nil
        for (place, statement) in answers.table.statements.enumerated() {
          guard let was = first[statement.code].verdict, let now = entry.answer[statement.code].verdict,
            let said = told[statement.code].verdict
          else { continue }
          reveals[place].append(
            Anchoring.Reveal(
              before: was, after: now, shown: said, consensus: isShared ? consensus.cell(entry.caseNumber, place)?.verdict : nil))
        }
      }
    }
    guard reveals.contains(where: { !$0.isEmpty }) else { return nil }
    return Uncovered(
      what: what, all: Anchoring(reveals.flatMap { $0 }),
      statements: zip(answers.table.statements, reveals).filter { !$0.1.isEmpty }.map { ($0.0, Anchoring($0.1)) })
  }
}
