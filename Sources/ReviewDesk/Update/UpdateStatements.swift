import Agreement
import ECG
import LabelReview
import TerminalUI

/// Keys that choose statements, in a study that relabels.
extension Update {
  /// The open case's set as the reader finds it: what stands, else what is to be filled in.
  static func beginRelabelling(in state: inout DeskState) {
    guard var relabel = state.relabel, let entry = state.openCase else { return }
    relabel.search = nil
    relabel.keys = 0
    if let standing = entry.relabelled.inPlay(entry.isRevealed) ?? entry.relabelled.answer {
      relabel.answer = standing
    } else {
      relabel.answer = filledIn(for: entry, relabel, isAdjudicating: state.study?.isAdjudicating == true)
    }
    selectFirst(of: relabel, in: &state)
  }

  /// Ranks the statements anew and selects the first; the lead influence follows.
  private static func selectFirst(of relabel: RelabelState, in state: inout DeskState) {
    var relabel = relabel
    relabel.rank(by: state.shownProbabilities)
    relabel.selected = relabel.ranking.first ?? 0
    state.relabel = relabel
    if let diagnosis = relabel.current?.diagnosis { state.selectedClass = diagnosis.index }
  }

  private static func filledIn(for entry: DeskCase, _ relabel: RelabelState, isAdjudicating: Bool) -> CaseAnswer {
    var source = relabel.relabelling.prefill
    var set: [String: StatementAnswer] = [:]
    if isAdjudicating {
      source = .readers
      let said = entry.readers.compactMap(\.answer)
      for statement in relabel.statements where 2 * said.count(where: { $0[statement.code].verdict == .present }) > said.count {
        set[statement.code] = .present
      }
    } else {
      let found = source == .label ? entry.studyCase?.labels : source == .model ? entry.relabelled.model : nil
      // What a label leaves unknown is not filled in.
      set = (found?.statements ?? [:]).filter { $0.value.verdict == .present }
    }
    return CaseAnswer(set, prefill: source, prefilled: set)
  }

  /// Puts the statements in the order of what the model says, as long as no key has been struck that trusted the order.
  static func rankStatements(in state: inout DeskState) {
    guard let relabel = state.relabel, relabel.keys == 0, relabel.search == nil else { return }
    selectFirst(of: relabel, in: &state)
  }

  /// A key while statements are chosen: of a search, a letter that begins one, else an action.
  static func applyStatementKey(_ key: KeyStroke, to state: inout DeskState) -> [Effect] {
    state.relabel?.keys += 1
    if state.relabel?.search != nil { return applySearchKey(key, to: &state) }
    if state.rescues(key) { return apply(.action(.confirm), to: &state) }
    if let action = state.keymap.relabellingAction(for: key).flatMap(Action.init(rawValue:)) { return apply(.action(action), to: &state) }
    if key.beginsSearch, case .character(let letter) = key.key {
      state.notice = .none
      state.ledger.leaving = .no
      return typeLetter(letter, after: "", in: &state)
    }
    let action = state.action(for: key)
    // Elsewhere it opens the list.
    if action == .search { return applyToStatements(.search, in: &state) ?? [] }
    guard let action else {
      state.notice = .hint("\(key) does nothing here; \(state.keyName(.help)) lists the keys")
      return []
    }
    return apply(.action(action), to: &state)
  }

  private static func applySearchKey(_ key: KeyStroke, to state: inout DeskState) -> [Effect] {
    guard let search = state.relabel?.search else { return [] }
    let action = state.action(for: key)
    switch (key.key, action) {
    case (.escape, _), (_, .cancel): endSearch(in: &state)
    case (.backspace, _):
      if search.count > 1 || state.relabel?.searchesCodes == true, !search.isEmpty {
        state.relabel?.search = String(search.dropLast())
      } else {
        endSearch(in: &state)
      }
    case (.up, _), (.down, _), (_, .nextClass), (_, .previousClass):
      selectStatement(by: key.key == .up || action == .previousClass ? -1 : 1, in: &state)
    case (_, .acceptSet), (_, .confirm): return applyToFound(.toggleStatement, in: &state)
    case (.character(" "), _) where !key.alt && !key.control:
      // A blank goes on with a name of several words; where none has it, it toggles.
      if state.relabel?.found(search + " ").isEmpty == false { return typeLetter(" ", after: search, in: &state) }
      return applyToFound(.toggleStatement, in: &state)
    case (_, let action?) where Action.statementPlaces.contains(action) && state.relabel?.searchesCodes != true:
      return applyToFound(action, in: &state)
    case (_, .markUnsure), (_, .likelihood): return applyToFound(action ?? .markUnsure, in: &state)
    case (.character(let letter), _) where !key.alt && !key.control: return typeLetter(letter, after: search, in: &state)
    default:
      endSearch(in: &state)
      return action.map { apply(.action($0), to: &state) } ?? [.beep]
    }
    return []
  }

