import Classification
import ECG
import ECGFiles
import ECGSignal
import Synchronization

/// Predicts many records on several threads and hands over the results in the order of the records.
///
/// Each job reads, filters, resamples and predicts a record of its own, so all of that overlaps.
public struct BatchPredictor {
  private let references: [RecordReference]
  private let ensembles: [Ensemble]
  /// Whether recordings are measured too, and a prediction warns where electrodes seem exchanged.
  public var warnsOfSwaps = false

  /// A batch on ensembles that share their weights, one a job: each has its own threads and scratch memory.
  public init(_ references: [RecordReference], _ ensembles: [Ensemble]) {
    self.references = references
    self.ensembles = ensembles
  }

  /// A batch whose jobs share `threads` threads, at least one a job, and the weights of `ensemble`, which has been loaded for the first job.
  public init(_ references: [RecordReference], _ ensemble: Ensemble, jobs: Int, threads: Int) {
    self.init(references, Self.ensembles(sharing: ensemble, jobs: jobs, threads: threads))
  }

  /// An ensemble a job, which has been loaded for the first, with the threads that it gets of `threads`.
  public static func ensembles(sharing ensemble: Ensemble, jobs: Int, threads: Int) -> [Ensemble] {
    [ensemble] + Self.threads(threads, sharedBy: jobs).dropFirst().map { Ensemble(sharing: ensemble, threads: $0) }
  }

  /// How many records there are.
  public var count: Int { references.count }

  /// The threads of each job where `threads` are shared out among `jobs`: at least one, and those left over go to the first jobs.
  public static func threads(_ threads: Int, sharedBy jobs: Int) -> [Int] {
    (0..<jobs).map { max(1, threads / jobs + ($0 < threads % jobs ? 1 : 0)) }
  }

  /// Runs to the end, until `handle` throws, or until somebody stops it; then the records that were begun are finished and handed over.
  ///
  /// - Returns: How many records, the first ones, were handed over.
  /// - Throws: What `handle` throws.
  public func run(
    until request: StopRequest = StopRequest(), _ handle: (RecordReference, Result<RecordPrediction, any Error>) throws -> Void
  ) throws -> Int {
    // Each job takes an ensemble of its own.
    let idle = Mutex(ensembles)
    let warnsOfSwaps = warnsOfSwaps
    return try OrderedBatch<RecordReference, RecordPrediction>(references, jobs: ensembles.count).run(until: request) {
      let ensemble = idle.withLock { $0.removeFirst() }
      let measurer = ECGMeasurer()
      return { reference in
        let recording = try Recording(RecordFile.read(reference))
        // What warns is what a model may take beside the signal: measured once.
        let measurements = warnsOfSwaps ? InspectedRecord.measurements(of: recording, measurer: measurer) : nil
        var prediction = try ensemble.predict(recording, measured: measurements.map { MeasuredFeatures().values(of: $0) })
        prediction.recordingDigest = recording.digest()
        return warnsOfSwaps ? prediction.adding(InspectedRecord.warnings(of: measurements)) : prediction
      }
    } _: { reference, result in
      try handle(reference, result)
    }
  }
}
