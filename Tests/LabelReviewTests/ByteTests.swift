import Agreement
import ECG
import Foundation
import LabelReview
import Testing

/// Single bytes of the file changed behind the program's back: found, or without consequence.
struct ByteTests {
  private let fixture: StoreFixture
  private let bytes: Data
  private let truth: String

  init() throws {
    fixture = try StoreFixture()
    do {
      let store = try fixture.store()
      let study = try store.createStudy(SampledStudyTests.draft())
      for position in 0..<22 {
        for reader in ["A", "B"] { try store.judge(study, position, position % 3 == 0 ? .unsure : .present, by: reader) }
      }
      _ = try store.undo(study: study, reviewer: "B")
      truth = try Self.account(of: store)
    }
    bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
  }

  /// Everything that the log and the statistics say.
  private static func account(of store: ReviewStore) throws -> String {
    try store.studies().map { study in
      let report = try AgreementReport(study: study, in: store)
      return try store.events(of: study).map(\.digest).joined() + report.json.text
        + "\(try store.standing(study))\(study.blinding.names)\(study.question)"
    }.joined()
  }

  /// The file with one byte changed: what the program says of it, nil where it finds something wrong.
  private func account(changing place: Int, to byte: UInt8) throws -> String? {
    var changed = bytes
    changed[place] = byte
    let path = fixture.folder.appendingPathComponent("\(UUID().uuidString).sqlite").path
    try changed.write(to: URL(fileURLWithPath: path))
    defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
    do {
      let store = try ReviewStore(path: path, programVersion: "test 1", createsIfMissing: false)
      return try store.verify().isEmpty ? Self.account(of: store) : nil
    } catch let error as ReviewStoreError {
      #expect(!error.description.contains("\n"))
      return nil
    }
  }

  @Test func everyCopyOfAVerdictIsCovered() throws {
    var places: [Int] = []
    var rest = bytes[...]
    while let range = rest.range(of: Data("unsure".utf8)) {
      places.append(range.lowerBound)
      rest = bytes[range.upperBound...]
    }
    #expect(places.count >= 30, "the events and the index that statistics read")
    for place in places { #expect(try account(changing: place, to: UInt8(ascii: "U")) == nil, "byte \(place)") }
  }

  @Test func aChangeThatIsNotFoundChangesNothingOfTheVerdicts() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<250 {
      let place = generator.below(bytes.count)
      let found = try account(changing: place, to: bytes[place] ^ UInt8(1 << generator.below(8)))
      #expect(found == nil || found == truth, "byte \(place)")
    }
  }
}
