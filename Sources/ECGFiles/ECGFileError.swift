/// Why a recording could not be found, read or written.
///
/// Every case is one line for a person: what, where, what was expected.
/// Text from files and paths may be part of the description as it is; whoever prints it replaces control characters.
public enum ECGFileError: Error, Equatable, CustomStringConvertible {
  /// An input does not exist or cannot be opened.
  case missingInput(path: String, reason: String)
  /// A folder that holds no recording.
  case noRecords(path: String)
  /// A file that is neither a recording nor a list of recordings.
  case notARecord(path: String, reason: String)
  /// A file of a format that is not read.
  case otherFormat(path: String, name: String)
  /// A header that cannot be understood, or whose values cannot be true. Lines count from 1.
  case badHeader(file: String, line: Int?, problem: String)
  /// A signal file that may not or cannot be read.
  case badSignalFile(file: String, problem: String)
  /// A signal file that ends before the samples which the header declares.
  case shortSignalFile(file: String, expectedBytes: Int, foundBytes: Int)
  /// A record that declares more samples than this program decodes.
  case tooManySamples(record: String, samples: Int?, limit: Int)
  /// A segment of a multi-segment record that does not fit the record.
  case badSegment(record: String, segment: String, problem: String)
  /// Annotations that cannot be understood, or that their format cannot hold. Lines count from 1.
  case badAnnotations(file: String, line: Int?, problem: String)
  /// An output that cannot be created.
  case cannotCreate(path: String, reason: String)
  /// An output that could not be written to its end; nothing remains of it.
  case cannotWrite(path: String, reason: String)
  /// A record that an output format cannot hold.
  case notRepresentable(path: String, reason: String)

  /// Whether an input does not exist or cannot be opened (exit code 66); any other failure to read is bad data (65).
  public var isMissingInput: Bool {
    switch self {
    case .missingInput, .noRecords: true
    default: false
    }
  }

  /// Whether an output could not be created (exit code 73) or written (74).
  public var isOutputFailure: Bool {
    switch self {
    case .cannotCreate, .cannotWrite: true
    default: false
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .missingInput(let path, let reason): "\(path): \(reason)"
    case .noRecords(let path): "\(path): no recording in this folder or below it; only WFDB is read"
    case .notARecord(let path, let reason): "\(path): neither a recording nor a list of recordings: \(reason)"
    case .otherFormat(let path, let name): "\(path): \(name); only WFDB is read: a header (.hea) beside its signal files"
    case .badHeader(let file, let line?, let problem): "\(file), line \(line): \(problem)"
    case .badHeader(let file, nil, let problem): "\(file): \(problem)"
    case .badSignalFile(let file, let problem): "\(file): \(problem)"
    case .shortSignalFile(let file, let expected, let found):
      "\(file): the signal file has \(found) bytes, but its header declares samples that take \(expected)"
    case .tooManySamples(let record, let samples?, let limit):
      "\(record): declares \(samples) samples; expected at most \(limit)"
    case .tooManySamples(let record, nil, let limit):
      "\(record): declares more samples than can be counted; expected at most \(limit)"
    case .badSegment(let record, let segment, let problem): "\(record), segment \(segment): \(problem)"
    case .badAnnotations(let file, let line?, let problem): "\(file), line \(line): \(problem)"
    case .badAnnotations(let file, nil, let problem): "\(file): \(problem)"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
    case .notRepresentable(let path, let reason): "\(path): \(reason)"
    }
  }
}
