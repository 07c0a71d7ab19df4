import ECG
import ECGFiles
import Foundation
import PlainText
import TestSupport
import Testing

/// Annotation files: what was read is written again byte for byte, directly and by way of CSV and JSON Lines.
@Suite struct AnnotationFileTests {
  /// Words as they stand in a file.
  private static func file(_ words: UInt16...) -> [UInt8] { words.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }

  private static func csv(_ file: AnnotationFile) -> [UInt8] {
    let table = AnnotationTable(file, record: "r", annotator: "atr", samplingRateHertz: 360)
    var text = CSVWriter.row(table.columns) + "\n"
    for entry in table.entries { table.appendCSV(entry, to: &text) }
    return Array(text.utf8)
  }

  private static func jsonLines(_ file: AnnotationFile) -> [UInt8] {
    let table = AnnotationTable(file, record: "r", annotator: "atr", samplingRateHertz: nil)
    var text = ""
    for entry in table.entries { table.appendJSON(entry, to: &text) }
    return Array(text.utf8)
  }

  /// Whether bytes come back from the reader, from CSV, and from JSON Lines.
  private static func expectRoundTrip(_ bytes: [UInt8], _ name: String, throughTables: Bool = true) throws {
    let file = try AnnotationFile(parsing: bytes, file: name)
    #expect(try file.bytes(file: name) == bytes, "\(name)")
    guard throughTables else { return }
    for table in [csv(file), jsonLines(file)] {
      #expect(!String(decoding: table, as: UTF8.self).unicodeScalars.contains { $0 != "\n" && $0.isUnsafeOnTerminal })
    }
    #expect(try AnnotationFile(parsingTable: csv(file), file: "csv").bytes(file: name) == bytes, "\(name) by CSV")
    guard !file.entries.isEmpty else { return }
    #expect(try AnnotationFile(parsingTable: jsonLines(file), file: "json").bytes(file: name) == bytes, "\(name) by JSON Lines")
  }

  // MARK: Against wfdb-python

  /// One annotation as wfdb-python reads it.
  private struct Expected: Decodable, Equatable {
    let numbers: [Int]
    let aux: String

