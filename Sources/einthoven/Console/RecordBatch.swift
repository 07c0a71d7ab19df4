import ArgumentParser
import ECG
import ECGFiles
import Foundation
import Workbench

/// Which files of a record may be read.
struct LinkOptions: ParsableArguments {
  @Flag(help: "Read signal and annotation files that are links out of the record's folder, as git-annex and DataLad keep them.")
  var followLinks = false

  /// The one record that a path means.
  ///
  /// - Throws: ``CommandFailure`` where it means several, naming the command that takes one.
  func record(at path: String, for command: String) throws -> RecordReference {
    let references = try RecordLocator.references(at: path, followingLinks: followLinks)
    guard references.count == 1, let reference = references.first else {
      throw CommandFailure.usage("\(path): \(references.count) records; \(command) takes one")
    }
    return reference
  }
}

/// Goes through the records that a command was given, reports those that fail, and goes on.
struct RecordBatch {
  private(set) var references: [RecordReference] = []
  private(set) var failures: [(message: String, code: Int32)] = []

  /// The records that the paths mean; a path that means none is reported and the others are kept.
  init(_ paths: [String], _ links: LinkOptions? = nil) {
    for path in paths {
      do { references += try RecordLocator.references(at: path, followingLinks: links?.followLinks ?? false) } catch { report(error) }
    }
  }

  /// Reports a record that failed.
  mutating func report(_ error: any Error) {
    let status = ExitStatus(error)
    let message = status?.message ?? "\(error)"
    Console.complain(message)
    failures.append((message, status?.code ?? ExitStatus.internalFault))
  }

  /// Does work on recordings under a bar and reports those that fail: `work` tells of each when it is done, and why where it failed.
  ///
  /// - Throws: What `work` throws, and ``CommandFailure`` where a signal left recordings undone.
  mutating func underBar<Result>(
    _ label: String, total: Int, _ work: (_ request: StopRequest, _ step: ((any Error)?) -> Void) throws -> Result
  ) throws -> Result {
    let interruption = Interruption()
    var progress = ProgressBar(label, total: total)
    defer { progress.finish() }
    var done = 0
    let result = try work(interruption.request) { failure in
      if let failure {
        progress.finish()
        report(failure)
      }
      done += 1
      progress.advance(to: done)
    }
    try interruption.check(done, of: total)
    return result
  }

  /// Ends the command: nothing failed, or the code of what did.
  ///
  /// Failures of several kinds make 65.
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
