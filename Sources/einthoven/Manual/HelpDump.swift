import ArgumentParser
import Foundation

/// What the argument parser knows of the program's commands: the source of `--help` and of the manual pages.
struct HelpDump: Decodable {
  /// A command.
  struct Command: Decodable {
    let commandName: String
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [Command]?
    let arguments: [Argument]?

    /// The words by which it is called: `einthoven study create`.
    var words: [String] { (superCommands ?? []) + [commandName] }
    /// Its own subcommands; each has a page.
    var shownSubcommands: [Command] { (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" } }
  }

  /// An argument, an option or a flag.
  struct Argument: Decodable {
    /// One of its names.
    struct Name: Decodable {
      let kind: String
      let name: String

      /// As it is typed.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: String
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let abstract: String?
    let discussion: String?
  }

  let command: Command

  /// The commands of this program.
  static func ofProgram() throws -> HelpDump { try JSONDecoder().decode(HelpDump.self, from: Data(Einthoven._dumpHelp().utf8)) }
}
