import Foundation
import TestSupport
import Testing

/// The folders of the desk know only those before them: State, Update, Panels, Overlays, Shell.
@Suite struct FolderTests {
  private static let folders = ["State", "Update", "Panels", "Overlays", "Shell"]

  /// The Swift files of a folder, without their comments.
  private func sources(of folder: String) throws -> [(name: String, text: String)] {
    let place = Checkout.root.appendingPathComponent("Sources/ReviewDesk/\(folder)")
    return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil).filter { $0.pathExtension == "swift" }
      .map { file in
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        return (
          "\(folder)/\(file.lastPathComponent)",
          lines.filter { !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") }.joined(separator: "\n")
        )
      }
  }

  /// The types that a folder's files declare at their left margin.
  private func types(of folder: String) throws -> Set<String> {
    let declaration = /(?m)^(?:@\w+ )?(?:public |package |private |fileprivate )?(?:final )?(?:struct|enum|class|protocol|actor) (\w+)/
    return Set(try sources(of: folder).flatMap { $0.text.matches(of: declaration).map { String($0.output.1) } })
  }

  @Test func noneUsesWhatALaterOneDeclares() throws {
    for (index, folder) in Self.folders.enumerated() {
      let later = Set(try Self.folders.dropFirst(index + 1).flatMap { try types(of: $0) })
      for (name, text) in try sources(of: folder) {
        let words = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        #expect(words.isDisjoint(with: later), "\(name) uses \(words.intersection(later).sorted())")
      }
    }
  }

  @Test func everyFileHasItsFolder() throws {
    let place = Checkout.root.appendingPathComponent("Sources/ReviewDesk")
    let found = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { !$0.hasPrefix(".") }
    #expect(Set(found).subtracting(["Paper"]) == Set(Self.folders))
  }
}
