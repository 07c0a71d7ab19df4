import ECGFiles
import Foundation

/// Goes through the records that a command was given, reports those that fail, and goes on.
struct RecordBatch {
  private(set) var references: [RecordReference] = []
  private(set) var failures: [(message: String, code: Int32)] = []

  /// The records that the paths mean; a path that means none is reported and the others are kept.
  init(_ paths: [String]) {
    for path in paths {
      do { references += try RecordLocator.references(at: path) } catch { report(error) }
    }
  }

  /// Reports a record that failed.
  mutating func report(_ error: any Error) {
    let status = ExitStatus(error)
    let message = status?.message ?? "\(error)"
    Console.complain(message)
    failures.append((message, status?.code ?? ExitStatus.internalFault))
  }

  /// Ends the command: nothing failed, or the code of what did.
  ///
  /// A missing input alone is 66; anything else that failed makes 65.
  func finish() throws {
    guard let first = failures.first else { return }
    let code = failures.allSatisfy { $0.code == first.code } ? first.code : ExitStatus.badData
    throw CommandFailure(code: code, message: nil)
  }

  /// The references, or the failure that left none.
  func nonEmpty() throws -> [RecordReference] {
    if references.isEmpty { try finish() }
    return references
  }
}
