/// Why a training cannot begin, go on, or be resumed.
public enum TrainerError: Error, Equatable, CustomStringConvertible {
  /// Fewer recordings than batch normalisation can compare.
  case tooFewRecordings(count: Int)
  /// Fewer sources than can be told apart.
  case tooFewSources(count: Int)
  /// The loss, or the network's input, is no finite number any more.
  case diverged(epoch: Int, step: Int, records: [String], isInput: Bool)
  /// A checkpoint belongs to another training.
  case otherSettings(file: String, name: String, stored: String, given: String)
  /// A checkpoint belongs to other recordings.
  case otherData(file: String)
  /// A file is no checkpoint of a training.
  case badCheckpoint(file: String, reason: String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .tooFewRecordings(let count): return "\(count) recordings to train on; expected at least 2"
    case .tooFewSources(let count):
      return "recordings of \(count) sources; expected at least 2 to unlearn: a source is the letters that records' names begin with"
    case .diverged(let epoch, let step, let records, let isInput):
      let what = isInput ? "holds a value that is no finite number" : "has the largest loss; try a lower --lr"
      return "epoch \(epoch), step \(step): the loss is no finite number; \(records.joined(separator: ", ")) \(what)"
    case .otherSettings(let file, let name, let stored, let given):
      return "\(file): this training was begun with \(name) \(stored), not \(given); resume with the same options, or remove the file"
    case .otherData(let file):
      return "\(file): this training was begun on other recordings or labels; resume with the same, or remove the file"
    case .badCheckpoint(let file, let reason): return "\(file): not a checkpoint of a training: \(reason)"
    }
  }
}
