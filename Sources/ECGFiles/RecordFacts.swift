import ECG

/// What is known about a recording without its samples.
public struct RecordFacts: Sendable, Hashable {
  /// The record's name, without folder or extension.
  public var name: String
  /// Its format.
  public var format: FileFormat
  /// Frames per second; nil where the header's value is no positive number.
  public var samplingRateHertz: Double?
  /// Number of frames; nil where neither the header nor the signal files tell.
  public var sampleCount: Int?
  /// The names of all signals as the file has them, in file order.
  public var signalNames: [String]
  /// What the file says about the patient and the diagnoses.
  public var statements: RecordStatements
  /// What looked suspicious, and why the samples were refused if they were.
  public var warnings: [RecordWarning]

  /// Length in seconds; nil where the rate or the number of frames is unknown.
  public var durationSeconds: Double? {
    guard let sampleCount, let samplingRateHertz else { return nil }
    return Double(sampleCount) / samplingRateHertz
  }

  /// What the file says about the patient.
  public var patient: Patient { statements.patient }
  /// Diagnoses as the file writes them.
  public var diagnoses: [String] { statements.diagnoses }

  /// Leads that the file holds, in the standard order.
  public var recordedLeads: [Lead] { Set(signalNames.compactMap { Lead(signalName: $0) }).sorted() }

  /// Leads that follow from two recorded limb leads, in the standard order.
  public var derivedLeads: [Lead] {
    let limbLeads = recordedLeads.filter(\.isLimb)
    return limbLeads.count >= 2 ? Lead.limb.filter { !limbLeads.contains($0) } : []
  }

  /// Recorded and derived leads in the standard order.
  public var leads: [Lead] { (recordedLeads + derivedLeads).sorted() }

  /// Names of signals that are none of the twelve leads, in file order.
  public var extraSignals: [String] { signalNames.filter { Lead(signalName: $0) == nil } }

  /// Whether any signal is one of the twelve leads.
  public var hasLeads: Bool { signalNames.contains { Lead(signalName: $0) != nil } }

  /// The scored diagnoses that ``diagnoses`` say are there, merged, in output order.
  public var scoredDiagnoses: [Diagnosis] { statements.labels.present }
}
