import ECG
import Foundation
import SEResNet
import TestSupport
import Testing
import Training
import Workbench

/// Trainings of tiny networks from the first step to the file.
@Suite struct TrainingRunTests {
  private let temporary: TemporaryFolder
  private var folder: URL { temporary.url }

  init() throws { temporary = try TemporaryFolder() }

  private struct Stop: Error {}

  /// Recordings of noise; every other one has a spike of 0.5 mV a second on V2, and only those are labelled LAD.
  private func examples(_ range: Range<Int>, shufflesLabels: Bool = false, samples: Int = 3000) throws -> [TrainingExample] {
    try range.map { number in
      var generator = SeededGenerator(seed: 11, stream: UInt64(number))
      var millivolts = (0..<12 * samples).map { _ in Float(generator.uniform(in: -0.05...0.05)) }
      let isPositive = number.isMultiple(of: 2)
      if isPositive {
        for start in stride(from: generator.below(200), to: samples - 12, by: 257) {
          for offset in 0..<12 { millivolts[Lead.v2.rawValue * samples + start + offset] += 0.5 }
        }
      }
      var coin = SeededGenerator(seed: 5, stream: UInt64(number))
      let isLabelled = shufflesLabels ? coin.below(2) == 0 : isPositive
      let recording = Recording(name: "r\(number)", samplingRateHertz: 257, millivolts: millivolts)
      return try TrainingExample(recording, diagnoses: isLabelled ? [.leftAxisDeviation] : [], preprocessing: .paper)
    }
  }

