import ECG
import Files
import Foundation

extension AnnotationFile {
  /// Reads the file of an annotator, which lies beside its record: `100.atr` for the record `100`; as a signal file, it is a link out of the folder
  /// only where these may be followed.
  ///
  /// - Throws: ``ECGFileError``.
  public static func read(_ reference: RecordReference, annotator: String) throws(ECGFileError) -> AnnotationFile {
    try checkName(annotator)
    let fileName = "\(reference.name).\(annotator)"
    let shown = reference.shownPath(of: fileName)
    let path = try WFDBFolder(reference).pathInside(fileName)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try RegularFile(path: path, shownAs: shown).contents(limit: largestByteCount)
    } catch {
      switch error {
      case .tooLong(_, let byteCount?, let limit):
        throw .badAnnotations(file: shown, line: nil, problem: "\(byteCount) bytes; expected an annotation file of at most \(limit)")
      case .notRegular: throw .badAnnotations(file: shown, line: nil, problem: error.problem)
      default: throw ECGFileError(error)
      }
    }
    return try AnnotationFile(parsing: bytes, file: shown)
  }

  /// The bytes of the file of an annotator beside a record; nil where there is none, or one that is too long to be read.
  ///
  /// - Throws: ``ECGFileError`` where the name is none for an annotator.
  public static func storedBytes(_ reference: RecordReference, annotator: String) throws(ECGFileError) -> [UInt8]? {
    try checkName(annotator)
    return try? RegularFile.contents(of: "\(reference.folder)/\(reference.name).\(annotator)", limit: largestByteCount)
  }

  /// The record that a path means where its annotations are all that is asked for: a missing header is no obstacle where the annotator's file is there.
  ///
  /// - Throws: ``ECGFileError`` where there is neither.
  public static func reference(at path: String, annotator: String, followingLinks: Bool = false) throws -> RecordReference {
    try checkName(annotator)
    do {
      let found = try RecordLocator.references(at: path, followingLinks: followingLinks)
      if found.count == 1, let reference = found.first { return reference }
      throw ECGFileError.notARecord(path: path, reason: "\(found.count) records; expected one")
    } catch let error as ECGFileError {
      let base = path.hasSuffix(".hea") ? String(path.dropLast(4)) : path
      guard PathKind("\(base).\(annotator)") == .regularFile else { throw error }
      let url = URL(fileURLWithPath: base + ".hea")
      var reference = RecordReference(name: url.deletingPathExtension().lastPathComponent, path: base, url: url, format: .wfdb)
      reference.followsLinks = followingLinks
      return reference
    }
  }

  /// Writes the annotations as the file of an annotator beside a record: whole or not at all, and never over another file unless told to.
  ///
  /// - Parameters:
  ///   - folder: The file's folder; nil for the record's own.
  ///   - replacing: Whether a file of this name is replaced; it is kept as `RECORD.NAME~`, or `RECORD.NAME~2` and so on.
  ///   - keepsOriginal: Whether it is kept; false for a file that holds nothing of anybody else.
  /// - Returns: The path of the file that was replaced and kept; nil where there was none.
  /// - Throws: ``ECGFileError`` where the name is none for an annotator or belongs to the record's own files, or nothing can be written.
  @discardableResult
  public func write(
    _ reference: RecordReference, annotator: String, in folder: String? = nil, replacing: Bool = false, keepsOriginal: Bool = true
  ) throws(ECGFileError) -> String? {
    try Self.checkName(annotator)
    let fileName = "\(reference.name).\(annotator)"
    let path = "\(folder ?? reference.folder)/\(fileName)"
    try Self.checkThatNothingElseHasName(fileName, of: reference, path: path)
    let bytes = try bytes(file: path)
    let isWritten: Bool
    do throws(FileError) {
      var output = try OutputFile(path: path)
      try output.write(bytes)
      if replacing, keepsOriginal { return try output.finishKeepingOriginal() }
      if replacing {
        try output.finish()
        return nil
      }
      isWritten = try output.finishIfNew()
    } catch {
      throw ECGFileError(error)
    }
    guard isWritten else {
      throw .cannotCreate(
        path: path, reason: "it exists already; give --force to replace it, and the file as it is will be kept as \(fileName)~")
    }
    return nil
  }

  /// Refuses what is no name of an annotator, which becomes the extension of a file.
  ///
  /// - Throws: ``ECGFileError/notRepresentable(path:reason:)``.
  public static func checkName(_ annotator: String) throws(ECGFileError) {
    let isName =
      (1...64).contains(annotator.utf8.count)
      && annotator.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "_-".unicodeScalars.contains($0))
      }
    guard isName, !ReservedExtensions.ofRecordings.contains(annotator.lowercased()) else {
      throw .notRepresentable(
        path: annotator,
        reason: "no name of an annotator; expected letters, digits, _ or -, and no extension that recordings use, such as dat")
    }
  }

  /// Refuses the name of a signal file of the record.
  private static func checkThatNothingElseHasName(_ fileName: String, of reference: RecordReference, path: String) throws(ECGFileError) {
    guard reference.format == .wfdb, let header = try? WFDBHeader(path: reference.url.path, shownAs: reference.path) else { return }
    guard !header.signals.contains(where: { $0.fileName == fileName }) else {
      throw .cannotCreate(path: path, reason: "it is a signal file of the record")
    }
  }
}
