import TerminalUI

/// A line of text that is being typed at the desk.
public struct TextEntry: Sendable, Equatable {
  /// What it is for.
  public enum Purpose: Sendable, Equatable {
    case time, note, listFilter, helpSearch, command, leads, caseNumber, comment, stretchName
  }

  /// The longest line in characters: a note may be long, nothing else is.
  var longest: Int { purpose == .note ? 2000 : 200 }

  /// What it is for.
  public let purpose: Purpose
  /// What has been typed.
  public private(set) var text: String

  /// A line with what it starts from.
  init(_ purpose: Purpose, _ text: String = "") {
    self.purpose = purpose
    self.text = text
  }

  /// The words before the line.
  var prompt: String {
    switch purpose {
    case .time: "jump to time (95, 1:35): "
    case .note: "note: "
    case .listFilter: "filter: "
    case .helpSearch: "search: "
    case .command: "action: "
    case .caseNumber: "go to case: "
    case .comment: "comment: "
    case .stretchName: "stretch: "
    case .leads: "leave out, or put back (V2, or V1 aVL): "
    }
  }

  /// Types a key; false where it is none that writes.
  mutating func type(_ key: KeyStroke) -> Bool {
    isOverfull = false
    switch key.key {
    case .character(let scalar) where !key.control && !key.alt: append(String(Character(scalar)))
    case .character("u") where key.control: text = ""
    case .character("h") where key.control: text = String(text.dropLast())
    case .backspace: text = String(text.dropLast())
    default: return false
    }
    return true
  }

  /// Whether something was typed or pasted that found no room.
  private(set) var isOverfull = false

  /// Appends text up to the longest line; of several lines the first.
  mutating func append(_ more: String) {
    text += more.prefix { !$0.isNewline }
    isOverfull = text.count > longest
    if isOverfull { text = String(text.prefix(longest)) }
  }
}
