import TOMLKit

/// Which key does which action.
public struct Keymap: Equatable, Sendable {
  /// Its name, for people.
  public let name: String
  private let keysByAction: [String: [KeyStroke]]
  private let actionByKey: [KeyStroke: String]

  /// The action of a key, nil where it has none.
  public func action(for key: KeyStroke) -> String? { actionByKey[key] }

  /// The keys of an action in the order of the file, none where it is not bound.
  public func keys(for action: String) -> [KeyStroke] { keysByAction[action] ?? [] }

  /// A keymap from TOML.
  public init(parsing toml: String, fileName: String, actions: [String], base: Keymap? = nil) throws(KeymapError) {
    name = fileName
    keysByAction = base?.keysByAction ?? [:]
    actionByKey = base?.actionByKey ?? [:]
  }
}

/// What is wrong with a keymap, and where.
public struct KeymapError: Error, Equatable {
}
