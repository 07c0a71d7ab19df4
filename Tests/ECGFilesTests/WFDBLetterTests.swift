import ECG
import ECGFiles
import Foundation
import Testing

/// What header(5) and signal(5) of the WFDB Applications Guide say where programs differ, and what files in the wild make of it.
@Suite struct WFDBLetterTests {
  private func read(_ header: String, samples: [Int16] = [1, 2, 3, 4, 5, 6]) throws -> SignalRecord {
    let folder = try TemporaryFolder()
    return try RecordFile.read(folder.record("r", header: header, samples: samples))
  }

  @Test func signalLinesBeyondTheDeclaredAreDisregardedAndSaidToBe() throws {
    let record = try read("r 1 500 6\nr.dat 16 200 16 0 1 21 0 I\nnowhere.dat 16 200 16 0 0 0 0 II\nanything\n")
    #expect(record.signals.map(\.name) == ["I"])
    #expect(record.warnings.map(\.description) == ["r.hea, line 3: not one of the 1 declared signals; disregarded"])
  }

  @Test func textBehindAHashIsNoPartOfASignalsName() throws {
    let record = try read("r 2 500 3 # a comment\nr.dat 16 200 16 0 0 0 0 V1 # beside the sternum\nr.dat 16 200 # no name\n")
    #expect(record.signals.map(\.name) == ["V1", ""])
  }

  @Test func formatEightStartsAtTheConvertersZero() throws {
    let folder = try TemporaryFolder()
    try folder.write("r.dat", [1, 2, 255])
    try folder.write("r.hea", "r 1 250 3\nr.dat 8 200 12 100\n")
    #expect(try RecordFile.read(folder.reference("r")).signals[0].digits == [101, 103, 102])
    try folder.write("r.hea", "r 1 250 3\nr.dat 8 200 12 100 7\n")
    #expect(try RecordFile.read(folder.reference("r")).signals[0].digits == [8, 10, 9])
  }

  @Test func zerosInPlaceOfInitialValueAndChecksumSayNothing() throws {
    #expect(try read("r 1 250 6\nr.dat 16 200 16 0 0 0 0 V3\n").warnings.isEmpty)
    #expect(try read("r 1 250 6\nr.dat 16 200 16 0 1 0 0 V3\n").warnings.isEmpty)
    let wrong = try read("r 1 250 6\nr.dat 16 200 16 0 0 9 0 V3\n").warnings
    #expect(wrong.map(\.kind) == [.file, .checksum])
    #expect(wrong.cautions == ["checksum wrong"])
  }

  @Test func twoSignalsOfOneNameKeepTheirOwnSamples() throws {
    let folder = try TemporaryFolder()
    try folder.write("l.hea", "l 3 250 0\n~ 0 1/NU 16 0 0 0 0 PVC\n~ 0 1/NU 16 0 0 0 0 Status\n~ 0 1/NU 16 0 0 0 0 Status\n")
    try folder.write("d.hea", "d 3 250 2\nd.dat 16 1/NU 16 0 0 0 0 Status\nd.dat 16 1/NU 16 0 0 0 0 PVC\nd.dat 16 1/NU 16 0 0 0 0 Status\n")
    try folder.write("d.dat", (1...6).flatMap { [UInt8($0), 0] })
    try folder.write("v.hea", "v/2 3 250 2\nl 0\nd 2\n")
    let record = try RecordFile.read(folder.reference("v"))
    #expect(record.signals.map(\.name) == ["PVC", "Status", "Status"])
    #expect(record.signals.map(\.digits) == [[2, 5], [1, 4], [3, 6]])
  }

