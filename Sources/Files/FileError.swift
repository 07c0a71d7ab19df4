import Foundation

/// Why a file or folder could not be opened, read, walked or written.
///
/// Every case is one line for a person: what, where, what was expected.
/// Text from paths may be part of the description as it is; whoever prints it replaces control characters.
public enum FileError: Error, Equatable, CustomStringConvertible {
  /// It does not exist, or the system does not let it be opened or read.
  case missing(path: String, reason: String)
  /// It is no regular file: a folder, a device, a pipe.
  case notRegular(path: String)
  /// It is longer than any file of its kind.
  case tooLong(path: String, byteCount: Int?, limit: Int)
  /// It ends before bytes that were expected.
  case cutShort(path: String, expectedBytes: Int, foundBytes: Int)
  /// A folder holds more, or lies deeper, than is walked.
  case tooLarge(folder: String, limit: String)
  /// What a file says would take more memory than a file of its length may cost.
  case overBudget(path: String, byteCount: Int)
  /// An output that cannot be created.
  case cannotCreate(path: String, reason: String)
  /// An output that could not be written to its end; nothing remains of it.
  case cannotWrite(path: String, reason: String)

  /// One line for a person.
  public var description: String { "\(path): \(problem)" }

  /// Whether it does not exist or cannot be read (exit code 66).
  public var isMissing: Bool {
    switch self {
    case .missing, .notRegular: true
    default: false
    }
  }

  /// The file or folder.
  public var path: String {
    switch self {
    case .missing(let path, _), .notRegular(let path), .tooLong(let path, _, _), .cutShort(let path, _, _), .tooLarge(let path, _),
      .overBudget(let path, _), .cannotCreate(let path, _), .cannotWrite(let path, _):
      path
    }
  }

  /// What is wrong with it, without its path.
  public var problem: String {
    switch self {
    case .missing(_, let reason): reason
    case .notRegular: "is not a regular file"
    case .tooLong(_, let byteCount?, let limit): "\(byteCount) bytes; expected at most \(limit)"
    case .tooLong(_, nil, let limit): "more than \(limit) bytes; expected at most so many"
    case .cutShort(_, let expected, let found): "ends after \(found) bytes; expected \(expected)"
    case .tooLarge(_, let limit): "\(limit) in and below this folder; expected a folder of recordings"
    case .overBudget(_, let byteCount): "\(byteCount) bytes that would take far more memory than their number; expected no such repetition"
    case .cannotCreate(_, let reason): "cannot be created: \(reason)"
    case .cannotWrite(_, let reason): "cannot be written: \(reason)"
    }
  }

  /// What kept it from being done, without what was to be done.
  fileprivate var cause: String {
    switch self {
    case .missing(_, let reason), .cannotCreate(_, let reason), .cannotWrite(_, let reason): reason
    default: problem
    }
  }

  /// What the system says about an error number.
  public static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT, ENOTDIR: "no such file or folder"
    case EACCES, EPERM: "permission denied"
    default: String(cString: strerror(code)).lowercased()
    }
  }
}

extension Error {
  /// Why something could not be done with a file whose path is told beside it.
  ///
  /// Foundation's own words for an error of ours would be that "the operation could not be completed".
  public var fileCause: String { (self as? FileError)?.cause ?? (self as NSError).localizedDescription }
}
