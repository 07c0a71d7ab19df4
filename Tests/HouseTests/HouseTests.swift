import Foundation
import TestSupport
import Testing

/// The house that CONTRIBUTING draws, held against what Package.swift and the sources say.
///
/// The drawing is the table: a room may know the rooms drawn below it, and what it must never know stands here.
@Suite struct HouseTests {
  /// Rooms that need nothing of the program, and what little some of them may use.
  private static let groundFloor: [String: Set<String>] = [
    "TerminalUI": [], "PlainText": ["TerminalUI"], "Files": ["CCrypto"], "ECG": ["Files", "PlainText"],
  ]

  /// What a room must not know although it lies below.
  private static let never: [String: Set<String>] = [
    "SEResNet": ["ECGFiles", "TerminalUI"], "Evaluation": ["SEResNet", "Training", "Classification", "TerminalUI"],
    "Agreement": ["SEResNet", "Training", "Classification", "Evaluation", "ECGFiles", "TerminalUI"],
    "LabelReview": ["TerminalUI", "CTerminal", "SEResNet", "Classification"], "Reports": ["TerminalUI", "CTerminal", "SEResNet"],
    "Workbench": ["TerminalUI", "CTerminal"], "Training": ["ECGFiles", "TerminalUI"],
  ]

  /// Libraries, and C, that only some rooms may know.
  private static let kept: [String: Set<String>] = [
    "GRDB": ["LabelReview"], "GRDBSQLite": ["LabelReview"], "CTerminal": ["ReviewDesk"], "CKernels": ["ECGSignal", "SEResNet", "Training"],
    "CCrypto": ["Files"],
    "CWaveNetwork": ["ECGSignal"],
    "ArgumentParser": ["einthoven"], "TOMLKit": ["TerminalUI"], "Logging": ["ReviewDesk", "einthoven"],
  ]

  /// The rooms from the roof down, as CONTRIBUTING draws them.
  private static let rooms: [String] = {
    let text = (try? String(contentsOf: Checkout.root.appendingPathComponent("CONTRIBUTING.md"), encoding: .utf8)) ?? ""
    let house = text.components(separatedBy: "## The house").dropFirst().first?.components(separatedBy: "\n## ").first ?? ""
    return house.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("    "), let name = line.split(separator: " ").first, name.contains(where: \.isLetter) else { return nil }
      return String(name)
    }
  }()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Checkout.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The Swift files below a folder of the checkout, by their paths in it.
  private static func files(in folder: String) -> [String] {
    let root = Checkout.root.appendingPathComponent(folder).path
    let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix(".swift") }.sorted()
  }

  /// What a file imports.
  private static func imports(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place < 3, words[..<place].allSatisfy({ $0.hasPrefix("@") || $0 == "package" })
      else { return nil }
      return words.count > place + 1 ? String(words[place + 1]) : nil
    }
  }

  /// Whether a room may know another.
  private static func mayKnow(_ room: String, _ other: String) -> Bool {
    if let allowed = groundFloor[room] { return allowed.contains(other) }
    guard let own = rooms.firstIndex(of: room), let place = rooms.firstIndex(of: other) else { return false }
    return place > own && never[room]?.contains(other) != true
  }

  @Test func theDrawingHasEveryRoom() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Checkout.root.appendingPathComponent("Sources").path)
    #expect(Set(folders.filter { !$0.hasPrefix(".") }) == Set(Self.rooms))
    #expect(Self.rooms.count == Set(Self.rooms).count)
  }

  @Test func everyImportGoesDown() throws {
    for room in Self.rooms {
      for file in Self.files(in: "Sources/\(room)") {
        for module in Self.imports(try Self.text("Sources/\(room)/\(file)")) {
          if Self.rooms.contains(module) { #expect(Self.mayKnow(room, module), "Sources/\(room)/\(file) imports \(module)") }
          if let rooms = Self.kept[module] { #expect(rooms.contains(room), "Sources/\(room)/\(file) imports \(module)") }
        }
      }
    }
  }

  @Test func everyDependencyOfThePackageGoesDown() throws {
    let package = try Self.text("Package.swift")
    for room in Self.rooms {
      let declarations = package.components(separatedBy: "name: \"\(room)\"").dropFirst().filter { !$0.hasPrefix(", package:") }
      for declaration in declarations.prefix(1) {
        let own = declaration.components(separatedBy: "arget(").first ?? ""
        guard let list = own.components(separatedBy: "dependencies: [").dropFirst().first else { continue }
        let names = list.components(separatedBy: "\"").enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        for name in names where Self.rooms.contains(name) {
          #expect(Self.mayKnow(room, name), "Package.swift: \(room) depends on \(name)")
        }
      }
    }
  }

  @Test func theProgramHasNoFileOutsideItsFiveFolders() {
    let folders: Set<Substring> = ["Commands", "Arguments", "Console", "Settings", "Manual"]
    for file in Self.files(in: "Sources/einthoven") {
      let parts = file.split(separator: "/")
      #expect(parts.count == 2 && folders.contains(parts[0]), "Sources/einthoven/\(file)")
    }
  }

  /// The files that docs/architecture.md sends a newcomer to.
  @Test func everyStopOfTheJourneysIsThere() throws {
    let page = try Self.text("docs/architecture.md")
    for match in page.matches(of: /`(Sources\/[A-Za-z0-9\/+]+(?:\.swift|\.c)?)`/) {
      let place = Checkout.root.appendingPathComponent(String(match.output.1)).path
      #expect(FileManager.default.fileExists(atPath: place), "docs/architecture.md: \(match.output.1) is not there")
    }
  }

  /// Foundation's way to a path's folder ends the program at a path of one character; `PathText` knows another.
  @Test func foldersOfPathsAreNotAskedOfFoundation() throws {
    for file in Self.files(in: "Sources") {
      #expect(!(try Self.text("Sources/" + file)).contains("NSString).deletingLastPathComponent"), "\(file)")
    }
  }
}
