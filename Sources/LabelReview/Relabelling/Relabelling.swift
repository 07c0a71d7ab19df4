import ECG

/// What makes a study one that relabels: the statements asked about, what readers find filled in, the order, and who reads a second time.
///
/// Part of a study's settings, and so covered by the digest of every event.
public struct Relabelling: Codable, Sendable, Hashable {
  /// What a reader finds filled in when a case opens.
  public enum Prefill: String, Codable, Sendable, CaseIterable {
    /// Nothing: every statement absent.
    case none
    /// What the label says.
    case label
    /// What the model decides.
    case model
    /// What most readers say; for somebody who settles where they differ.
    case readers
  }

  /// How the order of the cases came about; the order itself is that of the cases.
  public struct Queue: Codable, Sendable, Hashable {
    /// The way: `fixed`, `shuffled`, `uncertainty`, `suspicion`, `disagreement`, `diverse`.
    public var method: String
    /// The seed of what is left to chance.
    public var seed: UInt64
    /// Digest of the model whose answers the study holds from its making, `unknown` where a file of predictions did not tell; nil without one, and what the
    /// desk's model says is recorded as cases are opened.
    public var modelDigest: String?
    /// Cases in a block within which each reader has an order of their own; nil, and all readers have one order.
    public var blockSize: Int?

    /// A way with its seed.
    public init(method: String, seed: UInt64, modelDigest: String? = nil, blockSize: Int? = nil) {
      self.method = method
      self.seed = seed
      self.modelDigest = modelDigest
      self.blockSize = blockSize
    }
  }

  /// Which cases are read by more than one reader, and until when.
  public struct SecondReading: Codable, Sendable, Hashable {
    /// The share of the cases, 0 to 1, that are read twice whatever the first reader said.
    public var share: Double
    /// A case is read again where the model gives what was said of any statement a lower probability; nil for no such rule.
    public var below: Double?
    /// The most readers of a case: it is read on until two give the same set, or so many have read it.
    public var limit: Int

    /// A rule.
    public init(share: Double, below: Double? = nil, limit: Int = 2) {
      self.share = share
      self.below = below
      self.limit = limit
    }
  }

  /// The statements asked about, in order.
  public var statements: [Statement]
  /// What a reader finds filled in.
  public var prefill: Prefill
  /// How the order came about.
  public var queue: Queue
  /// Which cases are read again; nil, and every reader reads all.
  public var secondReading: SecondReading?

  /// A relabelling.
  public init(statements: [Statement], prefill: Prefill = .none, queue: Queue, secondReading: SecondReading? = nil) {
    self.statements = statements
    self.prefill = prefill
    self.queue = queue
    self.secondReading = secondReading
  }

  /// Statements by the abbreviations of what a set says is there, `?` behind an unsure one, in the order asked: `LAD LAnFB? (probable)`.
  public func words(_ answer: CaseAnswer) -> String {
    let said = statements.compactMap { statement -> String? in
      switch answer[statement.code] {
      case .absent, .notAsked: nil
      case .unsure: statement.abbreviation + "?"
      case .present: statement.abbreviation
      case .possible: statement.abbreviation + " (possible)"
      case .probable: statement.abbreviation + " (probable)"
      case .definite: statement.abbreviation + " (definite)"
      }
    }
    return said.isEmpty ? "none of them" : said.joined(separator: " ")
  }
}

extension Relabelling.Queue {
  /// What stands for the digest of a model that is not known.
  public static let unknownModel = "unknown"

  /// The digest of the model, where it is known.
  public var knownModelDigest: String? { modelDigest == Self.unknownModel ? nil : modelDigest }
}

extension Study {
  /// What the study relabels; nil in one that asks a single question.
  public var relabelling: Relabelling? { settings.relabelling }

  /// Whether the study takes no further cases; see ``StudySettings/isClosed``.
  public var isClosed: Bool { settings.isClosed }

  /// Whether what the model says of a case is recorded when the case is opened: not where the study was drawn or made by a model's decisions, which stay, and
  /// not where it asks for marks, of which the model says nothing.
  public var recordsLiveDecisions: Bool {
    relabelling.map { $0.queue.modelDigest == nil } ?? !isClosed
  }
}
