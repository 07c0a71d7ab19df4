import ECG
import Testing

@Suite struct DiagnosisLabelsTests {
  private func states(_ statements: [String], _ names: String...) throws -> [LabelState] {
    let labels = DiagnosisLabels(statements)
    return try names.map { labels[try #require(Diagnosis.named($0))] }
  }

  @Test(arguments: [
    "426783006,39732003", "426783006;39732003", "426783006 39732003", "426783006 | 39732003", "39732003",
    "[426783006]、(39732003)", "426783006\u{A0}39732003", "426783006.39732003", "39732003 |Left axis deviation (finding)|",
    "Left axis deviation (39732003)",
  ])
  func aLabelOfCodesSaysAbsentOfWhatItDoesNotName(statement: String) throws {
    #expect(try states([statement], "LAD", "AF") == [.present, .absent])
    #expect(DiagnosisLabels([statement]).isCoded)
  }

  @Test func codesOutsideThe24AreStillALabelOfCodes() throws {
    #expect(try states(["55827005"], "LAD") == [.absent])
    #expect(try states(["59118001"], "CRBBB", "IRBBB") == [.present, .absent])
  }

  @Test(arguments: [
    "CD", "NORM", "HYP", "MI", "STTC", "Normal ECG", "Myocardial infarction", "12345", "4267830061234567890", "pr", "", "?",
    "seen on 20201105", "ECG 1234567",
  ])
  func whatCannotBeReadIsUnknownAndNotAbsent(statement: String) throws {
    #expect(try states([statement], "LAD", "SNR", "PR") == [.unknown, .unknown, .unknown])
    #expect(!DiagnosisLabels([statement]).isCoded)
  }

  @Test func noLabelAtAllIsUnknown() throws {
    #expect(try states([], "LAD") == [.unknown])
    #expect(!DiagnosisLabels([]).isCoded)
  }

  @Test func aWordBesideCodesTakesNothingFromThem() throws {
    #expect(try states(["39732003", "Left ventricular hypertrophy"], "LAD", "AF") == [.present, .absent])
    #expect(try states(["426783006", "atrial fibrillation"], "SNR", "AF", "LAD") == [.present, .present, .absent])
    #expect(DiagnosisLabels(["?", "426783006"]).isCoded)
  }

  @Test(arguments: [
    ("Electric axis of the heart: left axis deviation. ", "LAD", LabelState.present),
    ("Electric axis of the heart: left axis deviation.", "RAD", .absent),
    ("Electric axis of the heart: normal. ", "LAD", .absent), ("Electric axis of the heart: vertical.", "LAD", .absent),
    ("Electric axis of the heart: undetermined.", "LAD", .unknown), ("Rhythm: Sinus rhythm.", "SNR", .present),
    ("Rhythm: Sinus rhythm.", "AF", .absent),
    ("Rhythm: Atrial flutter, typical.", "AFL", .present), ("Rhythm: Sinus rhythm.", "LAD", .unknown),
    ("Left anterior hemiblock. ", "LAnFB", .present),
    ("Incomplete right bundle branch block. ", "IRBBB", .present), ("Incomplete right bundle branch block.", "CRBBB", .absent),
    ("Incomplete left bundle branch block.", "LBBB", .unknown), ("I degree AV block. ", "IAVB", .present),
    ("III degree AV-block.", "IAVB", .unknown),
    ("Non-specific intravintricular conduction delay.", "NSIVCB", .present), ("UNIpolar ventricular pacing. ", "PR", .present),
    ("Ventricular extrasystole, type: single PVC. ", "PVC", .present), ("Atrial extrasystole: SA-nodal extrasystole.", "PAC", .present),
    ("first degree AV block", "IAVB", .present), ("long QT-interval", "LQT", .present), ("LAFB", "LAnFB", .present),
    ("I-AVB", "IAVB", .present),
    ("LAD", "LAD", .present), ("left axis deviation", "LAD", .present), ("No left axis deviation", "LAD", .absent),
    ("possible left axis deviation", "LAD", .unknown), ("Left axis deviation, cannot be excluded", "LAD", .unknown),
    ("Left axis deviation: no", "LAD", .unknown), ("left axis deviation resolved", "LAD", .unknown),
  ])
  func wordsAreReadAsTheirSourcesMeanThem(statement: String, name: String, state: LabelState) throws {
    #expect(try states([statement], name) == [state])
  }

  @Test(arguments: [
    "left axis deviation: 0", "left axis deviation: false", "left axis deviation: n", "left axis deviation: ?",
    "left axis deviation: denied",
    "left axis deviation:", "left axis deviation, ruled out", "left axis deviation, linksseitig", "left axis deviation -",
    "left axis deviation (-)",
    "left axis deviation?", "- left axis deviation", "left axis deviation: in history", "left axis deviation, resolved",
    "left axis deviation: type: 0",
    "no 39732003", "not 39732003", "39732003?", "39732003: 0", "39732003 -", "-39732003", "39732003 (ruled out)", "39732003 |ruled out|",
    "39732003 ≠",
    "39732003|false|", "no left axis deviation 39732003", "39732003 widerlegt", "LAD: 0", "LAD (?)",
  ])
  func whatIsDoubtedOrDeniedInOtherWordsThanKnownIsUnknown(statement: String) throws {
    #expect(try states([statement], "LAD", "AF") == [.unknown, .unknown])
    #expect(try states(["426783006", statement], "LAD", "AF", "SNR") == [.unknown, .absent, .present], "among codes too")
  }

  @Test(arguments: [
    "left axis deviation: yes", "left axis deviation, mild", "left axis deviation, sinus rhythm", "left axis deviation.",
    "left axis deviation,",
    "Left-axis deviation", "LAD", "426783006 left axis deviation", "39732003 - left axis deviation", "SNOMED CT 39732003", "Dx: 39732003",
    "39732003 |Electrical axis turned left (finding)|", "39732003 (20240131)",
  ])
  func whatIsKnownToKeepAStatementTrueLeavesItPresent(statement: String) throws {
    #expect(try states([statement], "LAD") == [.present])
  }

  @Test func codesAndWordsInOneStatementAreBothRead() throws {
    #expect(try states(["426783006 left axis deviation"], "SNR", "LAD", "AF") == [.present, .present, .absent])
  }

  @Test(arguments: ["20240131", "12345678", "39732004", "39732103", "426783006000"])
  func aNumberThatIsNoConceptIsNoCode(number: String) throws {
    #expect(!DiagnosisLabels([number]).isCoded && DiagnosisLabels.codeList(number) == nil)
    #expect(try states([number], "LAD") == [.unknown])
  }

  @Test func theCodesOfAll24AndTheirMergedOnesAreConcepts() {
    for diagnosis in Diagnosis.all {
      for code in [diagnosis.code, diagnosis.mergedCode].compactMap({ $0 }) { #expect(DiagnosisLabels([code]).present == [diagnosis]) }
    }
  }

  @Test func wordsThatAreWrittenSayOneDiagnosisAndDenyNoOther() {
    for diagnosis in Diagnosis.all {
      let (present, absent) = (
        DiagnosisLabels.words(for: diagnosis, isPresent: true), DiagnosisLabels.words(for: diagnosis, isPresent: false)
      )
      for other in Diagnosis.all {
        #expect(DiagnosisLabels([present])[other] == (other == diagnosis ? .present : .unknown))
        #expect(DiagnosisLabels([absent])[other] == (other == diagnosis ? .absent : .unknown))
        #expect(DiagnosisLabels([DiagnosisLabels.noneOfAll])[other] == .absent)
      }
    }
  }

  @Test func everyDiagnosisIsReadByItsOwnNameAndAbbreviation() {
    for diagnosis in Diagnosis.all {
      #expect(DiagnosisLabels([diagnosis.name])[diagnosis] == .present)
      #expect(DiagnosisLabels([diagnosis.abbreviation])[diagnosis] == .present)
      #expect(DiagnosisLabels([diagnosis.name.capitalized + "."]).present == [diagnosis])
    }
  }
}
