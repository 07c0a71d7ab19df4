import ECG
import ECGPaper
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// What was noticed is said where it matters: in a few words in the top line at every size, in whole sentences one key away, beside the bars.
@Suite struct CautionTests {
  private static let gain = RecordWarning(
    "half of the leads span 0.01 mV or less: the gain or the unit is wrong", kind: .gain, caution: "gain wrong?")
  private static let short = RecordWarning("only 1.2 s long; expected at least 2 s", kind: .short, caution: "only 1.2 s")
  private static let leads = RecordWarning("2 of the twelve leads were recorded", kind: .fewLeads, caution: "2 of 12 leads")
  private static let file = RecordWarning("the header has 3 lines too many")
  private static let sizes = [(60, 16), (80, 24), (120, 40), (200, 50), (250, 70)].map { Size(columns: $0.0, rows: $0.1) }
  private static let blindings: [Visible] = [[], [.labels, .model, .readers], [.labels, .model, .readers, .measurements]]

  /// The desk with the sample recording as if the reader of its file had warned.
  private func desk(_ size: Size, _ warnings: [RecordWarning], blinding: Visible = [], diagnoses: [String]? = nil) throws -> DeskState {
    var state = try DeskFixture.reviewing(size, blinding: blinding)
    let sample = try DeskFixture.recording()
    let recording = Recording(
      name: sample.name, samplingRateHertz: sample.samplingRateHertz, millivolts: sample.millivolts, patient: sample.patient,
      diagnoses: diagnoses ?? sample.diagnoses, warnings: warnings)
    _ = Update.apply(.message(.loaded(ticket: state.ticket, LoadedRecording(recording))), to: &state)
    return state
  }

  private func title(_ state: DeskState) -> String { Screen.render(state).plainText().first ?? "" }

  @Test(arguments: sizes, blindings)
  func aWarningIsInTheTopLineAtEverySize(size: Size, blinding: Visible) throws {
    let state = try desk(size, [Self.gain, Self.file], blinding: blinding)
    #expect(title(state).contains("! gain wrong? [!]"))
    #expect(title(state).contains("case 2/3") && (blinding.isEmpty || title(state).contains("blind: labels")))
  }

  @Test(arguments: sizes)
  func ofManyTheFirstIsNamedAndTheOthersCounted(size: Size) throws {
    let line = title(try desk(size, [Self.gain, Self.short, Self.leads], blinding: Self.blindings[2]))
    #expect(line.contains("gain wrong?") && (line.contains("2 of 12 leads") || line.contains("+1 [!]") || line.contains("+2 [!]")))
  }

  @Test(arguments: sizes)
  func theWholeTextIsAKeyAway(size: Size) throws {
    var state = try desk(size, [Self.gain, Self.file])
    _ = press(.showCautions, &state)
    let words = text(state).split { $0.isWhitespace || $0 == "│" }.joined(separator: " ")
    #expect(words.contains("the gain or the unit is wrong") && words.contains("the header has 3 lines too many"))
    #expect(press(.verdictPresent, &state) == [.beep], "it lies over the traces")
    _ = press(.cancel, &state)
    #expect(state.overlay == .none)
  }

  @Test(arguments: sizes.dropFirst())
  func aPredictionFromLittleSaysSoBesideItsBars(size: Size) throws {
    #expect(text(try desk(size, [Self.short, Self.leads])).contains("weak ground: only 1.2 s, 2 of 12 leads"))
    #expect(!text(try desk(size, [Self.gain])).contains("weak ground"))
    #expect(!text(try desk(size, [Self.short], blinding: [.model])).contains("weak ground"))
  }

  @Test func aSingleCautionShowsItsWordsWhereTheyHaveNoRoom() throws {
    let long = RecordWarning("an oddity", kind: .gain, caution: "something that takes a great many words to be told of")
    let line = title(try desk(Size(columns: 60, rows: 16), [long], blinding: Self.blindings[2]))
    #expect(line.contains(#/! something that.*… \[!\]/#) && line.contains("case 2/3"))
    #expect(title(try desk(Size(columns: 60, rows: 16), [long, Self.gain])).contains(#/! something that.*… \+1 \[!\]/#))
    var narrow = try desk(Size(columns: 60, rows: 16), [long])
    let study = try #require(narrow.study)
    narrow.study = StudyContext(study: study.study, diagnosis: study.diagnosis, reviewer: String(repeating: "n", count: 28))
    #expect(title(narrow).contains(#/! something.*… \[!\]/#))
  }

  @Test(arguments: [5, 7, 9, 12]) func leadsThatNeverChangeCountAsMissing(flat: Int) throws {
    let sample = try DeskFixture.recording()
    var millivolts = sample.millivolts
    for lead in Lead.allCases.prefix(flat) {
      for index in 0..<sample.sampleCount { millivolts[lead.rawValue * sample.sampleCount + index] = 0.1 }
    }
    for size in Self.sizes.dropFirst() {
      var state = try DeskFixture.reviewing(size)
      let recording = Recording(name: sample.name, samplingRateHertz: sample.samplingRateHertz, millivolts: millivolts)
      _ = Update.apply(.message(.loaded(ticket: state.ticket, LoadedRecording(recording))), to: &state)
      #expect(text(state).contains("weak ground: \(flat) leads flat") == (flat > 6), "\(size)")
      #expect(title(state).contains("! \(flat) leads flat"))
    }
  }

  @Test func anUnknownLabelIsAQuestionMark() throws {
    var state = try desk(Size(columns: 200, rows: 50), [], diagnoses: ["a word that nobody knows"])
    #expect(text(state).contains("a word that nobody knows, LAD ?"))
    let known = try desk(Size(columns: 200, rows: 50), [], diagnoses: ["426783006"])
    #expect(!text(known).contains("LAD ?"))
    state.cases[1].studyCase = try DeskFixture.study(labels: [.absent, nil, .present]).cases[1]
    _ = press(.listRecords, &state)
    #expect(text(state).contains(#/2•? +· +heart02 +\? /#))
    state.list.filter = "label:?"
    #expect(text(state).contains("1 of 3 match 'label:?'"))
  }
}
