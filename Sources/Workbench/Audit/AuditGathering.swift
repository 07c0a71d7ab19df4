import Classification
import ECG
import ECGFiles
import Files
import PlainText
import SEResNet

/// Who is told how the gathering for an audit goes.
public protocol AuditListener {
  /// A sentence for a person.
  mutating func note(_ words: String)
  /// So many recordings will be read.
  mutating func begin(_ count: Int)
  /// Another one was read, or why it could not be used.
  mutating func step(_ failure: (any Error)?)
}

/// Brings together what an audit is to know of its records: from files where they are given, else by reading the recordings; and decides whose word on
/// their labels counts.
public struct AuditGathering {
  /// Where it comes from.
  public struct Inputs {
    /// A file that `measure` wrote; nil to measure now.
    public var measurements: String?
    /// A file that `predict` or `train --folds` wrote; nil to predict now.
    public var predictions: String?
    /// A file that tells which fold each record was left out of.
    public var folds: String?
    /// Loads the models that predict now, or that made the predictions; nil where no model judges.
    public var models: (() throws -> [Model])?
    /// Whether a model may judge records that it learnt from.
    public var allowsSeen = false

    /// Labels and measurements, made now.
    public init() {}
  }

  /// How far a reading came that somebody stopped.
  public struct Stopped: Error {
    /// How many recordings were read.
    public let done: Int
    /// How many there were to read.
    public let count: Int
  }

  /// The records, with what is known of them.
  public private(set) var records: AuditRecords
  /// The model whose word counts, where it is known.
  public private(set) var modelDigest: String?
  private let inputs: Inputs
  private let jobs: Int

  /// The longest file of folds in bytes.
  private static let longestFoldsFile = 1 << 28

  /// Nothing gathered yet.
  public init(_ references: [RecordReference], _ inputs: Inputs, jobs: Int) {
    records = AuditRecords(references)
    self.inputs = inputs
    self.jobs = jobs
  }

  /// Gathers everything.
  ///
  /// - Throws: ``JobError`` where a model learnt from the records, ``Stopped`` where somebody stops it, and what reading files throws.
  public mutating func run(until request: StopRequest, telling listener: inout some AuditListener) throws {
    if let path = inputs.measurements {
      let bytes = try RegularFile.contents(of: path, limit: MeasurementFile.largestByteCount)
      let missing = try records.take(measurements: bytes, path: path)
      if missing > 0 { listener.note("\(path): no measurements of \(missing) of the records; what they measure is unknown") }
    }
    let folds = try inputs.folds.map { path in
      try records.folds(in: RegularFile.contents(of: path, limit: Self.longestFoldsFile), path: path)
    }
    if let path = inputs.predictions {
      try takePredictions(path, areOutOfFold: folds != nil, until: request, telling: &listener)
    } else {
      try read(folds ?? [], until: request, telling: &listener)
    }
  }

  /// Measures and predicts what no file tells.
  private mutating func read(_ folds: [Int?], until request: StopRequest, telling listener: inout some AuditListener) throws {
    let models = try inputs.models.map { try AuditModels($0(), allowsSeen: inputs.allowsSeen, folds: folds) }
    let work = AuditReading.Work(measures: inputs.measurements == nil, models: models)
    let places = work.measures || models != nil ? Array(records.records.indices) : records.sample()
    let reading = try read(places, work, until: request, telling: &listener)
    modelDigest = models.map { $0.models.map(\.digest).joined(separator: "+") }
    if let models, folds.isEmpty, !models.silent.isEmpty {
      listener.note(
        "\(models.silent.joined(separator: ", ")): does not say which recordings it learnt from; where these are among them, it flatters their labels"
      )
    }
    if let first = reading.seen.first { throw refusal(reading.seen.count, of: records.records.count, first: first) }
  }

  /// Takes predictions of a file, and looks at a few recordings for what no file tells.
  private mutating func takePredictions(
    _ path: String, areOutOfFold: Bool, until request: StopRequest, telling listener: inout some AuditListener
  ) throws {
    let bytes = try RegularFile.contents(of: path, limit: ModelDecisions.longestFile)
    let (missing, names) = try records.take(predictions: bytes, path: path)
    if missing > 0 { listener.note("\(path): no prediction of \(missing) of the records") }
    let isOutOfFold = areOutOfFold || names == ["folds"]
    modelDigest = names.count == 1 ? names.first : nil
    let models = isOutOfFold ? [] : try inputs.models?() ?? []
    let known = models.filter { model in
      names.contains { name in name.split(separator: "+").contains { model.digest.hasPrefix($0) } }
    }
    let measures = inputs.measurements == nil
    let work = AuditReading.Work(measures: measures, models: nil, takesDigests: !known.isEmpty)
    let places = measures ? Array(records.records.indices) : records.sample()
    let reading = try read(places, work, until: request, telling: &listener)
    guard !isOutOfFold else { return }
    if known.isEmpty || known.contains(where: { $0.metadata.seen == nil }) {
      listener.note(
        "\(path): it cannot be told whether its model learnt from these records, which would flatter their labels; --model FILE, with the model that "
          + "predicted, lets it be checked")
    }
    let seen = reading.digests.filter { _, digest in known.contains { $0.metadata.seen?.contains(digest) == true } }.keys.sorted()
    if let first = seen.first, !inputs.allowsSeen {
      throw refusal(seen.count, of: reading.digests.count, first: records.records[first].reference.path)
    }
  }

  private mutating func read(
    _ places: [Int], _ work: AuditReading.Work, until request: StopRequest, telling listener: inout some AuditListener
  ) throws -> AuditReading {
    // Those whose header cannot be read were reported.
    let unreadable = Set(records.unreadable.map { ExactText($0.path) })
    let places = places.filter { !unreadable.contains(ExactText(records.records[$0].reference.path)) }
    var reading = AuditReading(work)
    listener.begin(places.count)
    let finished = try reading.run(&records, places: places, jobs: jobs, until: request) { listener.step($0) }
    guard finished == places.count else { throw Stopped(done: finished, count: places.count) }
    let standardised = reading.noteStandardised(in: &records)
    if !standardised.isEmpty {
      listener.note(
        "the leads of \(standardised.joined(separator: ", ")) were brought to one size: criteria that need voltages (LQRSV) say nothing of them"
      )
    }
    return reading
  }

  private func refusal(_ count: Int, of looked: Int, first: String) -> JobError {
    .badData(
      "\(first): the model learnt from it, and from \(count - 1) more of the \(looked) records looked at, so its word on their labels is worth little; "
        + "expected predictions of models that did not (`train --folds`, --predictions MODEL.folds.csv), or --in-sample")
  }
}
