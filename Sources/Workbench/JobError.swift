/// Why a job cannot begin or go on; each is one line for a person.
public enum JobError: Error, Equatable, CustomStringConvertible {
  /// An input does not exist or cannot be read.
  case missingInput(String)
  /// An input is not what it should be, or holds nothing to work on.
  case badData(String)
  /// An output cannot be made.
  case cannotCreate(String)
  /// An output could not be written to its end.
  case cannotWrite(String)

  /// The line.
  public var description: String {
    switch self {
    case .missingInput(let line), .badData(let line), .cannotCreate(let line), .cannotWrite(let line): line
    }
  }
}
