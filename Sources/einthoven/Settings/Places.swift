import Foundation

/// Where the program's files are: shipped ones beside the executable or in its checkout, a user's own in the XDG folders.
enum Places {
  /// The folder of shipped files: `$EINTHOVEN_SHARE`, else `../share/einthoven` beside the executable, else the checkout that holds it.
  static let share: URL? = {
    if let named = environment("EINTHOVEN_SHARE") { return URL(fileURLWithPath: named) }
    let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let installed = executable.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("share/einthoven")
    if exists(installed) { return installed }
    var folder = executable.deletingLastPathComponent()
    while folder.path != "/" {
      if exists(folder.appendingPathComponent("Package.swift")), exists(folder.appendingPathComponent("Keymaps")) { return folder }
      folder.deleteLastPathComponent()
    }
    return nil
  }()

  /// A shipped file.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be found.
  static func shipped(_ path: String) throws -> URL {
    guard let share else {
      throw CommandFailure.noInput("the program's own files (Keymaps, Models) are not beside it; set EINTHOVEN_SHARE to their folder")
    }
    let file = share.appendingPathComponent(path)
    guard exists(file) else {
      throw CommandFailure.noInput(
        "\(file.path): no such file; set EINTHOVEN_SHARE to the folder that holds the program's Keymaps and Models")
    }
    return file
  }

  /// `$XDG_CONFIG_HOME/einthoven`, where a user's keymap lies.
  static var config: URL { xdg("XDG_CONFIG_HOME", fallback: ".config") }

  /// The store of reviews where none is named: `$XDG_DATA_HOME/einthoven/reviews.sqlite`.
  static var store: URL { xdg("XDG_DATA_HOME", fallback: ".local/share").appendingPathComponent("reviews.sqlite") }

  /// The log of the system's messages while the screen is up: `$XDG_STATE_HOME/einthoven/einthoven.log`; nil where it cannot be made.
  static var log: String? {
    let folder = xdg("XDG_STATE_HOME", fallback: ".local/state")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return exists(folder) ? folder.appendingPathComponent("einthoven.log").path : nil
  }

  /// An environment variable that is set and not empty.
  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  static func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

  /// An XDG folder of ours; a relative value does not count, as the XDG base directory specification asks.
  private static func xdg(_ variable: String, fallback: String) -> URL {
    let base = environment(variable).flatMap { $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil }
    // Foundation's own idea of home is that of the password file, whatever HOME says.
    let home = environment("HOME").map { URL(fileURLWithPath: $0) } ?? FileManager.default.homeDirectoryForCurrentUser
    return (base ?? home.appendingPathComponent(fallback)).appendingPathComponent("einthoven")
  }
}
