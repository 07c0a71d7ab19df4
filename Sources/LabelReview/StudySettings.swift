import Agreement
import ECG
import Foundation

/// How a study came about and how it is judged; made once, and covered by the digest of every event of the study.
public struct StudySettings: Codable, Sendable, Hashable {
  /// In which order a reader meets the cases.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// The study's own order, the same for every reader.
    case fixed
    /// An order of each reader's own, drawn from the study's seed and the reader's name.
    case shuffled
  }

  /// The words for the three verdicts on the screen and in tables.
  public struct VerdictNames: Codable, Sendable, Hashable {
    /// The finding is there.
    public var present: String
    /// It is not.
    public var absent: String
    /// It cannot be told.
    public var unsure: String

    /// Three words.
    public init(present: String, absent: String, unsure: String) {
      self.present = present
      self.absent = absent
      self.unsure = unsure
    }

    /// The word for a verdict.
    public subscript(verdict: Verdict) -> String {
      switch verdict {
      case .present: present
      case .absent: absent
      case .unsure: unsure
      }
    }
  }

  /// What a sampled study was drawn from.
  public typealias Sampling = SamplingFrame

  /// The newest version of this form that this program knows.
  public static let knownVersion = 1

  /// Version of this form.
  public var version = StudySettings.knownVersion
  /// What the cases were drawn from; nil for a study of all the records of a folder.
  public var sampling: Sampling?
  /// In which order a reader meets the cases; nil, in studies that say nothing of it, is fixed.
  public var order: Order?
  /// Words for the verdicts; nil for those that follow from the diagnosis.
  public var verdictNames: VerdictNames?
  /// Whether a reader may uncover what the study hides after a verdict, and then give a second one.
  public var allowsReveal: Bool?
  /// What the study relabels; nil in a study that asks a single question.
  public var relabelling: Relabelling?
  /// What readers mark; nil in a study that asks for verdicts or statements.
  public var annotating: Annotating?

  /// Settings of a study that is not sampled.
  public init() {}

  /// The settings as a JSON object, its keys in alphabetical order.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? #"{"version":1}"#
  }

  /// Reads what ``json`` wrote; nil where it is something else, or of a version that is not known here.
  public init?(json: String) {
    guard let settings = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)), (1...Self.knownVersion).contains(settings.version)
    else {
      return nil
    }
    self = settings
  }

  /// Reads the settings of a stored study.
  ///
  /// - Parameters:
  ///   - study: its name.
  ///   - path: the store's.
  /// - Throws: ``ReviewStoreError/newerStudy(_:version:known:)``, ``ReviewStoreError/damaged(path:reason:)``.
  init(stored json: String, of study: String, path: String) throws {
    if let version = (try? JSONDecoder().decode(Version.self, from: Data(json.utf8)))?.version, version > Self.knownVersion {
      throw ReviewStoreError.newerStudy(study, version: version, known: Self.knownVersion)
    }
    guard let settings = Self(json: json) else {
      throw ReviewStoreError.damaged(path: path, reason: "the settings of study '\(study)' cannot be read")
    }
    self = settings
  }

  /// What settings of every version say.
  private struct Version: Decodable {
    let version: Int
  }
}

extension StudySettings.VerdictNames {
  /// The words that follow from a diagnosis; `present` and `absent` for one that has no abbreviation.
  public static func of(diagnosisCode: String) -> Self {
    let diagnosis = Diagnosis.with(code: diagnosisCode)?.abbreviation
    return Self(present: diagnosis ?? "present", absent: diagnosis.map { "no \($0)" } ?? "absent", unsure: "unsure")
  }
}
