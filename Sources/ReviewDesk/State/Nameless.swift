import Files
import Foundation

/// Takes the names and places of recordings out of what a blinded reader may read: a folder may be called after a diagnosis.
package struct Nameless: Sendable {
  /// Where a record is, as the program and as the reader writes it, and what it is called.
  package struct Place: Sendable {
    let name: String
    let paths: [String]

    /// A record's place.
    package init(name: String, paths: [String]) {
      self.name = name
      self.paths = paths
    }
  }

  /// The records in the desk's order; none where nothing is blind.
  let places: [Place]

  /// Takes out what tells of these records.
  package init(_ places: [Place]) { self.places = places }

  /// A text about a case, in which it is called by its number.
  package func text(_ text: String, about index: Int) -> String {
    guard places.indices.contains(index) else { return text }
    let number = DeskCase.nameless(index)
    let folders = places[index].paths.map { PathText.folder(of: $0) }
    // The longest first, so that no part of one stays behind.
    let secrets = (places[index].paths + folders.map { $0 + "/" } + folders).sorted { $0.utf8.count > $1.utf8.count }
    var text = text
    for secret in secrets where secret.utf8.count > 1 && secret.contains("/") {
      text = text.replacing(secret, with: secret.hasSuffix("/") ? "" : number)
    }
    return Self.replacing(places[index].name, with: number, in: text)
  }

  /// A name is replaced where it stands by itself: a record may be called 1.
  static func replacing(_ name: String, with number: String, in text: String) -> String {
    var result = ""
    var rest = text[...]
    while !name.isEmpty, let range = rest.firstRange(of: name) {
      let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
      let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
      let isPart = [before, after].contains { $0.isLetter || $0.isNumber }
      result += String(rest[..<range.lowerBound])
      result += isPart ? name : number
      rest = rest[range.upperBound...]
    }
    return result + String(rest)
  }
}

extension DeskMessage {
  /// The message without names and places of recordings.
  func nameless(_ nameless: Nameless, current: Int) -> DeskMessage {
    func text(_ words: String) -> String { nameless.text(words, about: current) }
    return switch self {
    case .loadingFailed(let ticket, let reason): .loadingFailed(ticket: ticket, text(reason))
    case .annotated(let ticket, let layers, let problems, let leads):
      .annotated(ticket: ticket, layers, problems: problems.map(text), leadOfSignal: leads)
    case .previewed(let index, .failed(let reason)): .previewed(caseIndex: index, .failed(nameless.text(reason, about: index)))
    case .predictionFailed(let ticket, let reason): .predictionFailed(ticket: ticket, text(reason))
    case .storeFailed(let reason): .storeFailed(text(reason))
    case .strokeFailed(let index, let reason): .strokeFailed(caseIndex: index, nameless.text(reason, about: index))
    case .annotationsWritten(let what): .annotationsWritten(text(what))
    case .annotationsNotWritten(let reason): .annotationsNotWritten(text(reason))
    case .decisionFailed(let reason): .decisionFailed(text(reason))
    default: self
    }
  }
}
