import ECG
import ECGFiles
import Foundation
import PlainText
import Testing

/// Tables of annotations that people write, texts in them, and files beside records.
@Suite struct AnnotationTableTests {
  private static func file(_ csv: String) throws -> AnnotationFile { try AnnotationFile(parsingTable: Array(csv.utf8), file: "t.csv") }

  @Test func aTableOfTwoColumnsIsEnough() throws {
    let file = try Self.file("symbol,sample\nN,10\n\"\"\"\",20\n[42],30\n")
    #expect(file.annotations.map(\.sample) == [10, 20, 30])
    #expect(file.annotations.map(\.code.rawValue) == [1, 22, 42])
  }

  @Test func aSpanOfOneRowGetsItsEnd() throws {
    let file = try Self.file("sample,end_sample,code,aux\n10,500,28,(AFIB\n20,,1,\n500,,1,\n600,900,14,NOISE\n")
    #expect(file.annotations.map(\.sample) == [10, 20, 500, 500, 600, 900])
    #expect(file.annotations.map(\.aux.text) == ["(AFIB", "", "", "AFIB)", "(NOISE", "NOISE)"])
    #expect(file.annotations.map(\.endSample) == [500, nil, nil, nil, 900, nil])
    // Written, read and given again, it is the same.
    let bytes = try file.bytes(file: "a")
    let read = try AnnotationFile(parsing: bytes, file: "a")
    #expect(read.annotations == file.annotations)
    #expect(try AnnotationFile(read.annotations).bytes(file: "a") == bytes)
  }

  @Test(arguments: [
    ("time_s,code\n1,1\n", "t.csv, line 1: no columns sample and code (or symbol); expected a table of annotations"),
    ("sample,code\n1.5,1\n", "t.csv, line 2: sample is \"1.5\"; expected a whole number from -1099511627776 to 1099511627776"),
    ("sample,code\n1,1\n2,59\n", "t.csv, line 3: code is \"59\"; expected a whole number from 0 to 58"),
    ("sample,symbol\n1,NN\n", "t.csv, line 2: the symbol \"NN\"; expected one of WFDB's mnemonics, or [42] for the code 42"),
    ("sample,code,subtype\n1,1,128\n", "t.csv, line 2: subtype is \"128\"; expected a whole number from -128 to 127"),
    ("sample,code,end_sample\n10,28,9\n", "t.csv, line 2: end_sample is \"9\"; expected a whole number from 10 to 1099511627776"),
    ("sample,code\n,1\n", "t.csv, line 2: no sample; expected a whole number"),
    ("sample,code,stored\n1,1,0g\n", "t.csv, line 2: stored is \"0g\"; expected hexadecimal digits"),
    ("sample,code\n1\n", "t.csv: line 2: 1 fields where the header has 2"),
    ("{\"sample\":1}\n", "t.csv, line 1: neither code nor symbol; expected one of them"),
    ("{\"sample\":1,\"code\":1}\n{\n", "t.csv, line 2: no JSON object; expected one annotation a line"),
  ])
  func aRowThatMeansNothingIsRefusedWithItsLine(csv: String, message: String) {
    do {
      _ = try Self.file(csv)
      Issue.record("accepted")
    } catch { #expect("\(error)" == message) }
  }

  @Test func aTextOfTooManyBytesIsRefused() {
    let text = String(repeating: "x", count: 256)
    #expect(throws: ECGFileError.self) { try Self.file("sample,code,aux\n1,22,\(text)\n") }
    #expect(throws: ECGFileError.self) {
      try AnnotationFile([Annotation(sample: 1, code: .note, aux: AnnotationText(text))]).bytes(file: "a")
    }
  }

  @Test func storedBytesThatSayOtherThingsThanTheRowAreNotWritten() throws {
    let file = try Self.file("sample,code,stored\n10,5,0a04\n")
    #expect(try file.bytes(file: "a") == [10, 5 << 2, 0, 0])
  }

  @Test(arguments: [
    ("plain", "plain"), ("(N\0", "(N\\x00"), ("é", "é"), ("a\\b", "a\\b"), ("\\x41", "\\x5cx41"), ("\u{85}", "\\xc2\\x85"),
    ("\u{202E}", "\\xe2\\x80\\xae"),
  ])
  func textsAreEscapedSoThatTheyReadBack(text: String, escaped: String) {
    #expect(AnnotationText(text).escaped == escaped)
    #expect(AnnotationText(escaped: escaped) == AnnotationText(text))
  }

