import Foundation

/// Writes a file beside its place and renames it, so that a failure leaves none and a reader never sees half of one.
enum FileOutput {
  /// Writes text; what is there and no regular file, such as a pipe or `/dev/stdout`, is written into instead of replaced.
  ///
  /// - Throws: ``CommandFailure`` naming the file.
  static func write(_ text: String, to path: String) throws {
    let data = Data(text.utf8)
    if !isReplaceable(path) { return try pour(data, into: path) }
    do {
      try data.write(to: URL(fileURLWithPath: path).resolvingSymlinksInPath(), options: .atomic)
    } catch {
      throw CommandFailure.cannotCreate("\(path): cannot be written (\((error as NSError).localizedDescription))")
    }
  }

  /// Refuses what is there and no regular file: renaming a finished file over a device would end the device.
  ///
  /// - Throws: ``CommandFailure`` naming the file.
  static func requireReplaceable(_ path: String) throws {
    guard isReplaceable(path) else {
      throw CommandFailure.cannotCreate("\(path): cannot be created: something that is no regular file has this name")
    }
  }

  /// Whether nothing is there, or a regular file.
  private static func isReplaceable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  /// Writes into a pipe or a device.
  private static func pour(_ data: Data, into path: String) throws {
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw CommandFailure.cannotCreate("\(path): cannot be written (\(String(cString: strerror(errno))))")
    }
    do {
      try handle.write(contentsOf: data)
    } catch {
      let reason = (error as NSError).localizedDescription
      throw CommandFailure.outputFailed("\(path): cannot be written (\(reason)); the results are not complete")
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
