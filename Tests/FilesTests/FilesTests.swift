import Files
import Foundation
import Testing

/// A folder that a test fills, gone when the test is.
private final class Folder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ name: String, _ text: String = "") throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

@Suite struct RegularFileTests {
  @Test func aRegularFileIsReadToItsLimit() throws {
    let folder = try Folder()
    let path = try folder.write("a", "hello")
    #expect(try RegularFile.contents(of: path, limit: 5) == Array("hello".utf8))
    #expect(try RegularFile(path: path, shownAs: "a").prefix(2) == Array("he".utf8))
    #expect(try RegularFile(path: path, shownAs: "a").mapped(limit: 5) == Data("hello".utf8))
    #expect(throws: FileError.tooLong(path: path, byteCount: 5, limit: 4)) { try RegularFile.contents(of: path, limit: 4) }
  }

  @Test func foldersPipesAndDevicesAreNoRegularFiles() throws {
    let folder = try Folder()
    mkfifo(folder.path + "/pipe", 0o600)
    for path in [folder.path, folder.path + "/pipe", "/dev/zero"] {
      #expect(throws: FileError.notRegular(path: path)) { try RegularFile.contents(of: path, limit: 5) }
    }
    let nowhere = folder.path + "/nowhere"
    #expect(throws: FileError.missing(path: nowhere, reason: "no such file or folder")) { try RegularFile.contents(of: nowhere, limit: 5) }
  }

  @Test func aFileOfManySpellingsIsOneFile() throws {
    let folder = try Folder()
    let path = try folder.write("a")
    symlink(path, folder.path + "/b")
    #expect(PathIdentity(path) == PathIdentity(folder.path + "/././a") && PathIdentity(path) == PathIdentity(folder.path + "/b"))
    #expect(PathIdentity(folder.path + "/c") == nil)
  }
}

@Suite struct InputBytesTests {
  @Test func aPipeIsReadToItsEndAndToItsLimit() throws {
    let folder = try Folder()
    let pipe = folder.path + "/pipe"
    mkfifo(pipe, 0o600)
    let text = String(repeating: "case,rater,verdict\n", count: 20_000)
    for (limit, isWhole) in [(text.utf8.count, true), (text.utf8.count - 1, false)] {
      // The writer comes late, and slowly.
      Thread.detachNewThread {
        usleep(50_000)
        signal(SIGPIPE, SIG_IGN)
        let out = open(pipe, O_WRONLY)
        _ = text.withCString { write(out, $0, text.utf8.count / 2) }
        usleep(50_000)
        _ = text.withCString { write(out, $0 + text.utf8.count / 2, text.utf8.count - text.utf8.count / 2) }
        close(out)
      }
      if isWhole {
        #expect(try InputBytes.read(pipe, limit: limit) == Array(text.utf8))
      } else {
        #expect(throws: FileError.tooLong(path: pipe, byteCount: nil, limit: limit)) { try InputBytes.read(pipe, limit: limit) }
      }
    }
  }

  @Test func aPipeThatNobodyOpensIsGivenUpAndADeviceIsRefused() throws {
    let folder = try Folder()
    mkfifo(folder.path + "/pipe", 0o600)
    let pipe = folder.path + "/pipe"
    #expect(throws: FileError.missing(path: pipe, reason: "nothing was written into this pipe")) { try InputBytes.read(pipe, limit: 10) }
    #expect(throws: FileError.notRegular(path: "/dev/zero")) { try InputBytes.read("/dev/zero", limit: 10) }
  }
}

@Suite struct OutputFileTests {
  @Test func aFileAppearsOnlyWhenItIsWholeAndNothingRemainsOfAnUnfinishedOne() throws {
    let folder = try Folder()
    let path = try folder.write("a", "old")
    do {
      var file = try OutputFile(path: path)
      try file.write("new".utf8)
      try file.flush()
      #expect(try RegularFile.contents(of: path, limit: 9) == Array("old".utf8))
    }
    #expect(folder.names == ["a"])
    var file = try OutputFile(path: path)
    try file.write("new".utf8)
    try file.finish()
    #expect(try RegularFile.contents(of: path, limit: 9) == Array("new".utf8))
    #expect(folder.names == ["a"])
  }

  @Test func aLinkIsFollowedAndStaysALink() throws {
    let folder = try Folder()
    let path = try folder.write("a", "old")
    symlink("a", folder.path + "/b")
    try OutputFile.write(Array("new".utf8), to: folder.path + "/b")
    #expect(try RegularFile.contents(of: path, limit: 9) == Array("new".utf8))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/b") == "a")
    #expect(throws: FileError.self) { _ = try OutputFile(path: folder.path + "/b") }
  }

