import Foundation

/// What a path says, without asking the system.
public enum PathText {
  /// The folder that a path names its last part in, without a slash at its end: `` of `a` and of `a/`, `/` of `/a`.
  ///
  /// Foundation's `deletingLastPathComponent` ends the program at a path of one character (Swift 6.3).
  public static func folder(of path: String) -> String {
    let slash = UInt8(ascii: "/")
    func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> { bytes.prefix((bytes.lastIndex { $0 != slash } ?? -1) + 1) }
    let bytes = Array(path.utf8)
    let named = trimmed(bytes[...])
    guard let last = named.lastIndex(of: slash) else { return named.isEmpty && !bytes.isEmpty ? "/" : "" }
    let folder = trimmed(named[..<last])
    return folder.isEmpty ? "/" : String(decoding: folder, as: UTF8.self)
  }
}
