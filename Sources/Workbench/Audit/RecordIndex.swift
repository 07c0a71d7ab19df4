import ECGFiles
import Files
import Foundation
import PlainText

/// Finds the record that a line of a file is about: by its path as it is written, by its place, else by its name where only one record has it.
struct RecordIndex {
  private var byPath: [ExactText: Int] = [:]
  private var byName: [ExactText: Int?] = [:]
  private var byPlace: [ExactText: Int]?
  private let references: [RecordReference]
  private var certainties: [Int: Certainty] = [:]

  init(_ references: [RecordReference]) {
    self.references = references
    byPath.reserveCapacity(references.count)
    byName.reserveCapacity(references.count)
    for (index, reference) in references.enumerated() {
      byPath[ExactText(reference.path)] = index
      let name = ExactText(reference.name)
      byName[name] = byName[name] == nil ? .some(index) : .some(nil)
    }
  }

  /// How sure it is that a line is about a record.
  private enum Certainty: Int {
    case byName, byNameAndFolder, byPath
  }

  /// The record of a path and a name; nil where none is meant, several may be, or an earlier line is as surely about it.
  mutating func place(path: String?, name: String) -> Int? {
    guard let (index, certainty) = match(path: path, name: name) else { return nil }
    if let earlier = certainties[index], earlier.rawValue > certainty.rawValue || earlier == certainty && certainty != .byPath {
      return nil
    }
    certainties[index] = certainty
    return index
  }

  private mutating func match(path: String?, name: String) -> (index: Int, Certainty)? {
    if let path, let index = byPath[ExactText(path)] { return (index, .byPath) }
    guard let named = byName[ExactText(name)] else { return nil }
    guard let path else { return named.map { ($0, .byName) } }
    if let index = placed(path) { return (index, .byPath) }
    // Of one name alone in the audit: the same record seen from elsewhere, unless its path says that it is another.
    guard let index = named, !Self.isRecord(path) else { return nil }
    return (index, Self.folder(of: path) == Self.folder(of: references[index].path) ? .byNameAndFolder : .byName)
  }

  /// Whether a record lies at a path.
  private static func isRecord(_ path: String) -> Bool { ["", ".hea"].contains { PathKind(path + $0) == .regularFile } }

  /// The name of the folder in which a path lies.
  private static func folder(of path: String) -> ExactText {
    ExactText(((path as NSString).deletingLastPathComponent as NSString).lastPathComponent)
  }

  private mutating func placed(_ path: String) -> Int? {
    let places =
      byPlace
      ?? Dictionary(references.enumerated().map { (Self.key(PlainStudy.casePath($1)), $0) }, uniquingKeysWith: { first, _ in first })
    byPlace = places
    return places[Self.key(URL(fileURLWithPath: path).resolvingSymlinksInPath().path)]
  }

  private static func key(_ path: String) -> ExactText { ExactText(path.hasSuffix(".hea") ? String(path.dropLast(4)) : path) }
}
