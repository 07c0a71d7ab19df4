import PlainText
import Testing

struct CSVTests {
  private func table(_ text: String) throws -> CSVTable { try CSVTable(parsing: Array(text.utf8)) }

  @Test(arguments: [
    "a,b\n1,2\n", "a,b\n1,2", "a,b\r\n1,2\r\n", "a,b\r\n1,2\r", "\u{FEFF}a,b\n1,2\n", "\n\r\na,b\n\n1,2\n\n\n", "\"a\",b\n\"1\",\"2\"\r\n",
  ])
  func lineEndsQuotesAndBlankLinesDoNotMatter(text: String) throws {
    let table = try table(text)
    #expect(table.header == ["a", "b"])
    #expect(table.rows.map(\.fields) == [["1", "2"]])
  }

  @Test func quotedFieldsKeepEverything() throws {
    let table = try table("name,note\n\"a, b\",\"say \"\"hi\"\"\r\nthere\"\nx,\"\"\n")
    #expect(table.rows.map(\.fields) == [["a, b", "say \"hi\"\r\nthere"], ["x", ""]])
    #expect(table.rows.map(\.line) == [2, 4])
  }

  @Test func aQuoteInsideAFieldIsText() throws {
    #expect(try table("a\n5\" long\n").rows[0].fields == ["5\" long"])
  }

  @Test func emptyFieldsAreFields() throws {
    #expect(try table("a,b,c\n,,\n").rows.map(\.fields) == [["", "", ""]])
    #expect(try table("a\n\"\"\n").rows.map(\.fields) == [[""]])
  }

  @Test func loneCarriageReturnsAreText() throws {
    #expect(try table("a,b\n1\r,2\r3\n").rows.map(\.fields) == [["1\r", "2\r3"]])
  }

  @Test func everyFaultNamesItsLine() {
    #expect(throws: CSVError.empty) { try table("") }
    #expect(throws: CSVError.empty) { try table("\n\r\n") }
    #expect(throws: CSVError.wrongFieldCount(line: 3, found: 1, expected: 2)) { try table("a,b\n1,2\n3\n") }
    #expect(throws: CSVError.wrongFieldCount(line: 4, found: 3, expected: 2)) { try table("a,b\n\"1\n\",2\n3,4,5\n") }
    #expect(throws: CSVError.unclosedQuote(line: 2)) { try table("a\n\"1\n2\n") }
    #expect(throws: CSVError.textAfterQuote(line: 2)) { try table("a\n\"1\"2\n") }
    #expect(throws: CSVError.notUTF8(line: 2)) { try CSVTable(parsing: Array("a\n".utf8) + [0xFF, 10]) }
    #expect(throws: CSVError.notUTF8(line: 2)) { try CSVTable(parsing: Array("a\n\"".utf8) + [0xC3, 34, 10]) }
  }

  @Test func columnsAreFoundWhateverTheirCase() throws {
    let table = try table(" Case ,RATER\n1,2\n")
    #expect(table.column("case") == 0 && table.column("rater") == 1 && table.column("verdict") == nil)
  }

  @Test func bytesThatAreNotContiguousParseTheSame() throws {
    let lazy = Array("a,b\n1,2\n".utf8).lazy.map { $0 }
    #expect(try CSVTable(parsing: lazy) == table("a,b\n1,2\n"))
  }

  @Test(arguments: [
    ["", "a"], [""], ["a,b", "c\"d", "e\nf", "g\rh", "i\r\nj"], ["\"", "\"\"", ","], ["ünïcode", "心電図", "\"\u{301}", "\u{301}\""],
    [" lead", "trail "],
  ])
  func whatTheWriterWritesTheReaderReads(fields: [String]) throws {
    let header = CSVWriter.row(fields.indices.map { "c\($0)" })
    let table = try table(header + "\n" + CSVWriter.row(fields) + "\n")
    #expect(table.rows.map { $0.fields.map { Array($0.utf8) } } == [fields.map { Array($0.utf8) }])
  }

  @Test func randomBytesNeverCrash() {
    let alphabet: [UInt8] = [34, 44, 10, 13, 97, 0xC3, 0xA4, 0]
    var state: UInt32 = 1
    for _ in 0..<20_000 {
      let bytes = (0..<12).map { _ -> UInt8 in
        state = state &* 1_664_525 &+ 1_013_904_223
        return alphabet[Int(state >> 29)]
      }
      _ = try? CSVTable(parsing: bytes)
    }
  }

  @Test func aMillionRowsTakeAboutASecond() throws {
    var text = "case,rater,verdict\n"
    for index in 0..<1_000_000 { text += "record-\(index / 4),reader-\(index % 4),present\n" }
    let bytes = Array(text.utf8)
    let clock = ContinuousClock()
    var rows = 0
    let time = try clock.measure { rows = try CSVTable(parsing: bytes).rows.count }
    #expect(rows == 1_000_000)
    // Only quadratic work would take so long; alone it takes about a third of a second.
    #expect(time < .seconds(60), "took \(time)")
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-aVR", "'-aVR"), ("@x", "'@x"), ("\t=1", "'\t=1"), ("'=1", "''=1"), ("'@", "''@"),
    ("-0.5", "-0.5"), ("+3", "+3"), ("'tis", "'tis"), ("'", "'"), ("a=1", "a=1"), ("", ""), ("-1e-5", "-1e-5"), ("+", "+"),
  ])
  func noCellIsAFormulaAndEveryOneReadsBack(field: String, written: String) throws {
    #expect(CSVWriter.quoted(field) == written)
    #expect(try CSVTable(parsing: Array("a,b\n\(CSVWriter.row([field, "x"]))\n".utf8)).rows.first?.fields == [field, "x"])
  }
}