  @Test func aDeviceIsWrittenIntoAndNotReplaced() throws {
    let folder = try Folder()
    try OutputFile.write(Array("gone".utf8), to: "/dev/null")
    #expect(PathKind("/dev/null") == .other)
    #expect(throws: FileError.self) { try OutputFile.write(Array("x".utf8), to: folder.path) }
    #expect(throws: FileError.self) { try OutputFile.write(Array("x".utf8), to: folder.path + "/no/such/folder") }
  }
}

@Suite struct FolderWalkTests {
  private func found(_ folder: Folder, _ walk: inout FolderWalk, in path: String = "", isRecursive: Bool = true) throws -> [String] {
    try walk.files(in: folder.path + path, isRecursive: isRecursive) { $0.hasSuffix(".hea") }.map {
      String($0.dropFirst(folder.path.count))
    }
  }

  @Test func aWalkEntersEachFolderOnceHoweverItIsReached() throws {
    let folder = try Folder()
    for name in ["b/1.hea", "a/2.hea", "a/2.dat", "a/.hidden.hea", "a/deep/3.hea"] { try folder.write(name) }
    symlink(folder.path, folder.path + "/a/deep/back")
    symlink("deep", folder.path + "/a/deeper")
    symlink("b/1.hea", folder.path + "/link.hea")
    var walk = FolderWalk()
    #expect(try found(folder, &walk) == ["/a/2.hea", "/a/deep/3.hea", "/b/1.hea", "/link.hea"])
    #expect(try found(folder, &walk, in: "/a") == [])
    var flat = FolderWalk()
    #expect(try found(folder, &flat, in: "/a", isRecursive: false) == ["/a/2.hea"])
  }

  @Test func moreThanAnyCollectionHoldsIsRefused() throws {
    let folder = try Folder()
    for number in 0..<20 { try folder.write("\(number).hea") }
    var small = FolderWalk(entryLimit: 10)
    #expect(throws: FileError.tooLarge(folder: folder.path, limit: "more than 10 files")) { try small.files(in: folder.path) { _ in true } }
    var barren = FolderWalk(barrenLimit: 10)
    #expect(throws: FileError.tooLarge(folder: folder.path, limit: "more than 10 files without one to read")) {
      try barren.files(in: folder.path) { $0.hasSuffix(".edf") }
    }
    var fruitful = FolderWalk(barrenLimit: 10)
    #expect(try fruitful.files(in: folder.path) { $0.hasSuffix(".hea") }.count == 20)
    try folder.write(String(repeating: "d/", count: 70) + "x.hea")
    var deep = FolderWalk()
    #expect(throws: FileError.tooLarge(folder: folder.path, limit: "folders more than 64 deep")) {
      try deep.files(in: folder.path) { _ in true }
    }
  }

  @Test func whatIsNoFolderIsSaidToBeNone() throws {
    let folder = try Folder()
    let file = try folder.write("a")
    var walk = FolderWalk()
    #expect(throws: FileError.missing(path: file, reason: "a file; expected a folder")) { try walk.files(in: file) { _ in true } }
    #expect(throws: FileError.missing(path: file + "/b", reason: "no such file or folder")) {
      try walk.files(in: file + "/b") { _ in true }
    }
  }
}

@Suite struct ReadingBudgetTests {
  @Test func aFilePaysForSixteenTimesItselfHoweverOftenItIsOpened() throws {
    let folder = try Folder()
    let path = try folder.write("a", String(repeating: "x", count: 1000))
    var budget = ReadingBudget(path: "a")
    for _ in 0..<3 { budget.add(try RegularFile(path: path, shownAs: "a")) }
    #expect(budget.limit == (64 << 20) + 16_000)
    try budget.spend(64 << 20)
    try budget.spend(16_000)
    #expect(throws: FileError.overBudget(path: "a", byteCount: 1000)) { try budget.spend(1) }
    #expect(throws: FileError.overBudget(path: "a", byteCount: 1000)) { try budget.spend(nil) }
  }
}

@Suite struct PathTextTests {
  @Test(
    arguments: [
      ("", ""), ("1", ""), ("a/", ""), ("a//", ""), (".", ""), ("é", ""), ("/", "/"), ("//", "/"), ("/a", "/"), ("/a/", "/"), ("a/b", "a"),
      ("a//b/", "a"), ("/a/b/c", "/a/b"), ("./1", "."),
    ]) func aPathSaysItsFolder(path: String, folder: String)
  {
    #expect(PathText.folder(of: path) == folder)
  }
}
