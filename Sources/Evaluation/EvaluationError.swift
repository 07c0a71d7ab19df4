import Files

/// Why labels and outputs cannot be evaluated.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// An input that does not exist or cannot be read.
  case missing(path: String, reason: String)
  /// A folder without label headers.
  case noLabels(path: String)
  /// A file that is not what it should be.
  case malformed(path: String, line: Int?, expected: String)
  /// Predictions of several models in one file, as of parts that were put together.
  case otherModel(path: String, line: Int, model: String, first: String)
  /// Two recordings of one name, which outputs could not be told apart by.
  case repeatedRecord(name: String, path: String)
  /// Recordings with labels but without outputs.
  case noOutput(records: [String], path: String)

  /// Whether an input does not exist or cannot be read; anything else is bad data.
  public var isMissingInput: Bool {
    switch self {
    case .missing, .noLabels: true
    default: false
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .missing(let path, let reason): "\(path): \(reason)"
    case .noLabels(let path): "\(path): no recording with a label that can be read; expected headers with #Dx lines"
    case .malformed(let path, let line?, let expected): "\(path), line \(line): cannot be read; expected \(expected)"
    case .malformed(let path, nil, let expected): "\(path): cannot be read; expected \(expected)"
    case .otherModel(let path, let line, let model, let first):
      "\(path), line \(line): made by model \(model), and the lines above by model \(first); expected predictions of one model"
    case .repeatedRecord(let name, let path): "\(path): a second record named \(name); labels and outputs are joined by name"
    case .noOutput(let records, let path):
      records.count == 1
        ? "\(path): no output for the record \(records[0]); expected one for every label"
        : "\(path): no output for \(records.count) records, \(records[0]) the first; expected one for every label"
    }
  }
}

extension EvaluationError {
  /// What went wrong with a file.
  init(_ error: FileError) { self = .missing(path: error.path, reason: error.problem) }
}
