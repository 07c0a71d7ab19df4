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

  @Test func everyDiagnosisIsReadByItsOwnNameAndAbbreviation() {
    for diagnosis in Diagnosis.all {
      #expect(DiagnosisLabels([diagnosis.name])[diagnosis] == .present)
      #expect(DiagnosisLabels([diagnosis.abbreviation])[diagnosis] == .present)
      #expect(DiagnosisLabels([diagnosis.name.capitalized + "."]).present == [diagnosis])
    }
  }
}
