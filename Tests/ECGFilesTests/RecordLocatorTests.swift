import ECG
import ECGFiles
import Foundation
import Testing

struct RecordLocatorTests {
  private static let header = "x 1 500 6\nx.dat 16 200\n"

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("b/100.hea", Self.header)
    try folder.write("b/100.dat", "")
    try folder.write("a/200.hea", Self.header)
    try folder.write("a/200.mat", "")
    try folder.write("a/deep/300.hea", Self.header)
    try folder.write("a/.hidden.hea", Self.header)
    try folder.write("a/notes.txt", "nothing here")
    return folder
  }

  private func shown(_ folder: TemporaryFolder, _ path: String) throws -> [String] {
    try RecordLocator.references(at: folder.path + path).map { String($0.path.dropFirst(folder.path.count)) }
  }

  @Test(
    "A record is found with or without extension, and shown as it was typed", arguments: ["a/200", "a/200.hea", "a/200.mat", "b/100.dat"])
  func single(_ path: String) throws {
    let folder = try folder()
    let reference = try #require(RecordLocator.references(at: folder.path + "/" + path).first)
    #expect(reference.path == folder.path + "/" + path)
    #expect(reference.name == String(path.dropFirst(2).prefix(3)))
    #expect(reference.format == .wfdb)
  }

  @Test("A folder is searched to its depths, sorted by path, hidden files left out")
  func folders() throws {
    let folder = try folder()
    #expect(try shown(folder, "") == ["/a/200", "/a/deep/300", "/b/100"])
    #expect(try shown(folder, "/") == ["/a/200", "/a/deep/300", "/b/100"])
  }

  @Test("Links to folders are followed once, so that a loop ends")
  func loops() throws {
    let folder = try folder()
    symlink(folder.path, folder.path + "/a/deep/back")
    symlink("deep", folder.path + "/a/deeper")
    symlink("/nowhere", folder.path + "/a/broken")
    #expect(try shown(folder, "").count == 3)
  }

  @Test("Segments and layouts are parts of their record, not records of their own")
  func segments() throws {
    let folder = try TemporaryFolder()
    try folder.write("m.hea", "# multi\nm/4 1 500\nm_layout 0\nm_1 6\n~ 3\nm_2 6\n")
    for name in ["m_layout", "m_1", "m_2", "m_3"] { try folder.write(name + ".hea", Self.header) }
    #expect(try shown(folder, "") == ["/m", "/m_3"])
  }

  @Test("A list has one record or folder a line, relative to its own place")
  func lists() throws {
    let folder = try folder()
    try folder.write("RECORDS", "# records\nb/100\r\n\n a/deep/ \na/200.hea\nb/missing\n")
    #expect(try shown(folder, "/RECORDS") == ["/b/100", "/a/deep/300", "/a/200.hea", "/b/missing"])
    let missing = try #require(RecordLocator.references(at: folder.path + "/RECORDS").last)
    let error = #expect(throws: ECGFileError.self) { try RecordFile.read(missing) }
    #expect(error?.isMissingInput == true)
  }

  @Test("A folder that is listed again, or lies in one that was, is searched once; a list of more than any collection is refused")
  func repeatedFolders() throws {
    let folder = try folder()
    try folder.write("RECORDS", String(repeating: "a\n", count: 1000) + ".\n")
    #expect(try shown(folder, "/RECORDS").map { $0.split(separator: "/").last } == ["200", "300", "100"])
    try folder.write("MANY", (0..<500_000).map { "x\($0)\n" }.joined())
    let error = #expect(throws: ECGFileError.self) { try RecordLocator.references(at: folder.path + "/MANY") }
    #expect(error?.description.contains("far more memory") == true)
  }

  @Test(
    "A record that a list names several times, however it is spelled or found, is one, where it is first; a file of another name is another"
  )
  func repeatedRecords() throws {
    let folder = try folder()
    symlink("a", folder.path + "/same")
    try FileManager.default.copyItem(atPath: folder.path + "/b/100.hea", toPath: folder.path + "/b/101.hea")
    symlink("100.hea", folder.path + "/b/102.hea")
    let spellings = ["a/200", "./a/200.hea", "b/../a/200", "same/200.mat", folder.path + "/a//200"].joined(separator: "\n") + "\n"
    try folder.write(
      "RECORDS", "b/100\n" + spellings + "b/101\nb/102\nb/missing\na\nb\nb/missing\n" + String(repeating: "b/100\n", count: 1000))
    #expect(
      try shown(folder, "/RECORDS") == ["/b/100", "/a/200", "/b/101", "/b/102", "/b/missing", "/a/deep/300"])
  }

  @Test("A byte order mark before a list is no part of its first line")
  func listWithByteOrderMark() throws {
    let folder = try folder()
    try folder.write("RECORDS", "\u{FEFF}b/100\r\n")
    #expect(try shown(folder, "/RECORDS") == ["/b/100"])
  }

  @Test(
    "A file of another format is said to be one, by its name or by what it begins with",
    arguments: [
      ("x.edf", "0       X", "EDF"), ("x.dcm", "\0\0", "DICOM"), ("x", String(repeating: "\0", count: 128) + "DICM", "DICOM"),
      ("x.XML", "<?xml version='1.0'?>\n<a/>", "XML"), ("export", "<?xml version='1.0'?>\n", "XML"), ("x.csv", "I,II\n1,2\n", "CSV"),
    ])
  func otherFormats(name: String, content: String, format: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(name, content)
    let error = #expect(throws: ECGFileError.self) { try RecordLocator.references(at: folder.path + "/" + name) }
    let words = error?.description ?? ""
    #expect(words.contains(format) && words.contains("only WFDB is read") && error?.isMissingInput == false)
  }

  @Test("What is neither record, folder nor list is refused, what is not there is missing")
  func refusals() throws {
    let folder = try folder()
    func failure(_ path: String) -> ECGFileError? {
      #expect(throws: ECGFileError.self) { try RecordLocator.references(at: folder.path + path) }
    }
    try folder.write("empty/readme.txt", "")
    try folder.write("binary", [0, 1, 2, 255])
    try folder.write("latin", [0xE9, 0xE8])
    mkfifo(folder.path + "/pipe", 0o600)
    mkfifo(folder.path + "/pipe.hea", 0o600)
    #expect(failure("/c")?.isMissingInput == true)
    #expect(failure("/c.hea")?.isMissingInput == true)
    #expect(failure("/empty")?.isMissingInput == true)
    for path in ["/a/notes.txt", "/empty/readme.txt", "/binary", "/latin", "/pipe", "/pipe.hea"] {
      #expect(failure(path)?.isMissingInput == false, "\(path)")
    }
    #expect(failure("/a/notes.txt")?.description.hasSuffix("no record \"\(folder.path)/a/nothing here\"") == true)
  }
}
