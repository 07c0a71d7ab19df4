import ECG
import Foundation

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
    guard WFDBHeader.mayHaveSegments(path: path), let header = try? WFDBHeader(path: path, shownAs: path), let segments = header.segments
    else { return [] }
    let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? ""
    return segments.filter { !$0.isGap }.map { folder + $0.name + ".hea" }
  }

  static func readHeader(_ reference: RecordReference) throws -> RecordFacts {
    try WFDBRecord(reference).facts
  }

  static func read(_ reference: RecordReference) throws -> SignalRecord {
    try WFDBRecord(reference).signalRecord()
  }
}
