/// A 12-lead electrocardiogram: twelve named leads in millivolts, and what is known about them.
public struct Recording: Sendable {
  /// The record's name, without folder or extension.
  public let name: String
  /// Samples per second of every lead.
  public let samplingRateHertz: Double
  /// Samples in each lead.
  public let sampleCount: Int
  /// How each lead came here, in the standard order.
  public let sources: [LeadSource]
  /// All samples in millivolts, lead after lead in the standard order (12 × ``sampleCount``); NaN where missing, 0 in absent leads.
  public let millivolts: [Float]
  /// What the file says about the patient.
  public let patient: Patient
  /// Diagnoses as the file writes them.
  public let diagnoses: [String]
  /// Names of the file's other signals, which are kept out of the twelve.
  public let extraSignals: [String]
  /// What looked suspicious.
  public let warnings: [RecordWarning]

  /// Length in seconds.
  public var durationSeconds: Double { Double(sampleCount) / samplingRateHertz }

  /// The scored diagnoses that ``diagnoses`` say are there, merged, in output order.
  public var scoredDiagnoses: [Diagnosis] { Diagnosis.scored(in: diagnoses) }

  /// What ``diagnoses`` say of each of the 24.
  public var labels: DiagnosisLabels { DiagnosisLabels(diagnoses) }

  /// Leads that the file lacks and that could not be derived.
  public var absentLeads: [Lead] { Lead.allCases.filter { self[source: $0] == .absent } }

  /// Leads that were computed from two other limb leads.
  public var derivedLeads: [Lead] { Lead.allCases.filter { self[source: $0] == .derived } }

  /// How a lead came into the recording.
  public subscript(source lead: Lead) -> LeadSource { sources[lead.rawValue] }

  /// The samples of one lead in millivolts.
  public subscript(lead: Lead) -> ArraySlice<Float> {
    millivolts[lead.rawValue * sampleCount..<(lead.rawValue + 1) * sampleCount]
  }

  /// A recording from samples that are already in order: 12 × `sampleCount` millivolts, lead after lead.
  ///
  /// - Precondition: `millivolts` holds twelve leads of equal length, `sources` twelve entries.
  public init(
    name: String, samplingRateHertz: Double, millivolts: [Float], sources: [LeadSource] = Array(repeating: .recorded, count: 12),
    patient: Patient = Patient(), diagnoses: [String] = [], extraSignals: [String] = [], warnings: [RecordWarning] = []
  ) {
    precondition(millivolts.count.isMultiple(of: Lead.allCases.count) && sources.count == Lead.allCases.count)
    self.name = name
    self.samplingRateHertz = samplingRateHertz
    self.sampleCount = millivolts.count / Lead.allCases.count
    self.sources = sources
    self.millivolts = millivolts
    self.patient = patient
    self.diagnoses = diagnoses
    self.extraSignals = extraSignals
    self.warnings = warnings
  }
}
