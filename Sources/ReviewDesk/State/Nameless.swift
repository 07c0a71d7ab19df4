import ECGFiles
import Foundation

/// Takes the names and places of recordings out of what a blinded reader may read: a folder may be called after a diagnosis.
struct Nameless: Sendable {
  /// The records in the desk's order; none where nothing is blind.
  let references: [RecordReference]

  /// A text about a case, in which it is called by its number.
  func text(_ text: String, about index: Int) -> String {
    guard references.indices.contains(index) else { return text }
    let reference = references[index]
    let number = DeskCase.nameless(index)
    let (path, shown) = (reference.url.path, reference.path)
    func folder(_ path: String) -> String { (path as NSString).deletingLastPathComponent }
    var text = text
    // The longest first, so that no part of one stays behind.
    for secret in [path, shown, folder(path) + "/", folder(shown) + "/", folder(path), folder(shown)].sorted(by: {
      $0.utf8.count > $1.utf8.count
    })
    where secret.utf8.count > 1 && secret != "./" {
      text = text.replacing(secret, with: secret.hasSuffix("/") ? "" : number)
    }
    return Self.replacing(reference.name, with: number, in: text)
  }

  /// A name is replaced where it stands by itself: a record may be called 1.
  static func replacing(_ name: String, with number: String, in text: String) -> String {
    guard !name.isEmpty,
      let pattern = try? Regex("(?<![\\p{L}\\p{N}])" + NSRegularExpression.escapedPattern(for: name) + "(?![\\p{L}\\p{N}])")
    else {
      return text
    }
    return text.replacing(pattern, with: number)
  }
}

extension DeskMessage {
  /// The message without names and places of recordings.
  func nameless(_ nameless: Nameless, current: Int) -> DeskMessage {
    func text(_ words: String) -> String { nameless.text(words, about: current) }
    return switch self {
    case .loadingFailed(let ticket, let reason): .loadingFailed(ticket: ticket, text(reason))
    case .predictionFailed(let ticket, let reason): .predictionFailed(ticket: ticket, text(reason))
    case .storeFailed(let reason): .storeFailed(text(reason))
    case .decisionFailed(let reason): .decisionFailed(text(reason))
    default: self
    }
  }
}
