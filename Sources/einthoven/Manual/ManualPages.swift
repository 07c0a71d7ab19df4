import Foundation
import ReviewDesk
import TerminalUI

/// The manual: a page for the program and for each command, one for its settings and one for its keys.
///
/// Commands come from the argument parser, keys from the table of actions; what is in no table stands in ``ManualTexts``.
enum ManualPages {
  /// Every page by the name of its file.
  static func all() throws -> [(file: String, text: String)] {
    let root = try HelpDump.ofProgram().command
    let keymap = try KeymapFiles.load(named: "default")
    var pages = [("einthoven.1", program(root, keymap))]
    func add(_ command: HelpDump.Command) {
      pages.append((pageName(command) + ".1", page(of: command)))
      for inner in command.shownSubcommands { add(inner) }
    }
    for command in root.shownSubcommands { add(command) }
    pages.append(("einthoven-config.5", ManualTexts.config()))
    pages.append(("einthoven-keymap.5", ManualTexts.keymap(keymap)))
    return pages
  }

  private static func program(_ root: HelpDump.Command, _ keymap: Keymap) -> String {
    var page = Roff(name: "einthoven", section: 1)
    begin(
      &page, root, synopsis: "\(Roff.bold("einthoven")) \(Roff.italic("command")) [\(Roff.italic("options"))] [\(Roff.italic("arguments"))]"
    )
    for paragraph in ManualTexts.description { page.paragraph(paragraph) }
    page.section("COMMANDS")
    func list(_ command: HelpDump.Command) {
      page.item("\(Roff.bold(pageName(command)))(1)", command.abstract ?? "")
      for inner in command.shownSubcommands { list(inner) }
    }
    for command in root.shownSubcommands { list(command) }
    page.section("KEYS")
    page.line("The keys of the default keymap; for others, and your own, see `einthoven-keymap`(5).")
    for group in Action.Group.allCases {
      page.part(group.rawValue)
      for entry in Action.table where entry.group == group {
        let keys = keymap.keys(for: entry.action.rawValue).map { Roff.bold($0.description) }
        page.item(keys.joined(separator: ", "), entry.help)
      }
    }
    finish(&page, root, others: root.shownSubcommands.map { pageName($0) + "(1)" })
    return page.text
  }

  private static func page(of command: HelpDump.Command) -> String {
    var page = Roff(name: pageName(command), section: 1)
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    begin(&page, command, synopsis: synopsis(of: command, arguments))
    if !command.shownSubcommands.isEmpty {
      page.section("COMMANDS")
      for inner in command.shownSubcommands { page.item("\(Roff.bold(pageName(inner)))(1)", inner.abstract ?? "") }
    }
    let positional = arguments.filter { $0.kind == "positional" }
    if !positional.isEmpty {
      page.section("ARGUMENTS")
      for argument in positional { page.item(Roff.italic(argument.valueName ?? ""), meaning(of: argument)) }
    }
    page.section("OPTIONS")
    for argument in arguments where argument.kind != "positional" && argument.names?.contains(where: { $0.name == "version" }) != true {
      let names = (argument.names ?? []).map { Roff.bold($0.text) }.joined(separator: ", ")
      page.item(names + (argument.kind == "option" ? " \(Roff.italic(argument.valueName ?? ""))" : ""), meaning(of: argument))
    }
    let parents = command.words.indices.dropLast().map { command.words[...$0].joined(separator: "-") + "(1)" }
    finish(&page, command, others: parents + command.shownSubcommands.map { pageName($0) + "(1)" })
    return page.text
  }

  private static func begin(_ page: inout Roff, _ command: HelpDump.Command, synopsis: String) {
    page.section("NAME")
    let abstract = command.abstract ?? ""
    let end = [": ", ". "].compactMap { abstract.range(of: $0)?.lowerBound }.min() ?? abstract.endIndex
    let summary = abstract[..<end].hasSuffix(".") ? abstract[..<end].dropLast() : abstract[..<end]
    page.raw("\(Roff.escaped(pageName(command))) \\- \(Roff.escaped(String(summary)))")
    page.section("SYNOPSIS")
    page.raw(synopsis)
    page.section("DESCRIPTION")
    page.line(abstract)
    for paragraph in description(of: command).paragraphs { page.paragraph(paragraph) }
  }

  private static func finish(_ page: inout Roff, _ command: HelpDump.Command, others: [String]) {
    if command.words.count == 1 {
      page.section("ENVIRONMENT")
      for (name, meaning) in ManualTexts.environment { page.item(Roff.bold(name), meaning) }
      page.section("FILES")
      for (name, meaning) in ManualTexts.files { page.item(Roff.italic(name), meaning) }
    }
    page.section("EXIT STATUS")
    for (code, meaning) in ManualTexts.exitCodes { page.item(Roff.bold(code), meaning) }
    let examples = description(of: command).examples
    if !examples.isEmpty {
      page.section("EXAMPLES")
      page.literal(examples)
    }
    page.section("SEE ALSO")
    let pages = others + ["einthoven-config(5)", "einthoven-keymap(5)"]
    page.raw(pages.map { "\(Roff.bold(String($0.dropLast(3))))\($0.suffix(3))" }.joined(separator: ",\n"))
  }

  private static func synopsis(of command: HelpDump.Command, _ arguments: [HelpDump.Argument]) -> String {
    var parts = [Roff.bold(command.words.joined(separator: " "))]
    if !command.shownSubcommands.isEmpty { parts.append(Roff.italic("command")) }
    parts.append("[\(Roff.italic("options"))]")
    for argument in arguments where argument.kind == "positional" {
      let name = Roff.italic(argument.valueName ?? "") + (argument.isRepeating ? " ..." : "")
      parts.append(argument.isOptional ? "[\(name)]" : name)
    }
    return parts.joined(separator: " ")
  }

  private static func meaning(of argument: HelpDump.Argument) -> String {
    var text = [argument.abstract ?? "", argument.discussion ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    if argument.isRepeating, argument.kind == "option" { text += " May be given more than once." }
    if let value = argument.defaultValue, !text.contains("Default") { text += " Default: \(value)." }
    return text
  }

  /// What a command's help says beyond its first line, and its examples.
  private static func description(of command: HelpDump.Command) -> (paragraphs: [String], examples: [String]) {
    let lines = (command.discussion ?? "").components(separatedBy: "\n")
    guard let start = lines.firstIndex(where: { $0.hasPrefix("Example") }) else {
      return ([lines.joined(separator: " ")].filter { !$0.isEmpty }, [])
    }
    let first = lines[start].drop { $0 != ":" }.dropFirst().components(separatedBy: "; ")
    let examples = (first + lines[(start + 1)...]).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    return (lines[..<start].filter { !$0.isEmpty }, examples)
  }

  private static func pageName(_ command: HelpDump.Command) -> String { command.words.joined(separator: "-") }
}
