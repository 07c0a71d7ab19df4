import ECG
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import TestSupport
import Testing

/// Panels and marks: each folds away by its key, and what is odd about a lead is said beside its name.
@Suite struct PanelTests {
  @Test(arguments: [
    (Action.togglePredictions, "┌ SE-ResNet"), (.toggleHeatmap, "├ lead influence"), (.toggleMeasurements, "├ measurements"),
    (.toggleFacts, "├ recording"), (.toggleNotes, "├ note"), (.toggleProgress, "├ progress"),
  ])
  func eachFoldsAwayAndComesBack(action: Action, title: String) throws {
    var state = try DeskFixture.reviewing(Size(columns: 200, rows: 60))
    let before = text(state)
    #expect(before.contains(title))
    #expect(press(action, &state) == [.savePanels])
    #expect(!text(state).contains(title))
    #expect(press(action, &state) == [.savePanels])
    #expect(text(state) == before)
  }

  @Test func whatIsFoldedAwayIsRememberedInAFile() throws {
    let folder = TemporaryFolder.lastingPlace()
    let file = PanelFile(folder.appendingPathComponent("folded-panels"))
    #expect(file.read().isEmpty)
    try file.write([.notes, .heatmap])
    #expect(file.read() == [.notes, .heatmap])
    try Data("heatmap\nunknown\n".utf8).write(to: folder.appendingPathComponent("folded-panels"))
    #expect(file.read() == [.heatmap], "a panel of another version is no mistake")
    try FileManager.default.removeItem(at: folder)
  }

  @Test func panelsOfAStudyAreNotThereWithoutOne() throws {
    var state = try DeskFixture.viewing(Size(columns: 200, rows: 60))
    #expect(!text(state).contains("├ progress") && !text(state).contains("├ note"))
    #expect(press(.toggleNotes, &state) == [.beep])
  }

  @Test func whereThereIsNoRoomItIsSaidWhatIsMissing() throws {
    let state = try DeskFixture.reviewing(Size(columns: 110, rows: 30))
    #expect(text(state).contains("no room: "))
    for rows in 16...70 {
      for columns in [60, 80, 109, 110, 140, 300] {
        #expect(Screen.render(try DeskFixture.reviewing(Size(columns: columns, rows: rows))).plainText().count == rows)
      }
    }
  }

  @Test func figuresAreMeasuredUnlessTheStudyHidesThem() throws {
    let size = Size(columns: 200, rows: 60)
    let state = try DeskFixture.reviewing(size)
    let screen = text(state)
    let rate = try #require(screen.firstMatch(of: #/HR +([0-9]+) bpm/#))
    let median = try #require(screen.firstMatch(of: #/RR +([0-9]+) ms  [0-9]+ to [0-9]+, [0-9]+ beats/#))
    #expect(abs(60_000 / (try #require(Double(median.1))) - (try #require(Double(rate.1)))) < 3)
    for figure in ["PR", "QRS", "QT", "QTcF"] { #expect(try screen.contains(Regex("\(figure) +[0-9]+ ms"))) }
    #expect(screen.contains(#/axis +−?[0-9]+°/#) && screen.contains(" in 95 % of beats") && screen.contains("net mV"))
    #expect(screen.contains("Fridericia") && state.visible.contains(.measurements))
    let blind = try DeskFixture.reviewing(size, blinding: .measurements)
    for word in ["bpm", "QTcF", "95 % of beats", "net mV"] { #expect(!text(blind).contains(word)) }
    #expect(!blind.visible.contains(.measurements))
  }

  /// The mark is a word, not a colour alone, and the range beside it is the patient's.
  @Test func eachFigureStandsAgainstTheRangeOfAgeAndSex() throws {
    let recording = try DeskFixture.recording()
    let measurements = Measurements(of: recording)
    for (age, sex) in [(50, Patient.Sex.female), (50, .male), (4, .male)] {
      let screen = text(try showing(of(Patient(ageYears: age, sex: sex), recording), Size(columns: 200, rows: 60)))
      for (quantity, name) in [(MeasuredQuantity.heartRate, "HR"), (.qrsDuration, "QRS"), (.qtcFridericia, "QTcF"), (.qrsAxis, "axis")] {
        let verdict = NormalRanges.verdict(measurements[quantity].value, of: quantity, ageYears: age, sex: sex)
        #expect(try screen.contains(Regex("\(name) +−?[0-9]+(°|) +(bpm|ms|) *\(verdict.rawValue)")), "\(name) of \(sex) \(age)")
      }
    }
    let nobody = text(try showing(of(Patient(), recording), Size(columns: 200, rows: 60)))
    #expect(nobody.contains("no age: no normal ranges") && !nobody.contains("bpm  within"))
  }

  @Test(arguments: [Size(columns: 60, rows: 16), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)])
  func exchangedElectrodesAreACautionAtEverySize(size: Size) throws {
    let exchanged = LeadSwap.rightArmLeftArm.exchanged(in: try DeskFixture.recording())
    let suspected = try #require(LeadSwapAssessment(of: Measurements(of: exchanged)).suspicion).swap
    let screen = Screen.render(try showing(exchanged, size)).plainText()
    #expect(try #require(screen.first).contains("\(suspected.rawValue) swap?"))
    let blind = Screen.render(try showing(exchanged, size, blinding: .measurements)).plainText()
    #expect(!blind.contains { $0.contains("swap?") || $0.contains("exchanged") })
  }

  @Test(arguments: [Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)])
  func aFigureThatIsMissingSaysWhy(size: Size) throws {
    let silence = Recording(
      name: "silence", samplingRateHertz: 500, millivolts: [Float](repeating: 0, count: 12 * 5000),
      sources: [LeadSource](repeating: .recorded, count: 12))
    let reason = try #require(Measurements(of: silence)[.heartRate].reason)
    #expect(text(try showing(silence, size)).contains(reason.words))
    var samples: [Float] = []
    let heart = try DeskFixture.recording()
    for lead in Lead.allCases { samples += lead.isLimb ? [Float](repeating: .nan, count: heart.sampleCount) : Array(heart[lead]) }
    let chest = Recording(
      name: "chest", samplingRateHertz: heart.samplingRateHertz, millivolts: samples,
      sources: Lead.allCases.map { $0.isLimb ? .absent : .recorded })
    let axis = try #require(Measurements(of: chest)[.qrsAxis].reason)
    #expect(text(try showing(chest, size)).contains(axis.words))
  }

