import ECGFiles
import Foundation

/// What a file or a batch says of recordings, found by their paths, else by their names where only one record has it.
struct RecordIndex<Value: Sendable>: Sendable {
  private var byPath: [[UInt8]: Value] = [:]
  /// By the record's name; nil where two records share it.
  private var byName: [[UInt8]: Value?] = [:]

  /// Whether nothing is known.
  var isEmpty: Bool { byPath.isEmpty }

  /// What is said of a recording.
  subscript(reference: RecordReference) -> Value? {
    byPath[Self.key(PlainStudy.casePath(reference))] ?? byPath[Self.key(reference.path)] ?? (byName[Array(reference.name.utf8)] ?? nil)
  }

  /// Adds what is said of a recording; returns what was said of the same path before.
  mutating func add(_ value: Value, path: String, name: String) -> Value? {
    if let other = byPath.updateValue(value, forKey: Self.key(path)) { return other }
    let isKnown = byName[Array(name.utf8)] != nil
    byName[Array(name.utf8)] = .some(isKnown ? nil : value)
    return nil
  }

  /// One spelling of a path, byte by byte: absolute, links resolved, without the extension of a header; what else follows a dot is a part of the name.
  private static func key(_ path: String) -> [UInt8] {
    let whole = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let header = ".hea"
    return Array(whole.hasSuffix(header) ? whole.utf8.dropLast(header.utf8.count) : whole.utf8[...])
  }
}
