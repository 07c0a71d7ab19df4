import ECG
import ECGFiles
import Foundation

/// A folder that a test fills, gone when the test is.
final class TemporaryFolder {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("ecgfiles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file, folders on its way included.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> URL {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL { try write(name, Array(text.utf8)) }

  /// Writes `name.hea` and `name.dat`, the samples as format 16.
  func record(_ name: String, header: String, samples: [Int16] = [1, 2, 3, 4, 5, 6]) throws -> RecordReference {
    try write(name + ".hea", header)
    try write(name + ".dat", samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
    return reference(name)
  }

  /// The record of a name in this folder.
  func reference(_ name: String) -> RecordReference {
    let file = url.appendingPathComponent(name + ".hea")
    return RecordReference(name: file.deletingPathExtension().lastPathComponent, path: name, url: file, format: .wfdb)
  }

  /// The names of all files in the folder, sorted.
  var fileNames: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

extension Signal {
  /// The converter's integers, nil where missing; empty for physical samples.
  var digits: [Int32?] {
    guard case .digital(let values, _, _) = samples else { return [] }
    return values.map { $0 == SignalSamples.missing ? nil : $0 }
  }

  /// The physical values, nil where missing.
  var physicalValues: [Double?] {
    (0..<samples.count).map { index in
      let value = samples.physicalValue(at: index)
      return value.isNaN ? nil : value
    }
  }
}
