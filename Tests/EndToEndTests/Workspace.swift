import Foundation
import TestSupport
import Testing

/// A folder of a test's own with a home in it, gone when the test is.
final class Workspace {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-\(UUID().uuidString)")
    for folder in ["home", "config", "data", "state", "scratch"] {
      try FileManager.default.createDirectory(at: url.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    // Tests strike keys as soon as a trace is there, and nobody answers who they are.
    try write("config/einthoven/config.toml", "minimum-view-ms = 0\nreviewer = \"tester\"\n".utf8)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The whole environment of the program in this workspace: nothing of the machine's user reaches it.
  var environment: [String: String] {
    [
      "HOME": file("home"), "XDG_CONFIG_HOME": file("config"), "XDG_DATA_HOME": file("data"), "XDG_STATE_HOME": file("state"),
      "TZ": "UTC", "LANG": "C.UTF-8", "USER": "tester", "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
      "EINTHOVEN_SHARE": Checkout.root.path, "EINTHOVEN_THREADS": "2",
    ]
  }

  /// The path of a name in this workspace.
  func file(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// An empty file for the output of a run.
  func scratch() -> URL {
    let file = url.appendingPathComponent("scratch/\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    return file
  }

  /// Writes a file, folders on its way included; returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Copies sample recordings into a folder of this workspace; returns the folder's path.
  func samples(_ names: String..., folder: String = "records") throws -> String {
    let target = url.appendingPathComponent(folder)
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    for name in names {
      for suffix in ["hea", "dat"] {
        try FileManager.default.copyItem(
          at: SampleData.folder.appendingPathComponent("\(name).\(suffix)"), to: target.appendingPathComponent("\(name).\(suffix)"))
      }
    }
    return target.path
  }

  /// A small model file, imported from the checkpoint of random weights beside the network's tests; returns its path.
  func tinyModel() throws -> String {
    let model = file("tiny.safetensors")
    if FileManager.default.fileExists(atPath: model) { return model }
    let outcome = try Program.run(
      ["model", "import", Checkout.golden("SEResNet/tiny.pth").path, model, "--preprocessing", "paper"], in: self)
    try #require(outcome.code == 0, "the tiny model cannot be imported: \(outcome.complaints)")
    return model
  }

  /// Names in a folder of this workspace, sorted, hidden ones included.
  func names(in folder: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: file(folder)).sorted() }
}

/// The shipped sample recordings.
enum SampleData {
  static let folder = Checkout.root.appendingPathComponent("SampleData")
  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}

/// JSON as another program reads it.
enum JSON {
  /// One object.
  static func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "no JSON object: \(text.prefix(200))")
  }

  /// One object a line.
  static func lines(_ outcome: Program.Outcome) throws -> [[String: Any]] { try outcome.lines.map(object) }
}
