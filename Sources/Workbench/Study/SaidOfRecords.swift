import ECGFiles
import Foundation
import PlainText

/// What a file or a batch says of recordings, found by their paths, else by their names where only one record has it.
struct SaidOfRecords<Value: Sendable>: Sendable {
  private var byPath: [ExactText: Value] = [:]
  /// By the record's name; nil where two records share it.
  private var byName: [ExactText: Value?] = [:]

  /// Whether nothing is known.
  var isEmpty: Bool { byName.isEmpty }

  /// What is said of a recording.
  subscript(reference: RecordReference) -> Value? {
    if !byPath.isEmpty, let value = byPath[Self.key(PlainStudy.casePath(reference))] ?? byPath[Self.key(reference.path)] { return value }
    return byName[ExactText(reference.name)] ?? nil
  }

  /// Adds what is said of a recording; returns what was said of the same path before, or, where there is no path, of the same name.
  mutating func add(_ value: Value, path: String?, name: String) -> Value? {
    let name = ExactText(name)
    if let path, let other = byPath.updateValue(value, forKey: Self.key(path)) { return other }
    let before = byName[name]
    byName[name] = .some(before == nil ? value : nil)
    return path == nil ? before ?? nil : nil
  }

  /// One spelling of a path, byte by byte: absolute, links resolved, without the extension of a header; what else follows a dot is a part of the name.
  private static func key(_ path: String) -> ExactText {
    let whole = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let header = ".hea"
    return ExactText(whole.hasSuffix(header) ? String(whole.dropLast(header.count)) : whole)
  }
}
