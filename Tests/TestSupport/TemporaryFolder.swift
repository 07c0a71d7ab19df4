import Foundation

/// A folder that vanishes with its owner.
public final class TemporaryFolder {
  /// Where it is.
  public let url: URL
  /// The same as text.
  public var path: String { url.path }

  /// Makes an empty folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// A place of its own for a file or a folder that is needed as long as the test program runs, and gone when that ends.
  public static func lastingPlace() -> URL { lasting.appendingPathComponent(UUID().uuidString) }

  private static let lasting: URL = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: TemporaryFolder.lasting) }
    return folder
  }()

  /// Writes a file, folders on its way included, and returns its place.
  @discardableResult
  public func write(_ data: Data, as name: String) throws -> URL {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file
  }

  /// Writes text.
  @discardableResult
  public func write(_ text: String, as name: String) throws -> URL { try write(Data(text.utf8), as: name) }

  /// The text of a file in it.
  public func text(_ name: String) throws -> String { try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8) }

  /// The names of all files in the folder, sorted.
  public var fileNames: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
