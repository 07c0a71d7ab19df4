import ECG
import Files
import Foundation

/// What the annotators' files beside a record hold.
public struct AnnotatorsBeside: Sendable {
  /// The annotations of one annotator.
  public struct Annotator: Sendable {
    /// Its name: the extension of its file.
    public let name: String
    /// The annotations, at the record's own rate, in the file's order.
    public let annotations: [Annotation]

    /// Annotations under a name.
    public init(name: String, annotations: [Annotation]) {
      self.name = name
      self.annotations = annotations
    }
  }

  /// The annotators: `atr`, the reference, first, then by name.
  public private(set) var annotators: [Annotator] = []
  /// Files that have an annotator's name and cannot be read as one, with the reason.
  public private(set) var problems: [String] = []
  /// The lead of each signal, in the order of the record's signals; nil for one that is no lead.
  public private(set) var leadOfSignal: [Lead?] = []
  /// The record's samples per second.
  public private(set) var samplingRateHertz = 0.0
  /// The record's length in samples; nil where it is not known.
  public private(set) var sampleCount: Int?

  /// More files than these beside one record are no annotators of it.
  private static let mostFiles = 64

  /// Reads those of some names that lie beside a record; nil reads all that are found there.
  ///
  /// A file that was not asked for by name and is none of annotations is left out, and told among the ``problems``.
  ///
  /// - Throws: ``ECGFileError`` where the record's header cannot be read, or an annotator that was asked for.
  public init(_ reference: RecordReference, only names: [String]? = nil) throws {
    let facts = try RecordFile.readHeader(reference)
    samplingRateHertz = facts.samplingRateHertz ?? 0
    sampleCount = facts.sampleCount
    leadOfSignal = facts.signalNames.map { Lead(signalName: $0) }
    guard samplingRateHertz > 0 else { return }
    if let names {
      for name in names { try add(name, of: reference) }
      return
    }
    for name in try Self.names(beside: reference) {
      do {
        try add(name, of: reference)
      } catch {
        problems.append("\(error)")
      }
    }
  }

  private mutating func add(_ name: String, of reference: RecordReference) throws(ECGFileError) {
    let file = try AnnotationFile.read(reference, annotator: name)
    if let warning = file.warnings.first { problems.append("\(warning)") }
    annotators.append(Annotator(name: name, annotations: file.annotations(atHertz: samplingRateHertz)))
  }

  /// The names of the annotators whose files lie beside a record.
  public static func names(beside reference: RecordReference) throws(ECGFileError) -> [String] {
    let beginning = "\(reference.folder)/\(reference.name)."
    var walk = FolderWalk()
    let files = try ECGFileError.mapping { () throws(FileError) in
      try walk.files(in: reference.folder, isRecursive: false) { path in
        guard path.utf8.starts(with: beginning.utf8), path != reference.mainFile else { return false }
        let name = String(path.dropFirst(beginning.count))
        return !ReservedExtensions.ofOtherFiles.contains(name.lowercased()) && (try? AnnotationFile.checkName(name)) != nil
      }
    }
    guard !files.isEmpty else { return [] }
    let own = (try? signalFiles(of: reference)) ?? []
    let names = files.map { String($0.dropFirst(beginning.count)) }.filter { !own.contains("\(reference.name).\($0)") }.prefix(mostFiles)
    return names.sorted { ($0 == "atr" ? 0 : 1, $0) < ($1 == "atr" ? 0 : 1, $1) }
  }

  private static func signalFiles(of reference: RecordReference) throws -> Set<String> {
    guard reference.format == .wfdb else { return [] }
    return Set(try WFDBHeader(path: reference.mainFile, shownAs: reference.path).signals.map(\.fileName))
  }
}
