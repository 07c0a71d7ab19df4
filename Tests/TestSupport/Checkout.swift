import Foundation

/// Where tests find things: the checkout, and the real recordings beside it when they are there.
public enum Checkout {
  /// The package's root folder.
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder of shared material: `EINTHOVEN_SHARED`, else `shared` beside the checkout; nil where there is none.
  public static let shared: URL? = {
    let environment = ProcessInfo.processInfo.environment["EINTHOVEN_SHARED"]
    let folder = environment.map { URL(fileURLWithPath: $0) } ?? root.deletingLastPathComponent().appendingPathComponent("shared")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// A file or folder of the shared material, nil (said plainly on standard error) where it is missing.
  public static func shared(_ path: String) -> URL? {
    guard let file = shared?.appendingPathComponent(path), FileManager.default.fileExists(atPath: file.path) else {
      FileHandle.standardError.write(Data("skipped: shared/\(path) is not beside this checkout\n".utf8))
      return nil
    }
    return file
  }

  /// A file of values made by an independent program; see the script of the same name in Tests/Oracles.
  public static func golden(_ path: String) -> URL { root.appendingPathComponent("Tests/Golden").appendingPathComponent(path) }
}