  /// Types a letter of a search; one that would find nothing is refused.
  private static func typeLetter(_ letter: Unicode.Scalar, after search: String, in state: inout DeskState) -> [Effect] {
    let text = search + String(Character(letter))
    guard let found = state.relabel?.found(text), let first = found.first else {
      state.notice = .hint("no statement is called '\(text)…'")
      return [.beep]
    }
    state.relabel?.search = text
    state.relabel?.selected = first
    return []
  }

  private static func endSearch(in state: inout DeskState) {
    state.relabel?.search = nil
    state.relabel?.searchesCodes = false
  }

  /// Does something to the statement found, which ends the search.
  private static func applyToFound(_ action: Action, in state: inout DeskState) -> [Effect] {
    let effects = applyToStatements(action, in: &state) ?? []
    endSearch(in: &state)
    return effects
  }

  /// What an action does to the set; nil where it is about something else.
  static func applyToStatements(_ action: Action, in state: inout DeskState) -> [Effect]? {
    switch action {
    case .verdictPresent, .verdictAbsent, .verdictUnsure:
      state.notice = .hint("this study relabels: choose statements, \(state.keyName(.acceptSet)) accepts the set")
      return [.beep]
    case .acceptSet: return acceptSet(in: &state)
    case .acceptLabel: return acceptLabel(in: &state)
    case .toggleStatement: return change(in: &state) { $0.verdict == .present ? .absent : .present }
    case .markUnsure: return change(in: &state) { $0 == .unsure ? .absent : .unsure }
    case .likelihood:
      return change(in: &state) { said in
        switch said {
        case .definite: .probable
        case .probable: .possible
        case .possible: .present
        case .absent, .unsure, .present, .notAsked: .definite
        }
      }
    case .search:
      state.relabel?.search = ""
      state.relabel?.searchesCodes = true
      return []
    case .nextClass, .previousClass:
      selectStatement(by: action == .nextClass ? 1 : -1, in: &state)
      return []
    default:
      guard let place = Action.statementPlaces.firstIndex(of: action) else { return nil }
      guard let listed = state.relabel?.listed, listed.indices.contains(place) else { return [.beep] }
      state.relabel?.selected = listed[place]
      return applyToStatements(.toggleStatement, in: &state)
    }
  }

  /// Changes what is said of the statement that keys act upon.
  private static func change(in state: inout DeskState, _ next: (StatementAnswer) -> StatementAnswer) -> [Effect] {
    guard let statement = state.relabel?.current, let said = state.relabel?.answer[statement.code] else { return [.beep] }
    state.relabel?.answer[statement.code] = next(said)
    if let place = state.relabel?.statements.firstIndex(of: statement) { state.relabel?.selected = place }
    if let diagnosis = statement.diagnosis { state.selectedClass = diagnosis.index }
    return []
  }

  private static func selectStatement(by step: Int, in state: inout DeskState) {
    guard let relabel = state.relabel, !relabel.listed.isEmpty else { return }
    let place = relabel.listed.firstIndex(of: relabel.selected) ?? 0
    let selected = relabel.listed[(place + step + relabel.listed.count) % relabel.listed.count]
    state.relabel?.selected = selected
    if let diagnosis = relabel.statements[selected].diagnosis { state.selectedClass = diagnosis.index }
  }

  private static func acceptSet(in state: inout DeskState) -> [Effect] {
    guard let answer = state.relabel?.answer else { return [] }
    return judge(answer.summary, in: &state)
  }

  private static func acceptLabel(in state: inout DeskState) -> [Effect] {
    guard !state.isHidden(.labels), state.hidden.contains(.labels) == false else {
      state.notice = .hint("the label is hidden by this study")
      return [.beep]
    }
    guard let labels = state.openCase?.studyCase?.labels, labels.statements.values.contains(where: { $0 != .notAsked }) || labels.isKnown
    else {
      state.notice = .hint("this recording has no label that could be accepted")
      return [.beep]
    }
    guard labels.isKnown else {
      state.notice = .hint("the label leaves statements unknown; choose them, \(state.keyName(.acceptSet)) accepts the set")
      return [.beep]
    }
    let before = state.relabel?.answer
    state.relabel?.answer = CaseAnswer(
      labels.statements, prefill: before?.prefill, prefilled: before?.prefilled ?? [:])
    let effects = acceptSet(in: &state)
    // Refused: the set is the reader's again.
    if state.saving == nil, let before { state.relabel?.answer = before }
    return effects
  }
}

extension CaseAnswer {
  /// Whether a label says something of every statement.
  fileprivate var isKnown: Bool { !statements.values.contains(.notAsked) }
}
