import ECG

/// The formats of recordings that this program reads: the one table of them.
///
/// A new format is a case here, its line in ``reader``, and a folder with a ``RecordingFormat``.
public enum FileFormat: String, CaseIterable, Sendable {
  /// WaveForm DataBase, PhysioNet's format: a text header (`.hea`) and signal files beside it.
  case wfdb

  /// The name in messages.
  public var name: String {
    switch self {
    case .wfdb: "WFDB"
    }
  }

  /// The type that reads the format.
  public var reader: any RecordingFormat.Type {
    switch self {
    case .wfdb: WFDBFormat.self
    }
  }
}

/// What the program needs of a file format: recognise a record, read its header, read it whole.
public protocol RecordingFormat {
  /// The file that stands for the record which a path means, or nil where the path means no record of this format.
  ///
  /// For WFDB `100`, `100.hea` and `100.dat` all mean `100.hea`.
  static func mainFile(forPath path: String) -> String?

  /// Whether a regular file stands for a record when a folder is searched.
  static func isMainFile(_ path: String) -> Bool

  /// The path under which a record that a search found is shown, from the path of its main file.
  static func shownPath(ofMainFile path: String) -> String

  /// Main files of other records that are parts of this record and are not listed on their own.
  static func parts(ofMainFile path: String) -> [String]

  /// Reads the header only.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or cannot be parsed. Values that cannot be true do not throw here.
  static func readHeader(_ reference: RecordReference) throws -> RecordFacts

  /// Reads the whole record.
  ///
  /// - Throws: ``ECGFileError``.
  static func read(_ reference: RecordReference) throws -> SignalRecord
}

extension RecordingFormat {
  /// A file that a path to it means.
  static func isMainFile(_ path: String) -> Bool { mainFile(forPath: path) == path }
}
