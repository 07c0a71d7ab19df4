import Foundation
import TestSupport
import Testing

/// The built program: where it is, and one run of it.
enum Program {
  /// What a run left behind.
  struct Outcome {
    let code: Int32
    let standardOutput: Data
    let standardError: Data

    /// Standard output as text; bytes that are no UTF-8 become U+FFFD.
    var output: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text.
    var complaints: String { String(decoding: standardError, as: UTF8.self) }
    /// The lines of standard output, without the empty piece after the last newline.
    var lines: [String] {
      var lines = output.components(separatedBy: "\n")
      if lines.last == "" { lines.removeLast() }
      return lines
    }
  }

  /// Why a run has no outcome.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// No run takes longer; one that does is ended and fails.
  static let patience: TimeInterval = 60

  /// The program under test: `EINTHOVEN_BINARY`, else beside the test bundle, else in the checkout's build folder.
  static func path() throws -> String {
    let isRunnable = FileManager.default.isExecutableFile(atPath:)
    if let named = ProcessInfo.processInfo.environment["EINTHOVEN_BINARY"], !named.isEmpty {
      guard isRunnable(named) else { throw Failure(description: "EINTHOVEN_BINARY is \(named), which cannot be run") }
      return named
    }
    let built = Checkout.root.appendingPathComponent(".build/release/einthoven").path
    for candidate in besideTests() + [built] where isRunnable(candidate) { return candidate }
    throw Failure(description: "no program to test: build it with `swift build -c release`, or set EINTHOVEN_BINARY")
  }

  /// The program in the folder of the test bundle, or one above it.
  private static func besideTests() -> [String] {
    var folder = URL(fileURLWithPath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
    var candidates: [String] = []
    for _ in 0..<3 {
      candidates.append(folder.appendingPathComponent("einthoven").path)
      folder.deleteLastPathComponent()
    }
    return candidates
  }

  /// Runs the program to its end, its output into files, so that no amount of it blocks.
  ///
  /// - Parameters:
  ///   - outputPath: Where standard output goes instead, such as `/dev/full`.
  ///   - errorPath: Where standard error goes instead.
  static func run(
    _ arguments: [String], in workspace: Workspace, environment: [String: String] = [:], outputPath: String? = nil, errorPath: String? = nil
  ) throws -> Outcome {
    let outputFile = outputPath.map { URL(fileURLWithPath: $0) } ?? workspace.scratch()
    let errorFile = errorPath.map { URL(fileURLWithPath: $0) } ?? workspace.scratch()
    let child = try start(
      [path()] + arguments, in: workspace, environment: environment, outputPath: outputFile.path, errorPath: errorFile.path)
    guard case .exit(let code) = try child.wait(patience: patience) else {
      throw Failure(description: "einthoven \(arguments.joined(separator: " ")): ended by a signal")
    }
    let output = outputPath == nil ? try Data(contentsOf: outputFile) : Data()
    let complaints = errorPath == nil ? try Data(contentsOf: errorFile) : Data()
    return Outcome(code: code, standardOutput: output, standardError: complaints)
  }

  /// Starts a command in a workspace's folder and environment.
  static func start(
    _ command: [String], in workspace: Workspace, environment: [String: String] = [:], outputPath: String = "/dev/null", errorPath: String
  ) throws -> Child {
    try Child(
      command, environment: workspace.environment.merging(environment) { $1 }, folder: workspace.path, outputPath: outputPath,
      errorPath: errorPath)
  }
}
