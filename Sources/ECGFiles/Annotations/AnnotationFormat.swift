/// The formats of annotations that this program knows: the one table of them.
public enum AnnotationFormat: String, Sendable, CaseIterable {
  /// WFDB's own, "MIT format": 16-bit words, a file an annotator beside the record.
  case wfdb
  /// The format of the American Heart Association's database: 16 bytes an annotation.
  case aha
  /// A table of comma-separated values, a row an annotation.
  case csv
  /// JSON Lines, an object an annotation.
  case jsonLines = "json"

  /// The name in messages.
  public var name: String {
    switch self {
    case .wfdb: "WFDB"
    case .aha: "AHA"
    case .csv: "CSV"
    case .jsonLines: "JSON Lines"
    }
  }

  /// Whether annotations are written in it; the others are only read.
  public var isWritten: Bool { self != .aha }

  /// The format of an annotator's file: AHA where it begins as such a file does and is one to its end.
  ///
  /// A WFDB file whose first annotation is a T-wave change at sample 512, say, begins in the same way, so that its two bytes decide nothing.
  static func ofAnnotatorFile(_ bytes: [UInt8]) -> AnnotationFormat { AHAAnnotations.recognises(bytes) ? .aha : .wfdb }
}
