import ECGFiles
import Foundation
import PlainText

/// Finds the record that a line of a file is about: by its path as it is written, by its place, else by its name where only one record has it.
struct RecordIndex {
  private var byPath: [ExactText: Int] = [:]
  private var byName: [ExactText: Int?] = [:]
  private var byPlace: [ExactText: Int]?
  private let references: [RecordReference]

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

  /// The record of a path and a name; nil where none is meant, or several may be.
  mutating func place(path: String?, name: String) -> Int? {
    if let path, let index = byPath[ExactText(path)] { return index }
    if let named = byName[ExactText(name)] {
      // Of one name alone in the audit: the same record seen from elsewhere, unless its path says that it is another.
      if let index = named { return index }
      guard let path else { return nil }
      return placed(path)
    }
    return nil
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