  private func settings(width: Int = 8, epochs: Int = 10) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.baseWidth = width
    settings.epochs = epochs
    settings.batchSize = 8
    settings.schedule = .cosine
    return settings
  }

  private func run(
    _ settings: TrainingSettings, _ name: String, examples: [TrainingExample], validation: [TrainingExample] = [],
    keeping keeps: KeptEpoch = .last, resumes: Bool = false, stopAfter steps: Int = .max,
    patience: Int? = nil
  ) throws -> TrainingRun.Outcome? {
    let files = TrainingFiles(model: folder.appendingPathComponent("\(name).safetensors"))
    let run = try TrainingRun(
      settings, examples: examples, validation: .scored(validation, threads: 2), keeping: keeps, files: files, threads: 2,
      resumes: resumes)
    var taken = 0
    return try run.run(patience: patience, isStopped: { taken >= steps }) { event in if case .step = event { taken += 1 } }
  }

  private func weights(_ outcome: TrainingRun.Outcome?) throws -> String {
    try #require(outcome).weights.model(ModelMetadata(preprocessing: .paper, ageKnownSlot: .flag)).digest
  }

  @Test func aPlantedLeadIsLearntAndShuffledLabelsAreNot() throws {
    let learnt = try #require(try run(settings(), "planted", examples: examples(0..<32), validation: examples(100..<120)))
    #expect(learnt.history.last?.axisAUROC == 1)
    #expect(learnt.history.last?.validationAUROC == 1)
    #expect((learnt.history.last?.trainingLoss ?? 1) < (learnt.history.first?.trainingLoss ?? 0) / 2)
    let shuffled = try #require(
      try run(settings(), "shuffled", examples: examples(0..<32, shufflesLabels: true), validation: examples(100..<120)))
    #expect((shuffled.history.last?.axisAUROC ?? 1) < 0.9)
  }

  @Test func theSameSeedGivesTheSameWeights() throws {
    let examples = try examples(0..<16)
    var settings = settings(width: 4, epochs: 1)
    let first = try weights(run(settings, "first", examples: examples))
    #expect(try weights(run(settings, "second", examples: examples)) == first)
    settings.seed = 2
    #expect(try weights(run(settings, "other", examples: examples)) != first)
  }

  @Test func stoppingAnywhereAndGoingOnGivesTheSameWeights() throws {
    let (examples, validation) = (try examples(0..<20), try examples(100..<104))
    var settings = settings(width: 4, epochs: 3)
    settings.averagingDecay = 0.9
    settings.augmentation = try #require(Augmentation("gain=0.2,noise=0.02,lead-dropout=0.1"))
    let whole = try #require(try run(settings, "whole", examples: examples, validation: validation, keeping: .best))
    // An epoch has 3 steps: stop at its end, in its middle, and at once after going on.
    for steps in [3, 4] {
      let name = "stopped\(steps)"
      #expect(try run(settings, name, examples: examples, validation: validation, keeping: .best, stopAfter: steps) == nil)
      #expect(try run(settings, name, examples: examples, validation: validation, keeping: .best, resumes: true, stopAfter: 1) == nil)
      let resumed = try #require(try run(settings, name, examples: examples, validation: validation, keeping: .best, resumes: true))
      #expect(try weights(resumed) == weights(whole))
      #expect(resumed.epoch == whole.epoch)
      #expect(resumed.history.map(\.trainingLoss) == whole.history.map(\.trainingLoss))
      #expect(resumed.history.map(\.validationAUROC) == whole.history.map(\.validationAUROC))
    }
  }

  /// Recordings of two sources, one of which has a tall artefact on V6; LAD has a low spike on V2, and comes with the artefact in `share` of
  /// all.
  private func sourced(_ range: Range<Int>, share: Double) throws -> [TrainingExample] {
    let samples = 1200
    return try range.map { number in
      var generator = SeededGenerator(seed: 17, stream: UInt64(number))
      var millivolts = (0..<12 * samples).map { _ in Float(generator.uniform(in: -0.05...0.05)) }
      let isPositive = number.isMultiple(of: 2)
      let hasArtefact = (generator.uniform(in: 0...1) < share) == isPositive
      for (lead, height, isThere) in [(Lead.v2, Float(0.1), isPositive), (.v6, 0.5, hasArtefact)] where isThere {
        for start in stride(from: generator.below(150), to: samples - 12, by: 150) {
          for offset in 0..<12 { millivolts[lead.rawValue * samples + start + offset] += height }
        }
      }
      let recording = Recording(name: "r\(number)", samplingRateHertz: 257, millivolts: millivolts)
      return try TrainingExample(
        recording, diagnoses: isPositive ? [.leftAxisDeviation] : [], source: hasArtefact ? "A" : "B", preprocessing: .paper)
    }
  }

  @Test func anUnlearningThatWasStoppedGoesOnToTheSameWeights() throws {
    let examples = try sourced(0..<16, share: 0.8)
    var settings = settings(width: 4, epochs: 2)
    settings.unlearning = 0.5
    let whole = try weights(run(settings, "whole", examples: examples))
    #expect(try run(settings, "stopped", examples: examples, stopAfter: 1) == nil)
    #expect(try weights(run(settings, "stopped", examples: examples, resumes: true)) == whole)
  }

  @Test func oneSourceCannotBeUnlearnt() throws {
    var settings = settings(width: 4, epochs: 1)
    settings.unlearning = 0.5
    let examples = try examples(0..<8)
    #expect(throws: TrainerError.tooFewSources(count: 0)) { try run(settings, "none", examples: examples) }
  }

  @Test func aGatedTrainingThatWasStoppedGoesOnToTheSameWeights() throws {
    let examples = try examples(0..<16)
    var settings = settings(width: 4, epochs: 2)
    settings.leadGate = .shared
    settings.leadSparsity = 0.1
    let whole = try weights(run(settings, "whole", examples: examples))
    #expect(try run(settings, "stopped", examples: examples, stopAfter: 3) == nil)
    #expect(try weights(run(settings, "stopped", examples: examples, resumes: true)) == whole)
    settings.leadGate = .own
    #expect(try weights(run(settings, "own", examples: examples)) != whole)
  }

  @Test func patienceEndsATrainingThatGetsNoBetter() throws {
    let examples = try examples(0..<16)
    let outcome = try #require(
      try run(settings(width: 4, epochs: 60), "patient", examples: examples, validation: examples, keeping: .best, patience: 2))
    #expect(outcome.history.count < 60)
    #expect(outcome.epoch == outcome.history.count - 2)
    let best = outcome.history.compactMap(\.validationAUROC).max()
    #expect(outcome.history[outcome.epoch - 1].validationAUROC == best)
  }

  @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
    let examples = try examples(0..<8)
    let settings = settings(width: 4, epochs: 2)
    #expect(try run(settings, "a", examples: examples, stopAfter: 1) == nil)
    var others = settings
    others.learningRate = 0.001
    let file = folder.appendingPathComponent("a.checkpoint").path
    #expect(throws: TrainerError.otherSettings(file: file, name: "--lr", stored: "0.003", given: "0.001")) {
      try run(others, "a", examples: examples, resumes: true)
    }
    #expect(throws: TrainerError.otherData(file: file)) {
      try run(settings, "a", examples: self.examples(0..<8, shufflesLabels: true), resumes: true)
    }
    try Data("no checkpoint".utf8).write(to: URL(fileURLWithPath: file))
    #expect(throws: ModelError.self) { try run(settings, "a", examples: examples, resumes: true) }
  }

  @Test(arguments: [
    (#"\"networkStep\":1"#, #"\"networkStep\":9223372036854775807"#), (#"\"epoch\":1"#, #"\"epoch\":70"#),
    (#"\"step\":0"#, #"\"step\":9"#), (#"conv1.weight""#, #"conv9.weight""#),
  ])
  func aCheckpointThatCannotBeIsRefused(words: String, others: String) throws {
    let examples = try examples(0..<8)
    let settings = settings(width: 4, epochs: 2)
    #expect(try run(settings, "odd", examples: examples, stopAfter: 1) == nil)
    let file = folder.appendingPathComponent("odd.checkpoint")
    var bytes = try Data(contentsOf: file)
    bytes.replaceSubrange(try #require(bytes.range(of: Data(words.utf8))), with: Data(others.utf8))
    // The file begins with the length of its header.
    let length = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } + UInt64(others.utf8.count - words.utf8.count)
    bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: length) { Data($0) })
    try bytes.write(to: file)
    #expect {
      _ = try run(settings, "odd", examples: examples, resumes: true)
    } throws: {
      "\($0)".hasPrefix("\(file.path): not a checkpoint of a training: ")
    }
  }

  @Test func aLossThatIsNoNumberStopsAndNamesRecords() throws {
    let examples = try examples(0..<16)
    var settings = settings(width: 4, epochs: 3)
    settings.schedule = .steps([1, 2])
    settings.learningRate = 1e30
    let error = #expect(throws: TrainerError.self) { try run(settings, "diverged", examples: examples) }
    guard case .diverged(_, _, let records, let isInput) = try #require(error) else {
      Issue.record("another error")
      return
    }
    #expect(!isInput)
    #expect(records.count == 3 && records.allSatisfy { $0.hasPrefix("r") })
  }

  @Test func logAndCurveAndModelAreWritten() throws {
    let (examples, validation) = (try examples(0..<8), try examples(100..<106))
    let settings = settings(width: 4, epochs: 2)
    let outcome = try #require(try run(settings, "files", examples: examples, validation: validation))
    let files = TrainingFiles(model: folder.appendingPathComponent("files.safetensors"))
    let log = try String(contentsOf: files.log, encoding: .utf8).split(separator: "\n")
    #expect(log.count == 3)
    #expect(log[0] == "epoch,learning_rate,training_loss,validation_loss,validation_auroc,validation_lad_auroc,seconds")
    #expect(try String(contentsOf: files.curve, encoding: .utf8).contains("<polyline"))
    var model = TrainedModel(outcome, examples: examples, validation: validation, settings: settings, threads: 1)
    model.isTuned = true
    model.storage = .half
    model.licence = "CC0"
    _ = try model.write(to: files.model, "a fingerprint")
    let written = try Model(contentsOf: files.model)
    #expect(written.trainingFingerprint == "a fingerprint")
    #expect(written.metadata.licence == "CC0")
    #expect(written.metadata.trainingPositives?[Diagnosis.leftAxisDeviation.index] == 4)
    #expect(written.metadata.trainingPositives?.reduce(0, +) == 4)
    #expect(written.metadata.scores["validation LAD AUROC"] != nil)
    let single = folder.appendingPathComponent("single.safetensors")
    try outcome.weights.write(to: single, written.metadata)
    func size(_ file: URL) throws -> Int { try Data(contentsOf: file).count }
    #expect(try Double(size(files.model)) < 0.7 * Double(size(single)))
    let exact = try ExamplePredictor(Model(contentsOf: single), threads: 1).outputs(validation)
    for (half, full) in zip(try ExamplePredictor(written, threads: 2).outputs(validation), exact) {
      #expect(zip(half.scores, full.scores).allSatisfy { abs($0 - $1) < 0.01 })
    }
    // Other metadata, the same bits.
    var metadata = written.metadata
    metadata.thresholds[0] = 0.25
    try written.write(to: single, metadata)
    let rewritten = try Model(contentsOf: single)
    #expect(rewritten.metadata == metadata && rewritten.trainingFingerprint == "a fingerprint")
    #expect(
      try ExamplePredictor(rewritten, threads: 1).outputs(validation).map(\.scores)
        == ExamplePredictor(written, threads: 1).outputs(validation).map(\.scores))
  }
}
