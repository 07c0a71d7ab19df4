import Agreement
import ECG
import ECGFiles
import Evaluation
import Foundation
import LabelReview
import PlainText
import TestSupport
import Testing
import Workbench

/// Relabelling without a console: the order of the queue, corrected labels, and training on them.
@Suite struct RelabelJobTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let (lad, snr) = ("39732003", "426783006")
  private static let asked = [lad, snr].compactMap { Diagnosis.with(code: $0) }.map { Statement($0) }

  private func records(_ labels: [(String, String?)]) throws -> [RecordReference] { try folder.samples(labels) }

  private func model(_ references: [RecordReference], _ scores: [String: Double]) throws -> ModelAnswers {
    let rows = references.compactMap { reference in
      scores[reference.name].map {
        CSVWriter.row([reference.name, reference.path, Self.lad, "\($0)", "0.5", $0 >= 0.5 ? "true" : "false"])
      }
    }
    let text = (["record,path,code,probability,threshold,positive"] + rows).joined(separator: "\n") + "\n"
    return try ModelAnswers.read(Data(text.utf8), path: "p.csv", modelDigest: "m")
  }

  private func order(_ method: QueueMethod, _ references: [RecordReference], _ sources: RelabelDrawing.Sources) throws -> [String] {
    var drawing = RelabelDrawing(name: "relabel", statements: Self.asked)
    drawing.order = method
    return try drawing.draw(from: references, sources).draft.cases.map(\.record)
  }

  @Test func eachOrderPutsFirstWhatItIsFor() throws {
    let references = try records([
      ("a", Self.snr), ("b", "\(Self.lad),\(Self.snr)"), ("c", Self.snr), ("d", "\(Self.lad)"), ("e", Self.snr), ("f", nil),
    ])
    var sources = RelabelDrawing.Sources()
    #expect(try order(.fixed, references, sources) == ["a", "b", "c", "d", "e", "f"])
    let shuffled = try order(.shuffled, references, sources)
    #expect(shuffled != ["a", "b", "c", "d", "e", "f"] && shuffled.sorted() == ["a", "b", "c", "d", "e", "f"])
    #expect(throws: JobError.self) { try order(.uncertainty, references, sources) }
    sources.model = try model(references, ["a": 0.02, "b": 0.95, "c": 0.55, "d": 0.03, "e": 0.97, "f": 0.4])
    #expect(try Array(order(.uncertainty, references, sources).prefix(2)) == ["c", "f"])
    #expect(try Set(order(.suspicion, references, sources).prefix(2)) == ["d", "e"], "labelled and not so, not labelled and so")
    #expect(try order(.suspicion, references, sources).last == "f", "without a label there is nothing to suspect")
    sources.audit = AuditScores(references.map { ($0.name, $0.path, $0.name == "b" ? 0.9 : 0.1) })
    #expect(try order(.suspicion, references, sources).first == "b", "an audit's score goes before")
    #expect(throws: JobError.self) { try order(.diverse, references, sources) }
    #expect(throws: JobError.self) { try order(.disagreement, references, sources) }
  }

  @Test func theStudyHoldsLabelsDecisionsAndHowItWasOrdered() throws {
    let references = try records([("a", Self.snr), ("b", nil)])
    var sources = RelabelDrawing.Sources()
    sources.model = try model(references, ["a": 0.8, "b": 0.1])
    var drawing = RelabelDrawing(name: "relabel", statements: Self.asked)
    drawing.order = .uncertainty
    drawing.prefill = .model
    drawing.seed = 9
    let result = try drawing.draw(from: references, sources)
    let draft = result.draft
    #expect(
      draft.blinding == [.labels, .readers]
        && draft.settings.relabelling?.queue == Relabelling.Queue(method: "uncertainty", seed: 9, modelDigest: "m"))
    let first = try #require(draft.cases.first { $0.record == "a" })
    #expect(first.labels?[Self.snr] == .present && first.labels?[Self.lad] == .absent)
    #expect(first.decision?.answer?[Self.lad] == .present && first.decision?.answer?.probabilities[Self.lad] == 0.8)
    let second = try #require(draft.cases.first { $0.record == "b" })
    #expect(second.labels?[Self.lad] == .notAsked && second.source == "north" && second.recordingDigest != nil)
    drawing.blinding = [.model]
    #expect(throws: JobError.self) { try drawing.draw(from: references, sources) }
  }

  @Test func aFileOfPredictionsTellsWhichModelMadeThem() throws {
    let digest = String(repeating: "ab", count: 32)
    let other = String(repeating: "cd", count: 32)
    let line = #"{"record":"a","path":"a.hea","model":"\#(digest)","classes":[{"code":"\#(Self.lad)","probability":0.9,"positive":true}]}"#
    func read(_ text: String, named: String? = nil) throws -> String? {
      try ModelAnswers.read(Data(text.utf8), path: "p", modelDigest: named).modelDigest
    }
    #expect(try read(line) == digest && read(line, named: digest) == digest)
    let error = #expect(throws: JobError.self) { try read(line, named: other) }
    #expect(error.map { "\($0)".contains(digest.prefix(16)) && "\($0)".contains(other.prefix(16)) } == true)
    // A table has the first digits only, of however many models.
    for models in [digest, "\(digest)+\(other)+\(digest)+\(other)"] {
      let short = models.split(separator: "+").map { $0.prefix(16) }.joined(separator: "+")
      let table = "record,path,code,probability,positive,model\na,a.hea,\(Self.lad),0.9,true,\(short)\n"
      #expect(try read(table) == nil && read(table, named: models) == models)
      #expect(throws: JobError.self) { try read(table, named: other) }
      let lad = try #require(Diagnosis.with(code: Self.lad))
      #expect(try ModelDecisions.read(Data(table.utf8), path: "p", about: lad).modelDigest == nil)
    }
  }

  @Test func predictionsOfARecordingThatMovedAreKnownByItsSamples() throws {
    let reference = try #require(try records([("a", Self.snr)]).first)
    let own = try Recording(RecordFile.read(reference)).digest().description
    for (digest, isKnown) in [(own, true), (String(own.reversed()), false)] {
      // Somewhere lies another record of the name.
      let text = "record,path,recording_digest,code,probability,positive\na,\(folder.path)/other/a,\(digest),\(Self.lad),0.9,true\n"
      try folder.write("a 1 500 2\n", as: "other/a.hea")
      #expect(try (ModelAnswers.read(Data(text.utf8), path: "p")[reference] != nil) == isKnown)
    }
  }

  /// A store with a study of two records that one reader, or two, answered.
  private func study(_ references: [RecordReference]) throws -> (store: ReviewStore, study: Study) {
    let store = try ReviewStore(path: folder.path + "/store.sqlite", programVersion: "test")
    var drawing = RelabelDrawing(name: "relabel", statements: Self.asked)
    drawing.order = .fixed
    return (store, try store.createStudy(drawing.draw(from: references).draft))
  }

  private func answer(_ store: ReviewStore, _ study: Study, _ place: Int, _ set: [String: StatementAnswer], by reader: String) throws {
    let id = try store.cases(of: study)[place].id
    _ = try store.record(VerdictDraft(study: study, caseID: id, reviewer: reader, answer: CaseAnswer(set)))
  }

  @Test func whereEverythingWasReadBeforeNoEmptyStudyIsMade() throws {
    let references = try records([("a", Self.snr), ("b", Self.lad)])
    let (store, study) = try study(references)
    for place in 0..<2 { try answer(store, study, place, [:], by: "A") }
    var sources = RelabelDrawing.Sources()
    sources.earlier = try EarlierReadings(study, in: store)
    sources.model = ModelAnswers(
      modelDigest: "m",
      references.map { ($0, ModelAnswers.Answer(set: CaseAnswer(probabilities: [Self.lad: 0.4]), features: [1, 2, 3])) })
    let failure = #expect(throws: JobError.self) { try order(.diverse, references, sources) }
    #expect(failure.map { "\($0)".contains("all 2 recordings were read in study 'relabel'") } == true)
  }

  @Test func correctedLabelsStandBesideTheOriginalsAndTrainReadsThemBack() throws {
    let references = try records([("a", Self.snr), ("b", "\(Self.lad),164934002"), ("c", Self.snr)])
    let (store, study) = try study(references)
    try answer(store, study, 0, [Self.lad: .probable, Self.snr: .present], by: "A")
    try answer(store, study, 0, [Self.lad: .present, Self.snr: .present], by: "B")
    try answer(store, study, 1, [Self.snr: .unsure], by: "A")
    let consensus = StudyConsensus(try StudyAnswers(of: study, in: store), by: .majority)
    let corrected = CorrectedLabels(consensus, head: try store.headDigest())
    let table = try CSVTable(parsing: corrected.csv.utf8)
    #expect(table.header == CorrectedLabels.columns && table.rows.count == 2)
    func field(_ row: Int, _ name: String) -> String { table.column(name).map { table.rows[row][$0] } ?? "?" }
    #expect(field(0, "scp_codes") == "{'ALAD': 80.0, 'SR': 100.0}" && field(0, "original_scp_codes") == "{'SR': 100.0}")
    #expect(field(0, "validated_by_human") == "True" && field(0, "second_opinion") == "True" && field(1, "second_opinion") == "False")
    #expect(field(1, "open") == "'SR'" && field(1, "confidence").isEmpty && field(1, "scp_codes") == "{}")
    let head = try store.headDigest()
    #expect(field(0, "provenance").contains(head))
    let headers = CorrectedHeaders(corrected.labels, of: study)
    let texts = Dictionary(uniqueKeysWithValues: headers.files.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) })
    #expect(
      texts["a.hea"]?.contains("#Dx: \(Self.snr),\(Self.lad)\n") == true && texts["a.hea"]?.contains("#Label before: \(Self.snr)\n") == true
    )
    // LAD is gone, what was not asked about stays, and so does what the reader left open.
    #expect(texts["b.hea"]?.contains("#Dx: 164934002\n") == true)
    #expect(texts["c.hea"] == nil, "nobody answered it")
    let labels = try ConsensusLabels.read(Data(corrected.csv.utf8), path: "corrected.csv")
    #expect(labels.count == 2)
    var selection = TrainingData.Selection(preprocessing: .zscore05to40)
    selection.consensus = labels
    let data = TrainingData(references.map { ($0, .train) }, selection)
    func diagnoses(_ data: TrainingData) -> [[String]] { data.records.map { ($0.example?.diagnoses ?? []).map(\.abbreviation) } }
    #expect(diagnoses(data) == [["LAD", "SNR"], ["TAb"], ["SNR"]])
    #expect(data.records[0].remarks == ["label corrected"] && data.records[2].remarks.isEmpty)
    selection.weighsByConfidence = true
    let weighed = TrainingData(references.map { ($0, .train) }, selection)
    let sinus = try #require(Diagnosis.named("SNR"))
    #expect(weighed.records[0].example?.presence == [.leftAxisDeviation: 1, sinus: 1])
  }

  @Test(arguments: [false, true]) func whatReadersLeaveOpenStaysAsTheHeaderHasIt(isWeighed: Bool) throws {
    let references = try records([("a", "\(Self.lad),\(Self.snr)")])
    let text = "record,scp_codes,presence,open\na,{'SR': 100.0},\"{'ALAD': 0.5, 'SR': 1.0}\",'ALAD'\n"
    var selection = TrainingData.Selection(preprocessing: .zscore05to40)
    selection.consensus = try ConsensusLabels.read(Data(text.utf8), path: "corrected.csv")
    selection.weighsByConfidence = isWeighed
    let record = try #require(TrainingData(references.map { ($0, .train) }, selection).records.first)
    #expect(record.example?.diagnoses.map(\.abbreviation) == ["LAD", "SNR"] && record.isCorrected)
    let sinus = try #require(Diagnosis.named("SNR"))
    #expect(!isWeighed || record.example?.presence == [sinus: 1])
  }

  @Test(arguments: ["", "case,verdict\na,present\n", "record,scp_codes\na,nonsense\n", "case,verdict,diagnosis,rater\na,present,LAD,HG\n"])
  func whatIsNoFileOfLabelsIsRefused(_ text: String) {
    #expect(throws: JobError.self) { try ConsensusLabels.read(Data(text.utf8), path: "x.csv") }
  }

  @Test func aDictionaryOfMoreThanAVocabularyIsRefused() {
    let entries = (0...1000).map { "'x\($0)': 1.0" }.joined(separator: ", ")
    #expect(throws: JobError.self) { try ConsensusLabels.read(Data("record,scp_codes\na,\"{\(entries)}\"\n".utf8), path: "x.csv") }
  }

  @Test func ptbXLsOwnDictionariesAreRead() throws {
    let text = "record,scp_codes\na,\"{'NORM': 100.0, 'LAFB': 80.0, 'SR': 0.0}\"\nb,{}\n"
    let labels = try ConsensusLabels.read(Data(text.utf8), path: "ptbxl.csv")
    #expect(labels.count == 2)
  }
}
