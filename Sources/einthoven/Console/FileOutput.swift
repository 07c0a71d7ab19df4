import Files
import Foundation

/// Writes the files and folders of a command's results.
enum FileOutput {
  /// Writes text as ``OutputFile`` does.
  ///
  /// - Parameter isDurable: Whether to wait for the disk; not for one of many thousand files that can be made again.
  /// - Throws: `FileError` naming the file.
  static func write(_ text: String, to path: String, isDurable: Bool = true) throws {
    try OutputFile.write(Array(text.utf8), to: path, isDurable: isDurable)
  }

  /// Refuses what is there and no regular file: renaming a finished file over a device would end the device.
  ///
  /// - Throws: ``CommandFailure`` naming the file.
  static func requireReplaceable(_ path: String) throws {
    guard OutputFile.isReplaceable(path) else {
      throw CommandFailure.cannotCreate("\(path): cannot be created: something that is no regular file has this name")
    }
  }

  /// Makes a folder with those above it.
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.cannotCreate("\(path): the folder cannot be made (\(error.fileCause))")
    }
  }
}
