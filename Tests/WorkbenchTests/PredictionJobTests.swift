import Classification
import ECG
import ECGFiles
import ECGSignal
import Foundation
import SEResNet
import Synchronization
import TestSupport
import Testing
import Workbench

/// Whole predictions without a console: order, interruption, and going on.
@Suite struct PredictionJobTests {
  private let folder: TemporaryFolder
  private let ensemble: Ensemble

  init() throws {
    folder = try TemporaryFolder()
    let file = try folder.write(FormulaModel.bytes(FormulaModel.tensors(baseWidth: 4)), as: "model.safetensors")
    ensemble = try Ensemble(models: [Model(contentsOf: file)], threads: 1)
  }

  private func references(_ names: [String]) throws -> [RecordReference] {
    try names.flatMap { try RecordLocator.references(at: Checkout.root.appendingPathComponent("SampleData/\($0).hea").path) }
  }

  private func settings(_ format: PredictionFormat, _ name: String, resumes: Bool = false, shard: String? = nil)
    -> PredictionOutput.Settings
  {
    .init(format: format, path: folder.url.appendingPathComponent(name).path, resumes: resumes, shard: shard.flatMap { Shard($0) })
  }

  /// Predicts and writes; stops after so many records.
  private func predict(_ references: [RecordReference], _ settings: PredictionOutput.Settings, stopAfter: Int = .max) throws {
    struct Stop: Error {}
    let run = PredictionRun(model: "m", preprocessing: "paper", precision: .exact)
    var output = try PredictionOutput(settings, run: run, on: references) { _ in }
    let left = output.unfinished
    var done = 0
    do {
      _ = try BatchPredictor(left, ensemble, jobs: 2, threads: 2).run { reference, result in
        guard done < stopAfter else { throw Stop() }
        try output.write(try result.get(), of: reference)
        done += 1
      }
      try output.finish(footer: "the end")
    } catch is Stop {
      output.abandon()
    }
  }

  @Test func resultsComeInTheOrderOfTheRecordsWhateverTheJobs() throws {
    let references = try references(["heart22", "heart01", "heart03", "heart02"])
    var orders: [[String]] = []
    var probabilities: [[Double]] = []
    for jobs in [1, 3] {
      var order: [String] = []
      var values: [Double] = []
      let done = try BatchPredictor(references, ensemble, jobs: jobs, threads: 2).run { reference, result in
        order.append(reference.name)
        values += try result.get().classes.map(\.probability)
      }
      #expect(done == 4)
      orders.append(order)
      probabilities.append(values)
    }
    #expect(orders[0] == ["heart22", "heart01", "heart03", "heart02"] && orders[1] == orders[0])
    #expect(probabilities[0] == probabilities[1])
  }

  @Test func aStoppedBatchHandsOverWholeRecordsAndSaysHowMany() throws {
    let references = try references((1...9).map { "heart0\($0)" })
    let request = StopRequest()
    var handed = 0
    let done = try BatchPredictor(references, ensemble, jobs: 1, threads: 1).run(until: request) { _, _ in
      handed += 1
      request.stop()
    }
    #expect(done == handed && done >= 1 && done < 9)
    let early = StopRequest()
    early.stop()
    #expect(try BatchPredictor(references, ensemble, jobs: 2, threads: 2).run(until: early) { _, _ in } == 0)
  }

