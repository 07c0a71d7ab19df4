import TOMLKit

/// Reads TOML without the mistakes at which TOMLKit's parser ends the program.
enum GuardedTOML {
  /// What is wrong with a text, and on which line, counted from 1.
  struct Mistake: Error {
    let line: Int
    /// nil where the text is too long.
    let message: String?
  }

  /// The table of a text.
  static func table(of toml: String, longestFile: Int) throws(Mistake) -> TOMLTable {
    guard toml.utf8.count <= longestFile else { throw Mistake(line: 1, message: nil) }
    if let end = toml.utf8.firstIndex(of: 0) {
      throw Mistake(line: toml.utf8[..<end].count { $0 == UInt8(ascii: "\n") } + 1, message: "a NUL character")
    }
    if let line = TOMLLines.lineOfFatalMistake(in: toml) {
      throw Mistake(line: line, message: "a bracket or brace with nothing it can belong to")
    }
    if let line = TOMLLines.lineOfForeignText(in: toml) {
      throw Mistake(line: line, message: "a character outside quotes that is not ASCII")
    }
    do {
      return try TOMLTable(string: toml)
    } catch let failure as TOMLParseError {
      throw Mistake(line: failure.source.begin.line, message: failure.description)
    } catch let other {
      throw Mistake(line: 1, message: String(describing: other))
    }
  }
}
