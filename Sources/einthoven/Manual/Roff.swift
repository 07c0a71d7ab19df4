/// A manual page in the macros of man(7).
struct Roff {
  private(set) var text: String
  /// The last heading: no paragraph begins right below one.
  private var heading = "\n\n"

  /// A page with its heading; `name` is that of the file, such as `einthoven-review`.
  init(name: String, section: Int) {
    text = """
      .\\" Written by `make man` from the tables of the program; changes by hand are lost.
      .TH \(name.uppercased().replacing("-", with: "\\-")) \(section) "2026-11-22" "einthoven \(Einthoven.version)" "Einthoven"

      """
  }

  /// Starts a section.
  mutating func section(_ title: String) {
    heading = ".SH \(title)\n"
    text += heading
  }

  /// Starts a part of a section.
  mutating func part(_ title: String) { text += ".SS \(Self.escaped(title))\n" }

  /// A line of roff as it is.
  mutating func raw(_ roff: String) { text += roff + "\n" }

  /// A paragraph.
  mutating func paragraph(_ words: String) { text += ".PP\n\(Self.prose(words))\n" }

  /// Text right below a heading.
  mutating func line(_ words: String) { text += Self.prose(words) + "\n" }

  /// A term, already with its fonts, and what it means.
  mutating func item(_ term: String, _ meaning: String) { text += ".TP\n\(term)\n\(Self.prose(meaning))\n" }

  /// Lines as they are, indented.
  mutating func literal(_ lines: [String]) {
    text +=
      (text.hasSuffix(heading) ? "" : ".PP\n") + ".RS 4\n.nf\n" + lines.map { Self.guarded(Self.escaped($0)) + "\n" }.joined()
      + ".fi\n.RE\n"
  }

  /// Literal words in bold.
  static func bold(_ words: String) -> String { "\\fB\(escaped(words))\\fR" }

  /// A placeholder in italics.
  static func italic(_ words: String) -> String { "\\fI\(escaped(words))\\fR" }

  /// Every character as it is: hyphens that can be copied into a shell, no backslash that acts, and 7 bits.
  static func escaped(_ words: String) -> String {
    var result = ""
    for scalar in words.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "'": result += "\\(aq"
      case _ where !scalar.isASCII:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Prose: hyphens between letters stay hyphens, a line a sentence, words between backquotes in bold.
  private static func prose(_ words: String) -> String {
    let pieces = words.split(separator: "`", omittingEmptySubsequences: false)
    let isQuoted = pieces.count % 2 == 1
    let set = pieces.enumerated().map { index, piece in
      isQuoted && index % 2 == 1 ? bold(String(piece)) : plain(piece)
    }.joined(separator: isQuoted ? "" : "\\(ga")
    return set.split(separator: "\n").map(filled).joined(separator: "\n")
  }

  /// A sentence in lines of less than eighty bytes, as the format asks.
  private static func filled(_ sentence: Substring) -> String {
    var lines = [""]
    for word in sentence.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.utf8.count + word.utf8.count < 78 {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map(guarded).joined(separator: "\n")
  }

  private static func plain(_ words: Substring) -> String {
    var result = escaped(String(words)).replacing("\\(aq", with: "'")
    result = result.replacing(#/([A-Za-z0-9])\\-(?=[A-Za-z])/#) { "\($0.1)-" }
    // A sentence a line, so that the spacing after it is the formatter's.
    return result.replacing(#/([a-z0-9)\]"$}])([.?!]) +(?=[A-Z0-9`\\])/#) { "\($0.1)\($0.2)\n" }
  }

  /// A line that would begin with a control character of roff.
  private static func guarded(_ line: String) -> String { line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line }
}
