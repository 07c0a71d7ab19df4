import Files

/// Formats of recordings that this program knows by sight and does not read: the one table of them.
///
/// A format that is read some day leaves it for ``FileFormat``.
enum OtherFormat {
  /// A format by the extensions of its files, or by what they begin with.
  private struct Entry {
    let name: String
    let extensions: Set<String>
    /// Bytes that its files have at an offset.
    var mark: (offset: Int, text: String)?
  }

  private static let table: [Entry] = [
    Entry(name: "EDF", extensions: ["edf"], mark: (0, "0       ")),
    Entry(name: "BDF", extensions: ["bdf"], mark: (0, "\u{FF}BIOSEMI")),
    Entry(name: "GDF", extensions: ["gdf"], mark: (0, "GDF ")),
    Entry(name: "DICOM", extensions: ["dcm"], mark: (128, "DICM")),
    Entry(name: "SCP-ECG", extensions: ["scp"], mark: (16, "SCPECG")),
    Entry(name: "ISHNE", extensions: [], mark: (0, "ISHNE1.0")),
    Entry(name: "MFER", extensions: ["mwf", "mfr"]),
    Entry(name: "HDF5", extensions: ["h5", "hdf5"], mark: (0, "\u{89}HDF")),
    Entry(name: "XML (HL7 aECG, MUSE, CardioSoft, Sierra)", extensions: ["xml"], mark: (0, "<?xml")),
    Entry(name: "PDF", extensions: ["pdf"], mark: (0, "%PDF-")),
    Entry(name: "CSV", extensions: ["csv", "tsv"]),
    Entry(name: "JSON", extensions: ["json", "jsonl"]),
    Entry(name: "a NumPy array", extensions: ["npy", "npz"]),
    Entry(name: "an archive", extensions: ["zip", "gz", "tar", "7z", "rar"]),
  ]

  /// The name of the format of a regular file; nil where it may be anything.
  static func name(ofFileAt path: String) -> String? {
    let fileName = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...]
    let suffix = fileName.utf8.lastIndex(of: UInt8(ascii: ".")).map { fileName[fileName.utf8.index(after: $0)...].lowercased() } ?? ""
    if let entry = table.first(where: { $0.extensions.contains(suffix) }) { return entry.name }
    guard let start = try? RegularFile(path: path, shownAs: path).prefix(256) else { return nil }
    return table.first { entry in
      guard let mark = entry.mark, start.count > mark.offset else { return false }
      // One byte a character: marks are no text of any encoding.
      return start[mark.offset...].starts(with: mark.text.unicodeScalars.map { UInt8($0.value) })
    }?.name
  }
}
