import Foundation
import ReviewDesk
import TerminalUI

/// Finds keymaps: shipped ones by name, and the user's own over one of them.
enum KeymapFiles {
  /// The names of the shipped keymaps.
  static let shippedNames = ["default", "vim", "emacs"]

  /// The keymap in force: a shipped one where it is named, else the user's `$XDG_CONFIG_HOME/einthoven/keymap.toml` over its base, else the default.
  ///
  /// - Throws: `KeymapError` with file and line; ``CommandFailure`` for a keymap that is not shipped.
  static func load(named name: String?) throws -> Keymap {
    if let name { return try shipped(name) }
    let own = Places.config.appendingPathComponent("keymap.toml")
    guard Places.exists(own) else { return try shipped("default") }
    return try Keymap(
      parsing: read(own), fileName: own.path, actions: actions, bases: shippedNames.map { try shipped($0) }, required: required)
  }

  private static func shipped(_ name: String) throws -> Keymap {
    guard shippedNames.contains(name) else {
      throw CommandFailure.usage("unknown keymap '\(name)'; expected \(shippedNames.joined(separator: ", "))")
    }
    let file = try Places.shipped("Keymaps/\(name).toml")
    return try Keymap(parsing: read(file), fileName: file.path, actions: actions, required: required)
  }

  private static let actions = Action.allCases.map(\.rawValue)
  /// In raw mode no other key ends the program.
  private static let required = [Action.quit.rawValue]

  private static func read(_ file: URL) throws -> String {
    try FileInput.text(file.path, limit: 1 << 20, expected: "a keymap in TOML")
  }
}
