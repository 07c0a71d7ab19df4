/// The extensions of files beside a recording that hold no annotations: the one table of them.
///
/// An annotator's name becomes the extension of a file (`100.atr`), so none of these is one.
public enum ReservedExtensions {
  /// Of recordings themselves: no annotator may be called so.
  public static let ofRecordings: Set<String> = ["hea", "dat", "mat", "edf", "bdf", "csv", "json", "xml", "dcm", "scp", "xws"]

  /// Of other files that people keep beside recordings: such a file is read as annotations only where somebody asks for it by its name.
  public static let ofOtherFiles: Set<String> = [
    "txt", "md", "log", "tsv", "pdf", "png", "jpg", "jpeg", "svg", "gif", "zip", "gz", "tar", "bz2", "xz", "npy", "npz", "pkl", "h5",
    "yaml", "toml", "html", "sqlite", "bak", "tmp", "partial", "asc", "sh", "py", "m",
  ]

  /// Whether a name is in the table, in large letters or small.
  public static func contains(_ name: String) -> Bool {
    let name = name.lowercased()
    return ofRecordings.contains(name) || ofOtherFiles.contains(name)
  }
}
