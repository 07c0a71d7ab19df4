import Agreement
import PlainText
import Testing

struct VerdictCSVTests {
  private func report(_ text: String) throws -> AgreementReport { AgreementReport(try VerdictCSV.parse(Array(text.utf8))) }

  private func message(_ text: String) -> String {
    do {
      _ = try report(text)
      return "no error"
    } catch {
      return String(describing: error)
    }
  }

  @Test func anyColumnOrderLetterCaseLineEndAndFurtherColumns() throws {
    let report = try report(
      "\u{FEFF}note,Verdict , RATER,case\r\n\"a, b\",PRESENT,Ana,\"Fälle \"\"1\"\"\"\r\n,Absent,\"Bo, Dr\",\"Fälle \"\"1\"\"\"\r\n\r\n,unsure,Bo 2,x\r\n"
    )
    #expect(report.readers == ["Ana", "Bo, Dr", "Bo 2"])
    #expect(report.pairs.map(\.table.total) == [1, 0, 0])
  }

  @Test func aRepeatComparesAReaderWithHimselfAndNobodyElse() throws {
    let report = try report(
      "case,rater,verdict,repeat\n1,A,absent,2\n1,A,present,\n1,B,present,1\n1,B,present,again\n2,A,absent,\n2,B,absent,\n")
    #expect(report.pairs[0].table == TwoByTwo(bothPresent: 1, onlyFirst: 0, onlySecond: 0, bothAbsent: 1))
    #expect(
      report.repeats.map { "\($0.raterA) \($0.table)" } == [
        "A \(TwoByTwo(bothPresent: 0, onlyFirst: 1, onlySecond: 0, bothAbsent: 0))",
        "B \(TwoByTwo(bothPresent: 1, onlyFirst: 0, onlySecond: 0, bothAbsent: 0))",
      ])
  }

  @Test func theSameVerdictTwiceCountsOnce() throws {
    #expect(try report("case,rater,verdict\n1,A,present\n1,B,present\n1,A,present\n").pairs[0].table.total == 1)
  }

  @Test func noRowsIsNoError() throws {
    let report = try report("case,rater,verdict\n")
    #expect(report.pairs.isEmpty && report.fleiss == nil && report.krippendorffAlpha == nil)
  }

  @Test func faultsNameTheirLines() {
    #expect(
      message("case,rater,verdict\n1,A,present\n2,A,absent\n1,A,unsure\n")
        == "lines 2 and 4: two different verdicts of 'A' on case '1'; expected one (or a column 'repeat' that differs)"
    )
    #expect(
      message("case,rater,verdict,repeat\n1,A,present,2\n1,A,unsure,2\n")
        == "lines 2 and 3: two different verdicts of 'A' on case '1', repeat 2; expected one (or a column 'repeat' that differs)"
    )
    #expect(message("case,rater,verdict\n1,A,maybe\n") == "line 2: verdict 'maybe'; expected present, absent or unsure")
    #expect(message("case,rater,verdict\n1,A,\n") == "line 2: 'verdict' is empty")
    #expect(message("case,rater,verdict\n,A,absent\n") == "line 2: 'case' is empty")
    #expect(message("case,rater,verdict\n1,  ,absent\n") == "line 2: 'rater' is empty")
    #expect(message("case,reader,verdict\n") == "line 1: no column 'rater'; expected a header with case,rater,verdict")
    #expect(message("case,rater,verdict,Case\n") == "line 1: two columns 'case'; expected one")
    #expect(message("") == "the table is empty; expected a header row")
    #expect(message("case,rater,verdict\n1,A\n") == "line 2: 2 fields where the header has 3")
    let many = (0...RaterVerdicts.mostRaters).map { "1,rater \($0),present\n" }.joined()
    #expect(message("case,rater,verdict\n" + many).hasPrefix("line 258: more than 256 raters"))
  }

  @Test("Blanks around a field are no part of it, whatever kind of blank")
  func strayBlanks() throws {
    let table = "case,rater,verdict\nc0,HG,present\nc1,HG,absent\nc0,SW ,present\nc1\u{A0},\tSW, absent \n"
    let verdicts = try VerdictCSV.parse(Array(table.utf8))
    #expect(AgreementReport(verdicts).pairs.map { [$0.raterA, $0.raterB, "\($0.verdicts.total)"] } == [["HG", "SW", "2"]])
  }
}
