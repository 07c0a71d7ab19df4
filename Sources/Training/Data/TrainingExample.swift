import ECG
import Files
import SEResNet

/// A recording to learn from: preprocessed exactly as for prediction, but not yet cut into windows, and the diagnoses it is labelled with.
///
/// All samples stay in memory: twelve leads at 257 Hz take 12.3 kB a second, so 43,000 recordings of 10 s take 5.3 GB.
public struct TrainingExample: Sendable {
  /// What messages call it: its path.
  public let name: String
  /// The signal as the network takes it, and the patient's age and sex.
  public let recording: PreparedRecording
  /// What the recording is, before preprocessing.
  public let recordingDigest: RecordingDigest
  /// The scored diagnoses that it is labelled with.
  public let diagnoses: [Diagnosis]
  /// Diagnoses of which its label says nothing: nothing is learnt of them here.
  public let unknown: Set<Diagnosis>
  /// What it measures, in the order of a list of measurements; empty where nothing was measured.
  public let measured: [Double?]
  /// Where it comes from, where sources are to be unlearnt.
  public let source: String?
  /// How probable it is that a diagnosis holds, where that is known better than the label says it: the network learns that share.
  ///
  /// Of a probability p the loss is p times that of a recording with the diagnosis and 1 - p times that of one without: each side counts as it is sure.
  public var presence: [Diagnosis: Double] = [:]

  /// Preprocesses a recording; `diagnoses` are its labels, by default those of its file.
  ///
  /// - Parameters:
  ///   - unknown: Diagnoses of which the label says nothing.
  ///   - measuring: Who measures the recording.
  ///   - source: Where it comes from.
  /// - Throws: ``PredictorError/unusableRecording(record:reason:)``.
  public init(
    _ recording: Recording, name: String? = nil, diagnoses: [Diagnosis]? = nil, unknown: Set<Diagnosis> = [],
    measuring: (any RecordMeasuring)? = nil, source: String? = nil, preprocessing: Preprocessing
  ) throws(PredictorError) {
    self.name = name ?? recording.name
    let prepared = try PreparedRecording(recording, preprocessing: preprocessing)
    measured = measuring?.values(of: recording, without: []) ?? []
    self.recording = measuring == nil ? prepared : prepared.measured(measured)
    recordingDigest = recording.digest()
    self.diagnoses = diagnoses ?? recording.scoredDiagnoses
    self.unknown = unknown
    self.source = source
  }

  /// Leads that are there but never change, so that they say nothing.
  public var flatLeads: [Lead] {
    Lead.allCases.filter { !recording.liveLeads[$0.rawValue] && !recording.missingLeads.contains($0) }
  }

  /// What the network should answer: 1 for each diagnosis of the label, −1 for what is unknown, 0 for all others.
  var targets: [Float] {
    var targets = [Float](repeating: 0, count: NetworkShape.classCount)
    for diagnosis in unknown { targets[diagnosis.index] = -1 }
    for diagnosis in diagnoses { targets[diagnosis.index] = 1 }
    for (diagnosis, share) in presence { targets[diagnosis.index] = Float(min(1, max(0, share))) }
    return targets
  }
}

extension [TrainingExample] {
  /// SHA-256 of everything that training takes from these recordings, in their order, as 64 hexadecimal digits; names do not count.
  ///
  /// An interrupted training goes on only with the same digest.
  package var digest: String {
    var hash = SHA256()
    for example in self {
      Swift.withUnsafeBytes(of: example.recording.sampleCount.littleEndian) { hash.update($0) }
      example.recording.samples.withUnsafeBytes { hash.update($0) }
      (example.recording.demographics(.flag) + example.targets).withUnsafeBytes { hash.update($0) }
      // What is not there leaves the digest as it was before there was such a thing.
      example.measured.map { $0 ?? .nan }.withUnsafeBytes { hash.update($0) }
      if let source = example.source { hash.update(source.utf8) }
    }
    return hash.finalize().hexadecimal
  }
}
