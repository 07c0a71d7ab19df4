/// One of the 24 scored diagnoses of the PhysioNet/CinC Challenge 2020, three pairs of codes merged.
///
/// The table below is the only place that knows codes, names and abbreviations. Its order is the network's output order: codes sorted as strings.
/// Source: Zhao et al. 2022, section 2; Alday et al. 2020, table 3.
public struct Diagnosis: Sendable, Hashable {
  /// SNOMED CT code that stands for the class.
  public let code: String
  /// A second code scored as the same diagnosis, where there is one.
  public let mergedCode: String?
  /// The abbreviation shown: `LAD`.
  public let abbreviation: String
  /// Other abbreviations accepted on input: the challenge writes NSR for SNR.
  public let aliases: [String]
  /// The full name, lower case.
  public let name: String

  /// Position in the network's output, 0…23.
  public var index: Int { Self.indexByCode[code] ?? 0 }

  /// Left axis deviation, the diagnosis of the paper's audit and the one asked about by default.
  public static let leftAxisDeviation = Diagnosis("39732003", "LAD", "left axis deviation")

  /// All scored diagnoses in the network's output order.
  public static let all: [Diagnosis] = [
    Diagnosis("10370003", "PR", "pacing rhythm"),
    Diagnosis("111975006", "LQT", "prolonged QT interval"),
    Diagnosis("164889003", "AF", "atrial fibrillation"),
    Diagnosis("164890007", "AFL", "atrial flutter"),
    Diagnosis("164909002", "LBBB", "left bundle branch block"),
    Diagnosis("164917005", "QAb", "abnormal Q wave"),
    Diagnosis("164934002", "TAb", "abnormal T wave"),
    Diagnosis("164947007", "LPR", "prolonged PR interval"),
    Diagnosis("251146004", "LQRSV", "low QRS voltages"),
    Diagnosis("270492004", "IAVB", "first-degree AV block"),
    Diagnosis("284470004", "PAC", "premature atrial contraction", merged: "63593006", aliases: ["SVPB"]),
    leftAxisDeviation,
    Diagnosis("426177001", "SB", "sinus bradycardia"),
    Diagnosis("426627000", "Brady", "bradycardia"),
    Diagnosis("426783006", "SNR", "sinus rhythm", aliases: ["NSR"]),
    Diagnosis("427084000", "STach", "sinus tachycardia"),
    Diagnosis("427172004", "PVC", "premature ventricular contraction", merged: "17338001", aliases: ["VPB"]),
    Diagnosis("427393009", "SA", "sinus arrhythmia"),
    Diagnosis("445118002", "LAnFB", "left anterior fascicular block"),
    Diagnosis("47665007", "RAD", "right axis deviation"),
    Diagnosis("59931005", "TInv", "T-wave inversion"),
    Diagnosis("698252002", "NSIVCB", "nonspecific intraventricular conduction disorder"),
    Diagnosis("713426002", "IRBBB", "incomplete right bundle branch block"),
    Diagnosis("713427006", "CRBBB", "complete right bundle branch block", merged: "59118001", aliases: ["RBBB"]),
  ]

  /// The diagnosis of a SNOMED CT code, merged codes included; nil for a code that is not scored.
  public static func with(code: String) -> Diagnosis? { byCode[code] }

  /// The diagnosis a person means: an abbreviation or alias in any letter case, a code, or a merged code.
  public static func named(_ text: String) -> Diagnosis? {
    let key = text.trimmingWhitespace()
    return byCode[key] ?? byAbbreviation[key.lowercased()]
  }

  /// The scored diagnoses among a recording's statements, codes or words, merged, each once, in output order.
  public static func scored(in statements: [String]) -> [Diagnosis] { DiagnosisLabels(statements).present }

  private init(_ code: String, _ abbreviation: String, _ name: String, merged: String? = nil, aliases: [String] = []) {
    self.code = code
    self.mergedCode = merged
    self.abbreviation = abbreviation
    self.aliases = aliases
    self.name = name
  }

  private static let indexByCode = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.code, $0) })
  private static let byCode = Dictionary(
    uniqueKeysWithValues: all.flatMap { diagnosis in [diagnosis.code, diagnosis.mergedCode].compactMap { $0 }.map { ($0, diagnosis) } }
  )
  private static let byAbbreviation = Dictionary(
    uniqueKeysWithValues: all.flatMap { diagnosis in ([diagnosis.abbreviation] + diagnosis.aliases).map { ($0.lowercased(), diagnosis) } }
  )
}
