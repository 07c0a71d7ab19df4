import ECG
import Files

/// WFDB, the format of PhysioNet: a header in text and signal files beside it.
enum WFDBFormat: RecordingFormat {
  static func mainFile(forPath path: String) -> String? {
    if path.hasSuffix(".hea") { return PathKind(path) == .regularFile ? path : nil }
    if PathKind(path + ".hea") == .regularFile { return path + ".hea" }
    for suffix in [".dat", ".mat"] where path.hasSuffix(suffix) {
      let header = String(path.dropLast(suffix.count)) + ".hea"
      if PathKind(header) == .regularFile { return header }
    }
    return nil
  }

  static func isMainFile(_ path: String) -> Bool { path.hasSuffix(".hea") }

  static func shownPath(ofMainFile path: String) -> String { String(path.dropLast(".hea".count)) }

  static func parts(ofMainFile path: String) -> [String] {
    // The record line comes first, or after a few comments.
    guard let start = try? RegularFile(path: path, shownAs: path).prefix(4096), WFDBHeaderText(start).mayHaveSegments,
      let segments = (try? WFDBHeader(path: path, shownAs: path))?.segments
    else { return [] }
    let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? ""
    return segments.filter { !$0.isGap }.map { folder + $0.name + ".hea" }
  }

  static func open(_ reference: RecordReference) throws -> any OpenRecord { try WFDBRecord(reference) }

  static func readStatements(_ reference: RecordReference) throws -> RecordStatements {
    let bytes = try WFDBHeader.bytes(path: reference.file, shownAs: reference.shownPath(of: reference.fileName))
    let text = WFDBHeaderText(bytes)
    // A record of several segments may leave it to them to say what it shows.
    if text.mayHaveSegments, let facts = try? WFDBRecord(reference, header: bytes).facts { return facts.statements }
    return WFDBClinicalComments(text.comments).statements
  }
}
