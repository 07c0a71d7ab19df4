import ArgumentParser
import Classification
import ECG
import ECGFiles
import Evaluation
import Files
import LabelReview
import PlainText
import ReviewDesk
import SEResNet
import TerminalUI
import Training
import Workbench

/// The exit code of sysexits(3) and the line on standard error for every error of every room: the one table.
struct ExitStatus {
  /// The exit code.
  let code: Int32
  /// The line to print; nil where everything has been said.
  let message: String?

  static let usage: Int32 = 64
  static let badData: Int32 = 65
  static let noInput: Int32 = 66
  static let internalFault: Int32 = 70
  static let cannotCreate: Int32 = 73
  static let outputFailed: Int32 = 74

  /// The status of an error; nil for the argument parser's own errors and requests, which it prints and codes itself.
  init?(_ error: any Error) {
    switch error {
    case let error as CommandFailure: self.init(code: error.code, message: error.message)
    case let error as FileError: self.init(code: Self.code(of: error), message: "\(error)")
    case let error as ECGFileError: self.init(code: Self.code(of: error), message: "\(error)")
    case let error as RecordingError: self.init(code: Self.badData, message: "\(error)")
    case let error as ModelError: self.init(code: Self.code(of: error), message: "\(error)")
    case let error as PredictorError:
      if case .unknownKernel = error {
        self.init(code: Self.usage, message: "\(error)")
      } else {
        self.init(code: Self.badData, message: "\(error)")
      }
    case let error as TrainerError: self.init(code: Self.code(of: error), message: "\(error)")
    case let error as TrainingError: self.init(code: Self.badData, message: "\(error)")
    case let error as EnsembleError: self.init(code: Self.badData, message: "\(error)")
    case let error as EvaluationError:
      self.init(code: error.isMissingInput ? Self.noInput : Self.badData, message: "\(error)")
    case let error as JobError: self.init(code: Self.code(of: error), message: "\(error)")
    case let error as ReviewStoreError: self.init(code: Self.code(of: error), message: "\(error)")
    case let error as StillFrame.UnshownCase: self.init(code: Self.badData, message: "\(error)")
    case let error as TerminalError: self.init(code: Self.usage, message: "\(error)")
    case let error as KeymapError: self.init(code: Self.badData, message: "\(error)")
    case is ExitCode, is CleanExit, is ValidationError: return nil
    default:
      // The parser's own error types are private; they all know how to print themselves.
      if String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") { return nil }
      self.init(code: Self.internalFault, message: "internal error: \(error)")
    }
  }

  private init(code: Int32, message: String?) {
    self.code = code
    self.message = message
  }

  private static func code(of error: ECGFileError) -> Int32 {
    if error.isMissingInput { return noInput }
    if case .cannotWrite = error { return outputFailed }
    return error.isOutputFailure ? cannotCreate : badData
  }

  private static func code(of error: FileError) -> Int32 {
    switch error {
    case .cannotCreate: cannotCreate
    case .cannotWrite: outputFailed
    default: error.isMissing ? noInput : badData
    }
  }

  private static func code(of error: ModelError) -> Int32 {
    switch error {
    case .unreadable: noInput
    case .unwritable: cannotCreate
    default: badData
    }
  }

  private static func code(of error: TrainerError) -> Int32 {
    switch error {
    case .otherSettings: usage
    default: badData
    }
  }

  private static func code(of error: JobError) -> Int32 {
    switch error {
    case .missingInput: noInput
    case .badData: badData
    case .cannotCreate: cannotCreate
    case .cannotWrite: outputFailed
    }
  }

  private static func code(of error: ReviewStoreError) -> Int32 {
    switch error {
    case .missing, .unreadable, .unknownStudy, .unknownCase: noInput
    case .cannotOpen, .readOnly, .diskFull, .cannotBackUp, .noLocks: cannotCreate
    case .locked, .failed, .displaced, .nothingWritten: outputFailed
    case .damaged, .notAStore, .newerStore, .newerStudy, .brokenSource, .otherRecording, .unfitAnswer, .unfitStroke, .strokesElsewhere:
      badData
    case .otherDiagnosis, .namelessReviewer, .unprintableReviewer, .reservedReviewer, .studyExists, .sampledStudy, .alreadyRevealed,
      .notRevealed, .revealNotAllowed, .adjudicatorIsReader:
      usage
    }
  }
}

/// A failure that a command found itself.
struct CommandFailure: Error {
  let code: Int32
  /// The line to print; nil where everything has been said.
  let message: String?

  static func usage(_ message: String) -> CommandFailure { CommandFailure(code: ExitStatus.usage, message: message) }
  static func badData(_ message: String) -> CommandFailure { CommandFailure(code: ExitStatus.badData, message: message) }
  static func noInput(_ message: String) -> CommandFailure { CommandFailure(code: ExitStatus.noInput, message: message) }
  static func cannotCreate(_ message: String) -> CommandFailure { CommandFailure(code: ExitStatus.cannotCreate, message: message) }
  static func outputFailed(_ message: String) -> CommandFailure { CommandFailure(code: ExitStatus.outputFailed, message: message) }
}