  /// The recording as if it were another patient's.
  private func of(_ patient: Patient, _ recording: Recording) -> Recording {
    Recording(
      name: recording.name, samplingRateHertz: recording.samplingRateHertz, millivolts: recording.millivolts, sources: recording.sources,
      patient: patient)
  }

  /// The desk with another recording on it.
  private func showing(_ recording: Recording, _ size: Size, blinding: Visible = []) throws -> DeskState {
    var state = try DeskFixture.reviewing(size, blinding: blinding)
    _ = Update.apply(.message(.loaded(ticket: state.ticket, LoadedRecording(recording))), to: &state)
    let display = try #require(DisplayTraces(of: LoadedRecording(recording), filter: .none))
    _ = Update.apply(.message(.displayReady(ticket: state.ticket, display)), to: &state)
    return state
  }

  @Test func progressCountsWhatWasJudged() throws {
    var state = try DeskFixture.reviewing(Size(columns: 200, rows: 60))
    _ = press(.verdictUnsure, &state)
    _ = Update.apply(.message(.saved(caseIndex: 1, .unsure, at: Date(), seconds: 74)), to: &state)
    #expect(text(state).contains("2 of 3 judged, 1 unsure, 0 flagged") && text(state).contains("0:01:14 a case (median of 1)"))
  }

  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  func flatAbsentAndDerivedLeadsSaySoBesideTheirNames(size: Size) throws {
    let wave = (0..<5000).map { Float(sin(Double($0) / 40)) }
    var samples = Array(repeating: wave, count: 12).flatMap { $0 }
    for index in 6 * 5000..<7 * 5000 { samples[index] = 0.3 }
    for index in 7 * 5000..<8 * 5000 { samples[index] = .nan }
    var sources = [LeadSource](repeating: .recorded, count: 12)
    sources[Lead.iii.rawValue] = .derived
    sources[Lead.v2.rawValue] = .absent
    let recording = Recording(name: "odd", samplingRateHertz: 500, millivolts: samples, sources: sources)
    var state = try DeskFixture.viewing(size)
    _ = Update.apply(.message(.loaded(ticket: state.ticket, LoadedRecording(recording))), to: &state)
    let screen = text(state)
    #expect(screen.contains("III*") && screen.contains("V1 flat") && screen.contains("V2 absent"))
    #expect(!screen.contains("V3 flat"))
  }

  @Test func smallBoxesAreDrawnOnlyWhereTheyCanBeToldApart() throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    let plain = text(state)
    _ = press(.toggleGrid, &state)
    #expect(text(state).contains("grid 25×5 mm") && text(state) != plain, "boxes of a second where those of 0.2 s cannot be counted")
    _ = press(.toggleGrid, &state)
    #expect(state.paper.ruling == .none && text(state).contains("small boxes need a millimetre of 2 dots"))
    state.paper.isScreenMeasured = true
    state.paper.scale.dotsPerMillimetre = 2
    state.paper.scale.dotsPerMillimetreDown = 2
    _ = press(.toggleGrid, &state)
    _ = press(.toggleGrid, &state)
    #expect(text(state).contains("grid 1 and 5 mm") && text(state).contains("····"))
    _ = press(.toggleGrid, &state)
    #expect(state.paper.ruling == .none)
  }

  /// A grid changes no cell through which a trace runs.
  @Test(arguments: [1.0, 2, 4.5])
  func theGridHidesNoTrace(dots: Double) throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 160, rows: 50)] {
      var state = try DeskFixture.viewing(size)
      state.paper.isScreenMeasured = true
      state.paper.scale.dotsPerMillimetre = dots
      state.paper.scale.dotsPerMillimetreDown = dots
      state.paper.ruling = .none
      let plain = Screen.render(state)
      for ruling in [PaperRuling.large, .small] {
        state.paper.ruling = ruling
        let ruled = Screen.render(state)
        for row in 0..<size.rows - 3 {
          for column in 0..<size.columns where plain[column: column, row: row].scalar != " " {
            var cell = ruled[column: column, row: row]
            cell.style.ground = .plain
            #expect(cell == plain[column: column, row: row])
          }
        }
      }
    }
  }

  @Test func aHardlyKnownClassIsMarkedAndTheMarkExplained() throws {
    var all = try DeskFixture.reviewing(Size(columns: 200, rows: 60))
    #expect(!text(all).contains("LQRSV"), "what says nothing is not listed")
    press(.allClasses, &all)
    let wide = text(all)
    #expect(wide.contains("LQRSV†") && wide.contains("† hardly known: under 20 in training"))
    var narrow = try DeskFixture.reviewing(Size(columns: 80, rows: 24))
    _ = press(.help, &narrow)
    _ = press(.search, &narrow)
    _ = Update.apply(.key(.character("†")), to: &narrow)
    #expect(text(narrow).contains("fewer than 20 positive records"))
  }
}
