import Agreement
import ECG

/// A statement of which a relabelling study asks whether it holds: one of the 24 diagnoses, or of any other vocabulary.
public struct Statement: Sendable, Hashable {
  /// The code by which answers are stored: SNOMED CT, SCP-ECG, or a hospital's own.
  public let code: String
  /// What is shown in tables and typed first: `LAD`.
  public let abbreviation: String
  /// The name in full.
  public let name: String
  /// Other names and codes by which it is found.
  public let synonyms: [String]

  /// A statement.
  public init(code: String, abbreviation: String, name: String, synonyms: [String] = []) {
    self.code = code
    self.abbreviation = abbreviation
    self.name = name
    self.synonyms = synonyms
  }

  /// One of the 24 diagnoses with all the names that headers have for it.
  public init(_ diagnosis: Diagnosis) {
    self.init(code: diagnosis.code, abbreviation: diagnosis.abbreviation, name: diagnosis.name, synonyms: diagnosis.synonyms)
  }

  /// The diagnosis that it is, where it is one of the 24, by any of its codes.
  public var diagnosis: Diagnosis? { Diagnosis.with(code: code) }

  /// The 24 diagnoses in the network's order.
  public static let scored: [Statement] = Diagnosis.all.map { Statement($0) }
}

/// One of the 24 is stored by its code alone, so that the settings of a study, which every event's digest covers, stay short.
extension Statement: Codable {
  private enum Key: String, CodingKey { case code, abbreviation, name, synonyms }

  public init(from decoder: any Decoder) throws {
    if let code = try? decoder.singleValueContainer().decode(String.self) {
      guard let diagnosis = Diagnosis.with(code: code) else {
        throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\(code) is none of the 24 diagnoses"))
      }
      self.init(diagnosis)
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      code: try container.decode(String.self, forKey: .code), abbreviation: try container.decode(String.self, forKey: .abbreviation),
      name: try container.decode(String.self, forKey: .name), synonyms: try container.decodeIfPresent([String].self, forKey: .synonyms) ?? [])
  }

  public func encode(to encoder: any Encoder) throws {
    if let diagnosis, diagnosis.code == code, abbreviation == diagnosis.abbreviation, name == diagnosis.name {
      var container = encoder.singleValueContainer()
      return try container.encode(code)
    }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(code, forKey: .code)
    try container.encode(abbreviation, forKey: .abbreviation)
    try container.encode(name, forKey: .name)
    if !synonyms.isEmpty { try container.encode(synonyms, forKey: .synonyms) }
  }
}

extension [Statement] {
  /// The statement that a person or a file means: an abbreviation in any letter case, a code, a merged code, or a synonym.
  public func named(_ text: String) -> Statement? {
    let key = text.withoutOuterBlanks.lowercased()
    if let found = first(where: { $0.code.lowercased() == key || $0.abbreviation.lowercased() == key }) { return found }
    return first { statement in
      statement.name.lowercased() == key || statement.synonyms.contains { $0.lowercased() == key }
    }
  }
}

/// Pairs of statements that do not go together; shown to a reader, and never forbidden: the one table of them.
public enum Contradictions {
  /// Two statements by their abbreviations, and why both cannot hold.
  public struct Pair: Sendable, Hashable {
    /// One.
    public let first: String
    /// The other.
    public let second: String
    /// Why not both.
    public let reason: String
  }

  /// The pairs among the 24 diagnoses.
  public static let table: [Pair] = [
    pair("SB", "STach", "one rate is below 60, the other above 100"), pair("Brady", "STach", "one rate is below 60, the other above 100"),
    pair("SNR", "AF", "one atrial rhythm at a time"), pair("SNR", "AFL", "one atrial rhythm at a time"),
    pair("SB", "AF", "one atrial rhythm at a time"), pair("SB", "AFL", "one atrial rhythm at a time"),
    pair("STach", "AF", "one atrial rhythm at a time"), pair("STach", "AFL", "one atrial rhythm at a time"),
    pair("SA", "AF", "one atrial rhythm at a time"), pair("SA", "AFL", "one atrial rhythm at a time"),
    pair("AF", "AFL", "one atrial rhythm at a time"),
    pair("AF", "IAVB", "fibrillation has no PR interval"), pair("AF", "LPR", "fibrillation has no PR interval"),
    pair("AF", "PAC", "fibrillation has no atrial beats that could be early"),
    pair("SNR", "SB", "sinus rhythm is called so at 60 to 100 per minute"),
    pair("SNR", "STach", "sinus rhythm is called so at 60 to 100 per minute"),
    pair("CRBBB", "IRBBB", "a bundle branch is blocked completely or not"),
    pair("CRBBB", "LBBB", "both branches blocked is no conduction at all"),
    pair("LBBB", "LAnFB", "the fascicle is part of the blocked branch"), pair("LBBB", "IRBBB", "the QRS complex is one or the other"),
    pair("LBBB", "NSIVCB", "a bundle branch block is a specific one"), pair("CRBBB", "NSIVCB", "a bundle branch block is a specific one"),
    pair("LAD", "RAD", "the axis has one direction"), pair("LAnFB", "RAD", "left anterior fascicular block turns the axis left"),
  ]

  private static func pair(_ first: String, _ second: String, _ reason: String) -> Pair {
    Pair(first: first, second: second, reason: reason)
  }

  /// The pairs that a set of statements holds, each statement one of the 24 by its code.
  public static func among(_ present: [Statement]) -> [Pair] {
    let held = Set(present.compactMap { $0.diagnosis?.abbreviation })
    return table.filter { held.contains($0.first) && held.contains($0.second) }
  }
}
