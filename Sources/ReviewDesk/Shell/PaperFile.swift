import ECGPaper
import ECGSignal
import Foundation

/// What a user chose of the paper: a line each in a file of the state folder, read when the next session starts.
///
/// The layout is kept for the question it answers: who judges an axis on another view than `limb` has not chosen one for rhythms.
public struct PaperFile: Sendable {
  private let file: StateFile
  private let question: String

  /// The choices noted down in a file, for a question: the abbreviation of a diagnosis, or `view` where nothing is asked.
  public init(_ file: URL, question: String) {
    self.file = StateFile(file, limit: 1 << 14)
    self.question = question
  }

  /// What was chosen; nothing where the file cannot be read, and no value that cannot be.
  public func read() -> PaperChoices {
    let entries = entries()
    var choices = PaperChoices()
    choices.layout = entries["layout " + question].flatMap { LeadLayout($0) }
    choices.speed = entries["speed"].flatMap(Double.init).flatMap { PaperScale.speeds.contains($0) ? $0 : nil }
    choices.gain = entries["gain"].flatMap(Double.init).flatMap { PaperScale.gains.contains($0) ? $0 : nil }
    choices.isCabrera = entries["cabrera"].flatMap { Bool($0) }
    choices.ruling = entries["grid"].flatMap { PaperRuling(rawValue: $0) }
    choices.filter = entries["filter"].flatMap { DisplayFilter(rawValue: $0) }
    return choices
  }

  /// Replaces what was chosen; layouts of other questions stay.
  ///
  /// - Throws: what the file system says.
  public func write(_ choices: PaperChoices) throws {
    var entries = entries()
    entries["layout " + question] = choices.layout?.description
    entries["speed"] = choices.speed.map { "\($0)" }
    entries["gain"] = choices.gain.map { "\($0)" }
    entries["cabrera"] = choices.isCabrera.map { "\($0)" }
    entries["grid"] = choices.ruling?.rawValue
    entries["filter"] = choices.filter?.rawValue
    try file.write(entries.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" })
  }

  private func entries() -> [String: String] {
    let pairs = file.lines().compactMap { line -> (String, String)? in
      guard let middle = line.range(of: " = ") else { return nil }
      return (String(line[..<middle.lowerBound]), String(line[middle.upperBound...]))
    }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }
}
