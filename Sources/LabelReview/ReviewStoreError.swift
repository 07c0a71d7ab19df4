import Foundation
import GRDB

/// What went wrong with a review store, and the way on.
public enum ReviewStoreError: Error, Equatable, CustomStringConvertible {
  /// There is no store at the path, and none was to be made.
  case missing(path: String)
  /// The store, or the folder it should lie in, cannot be made or opened.
  case cannotOpen(path: String, reason: String)
  /// What is at the path is no file, or may not be read.
  case unreadable(path: String, reason: String)
  /// The file or its folder cannot be written.
  case readOnly(path: String)
  /// Another program held the store for longer than the busy timeout.
  case locked(path: String)
  /// There is no room for another verdict.
  case diskFull(path: String)
  /// The file is no database, or a damaged one.
  case damaged(path: String, reason: String)
  /// The file is a database of some other program.
  case notAStore(path: String)
  /// A newer program made the store.
  case newerStore(path: String, version: Int, known: Int)
  /// A newer program made the study.
  case newerStudy(String, version: Int, known: Int)
  /// An older store cannot be copied before it is brought up to date.
  case cannotBackUp(path: String, backup: String, reason: String)
  /// Any other failure of the database.
  case failed(path: String, reason: String)
  /// No study has the name or identifier.
  case unknownStudy(String)
  /// The case is not in the study.
  case unknownCase(String, study: String)
  /// A study of the name exists and asks about something else.
  case otherDiagnosis(study: String, stored: String, wanted: String)
  /// A store that is to be merged does not verify.
  case brokenSource(path: String, fault: String)
  /// A study of the name exists already.
  case studyExists(String)
  /// A sampled study takes no further cases.
  case sampledStudy(String)
  /// The reader has uncovered what the study hides on the case: the verdict before stands.
  case alreadyRevealed(record: String)
  /// A second verdict needs what the study hides to be uncovered first.
  case notRevealed(record: String)
  /// The study lets nobody uncover what it hides, or there is no verdict yet.
  case revealNotAllowed(record: String)
  /// An adjudicator may not be one of the readers.
  case adjudicatorIsReader(String, study: String)
  /// What is judged is not the recording that became the case.
  case otherRecording(record: String)
  /// An answer that does not fit what the study asks.
  case unfitAnswer(record: String, reason: String)
  /// A stroke that cannot follow the ones before it.
  case unfitStroke(record: String, reason: String)
  /// Another program of the same reader annotated the recording meanwhile.
  case strokesElsewhere(record: String)
  /// The file that was opened is not the one at the path any more.
  case displaced(path: String, reason: String)
  /// The file system keeps no locks, so that nobody can write safely.
  case noLocks(path: String)
  /// The database took a verdict and wrote nothing.
  case nothingWritten
  /// A reviewer needs a name.
  case namelessReviewer
  /// The name holds control characters or line ends.
  case unprintableReviewer
  /// The name stands for the label or the model.
  case reservedReviewer(String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no review store here; begin one with 'einthoven review', or name another with --store"
    case .cannotOpen(let path, let reason): "\(path): cannot make or open the review store (\(reason)); name another with --store"
    case .unreadable(let path, let reason): "\(path): no review store can be read here (\(reason)); name another with --store"
    case .readOnly(let path):
      "\(path): the review store or its folder cannot be written; make it writable or copy it and name the copy with --store"
    case .locked(let path): "\(path): another program holds the review store locked; nothing was saved, try again when it has finished"
    case .diskFull(let path): "\(path): the disk is full and nothing was saved; make room and try again"
    case .damaged(let path, let reason):
      "\(path): the review store is damaged (\(reason)); keep the file, restore a copy, or name another with --store"
    case .notAStore(let path): "\(path): a database, but not a review store; name another with --store"
    case .newerStore(let path, let version, let known):
      "\(path): made by a newer program (store version \(version), this one knows up to \(known)); update einthoven"
    case .newerStudy(let name, let version, let known):
      "study '\(name)': made by a newer program (settings version \(version), this one knows up to \(known)); update einthoven"
    case .cannotBackUp(let path, let backup, let reason):
      "\(path): an older review store, which is copied to \(backup) before it is brought up to date, and that failed (\(reason)); nothing was changed"
    case .failed(let path, let reason): "\(path): the review store failed (\(reason)); nothing was saved"
    case .unknownStudy(let name): "study '\(name)' is not in the store; 'einthoven study list' shows those that are"
    case .unknownCase(let name, let study): "case \(name) is not in study '\(study)'"
    case .otherDiagnosis(let study, let stored, let wanted):
      "study '\(study)' asks about \(stored), not \(wanted); choose another name with --study"
    case .brokenSource(let path, let fault): "\(path): its log does not verify, so nothing of it was merged (\(fault))"
    case .studyExists(let name): "study '\(name)' exists already; choose another name, nothing was changed"
    case .sampledStudy(let name): "study '\(name)' is a drawn sample and takes no further cases; make another with 'einthoven study create'"
    case .alreadyRevealed(let record): "\(record) is uncovered; the verdict you gave before stands"
    case .notRevealed(let record): "\(record): nothing is uncovered yet; a second verdict comes after that"
    case .revealNotAllowed(let record): "\(record): nothing can be uncovered before your verdict, or in a study made without --reveal"
    case .adjudicatorIsReader(let name, let study):
      "'\(name)' has judged cases of study '\(study)' and cannot settle where readers differ; name a third person with --reviewer"
    case .otherRecording(let record):
      "\(record): its samples are not those that became this case; it is another recording, on which no verdict is saved here"
    case .unfitAnswer(let record, let reason): "\(record): \(reason); nothing was saved"
    case .unfitStroke(let record, let reason): "\(record): \(reason); nothing was saved"
    case .strokesElsewhere(let record):
      "\(record): annotated by you in another program meanwhile; nothing was saved, open the case again to go on from there"
    case .displaced(let path, let reason):
      "\(path): the review store is not the file that was opened any more (\(reason)); nothing was saved"
    case .noLocks(let path):
      "\(path): the file system here keeps no locks, without which verdicts could be lost; name a store on another one with --store"
    case .nothingWritten: "the review store took the verdict and wrote nothing; einthoven study verify says what is wrong with it"
    case .namelessReviewer: "a reviewer needs a name; give one with --reviewer"
    case .unprintableReviewer:
      "a reviewer's name cannot hold control characters, such as arrow keys type, or line ends; give another name with --reviewer"
    case .reservedReviewer(let name): "'\(name)' stands for the \(name) itself and cannot be a reviewer; give another name with --reviewer"
    }
  }

  /// Runs database work and turns its errors into ours.
  static func translating<Result>(path: String, _ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw ReviewStoreError(error, path: path)
    } catch is RowDecodingError {
      throw ReviewStoreError.damaged(path: path, reason: "a row holds a value of the wrong type")
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = FileLocks.work(beside: path) ? .locked(path: path) : .noLocks(path: path)
    case .SQLITE_IOERR where !FileLocks.work(beside: path): self = .noLocks(path: path)
    case .SQLITE_IOERR where UnwritableStore.hasNoRoom(path): self = .diskFull(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, reason: reason)
    // Our statements are sound: it is the tables that are not ours any more.
    case .SQLITE_ERROR, .SQLITE_MISMATCH: self = .damaged(path: path, reason: reason)
    case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, reason: reason)
    default: self = .failed(path: path, reason: reason)
    }
  }
}
