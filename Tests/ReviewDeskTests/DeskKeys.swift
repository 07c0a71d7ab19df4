import Agreement
import LabelReview
import ReviewDesk
import TerminalUI

/// Does an action at the desk, as its key would.
@discardableResult
func press(_ action: Action, _ state: inout DeskState) -> [Effect] { Update.apply(.action(action), to: &state) }

/// Types a line's letters.
func type(_ text: String, _ state: inout DeskState) {
  for scalar in text.unicodeScalars { _ = Update.apply(.key(.character(scalar)), to: &state) }
}

/// Ends the line.
@discardableResult
func enter(_ state: inout DeskState) -> [Effect] { Update.apply(.key(KeyStroke(.enter)), to: &state) }

/// The screen as text.
func text(_ state: DeskState) -> String { Screen.render(state).plainText().joined(separator: "\n") }

/// The rows of the list: those that begin with a record's number.
func listRows(_ state: DeskState) -> [String] {
  Screen.render(state).plainText().filter { $0.contains(#/│[ ›]+[0-9]+[• ] /#) && !$0.contains(" more, at most") }
}

/// Whether these effects make a verdict on a case durable, and nothing else.
func saves(_ effects: [Effect], _ verdict: Verdict, _ caseIndex: Int) -> Bool {
  guard effects.count == 1, case .save(let order) = effects[0] else { return false }
  return order.verdict == verdict && order.caseIndex == caseIndex
}
