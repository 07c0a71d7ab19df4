import ECG
import ECGFiles
import Files
import Foundation
import PlainText

/// What a file or a batch says of recordings, found by their paths, else by their names where only one record has it.
struct SaidOfRecords<Value: Sendable>: Sendable {
  /// By the digest of a path: there may be a million, each of many bytes more than the line that it stands in.
  private var byPath: [SIMD2<UInt64>: Value] = [:]
  /// By the record's name; nil where two records share it.
  private var byName: [ExactText: Named?] = [:]
  private var folders = ResolvedFolders()

  /// What is said of the only record of a name.
  private struct Named: Sendable {
    var value: Value
    let record: RecordSaidOf
  }

  /// Whether nothing is known.
  var isEmpty: Bool { byName.isEmpty }

  /// What is said of a recording.
  subscript(reference: RecordReference) -> Value? {
    if !byPath.isEmpty {
      for path in [PlainStudy.casePath(reference), reference.path] {
        if let value = byPath[Self.key(ResolvedFolders.resolved(path))] { return value }
      }
    }
    guard let named = byName[ExactText(reference.name)] ?? nil, reference.mayBe(named.record) else { return nil }
    return named.value
  }

  /// Adds what is said of a recording; returns what was said of the same path before, or, where there is no path, of the same name.
  ///
  /// - Parameter digest: Of the recording, where whoever says it tells.
  mutating func add(_ value: Value, path: String?, name: String, digest: RecordingDigest? = nil) -> Value? {
    let name = ExactText(name)
    if let path, let other = byPath.updateValue(value, forKey: Self.key(folders.resolve(path))) { return other }
    let before = byName[name]
    byName[name] = .some(before == nil ? Named(value: value, record: RecordSaidOf(path: path, digest: digest)) : nil)
    return path == nil ? (before ?? nil)?.value : nil
  }

  /// Adds what is said of a recording, of which more may have been said before.
  mutating func add(_ value: Value, path: String, name: String, joinedBy join: (Value, Value) -> Value) {
    let name = ExactText(name)
    let key = Self.key(folders.resolve(path))
    if let before = byPath[key] {
      byPath[key] = join(before, value)
      // Where one record has the name, it is this one.
      if var named = byName[name] ?? nil {
        named.value = join(named.value, value)
        byName[name] = named
      }
    } else {
      byPath[key] = value
      byName[name] = .some(byName[name] == nil ? Named(value: value, record: RecordSaidOf(path: path, digest: nil)) : nil)
    }
  }

  /// The digest of one spelling of a path, byte by byte: without the extension of a header; what else follows a dot is a part of the name.
  private static func key(_ path: String) -> SIMD2<UInt64> {
    let header = ".hea"
    let digest = SHA256.hash(path.hasSuffix(header) ? path.utf8.dropLast(header.utf8.count) : path.utf8[...])
    return digest.bytes.withUnsafeBytes { bytes in
      SIMD2(bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
  }
}

/// Which recording something is said of, as far as whoever says it tells.
struct RecordSaidOf: Sendable {
  let digest: RecordingDigest?
  /// Whether a record lies at the path that it tells: then it is that one, and no other of its name.
  private(set) var isThere = false

  init(path: String?, digest: RecordingDigest?) {
    self.digest = digest
    if let path { isThere = ["", ".hea"].contains { PathKind(path + $0) == .regularFile } }
  }
}

extension RecordReference {
  /// Whether what is said of a record of this one's name, somewhere else, may be said of this one: of the same samples, or, where nobody tells, of one that
  /// lies there no more.
  func mayBe(_ other: RecordSaidOf) -> Bool {
    guard let digest = other.digest else { return !other.isThere }
    return (try? Recording(RecordFile.read(self)))?.digest() == digest
  }
}

/// Paths in one spelling, absolute, links resolved; each folder is looked at once.
private struct ResolvedFolders: Sendable {
  private var known: [String: String] = [:]
  private static let most = 10_000

  /// A path without any help.
  static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

  /// A path, its folder known from before.
  mutating func resolve(_ path: String) -> String {
    let start = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
    let (folder, name) = (String(path[..<start]), path[start...])
    guard !["", ".", ".."].contains(name) else { return Self.resolved(path) }
    let place: String
    if let found = known[folder] {
      place = found
    } else {
      place = Self.resolved(folder.isEmpty ? "." : folder)
      if known.count < Self.most { known[folder] = place }
    }
    let whole = place == "/" ? "/" + name : "\(place)/\(name)"
    var status = stat()
    return lstat(whole, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK ? Self.resolved(whole) : whole
  }
}