    init(_ annotation: Annotation) {
      numbers = [
        annotation.sample, Int(annotation.code.rawValue), Int(annotation.subtype), Int(annotation.channel), Int(annotation.number),
      ]
      aux = String(String.UnicodeScalarView(annotation.aux.bytes.map { Unicode.Scalar($0) }))
    }

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      numbers = try (0..<5).map { _ in try values.decode(Int.self) }
      aux = try values.decode(String.self)
    }
  }

  @Test func filesOfWFDBPythonReadAsItReadsThemAndComeBackByteForByte() throws {
    let folder = Checkout.golden("ECGFiles/annotations")
    let golden = try JSONDecoder().decode(
      [String: [Expected]].self, from: Data(contentsOf: folder.appendingPathComponent("annotations.json")))
    #expect(golden.count == 9)
    for (name, expected) in golden {
      let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".atr")))
      let file = try AnnotationFile(parsing: bytes, file: name)
      #expect(file.warnings.isEmpty)
      // wfdb-python does not show what describes the file.
      let shown = file.annotations.filter { $0.code != .none && !($0.sample == 0 && $0.code == .note) }
      #expect(shown.map { Expected($0) } == expected, "\(name)")
      try Self.expectRoundTrip(bytes, name)
    }
  }

  @Test func theFilesOwnRateAndSymbolsAreKnown() throws {
    func file(_ name: String) throws -> AnnotationFile {
      let url = Checkout.golden("ECGFiles/annotations").appendingPathComponent(name + ".atr")
      return try AnnotationFile(parsing: [UInt8](Data(contentsOf: url)), file: name)
    }
    #expect(try file("resolution").timeResolutionHertz == 1000)
    #expect(try file("codes").timeResolutionHertz == nil)
    #expect(try file("symbols").ownSymbols == [AnnotationCode(rawValue: 42): "z"])
    // 20 ticks of 1 ms are 7.2 samples at 360 Hz, 5000 are 1800.
    let samples = try file("resolution").annotations(atHertz: 360).filter { $0.code.isBeat }.map(\.sample)
    #expect(samples == [0, 7, 1800])
  }

  @Test func everyAnnotationFileOfTheRealRecordingsComesBack() throws {
    guard let ludb = Checkout.shared("ecg/ludb"), let others = Checkout.shared("ecg/formats/wfdb-ann") else { return }
    let leads: Set = ["i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]
    var count = 0
    for folder in [ludb, others] {
      for url in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
        guard leads.contains(url.pathExtension) || ["atr", "qrs", "wqrs"].contains(url.pathExtension) else { continue }
        // A few of 1,200 by way of the tables too.
        try Self.expectRoundTrip([UInt8](Data(contentsOf: url)), url.lastPathComponent, throughTables: folder == others || count % 40 == 0)
        count += 1
      }
    }
    #expect(count >= 1200)
  }

  @Test func theReferenceAnnotationsOfRecord100AreThoseThatRdannPrints() throws {
    guard let folder = Checkout.shared("ecg/formats/wfdb-ann") else { return }
    let file = try AnnotationFile(parsing: [UInt8](Data(contentsOf: folder.appendingPathComponent("100.atr"))), file: "100.atr")
    let printed = try String(contentsOf: folder.appendingPathComponent("100.atr.expected.txt"), encoding: .utf8).split(separator: "\n")
    #expect(printed.count == file.entries.count)
    for (line, annotation) in zip(printed, file.annotations) {
      let fields = line.split { $0 == " " || $0 == "\t" }.map(String.init)
      #expect(Int(fields[1]) == annotation.sample)
      #expect(fields[2] == annotation.code.symbol)
      #expect(fields[3...5].map { Int($0) } == [Int(annotation.subtype), Int(annotation.channel), Int(annotation.number)])
      #expect((fields.count > 6 ? fields[6] : "") == annotation.aux.text)
    }
  }

  // MARK: Words by hand

  @Test func wordsAreReadAsAnnot5HasThem() throws {
    // N at 1000; SKIP 70,000 and V with subtype −2, channel 3, number −1, "(VT"; a beat that keeps channel and number.
    let bytes = Self.file(
      1 << 10 | 1000, 59 << 10, 1, 4464, 5 << 10, 61 << 10 | 0x3FE, 62 << 10 | 3, 60 << 10 | 0x3FF, 63 << 10 | 3, 0x5628, 0x0054,
      1 << 10 | 5, 0)
    let file = try AnnotationFile(parsing: bytes, file: "a")
    #expect(
      file.annotations == [
        Annotation(sample: 1000, code: .normal),
        Annotation(sample: 71_000, code: AnnotationCode(rawValue: 5), subtype: -2, channel: 3, number: -1, aux: "(VT"),
        Annotation(sample: 71_005, code: .normal, channel: 3, number: -1),
      ])
    #expect(file.entries.allSatisfy { $0.storedBytes == nil })
    #expect(try AnnotationFile(file.annotations).bytes(file: "a") == bytes)
  }

  @Test func anAnnotationInOtherWordsKeepsThemUntilItIsChanged() throws {
    // Fields in another order, a needless SKIP, a text padded with something.
    let bytes = Self.file(59 << 10, 0, 4, 1 << 10 | 6, 62 << 10 | 1, 61 << 10 | 0xFE, 63 << 10 | 1, 0x7A41, 5 << 10 | 9, 0)
    var file = try AnnotationFile(parsing: bytes, file: "a")
    #expect(file.entries.map { $0.storedBytes == nil } == [false, true])
    try Self.expectRoundTrip(bytes, "a")
    file.entries[0].annotation.subtype = 7
    let changed = try AnnotationFile(parsing: file.bytes(file: "a"), file: "a")
    #expect(changed.annotations == file.annotations)
    #expect(changed.entries[0].storedBytes == nil)
  }

  @Test func whatFollowsTheEndOrIsMissingThereIsKeptAndTold() throws {
    let open = Self.file(1 << 10 | 5)
    #expect(try AnnotationFile(parsing: open, file: "a").warnings.count == 1)
    #expect(try AnnotationFile(parsing: open, file: "a").bytes(file: "a") == open)
    let long = Self.file(1 << 10 | 5, 0, 77)
    #expect(try AnnotationFile(parsing: long, file: "a").warnings.count == 1)
    #expect(try AnnotationFile(parsing: long, file: "a").bytes(file: "a") == long)
    #expect(try AnnotationFile(parsing: [], file: "a").entries.isEmpty)
    #expect(try AnnotationFile([]).bytes(file: "a") == [0, 0])
  }

  @Test(arguments: [
    ([4] as [UInt8], "a: byte 0: half of a word; expected WFDB annotations up to an end mark"),
    ([5, 4, 3, 0xFC, 1], "a: byte 2: a text of 3 bytes, of which 1 are there; expected WFDB annotations up to an end mark"),
    ([0, 0xEC, 1, 0], "a: byte 0: a SKIP that is cut off; expected WFDB annotations up to an end mark"),
    ([0, 0xF8, 0, 0], "a: byte 0: a field that belongs to no annotation; expected WFDB annotations up to an end mark"),
  ])
  func damageIsRefusedWithItsPlace(bytes: [UInt8], message: String) {
    #expect(throws: ECGFileError.self) { try AnnotationFile(parsing: bytes, file: "a") }
    do { _ = try AnnotationFile(parsing: bytes, file: "a") } catch { #expect("\(error)" == message) }
  }

  @Test func filesOfTheAHAAreReadAndWrittenAsWFDB() throws {
    var bytes: [UInt8] = []
    func add(_ letter: Character, _ sample: Int, subtype: UInt8 = 0, code: UInt8 = 0, aux: String = "") {
      bytes += [
        0, letter.asciiValue ?? 0, UInt8(sample >> 16 & 255), UInt8(sample >> 24), UInt8(sample & 255), UInt8(sample >> 8 & 255), 1, 0,
      ]
      bytes += [subtype, code] + (Array(aux.utf8) + [UInt8](repeating: 0, count: 6)).prefix(6)
    }
    add("N", 100)
    add("V", 70_000, aux: "VT")
    add("U", 70_500)
    add("N", 71_000, code: 8)
    bytes += [UInt8](repeating: 255, count: 1024 - bytes.count)
    let file = try AnnotationFile(parsing: bytes, file: "a")
    #expect(file.format == .aha)
    #expect(file.annotations.map(\.sample) == [100, 70_000, 70_500, 71_000])
    #expect(file.annotations.map(\.code.symbol) == ["N", "V", "~", "A"])
    #expect(file.annotations[2].subtype == -1)
    #expect(file.annotations[1].aux.text == "VT")
    let again = try AnnotationFile(parsing: file.bytes(file: "a"), file: "a")
    #expect(again.format == .wfdb)
    #expect(again.annotations == file.annotations)
    // A WFDB file that begins in the same way: a T-wave change at sample 512.
    #expect(try AnnotationFile(parsing: [0, 0x4E, 5, 4, 0, 0], file: "a").annotations.map(\.sample) == [512, 517])
  }

  // MARK: Generated

  /// Annotations of all kinds, from a seed.
  private static func annotations(seed: UInt64, count: Int) -> [Annotation] {
    var random = SeededGenerator(seed: seed)
    var sample = 0
    return (0..<count).map { _ in
      sample += random.below(8) == 0 ? random.below(1 << 33) - (1 << 20) : random.below(1100)
      func sometimes(_ value: Int) -> Int { random.below(4) == 0 ? value : 0 }
      let length = random.below(3) == 0 ? random.below(256) : 0
      return Annotation(
        sample: sample, code: AnnotationCode(rawValue: UInt8(1 + random.below(58))),
        subtype: Int8(sometimes(random.below(256) - 128)), channel: UInt8(sometimes(random.below(256))),
        number: Int8(sometimes(random.below(256) - 128)),
        aux: AnnotationText(bytes: (0..<length).map { _ in UInt8(random.below(256)) }))
    }
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func whateverIsWrittenReadsBack(seed: UInt64) throws {
    let written = Self.annotations(seed: seed, count: 300)
    let bytes = try AnnotationFile(written).bytes(file: "a")
    var expected = written
    expected.joinSpans()
    #expect(try AnnotationFile(parsing: bytes, file: "a").annotations == expected)
    try Self.expectRoundTrip(bytes, "seed \(seed)")
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func noBytesBreakTheReader(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, stream: 7)
    for _ in 0..<200 {
      var bytes: [UInt8]
      if random.below(2) == 0 {
        bytes = (0..<random.below(400)).map { _ in UInt8(random.below(256)) }
      } else {
        bytes = try AnnotationFile(Self.annotations(seed: random.next(), count: 20)).bytes(file: "a")
        for _ in 0..<4 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
        bytes.removeLast(random.below(bytes.count))
      }
      guard let file = try? AnnotationFile(parsing: bytes, file: "a") else { continue }
      let again = try file.bytes(file: "a")
      #expect(file.format == .aha || again == bytes)
      _ = file.annotations.spans(recordEnd: 1000)
    }
  }
}