  @Test func aFileIsTheSameUnderAllItsSpellings() throws {
    let folder = try TemporaryFolder()
    try folder.write("p.dat", [1, 0, 2, 0, 3, 0])
    try folder.write("p.hea", "p 1 500 3\np.dat 16 200\n")
    try folder.write("r.hea", "r/3 1 500 9\np 3\n./p 3\n././p 3\n")
    #expect(try RecordFile.read(folder.reference("r")).signals[0].digits == [1, 2, 3, 1, 2, 3, 1, 2, 3])
    // Three megabytes of samples under many names would be a gigabyte.
    try folder.write("big.dat", [UInt8](repeating: 1, count: 3 << 20))
    let names = (0..<200).map { String(repeating: "./", count: $0) + "big.dat" }
    let lines = names.map { "\($0) 80 200\n" }.joined()
    try folder.write("s.hea", "s 200 500 \(3 << 20)\n" + lines)
    let error = #expect(throws: ECGFileError.self) { try RecordFile.read(folder.reference("s")) }
    #expect(error?.description.contains("far more memory") == true)
  }

  @Test func linksOutOfTheFolderAreFollowedOnlyWhereThatIsAsked() throws {
    let store = try TemporaryFolder()
    let folder = try TemporaryFolder()
    try store.write("object", [1, 0, 2, 0])
    try folder.write("r.hea", "r 1 500 2\nr.dat 16 200 16 0 1 3 0 I\n")
    symlink(store.path + "/object", folder.path + "/r.dat")
    let refused = try #require(RecordLocator.references(at: folder.path).first)
    #expect(throws: ECGFileError.self) { try RecordFile.read(refused) }
    let allowed = try #require(RecordLocator.references(at: folder.path, followingLinks: true).first)
    #expect(try RecordFile.read(allowed).signals[0].digits == [1, 2])
    symlink("/dev/zero", folder.path + "/z.dat")
    try folder.write("z.hea", "z 1 500 2\nz.dat 16 200\n")
    let device = try #require(RecordLocator.references(at: folder.path + "/z", followingLinks: true).first)
    #expect(throws: ECGFileError.self) { try RecordFile.read(device) }
  }

  @Test func statementsAreReadOfAHeaderThatHoldsNothingButLabels() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.hea", "a 12 500 5000\n#Age: 50\n#Dx: 426783006;59118001\n#Patient: 7\n#Fold: 9\n")
    let stated = try RecordFile.statements(folder.reference("a"))
    #expect(stated.diagnoses == ["426783006", "59118001"] && stated.fold == 9 && stated.patient.identifier == "7")
    try folder.write("s.hea", "s 1 500 3\ns.dat 16 200\n#Dx: 39732003\n")
    try folder.write("m.hea", "m/1 1 500 3\ns 3\n")
    #expect(try RecordFile.statements(folder.reference("m")).diagnoses == ["39732003"])
    #expect(throws: ECGFileError.self) { try RecordFile.statements(folder.reference("nowhere")) }
  }

  @Test func aHeaderIsWrittenBackInItsOwnEncoding() {
    let latin = WFDBHeaderText(Array("r 1\r\n#Ward: M".utf8) + [0xFC] + Array("nster".utf8))
    #expect(!latin.isUTF8 && latin.lines == ["r 1", "#Ward: Münster"])
    #expect(latin.encoded("Münster").count == 7 && latin.encoded("Ł").count == 2)
    #expect(WFDBHeaderText(Array("#Münster".utf8)).encoded("ü") == Array("ü".utf8))
  }

  @Test func theLinesThatStateDiagnosesAreKnown() {
    func lines(_ text: String) -> [String] {
      WFDBHeaderText(Array(text.utf8)).diagnosisLines.map {
        "\($0.number) \($0.form)\($0.beginsBlock ? "…" : "") \($0.statements.joined(separator: "+"))"
      }
    }
    #expect(lines("r 1\n# Dx : 39732003, 1;2\n#Dxx: 39732003\nDx: 39732003\n#Dx: Unknown") == ["1 list 39732003+1+2", "4 list "])
    #expect(
      lines("#<sex>: F\n#<diagnoses>:\n#Rhythm: Sinus rhythm.\n#\n#Dx: LAD\n#<age>: 5\n#Dx: LAD")
        == ["1 field… ", "2 blockMember Rhythm: Sinus rhythm.", "4 blockMember Dx: LAD", "6 list LAD"])
    #expect(lines("#<age>: 5 <diagnoses>: LAD\n# Reason for admission: old") == ["0 field LAD", "1 field old"])
  }
}
