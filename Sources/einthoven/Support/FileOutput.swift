import Foundation

/// Writes a file beside its place and renames it, so that a failure leaves none and a reader never sees half of one.
enum FileOutput {
  /// Writes text.
  ///
  /// - Throws: ``CommandFailure`` naming the file.
  static func write(_ text: String, to path: String) throws {
    let file = URL(fileURLWithPath: path)
    do {
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw CommandFailure.cannotCreate("\(path): cannot be written (\((error as NSError).localizedDescription))")
    }
  }

  /// Makes a folder with those above it.
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.cannotCreate("\(path): the folder cannot be made (\((error as NSError).localizedDescription))")
    }
  }
}
