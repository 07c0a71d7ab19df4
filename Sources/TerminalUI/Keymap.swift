import TOMLKit

/// Which key does which action.
///
/// A file holds `name = "..."` and a table `[keys]` of `action = "key"` or `action = ["key", ...]`; an empty list unbinds an action. A user's
/// file may say `base = "vim"`: it then changes single actions of that keymap, and a key that it takes is taken away from the base's action.
/// Further tables hold keys that mean something else for a time: `[relabel]` while statements are chosen, `[annotate]` in the edit mode; all others keep
/// their meaning there.
public struct Keymap: Equatable, Sendable {
  /// Its name, by which a user's file refers to it.
  public let name: String
  private var layers: [KeymapTable: Layer] = [:]

  /// Keys in force at one time.
  private struct Layer: Equatable, Sendable {
    var keysByAction: [String: [KeyStroke]] = [:]
    var actionByKey: [KeyStroke: String] = [:]

    mutating func unbind(_ action: String) {
      for key in keysByAction.removeValue(forKey: action) ?? [] { actionByKey[key] = nil }
    }

    mutating func bind(_ action: String, to keys: [KeyStroke]) {
      for key in keys {
        if let loser = actionByKey[key] { keysByAction[loser]?.removeAll { $0 == key } }
        actionByKey[key] = action
      }
      keysByAction[action] = keys
    }
  }

  /// The action of a key, nil where it has none.
  public func action(for key: KeyStroke) -> String? { layers[.keys]?.actionByKey[key] }

  /// The action that a key has while statements are chosen, and only then; nil where it has none of its own there.
  public func relabellingAction(for key: KeyStroke) -> String? { layers[.relabel]?.actionByKey[key] }

  /// The action that a key has in the edit mode, and only there; nil where it has none of its own there.
  public func annotatingAction(for key: KeyStroke) -> String? { layers[.annotate]?.actionByKey[key] }

  /// The keys of an action in the order of the file, none where it is not bound; those of an action of a further table alone are the ones there.
  public func keys(for action: String) -> [KeyStroke] {
    KeymapTable.allCases.lazy.compactMap { layers[$0]?.keysByAction[action] }.first ?? []
  }

  /// The keys that an action has while statements are chosen, and only then.
  public func relabellingKeys(for action: String) -> [KeyStroke] { layers[.relabel]?.keysByAction[action] ?? [] }

  /// The keys that an action has in the edit mode, and only there.
  public func annotatingKeys(for action: String) -> [KeyStroke] { layers[.annotate]?.keysByAction[action] ?? [] }

  /// Reads a keymap.
  ///
  /// - Parameters:
  ///   - toml: The text of the file.
  ///   - fileName: Its name for error messages, and the keymap's own where it gives none.
  ///   - actions: The actions there are.
  ///   - bases: What a user's file may build upon: the one it names, else the one named `default`. None for the shipped files themselves.
  ///   - required: Actions that must have a key: without one for leaving, nobody could.
  /// - Throws: ``KeymapError``, of the first mistake in the file.
  public init(
    parsing toml: String, fileName: String, actions: [String], bases: [Keymap] = [], required: [String] = []
  ) throws(KeymapError) {
    var reader = KeymapReader(toml: toml, fileName: fileName, actions: actions)
    let entries = try reader.entries(knownBases: bases.map(\.name))
    name = entries.name ?? fileName
    if let base = bases.first(where: { $0.name == entries.base ?? "default" }) {
      layers = base.layers
    }
    for binding in entries.bindings { layers[binding.table, default: Layer()].unbind(binding.action) }
    for binding in entries.bindings { layers[binding.table, default: Layer()].bind(binding.action, to: binding.keys) }
    for action in required where keys(for: action).isEmpty {
      let culprit = entries.bindings.last { $0.action == action } ?? entries.bindings.last { !$0.keys.isEmpty }
      throw KeymapError(fileName: fileName, line: culprit?.line ?? 1, problem: .noKeyLeft(action: action))
    }
  }
}

/// The tables of a keymap's file.
private enum KeymapTable: String, CaseIterable {
  case keys, relabel, annotate
}

/// What a keymap's file says.
private struct KeymapEntries {
  struct Binding {
    let action: String
    let keys: [KeyStroke]
    let line: Int
    let table: KeymapTable
  }

