import Agreement
import LabelReview

/// What the list says of cases whose statements are chosen.
extension DeskState {
  /// What a column of the list says of a case's statements: the reader's own set, the label's, the model's; nil where nothing is said or the study hides it.
  func visibleSet(_ column: ListSettings.Order, of entry: DeskCase) -> CaseAnswer? {
    switch column {
    case .verdict: entry.relabelled.inPlay(entry.isRevealed) ?? entry.relabelled.answer
    case .label: isHiddenInList(.labels, of: entry) ? nil : entry.studyCase?.labels
    case .model: isHiddenInList(.model, of: entry) ? nil : entry.relabelled.model
    default: nil
    }
  }

  /// The set of a column in words, `?` where nothing holds and something is unknown; nil where a single question is asked, or nothing is said.
  func setWords(_ column: ListSettings.Order, of entry: DeskCase) -> String? {
    guard let asked = relabel?.relabelling, let set = visibleSet(column, of: entry) else { return nil }
    let knows = set.summary != .absent || asked.statements.allSatisfy { set[$0.code].verdict != nil }
    return knows ? asked.words(set) : "?"
  }

  /// The abbreviations that a column says of a case, in small letters, with the words for how sure.
  func setTerms(_ column: ListSettings.Order, of entry: DeskCase) -> [String] {
    setWords(column, of: entry)?.lowercased().split(separator: " ").map { $0.filter { $0 != "(" && $0 != ")" } } ?? []
  }

  /// Whether two of some columns say different things of a statement of which both are sure.
  func setsDiffer(_ columns: [ListSettings.Order], of entry: DeskCase) -> Bool {
    guard let asked = relabel?.statements else { return false }
    let sets = columns.compactMap { visibleSet($0, of: entry) }
    guard sets.count > 1 else { return false }
    return asked.contains { statement in
      Set(sets.compactMap { $0[statement.code].verdict }.filter { $0 != .unsure }).count > 1
    }
  }
}
