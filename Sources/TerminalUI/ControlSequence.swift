/// A sequence that a terminal sends for a key, or in answer to a question, told from the keys that happen to write the same characters
/// (ECMA-48, 5.4; xterm, "Control Sequences").
///
/// curses knows those that terminfo names. The others would be read as Escape and letters: Ctrl-Up as `1`, which is a verdict.
enum ControlSequence: Equatable {
  /// A key without Shift, Ctrl or Alt.
  case key(KeyStroke.Key)
  case pasteStart
  case pasteEnd
  /// A report of the mouse.
  case mouse(MouseEvent)
  /// One that means nothing here: a key with Shift, Ctrl or Alt, a report.
  case other

  /// What the characters after an escape are.
  enum Reading: Equatable {
    /// No sequence: keys.
    case none
    /// The beginning of one.
    case unfinished
    /// A sequence of this many characters.
    case sequence(ControlSequence, length: Int)
  }

  /// Reads the characters that follow an escape.
  static func read(_ characters: some Collection<Unicode.Scalar>) -> Reading {
    let text = Array(characters.prefix(longest))
    switch text.first {
    case "[": return control(text)
    case "O": return singleShift(text)
    case "]", "P", "_", "^": return string(text)
    default: return .none
    }
  }

  /// No sequence is longer; what is, is taken up to here and means nothing.
  static let longest = 4096
  /// What may follow an escape in a sequence.
  static let introducers: [Unicode.Scalar] = ["[", "O", "]", "P", "_", "^"]

  /// `[`, parameters, intermediates and a final character.
  private static func control(_ text: [Unicode.Scalar]) -> Reading {
    var index = 1
    while index < text.count, (" "..."?").contains(text[index]) { index += 1 }
    guard index < text.count else { return unfinished(text) }
    guard ("@"..."~").contains(text[index]) else { return index == 1 ? .none : .sequence(.other, length: index) }
    // The oldest form of a mouse report has three characters more.
    if index == 1, text[index] == "M" { return text.count < 5 ? .unfinished : .sequence(.other, length: 5) }
    let parameters = String(String.UnicodeScalarView(text[1..<index]))
    return .sequence(meaning(of: parameters, final: text[index]), length: index + 1)
  }

  /// A sequence of which more may come, unless it is as long as any.
  private static func unfinished(_ text: [Unicode.Scalar]) -> Reading {
    text.count < longest ? .unfinished : .sequence(.other, length: text.count)
  }

  /// `O`, modifiers and a final letter; those of a numeric keypad write what is on their keys.
  private static func singleShift(_ text: [Unicode.Scalar]) -> Reading {
    var index = 1
    while index < text.count, ("0"..."9").contains(text[index]) { index += 1 }
    guard index < text.count else { return unfinished(text) }
    guard ("A"..."z").contains(text[index]) else { return .none }
    if index == 1, let written = keypad[text[index]] { return .sequence(.key(.character(written)), length: 2) }
    return .sequence(index == 1 ? meaning(of: "", final: text[index]) : .other, length: index + 1)
  }

  /// The keys of a VT100's numeric keypad, which sends sequences while a program has the screen.
  private static let keypad = Dictionary(uniqueKeysWithValues: zip("jklmnopqrstuvwxy".unicodeScalars, "*+,-./0123456789".unicodeScalars))

  /// An answer in words, up to a bell or `ESC \`; only a whole one, for what begins it is Alt with a key that people press.
  private static func string(_ text: [Unicode.Scalar]) -> Reading {
    for (index, character) in text.enumerated() {
      if character == "\u{07}" { return .sequence(.other, length: index + 1) }
      if character == "\u{1B}" { return index + 1 < text.count && text[index + 1] == "\\" ? .sequence(.other, length: index + 2) : .none }
    }
    return .none
  }

  private static func meaning(of parameters: String, final: Unicode.Scalar) -> ControlSequence {
    if final == "~" { return numbered(parameters) }
    if parameters.first == "<" { return mouse(parameters.dropFirst(), isRelease: final == "m") }
    guard parameters.isEmpty || parameters == "1" else { return .other }
    switch final {
    case "A": return .key(.up)
    case "B": return .key(.down)
    case "C": return .key(.right)
    case "D": return .key(.left)
    case "F": return .key(.end)
    case "H": return .key(.home)
    case "M": return .key(.enter)
    case "P": return .key(.function(1))
    case "Q": return .key(.function(2))
    case "R": return .key(.function(3))
    case "S": return .key(.function(4))
    case "Z": return .key(.shiftTab)
    default: return .other
    }
  }

  /// `<`, the button, column and row from 1; `M` as the final character of a press, `m` of a release (xterm's mode 1006).
  private static func mouse(_ parameters: Substring, isRelease: Bool) -> ControlSequence {
    let numbers = parameters.split(separator: ";").map { UInt32($0) }
    guard numbers.count == 3, let button = numbers[0], let column = numbers[1], let row = numbers[2], column > 0, row > 0 else {
      return .other
    }
    return MouseEvent(button: button, column: Int(column) - 1, row: Int(row) - 1, isRelease: isRelease).map { .mouse($0) } ?? .other
  }

  private static func numbered(_ parameter: String) -> ControlSequence {
    switch parameter {
    case "1", "7": .key(.home)
    case "2": .key(.insert)
    case "3": .key(.delete)
    case "4", "8": .key(.end)
    case "5": .key(.pageUp)
    case "6": .key(.pageDown)
    case "200": .pasteStart
    case "201": .pasteEnd
    default: functionNumbers[parameter].map { .key(.function($0)) } ?? .other
    }
  }

  /// Function keys as the VT220 numbers them: with gaps.
  private static let functionNumbers = Dictionary(
    uniqueKeysWithValues: zip([11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].map { String($0) }, 1...12))
}