  var name: String?
  var base: String?
  var bindings: [Binding] = []
}

/// Reads one file.
///
/// ``GuardedTOML`` checks the text and gives its values; ``TOMLLines`` tells on which line they stand.
private struct KeymapReader {
  let toml: String
  let fileName: String
  let actions: [String]
  private let lines: TOMLLines

  init(toml: String, fileName: String, actions: [String]) {
    self.toml = toml
    self.fileName = fileName
    self.actions = actions
    lines = TOMLLines(of: toml)
  }

  mutating func entries(knownBases: [String]) throws(KeymapError) -> KeymapEntries {
    let document = try parse()
    var entries = KeymapEntries()
    var problems: [KeymapError] = []
    for key in document.keys {
      let line = lines.line(of: [key])
      switch key {
      case "name":
        entries.name = document[key]?.string
        if entries.name == nil { problems.append(error(line, .wrongType(entry: key, expected: "a string"))) }
      case "base":
        entries.base = document[key]?.string
        if let base = entries.base {
          if !knownBases.contains(base) { problems.append(error(line, .unknownBase(base, known: knownBases))) }
        } else {
          problems.append(error(line, .wrongType(entry: key, expected: "a string")))
        }
      case _ where KeymapTable(rawValue: key) != nil:
        guard let place = KeymapTable(rawValue: key), let table = document[key]?.table else {
          problems.append(error(line, .wrongType(entry: key, expected: "a table of actions")))
          continue
        }
        for action in table.keys {
          do { entries.bindings.append(try binding(of: action, in: place, value: table[action])) } catch { problems.append(error) }
        }
      default: problems.append(error(line, .unknownEntry(key)))
      }
    }
    entries.bindings.sort { $0.line < $1.line }
    for table in KeymapTable.allCases { problems += clashes(in: entries.bindings.filter { $0.table == table }) }
    if let first = problems.min(by: { $0.line < $1.line }) { throw first }
    return entries
  }

  private func parse() throws(KeymapError) -> TOMLTable {
    do {
      return try GuardedTOML.table(of: toml, longestFile: KeymapError.longestFile)
    } catch {
      throw self.error(error.line, error.message.map { .syntax($0) } ?? .tooLong)
    }
  }

  private func binding(
    of action: String, in table: KeymapTable, value: (any TOMLValueConvertible)?
  ) throws(KeymapError) -> KeymapEntries.Binding {
    let line = lines.line(of: [table.rawValue, action])
    guard actions.contains(action) else {
      throw error(line, .unknownAction(action, nearest: nearestName(to: action, among: actions)))
    }
    var names: [String] = []
    if let single = value?.string {
      names = [single]
    } else if let list = value?.array {
      for index in 0..<list.count {
        guard let name = list[index].string else {
          throw error(lines.line(of: [table.rawValue, action], element: index), .wrongType(entry: action, expected: "keys as strings"))
        }
        names.append(name)
      }
    } else {
      throw error(line, .wrongType(entry: action, expected: "a key or a list of keys"))
    }
    var keys: [KeyStroke] = []
    for (index, name) in names.enumerated() {
      guard let key = KeyStroke(parsing: name) else {
        throw error(lines.line(of: [table.rawValue, action], element: index), .unknownKey(name, action: action))
      }
      if !keys.contains(key) { keys.append(key) }
    }
    return KeymapEntries.Binding(action: action, keys: keys, line: line, table: table)
  }

  /// Keys that two actions of the file claim.
  private func clashes(in bindings: [KeymapEntries.Binding]) -> [KeymapError] {
    var claims: [KeyStroke: KeymapEntries.Binding] = [:]
    var problems: [KeymapError] = []
    for binding in bindings {
      for key in binding.keys {
        if let first = claims[key] {
          problems.append(
            error(
              binding.line,
              .boundTwice(key: key.description, action: binding.action, otherAction: first.action, otherLine: first.line)
            )
          )
        } else {
          claims[key] = binding
        }
      }
    }
    return problems
  }

  private func error(_ line: Int, _ problem: KeymapError.Problem) -> KeymapError {
    KeymapError(fileName: fileName, line: line, problem: problem)
  }
}
