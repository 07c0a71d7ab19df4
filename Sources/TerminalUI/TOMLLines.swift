/// The lines on which the entries of a TOML text stand, which its parser does not tell.
///
/// The text has been parsed before, so only what separates entries matters here: names, strings, brackets, line ends. An entry within an
/// inline table counts as standing where that table does.
struct TOMLLines {
  private var lineByPath: [[String]: Int] = [:]
  private var elementLines: [[String]: [Int]] = [:]

  /// Reads the lines of a text that is TOML; those of any other text are of no use, but do no harm.
  init(of toml: String) {
    var tokens = TOMLTokens(toml)
    var table: [String] = []
    var names: [String] = []
    var place = Place.name
    while let (token, line) = tokens.next() {
      switch (place, token) {
      case (.name, .open) where names.isEmpty: place = .header
      case (.name, .word(let name)), (.header, .word(let name)): names.append(name)
      case (.name, .equals):
        place = .value(path: table + names, depth: 0)
        lineByPath[table + names] = line
        names = []
      case (.header, .close):
        if !names.isEmpty {
          table = names
          lineByPath[table] = line
        }
        names = []
      case (.value(let path, let depth), .open):
        // A list within a list is one of its elements.
        if depth == 1 { elementLines[path, default: []].append(line) }
        place = .value(path: path, depth: depth + 1)
      case (.value(let path, let depth), .close): place = .value(path: path, depth: depth - 1)
      case (.value(let path, 1), .word): elementLines[path, default: []].append(line)
      case (.value(_, 1...), .newline): break
      case (_, .newline):
        place = .name
        names = []
      default: break
      }
    }
  }

  /// The line of an entry, counted from 1; of what holds the entry where it is not found itself.
  func line(of path: [String]) -> Int {
    var path = path
    while !path.isEmpty {
      if let line = lineByPath[path] { return line }
      path.removeLast()
    }
    return 1
  }

  /// The line of an element of a list.
  func line(of path: [String], element: Int) -> Int {
    guard let lines = elementLines[path], lines.indices.contains(element) else { return line(of: path) }
    return lines[element]
  }

  /// The first line with a mistake at which TOMLKit's parser ends the program instead of refusing the text.
  ///
  /// There are two: a table without a name, and a closing brace where a list expects an element.
  static func lineOfFatalMistake(in toml: String) -> Int? {
    [lineOfNamelessTable(in: toml), lineOfStrayBrace(in: toml)].compactMap { $0 }.min()
  }

  /// The first line with text outside quotes and comments that is not ASCII.
  ///
  /// TOML knows none there, and TOMLKit's parser ends the program at some of it: line separators and blanks of Unicode within a list.
  static func lineOfForeignText(in toml: String) -> Int? {
    var tokens = TOMLTokens(toml.unicodeScalars.first == "\u{FEFF}" ? String(toml.unicodeScalars.dropFirst()) : toml)
    while tokens.next() != nil { if let line = tokens.lineOfForeignText { return line } }
    return nil
  }

  private static func lineOfStrayBrace(in toml: String) -> Int? {
    var tokens = TOMLTokens(toml)
    var enclosing: [UInt8] = []
    while let (token, line) = tokens.next() {
      switch token {
      case .open(let bracket): enclosing.append(bracket)
      case .close(UInt8(ascii: "}")) where enclosing.last == UInt8(ascii: "["): return line
      case .close: _ = enclosing.popLast()
      default: break
      }
    }
    return nil
  }

  private static func lineOfNamelessTable(in toml: String) -> Int? {
    let nameStarts = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\"']".utf8)
    let blanks = Array(" \t".utf8)
    var text = Array(toml.utf8)[...]
    if text.starts(with: "\u{FEFF}".utf8) { text = text.dropFirst(3) }
    for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      var rest = line.drop { blanks.contains($0) }
      guard rest.popFirst() == UInt8(ascii: "[") else { continue }
      rest = rest.drop { blanks.contains($0) }
      if rest.first == UInt8(ascii: "[") { rest = rest.dropFirst().drop { blanks.contains($0) } }
      guard let start = rest.first, nameStarts.contains(start) else { return index + 1 }
    }
    return nil
  }

  private enum Place {
    case name
    case header
    case value(path: [String], depth: Int)
  }
}

/// The parts of a TOML text that separate entries.
private struct TOMLTokens {
  enum Token {
    /// A bare name, a string, or a piece of any other value.
    case word(String)
    case equals
    /// A bracket or brace.
    case open(UInt8)
    case close(UInt8)
    case newline
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  /// The line of the first bare word so far that is not ASCII.
  private(set) var lineOfForeignText: Int?

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func next() -> (token: Token, line: Int)? {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\n"):
        defer { line += 1 }
        return (.newline, line)
      case UInt8(ascii: "="): return (.equals, line)
      case UInt8(ascii: "["), UInt8(ascii: "{"): return (.open(byte), line)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): return (.close(byte), line)
      case UInt8(ascii: "#"): while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        let start = line
        return (.word(string(quote: byte)), start)
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","), UInt8(ascii: "."): break
      default: return (.word(bareWord()), line)
      }
    }
    return nil
  }

  private mutating func bareWord() -> String {
    let start = position - 1
    let ends = Array(" \t\r\n=[]{}#\"',.".utf8)
    while position < bytes.count, !ends.contains(bytes[position]) { position += 1 }
    if lineOfForeignText == nil, bytes[start..<position].contains(where: { $0 >= 0x80 }) { lineOfForeignText = line }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// The text between quotes, or between triple quotes, escapes as they are written.
  private mutating func string(quote: UInt8) -> String {
    let isTriple = bytes[position...].prefix(2).elementsEqual([quote, quote])
    if isTriple { position += 2 }
    let start = position
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        position += 2
        continue
      }
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      let isEnd = isTriple ? bytes[position...].prefix(3).elementsEqual([quote, quote, quote]) : bytes[position] == quote
      if isEnd { break }
      position += 1
    }
    let end = min(position, bytes.count)
    position = end + (isTriple ? 3 : 1)
    // Up to two quotes before the closing ones belong to the string.
    for _ in 0..<2 where isTriple && position < bytes.count && bytes[position] == quote { position += 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
