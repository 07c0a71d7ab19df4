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

  /// Opens a record and reads its header.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or cannot be parsed. Values that cannot be true do not throw here.
  static func open(_ reference: RecordReference) throws -> any OpenRecord

  /// What a record says about its patient and diagnoses, as far as it can be read: of a header for nothing but labels no more than comments matter.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or no text.
  static func readStatements(_ reference: RecordReference) throws -> RecordStatements
}

/// A record whose header has been read: once, whatever is asked of it.
public protocol OpenRecord {
  /// What the header says.
  var facts: RecordFacts { get }

  /// Reads the samples.
  ///
  /// - Throws: ``ECGFileError``.
  func read() throws -> SignalRecord

  /// Reads the beginning of a record alone, without judging the rest.
  ///
  /// - Returns: nil where the format, or this record, cannot be read in part.
  /// - Throws: ``ECGFileError``.
  func beginning(seconds: Double) throws -> SignalRecord?
}

extension OpenRecord {
  /// Most formats are read whole.
  public func beginning(seconds: Double) throws -> SignalRecord? { nil }
}

/// What a record says about its patient and diagnoses.
public struct RecordStatements: Sendable, Hashable {
  /// The patient.
  public var patient = Patient()
  /// Diagnoses as the file writes them.
  public var diagnoses: [String] = []
  /// The part of a data set that the record was dealt into (`#Fold: 9`), where stated.
  public var fold: Int?

  /// What ``diagnoses`` say of each of the 24.
  public var labels: DiagnosisLabels { DiagnosisLabels(diagnoses) }
}

extension RecordingFormat {
  /// A file that a path to it means.
  static func isMainFile(_ path: String) -> Bool { mainFile(forPath: path) == path }
}
