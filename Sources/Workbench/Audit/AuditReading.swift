import Classification
import ECG
import ECGFiles
import ECGSignal
import SEResNet

/// Reads the recordings of an audit on several threads: measures them, lets networks judge them, and finds out whether their voltages are voltages.
public struct AuditReading {
  /// What is done with each recording that is read.
  public struct Work: Sendable {
    /// Whether it is measured.
    public var measures: Bool
    /// Who judges it; nil for nobody.
    public var models: AuditModels?
    /// Whether its digest is taken.
    public var takesDigests = false

    /// Work to do.
    public init(measures: Bool, models: AuditModels?, takesDigests: Bool = false) {
      self.measures = measures
      self.models = models
      self.takesDigests = takesDigests
    }
  }

  /// What came of a recording.
  struct Outcome: Sendable {
    var facts: MeasuredFacts?
    var prediction: AuditRecord.Prediction?
    /// Whether every model learnt from it.
    var isSeen = false
    var digest: RecordingDigest?
    /// The standard deviation of each chest lead; nil of one without signal.
    var spreads: [Double?]
  }

  /// Records that every model learnt from, by their paths.
  public private(set) var seen: [String] = []
  /// What the recordings are whose digests were taken, by their places.
  public private(set) var digests: [Int: RecordingDigest] = [:]
  private var spreads: [Int: [Double?]] = [:]
  private let work: Work

  /// A reading that does some work.
  public init(_ work: Work) { self.work = work }

  /// Reads recordings and fills in what is known of their records.
  ///
  /// - Parameters:
  ///   - places: which of the records to read.
  ///   - report: told of each record in order: nil, or why it could not be used.
  /// - Returns: how many were done, the first ones, where somebody stopped it.
  /// - Throws: what building the networks or `report` throws.
  public mutating func run(
    _ audit: inout AuditRecords, places: [Int], jobs: Int, until request: StopRequest = StopRequest(), report: ((any Error)?) throws -> Void
  ) throws -> Int {
    let references = audit.records.map(\.reference)
    let batch = OrderedBatch<Int, Outcome>(places, jobs: jobs)
    let work = work
    let networks = try (work.models?.models ?? []).map { try Ensemble(models: [$0], threads: 1, measuring: MeasuredFeatures()) }
    var done = 0
    return try batch.run(until: request) {
      let measurer = ECGMeasurer()
      let judge = work.models.map { AuditModels.Judge($0, sharing: networks) }
      return { place in
        try Self.outcome(of: place, references[place], work, measurer, judge)
      }
    } _: { place, result in
      switch result {
      case .success(let outcome):
        if work.measures { audit.records[place].facts = outcome.facts }
        if work.models != nil { audit.records[place].prediction = outcome.prediction }
        if outcome.isSeen { seen.append(audit.records[place].reference.path) }
        spreads[place] = outcome.spreads
        digests[place] = outcome.digest
        try report(nil)
      case .failure(let error): try report(error)
      }
      done += 1
    }
  }

  private static func outcome(
    of place: Int, _ reference: RecordReference, _ work: Work, _ measurer: ECGMeasurer, _ judge: AuditModels.Judge?
  ) throws -> Outcome {
    let recording = try Recording(RecordFile.read(reference))
    var outcome = Outcome(spreads: Lead.chest.map { LeadSpread.of($0, in: recording) })
    var measured: [Double?]?
    if work.measures {
      let measurements = measurer.measure(recording)
      measured = MeasuredFeatures().values(of: measurements)
      outcome.facts = MeasuredFacts(
        measurements, quality: LeadQuality(of: recording), swap: LeadSwapAssessment(of: measurements), patient: recording.patient)
    }
    let digest = judge != nil || work.takesDigests ? recording.digest() : nil
    outcome.digest = digest
    if let judge, let digest {
      outcome.prediction = try judge.predict(recording, measured: measured, record: place, digest: digest)
      outcome.isSeen = outcome.prediction == nil
    }
    return outcome
  }

  // MARK: Voltages

  /// Notes which records' leads were brought to one size, so that their millivolts are none: all of a source whose chest leads are each of one size in
  /// every recording that was read.
  ///
  /// - Returns: the sources.
  public func noteStandardised(in audit: inout AuditRecords) -> [String] {
    let bySource = Dictionary(grouping: spreads.keys, by: { audit.records[$0].source })
    let standardised = bySource.filter { _, places in LeadSpread.areOfOneSize(places.compactMap { spreads[$0] }) }.map(\.key)
    let names = Set(standardised)
    for place in audit.records.indices where names.contains(audit.records[place].source) { audit.records[place].facts?.hasVoltages = false }
    return standardised.sorted()
  }
}

/// How large leads are.
enum LeadSpread {
  /// The standard deviation of a lead's samples, nil without any.
  static func of(_ lead: Lead, in recording: Recording) -> Double? {
    guard recording[source: lead] != .absent else { return nil }
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for sample in recording[lead] where !sample.isNaN {
      count += 1
      sum += Double(sample)
      squares += Double(sample) * Double(sample)
    }
    guard count > 1 else { return nil }
    return max(0, squares / count - (sum / count) * (sum / count)).squareRoot()
  }

  /// Whether each lead is as large in every recording: hearts differ by far more than a fiftieth, leads that were divided by their own size do not.
  static func areOfOneSize(_ recordings: [[Double?]]) -> Bool {
    guard recordings.count >= 5, let leads = recordings.first?.count else { return false }
    var told = 0
    for lead in 0..<leads {
      // Leads that are off are not divided by their size.
      let sizes = recordings.compactMap { $0[lead] }.filter { $0 > 1e-6 }.sorted()
      guard sizes.count >= 5 else { continue }
      told += 1
      if sizes[sizes.count * 9 / 10] > 1.02 * sizes[sizes.count / 10] { return false }
    }
    return told >= 3
  }
}

extension AuditRecords {
  /// Places of a few records of every source, spread evenly: enough to tell what the others are like.
  public func sample(ofEach count: Int = 24) -> [Int] {
    Dictionary(grouping: records.indices, by: { records[$0].source }).values.flatMap { places -> [Int] in
      let count = min(count, places.count)
      return (0..<count).map { places[$0 * places.count / count] }
    }.sorted()
  }
}
