/// Something suspicious in a record that did not stop its reading.
public struct RecordWarning: Sendable, Hashable, CustomStringConvertible {
  /// What it is about.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Samples are not those that the file says it holds.
    case checksum
    /// The size of the signal is assumed, or can hardly be true.
    case gain
    /// Recorded limb leads contradict one another.
    case leadContradiction = "lead-contradiction"
    /// A lead was recorded with the opposite sign, and turned over.
    case invertedLead = "inverted-lead"
    /// Less than half of the leads were recorded.
    case fewLeads = "few-leads"
    /// Recorded leads never change.
    case flatLeads = "flat-leads"
    /// Electrodes look exchanged.
    case leadSwap = "lead-swap"
    /// Samples are missing.
    case missingSamples = "missing-samples"
    /// Too short to judge by.
    case short
    /// Samples have been brought to another rate than the file's.
    case rate
    /// The file is odd in another way.
    case file
  }

  /// What it is about.
  public let kind: Kind
  /// A few words for the reader of the recording; nil where it concerns nobody but who made the file.
  public let caution: String?
  /// One line for a person: what, where, what was expected or assumed.
  public let description: String

  /// A warning with its line, about an oddity of the file unless told otherwise.
  public init(_ description: String, kind: Kind = .file, caution: String? = nil) {
    self.description = description
    self.kind = kind
    self.caution = caution
  }
}

extension [RecordWarning] {
  /// The few words for the reader, each once.
  public var cautions: [String] {
    var seen: Set<String> = []
    return compactMap(\.caution).filter { seen.insert($0).inserted }
  }
}