  @Test func electrodesThatSeemExchangedAreAWarning() throws {
    let right = try Recording(RecordFile.read(try #require(try references(["heart02"]).first)))
    let wrong = LeadSwap.rightArmLeftArm.exchanged(in: right)
    let signals = Lead.allCases.map { Signal(name: $0.name, samples: .physical(wrong[$0].map(Double.init))) }
    let record = SignalRecord(name: "wrong", samplingRateHertz: right.samplingRateHertz, frameCount: right.sampleCount, signals: signals)
    try WFDBWriter.write(record, to: folder.url.appendingPathComponent("wrong"))
    let references = try references(["heart02"]) + RecordLocator.references(at: folder.url.appendingPathComponent("wrong.hea").path)
    for warns in [true, false] {
      var batch = BatchPredictor(references, ensemble, jobs: 2, threads: 2)
      batch.warnsOfSwaps = warns
      var found: [Bool] = []
      _ = try batch.run { _, result in found.append(try result.get().warnings.contains { $0.description.contains("RA-LA") }) }
      #expect(found == [false, warns])
    }
  }

  @Test(arguments: [PredictionFormat.csv, .json]) func anInterruptedFileIsGoneOnWith(format: PredictionFormat) throws {
    let references = try references(["heart01", "heart02", "heart03", "heart01"])
    try predict(references, settings(format, "whole"))
    let whole = try folder.text("whole")
    try predict(references, settings(format, "part"), stopAfter: 2)
    #expect(folder.fileNames.contains("part.partial") && !folder.fileNames.contains("part"))
    // The last line was being written when the light went out.
    let file = folder.url.appendingPathComponent("part.partial")
    try folder.write(try Data(contentsOf: file) + Data("{\"rec".utf8), as: "part.partial")
    try predict(references, settings(format, "part", resumes: true))
    #expect(try folder.text("part") == whole)
    #expect(!folder.fileNames.contains("part.partial"))
  }

  @Test func shardsOneAfterTheOtherAreOneFile() throws {
    let references = try references(["heart01", "heart02", "heart03"])
    for format in [PredictionFormat.csv, .json, .table] {
      try predict(references, settings(format, "whole"))
      for index in 1...2 {
        let shard = try #require(Shard("\(index)/2"))
        try predict(Array(shard.part(of: references)), settings(format, "part\(index)", shard: "\(index)/2"))
      }
      #expect(try folder.text("part1") + folder.text("part2") == folder.text("whole"))
    }
  }

  @Test func whatIsNoEarlierOutputIsNotOverwritten() throws {
    let references = try references(["heart01"])
    try folder.write("case,rater,verdict\n", as: "other")
    #expect(throws: JobError.self) { try predict(references, settings(.csv, "other", resumes: true)) }
    try folder.write("{\"a\":1}\n", as: "other")
    #expect(throws: JobError.self) { try predict(references, settings(.json, "other", resumes: true)) }
    #expect(try folder.text("other") == "{\"a\":1}\n")
  }

  @Test func theChallengeHasAFileARecordAndNoTwoOfOneName() throws {
    let references = try references(["heart01", "heart02"])
    try predict(references, settings(.challenge, "outputs"))
    #expect(try folder.text("outputs/heart01.csv").hasPrefix("#heart01\n"))
    #expect(throws: JobError.self) { try predict(references + references, settings(.challenge, "twins")) }
  }

  @Test func deskAndPredictTakeTheMeanOfWindowsInOneWay() throws {
    // 40 s: several windows, whose mean is no single-precision number.
    let samples = 40 * 257
    let millivolts = (0..<12 * samples).map { Float(sin(Double($0) / 40)) + Float($0 / samples) / 10 }
    let recording = Recording(name: "long", samplingRateHertz: 257, millivolts: millivolts)
    let prepared = try ensemble.prepare(recording)
    #expect(prepared.windowCount > 1)
    let atDesk = ensemble.judgement(of: (0..<prepared.windowCount).map { ensemble.probabilities(of: prepared, window: $0) })
    let whole = try #require(ensemble.judge(prepared))
    let printed = try ensemble.predict(recording).classes
    #expect(atDesk.mean.map(\.probability) == printed.map(\.probability))
    #expect(whole.mean == printed && whole.windows == atDesk.windows)
    // A threshold at the very mean: neither may fall below it.
    let one = try #require(printed.first)
    let rule = DecisionRule(thresholds: [one.probability, 2])
    #expect(rule.decide([try #require(atDesk.mean.first).probability, 1]) == [true, true])
  }
}
