import Classification
import ECG
import ECGFiles
import Files
import Foundation
import PlainText
import SEResNet
import Workbench

/// Brings together what an audit is to know of its records: from files where they are given, else by reading the recordings.
struct AuditGathering {
  private(set) var records: AuditRecords
  /// The model whose word counts, where it is known.
  private(set) var modelDigest: String?
  private let input: AuditInputOptions
  private let jobs: Int

  init(_ references: [RecordReference], _ input: AuditInputOptions, jobs: Int?) {
    records = AuditRecords(references)
    self.input = input
    self.jobs = jobs ?? min(8, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Gathers everything.
  ///
  /// - Throws: ``CommandFailure`` where a model learnt from the records, and what reading files throws.
  mutating func run(reporting batch: inout RecordBatch) throws {
    if let path = input.measurements {
      let missing = try records.take(measurements: bytes(path, MeasurementFile.largestByteCount), path: path)
      if missing > 0 { Console.complain("\(path): no measurements of \(missing) of the records; what they measure is unknown") }
    }
    let folds = try input.foldsFile.map { try records.folds(in: bytes($0, 1 << 28), path: $0) } ?? []
    if let path = input.predictions {
      try takePredictions(path, areOutOfFold: input.foldsFile != nil, reporting: &batch)
    } else {
      try read(folds, reporting: &batch)
    }
  }

  private func bytes(_ path: String, _ limit: Int) throws -> [UInt8] { try RegularFile.contents(of: path, limit: limit) }

  // MARK: Reading

  /// Measures and predicts what no file tells.
  private mutating func read(_ folds: [Int?], reporting batch: inout RecordBatch) throws {
    let models =
      input.noModel
      ? nil
      : try AuditModels(
        input.model.files().map { try Model(contentsOf: $0) }, allowsSeen: input.inSample, folds: folds)
    let work = AuditReading.Work(measures: input.measurements == nil, models: models)
    let places = work.measures || models != nil ? Array(records.records.indices) : records.sample()
    let reading = try read(places, work, reporting: &batch)
    modelDigest = models.map { $0.models.map(\.digest).joined(separator: "+") }
    if let models, folds.isEmpty, !models.silent.isEmpty {
      Console.complain(
        "\(models.silent.joined(separator: ", ")): does not say which recordings it learnt from; where these are among them, it flatters their labels"
      )
    }
    if !reading.seen.isEmpty { throw refusal(reading.seen.count, first: reading.seen[0]) }
  }

  /// Takes predictions of a file, and looks at a few recordings for what no file tells.
  private mutating func takePredictions(_ path: String, areOutOfFold: Bool, reporting batch: inout RecordBatch) throws {
    let (missing, names) = try records.take(predictions: bytes(path, ModelDecisions.longestFile), path: path)
    if missing > 0 { Console.complain("\(path): no prediction of \(missing) of the records") }
    let isOutOfFold = areOutOfFold || names == ["folds"]
    modelDigest = names.count == 1 ? names.first : nil
    let known =
      isOutOfFold
      ? []
      : try input.model.files().map { try Model(contentsOf: $0) }.filter { model in
        names.contains { name in name.split(separator: "+").contains { model.digest.hasPrefix($0) } }
      }
    let measures = input.measurements == nil
    let work = AuditReading.Work(measures: measures, models: nil, takesDigests: !known.isEmpty)
    let reading = try read(measures ? Array(records.records.indices) : records.sample(), work, reporting: &batch)
    guard !isOutOfFold else { return }
    if known.isEmpty || known.contains(where: { $0.metadata.seen == nil }) {
      Console.complain(
        "\(path): it cannot be told whether its model learnt from these records, which would flatter their labels; --model FILE, with the model that "
          + "predicted, lets it be checked")
    }
    let seen = reading.digests.filter { _, digest in known.contains { $0.metadata.seen?.contains(digest) == true } }.keys.sorted()
    if let first = seen.first, !input.inSample {
      throw refusal(seen.count, of: reading.digests.count, first: records.records[first].reference.path)
    }
  }

  private mutating func read(_ places: [Int], _ work: AuditReading.Work, reporting batch: inout RecordBatch) throws -> AuditReading {
    // Those whose header cannot be read were reported.
    let unreadable = Set(records.unreadable.map { ExactText($0.path) })
    let places = places.filter { !unreadable.contains(ExactText(records.records[$0].reference.path)) }
    var reading = AuditReading(work)
    let interruption = Interruption()
    var progress = ProgressBar("audit", total: places.count)
    defer { progress.finish() }
    var done = 0
    let finished = try reading.run(&records, places: places, jobs: jobs, until: interruption.request) { failure in
      if let failure {
        progress.finish()
        batch.report(failure)
      }
      done += 1
      progress.advance(to: done)
    }
    try interruption.check(
      finished, of: places.count, advice: "predict and measure with --output and --resume can be gone on with; audit takes their files")
    let standardised = reading.noteStandardised(in: &records)
    if !standardised.isEmpty {
      Console.complain(
        "the leads of \(standardised.joined(separator: ", ")) were brought to one size: criteria that need voltages (LQRSV) say nothing of them"
      )
    }
    return reading
  }

  private func refusal(_ count: Int, of looked: Int? = nil, first: String) -> CommandFailure {
    .badData(
      "\(first): the model learnt from it, and from \(count - 1) more of the \(looked ?? records.records.count) records looked at, so its word on their labels is worth little; "
        + "expected predictions of models that did not (`train --folds`, --predictions MODEL.folds.csv), or --in-sample")
  }
}
