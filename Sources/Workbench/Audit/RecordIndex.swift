import ECG
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

  /// How sure it is that a line is about a record.
  private enum Certainty: Int {
    case byName, byNameAndFolder, byNameAndSamples, byPath
  }

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

  /// The record of a path and a name; nil where none is meant, several may be, or an earlier line is as surely about it.
  ///
  /// - Parameter digest: Of the recording that the line is about, where it tells.
  mutating func place(path: String?, name: String, digest: RecordingDigest? = nil) -> Int? {
    guard let (index, certainty) = match(path: path, name: name, digest: digest) else { return nil }
    if let earlier = certainties[index], earlier.rawValue > certainty.rawValue || earlier == certainty && certainty != .byPath {
      return nil
    }
    certainties[index] = certainty
    return index
  }

  private mutating func match(path: String?, name: String, digest: RecordingDigest?) -> (index: Int, Certainty)? {
    if let path, let index = byPath[ExactText(path)] { return (index, .byPath) }
    guard let named = byName[ExactText(name)] else { return nil }
    if let path, let index = placed(path) { return (index, .byPath) }
    guard let index = named, references[index].mayBe(RecordSaidOf(path: path, digest: digest)) else { return nil }
    if digest != nil { return (index, .byNameAndSamples) }
    let isInFolder = path.map { Self.folder(of: $0) == Self.folder(of: references[index].path) } ?? false
    return (index, isInFolder ? .byNameAndFolder : .byName)
  }

  /// The name of the folder in which a path lies.
  private static func folder(of path: String) -> ExactText { ExactText((PathText.folder(of: path) as NSString).lastPathComponent) }

  private mutating func placed(_ path: String) -> Int? {
    let places =
      byPlace
      ?? Dictionary(references.enumerated().map { (Self.key(PlainStudy.casePath($1)), $0) }, uniquingKeysWith: { first, _ in first })
    byPlace = places
    return places[Self.key(URL(fileURLWithPath: path).resolvingSymlinksInPath().path)]
  }

  private static func key(_ path: String) -> ExactText { ExactText(path.hasSuffix(".hea") ? String(path.dropLast(4)) : path) }
}
