import Files
import Foundation

extension ECGFileError {
  /// What went wrong with a file of a recording.
  init(_ error: FileError) {
    switch error {
    case .missing(let path, let reason): self = .missingInput(path: path, reason: reason)
    case .cutShort(let path, let expected, let found): self = .shortSignalFile(file: path, expectedBytes: expected, foundBytes: found)
    case .notRegular, .tooLong, .overBudget: self = .badSignalFile(file: error.path, problem: error.problem)
    case .tooLarge: self = .notARecord(path: error.path, reason: error.problem)
    case .cannotCreate(let path, let reason): self = .cannotCreate(path: path, reason: reason)
    case .cannotWrite(let path, let reason): self = .cannotWrite(path: path, reason: reason)
    }
  }

  /// Does something with files, its errors told as those of a recording's.
  static func mapping<Result: ~Copyable>(_ body: () throws(FileError) -> Result) throws(ECGFileError) -> Result {
    do throws(FileError) { return try body() } catch { throw ECGFileError(error) }
  }
}

extension URL {
  /// The URL without its extension, if that is one of those given.
  func deletingExtension(_ extensions: Set<String>) -> URL { extensions.contains(pathExtension) ? deletingPathExtension() : self }
}