  @Test func bytesThatAreNoTextReadBackToo() {
    var random = SeededGenerator(seed: 41)
    for _ in 0..<2000 {
      let text = AnnotationText(
        bytes: (0..<random.below(12)).map { _ in
          random.below(3) == 0 ? UInt8(random.below(256)) : [92, 120, 52, 0xC3, 0xA9][random.below(5)]
        })
      #expect(AnnotationText(escaped: text.escaped) == text)
      #expect(text.escaped.unicodeScalars.allSatisfy { !$0.isUnsafeOnTerminal })
    }
    #expect(AnnotationText(bytes: [0x41, 0xE9]).text == "Aé")
  }

  // MARK: Files beside records

  @Test func anAnnotatorsFileIsNeverReplacedUnlessAskedForAndThenKept() throws {
    let folder = try TemporaryFolder()
    let record = try folder.record("r", header: "r 1 500 6\nr.dat 16 200\n")
    let first = AnnotationFile([Annotation(sample: 1, code: .normal)])
    let second = AnnotationFile([Annotation(sample: 2, code: .normal)])
    #expect(try first.write(record, annotator: "man") == nil)
    #expect(throws: ECGFileError.self) { try second.write(record, annotator: "man") }
    #expect(try AnnotationFile.read(record, annotator: "man") == first)
    #expect(try second.write(record, annotator: "man", replacing: true) == folder.path + "/r.man~")
    #expect(try first.write(record, annotator: "man", replacing: true) == folder.path + "/r.man~2")
    #expect(try AnnotationFile.read(record, annotator: "man") == first)
    #expect(folder.fileNames == ["r.dat", "r.hea", "r.man", "r.man~", "r.man~2"])
    #expect(try [UInt8](Data(contentsOf: folder.url.appendingPathComponent("r.man~2"))) == second.bytes(file: ""))
  }

  @Test(arguments: ["hea", "DAT", "", "a.b", "../x", "a b", "é", "xx\n"])
  func aNameThatIsNoAnnotatorsIsRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let record = try folder.record("r", header: "r 1 500 6\nr.dat 16 200\n")
    #expect(throws: ECGFileError.self) { try AnnotationFile([]).write(record, annotator: name, replacing: true) }
    #expect(throws: ECGFileError.self) { try AnnotationFile.read(record, annotator: name) }
    #expect(folder.fileNames == ["r.dat", "r.hea"])
  }

  @Test func theNameOfASignalFileIsRefused() throws {
    let folder = try TemporaryFolder()
    let record = try folder.record("r", header: "r 1 500 6\nr.sig 16 200\n")
    #expect(throws: ECGFileError.self) { try AnnotationFile([]).write(record, annotator: "sig", replacing: true) }
    #expect(folder.fileNames == ["r.dat", "r.hea"])
  }

  @Test func aFifoOrAFolderInPlaceOfAnAnnotationFileIsRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    let record = try folder.record("r", header: "r 1 500 6\nr.dat 16 200\n")
    #expect(mkfifo(folder.path + "/r.fifo", 0o600) == 0)
    try FileManager.default.createDirectory(atPath: folder.path + "/r.dir", withIntermediateDirectories: false)
    for name in ["fifo", "dir", "none"] { #expect(throws: ECGFileError.self) { try AnnotationFile.read(record, annotator: name) } }
  }

  @Test func anAnnotationFileThatIsALinkOutOfTheFolderIsReadOnlyWhereThatIsAsked() throws {
    let (store, folder) = (try TemporaryFolder(), try TemporaryFolder())
    try store.write("object", [10, 4, 0, 0])
    var record = try folder.record("r", header: "r 1 500 6\nr.dat 16 200\n")
    symlink(store.path + "/object", folder.path + "/r.atr")
    let error = #expect(throws: ECGFileError.self) { try AnnotationFile.read(record, annotator: "atr") }
    #expect(error?.description.contains("--follow-links") == true)
    record.followsLinks = true
    #expect(try AnnotationFile.read(record, annotator: "atr").annotations(atHertz: 500).count == 1)
  }

  @Test func aFileThatIsTooLongIsNotRead() throws {
    let folder = try TemporaryFolder()
    let record = try folder.record("r", header: "r 1 500 6\nr.dat 16 200\n")
    try folder.write("r.big", [UInt8](repeating: 4, count: (4 << 20) + 2))
    #expect(throws: ECGFileError.self) { try AnnotationFile.read(record, annotator: "big") }
  }

  @Test func annotationsAreFoundWithoutAHeader() throws {
    let folder = try TemporaryFolder()
    try folder.write("lonely.atr", [5, 4, 0, 0])
    let reference = try AnnotationFile.reference(at: folder.path + "/lonely", annotator: "atr")
    #expect(try AnnotationFile.read(reference, annotator: "atr").annotations.map(\.sample) == [5])
    #expect(throws: ECGFileError.self) { try AnnotationFile.reference(at: folder.path + "/lonely", annotator: "qrs") }
  }
}
