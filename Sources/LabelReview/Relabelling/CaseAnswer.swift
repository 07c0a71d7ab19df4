import Agreement
import ECG

/// What somebody says of one case of a relabelling study: a set of statements, each present, absent or unsure, and how it came about.
///
/// Readers' answers, labels and a model's decisions all have this form. It is stored as one versioned JSON object, see ``form``.
public struct CaseAnswer: Sendable, Hashable {
  private struct Content: Sendable, Hashable {
    var statements: [String: StatementAnswer] = [:]
    var prefill: Relabelling.Prefill?
    var prefilled: [String: StatementAnswer] = [:]
    var keys: Int?
    var probabilities: [String: Double] = [:]
  }

  private var content: Boxed<Content>

  /// What is said of statements, by their codes; those not named are absent.
  ///
  /// Of a label `notAsked` says that the statement is unknown, which is never taken for absent.
  public internal(set) var statements: [String: StatementAnswer] {
    get { content.value.statements }
    _modify { yield &content.value.statements }
  }

  /// What the reader found filled in; nil of a label or a model.
  public var prefill: Relabelling.Prefill? {
    get { content.value.prefill }
    set { content.value.prefill = newValue }
  }

  /// The statements that were filled in, by their codes; those not named were absent.
  public var prefilled: [String: StatementAnswer] {
    get { content.value.prefilled }
    _modify { yield &content.value.prefilled }
  }

  /// How many keys the answer cost; nil where nobody counted.
  public var keys: Int? {
    get { content.value.keys }
    set { content.value.keys = newValue }
  }

  /// The model's probability of each statement, by its code; empty of readers and labels.
  public var probabilities: [String: Double] {
    get { content.value.probabilities }
    _modify { yield &content.value.probabilities }
  }

  /// An answer.
  public init(
    _ statements: [String: StatementAnswer] = [:], prefill: Relabelling.Prefill? = nil, prefilled: [String: StatementAnswer] = [:],
    keys: Int? = nil, probabilities: [String: Double] = [:]
  ) {
    content = Boxed(
      Content(
        statements: statements.filter { $0.value != .absent }, prefill: prefill, prefilled: prefilled.filter { $0.value != .absent },
        keys: keys, probabilities: probabilities))
  }

  /// A model's decisions as a set, with its probabilities.
  public init(decided classes: [(diagnosis: Diagnosis, probability: Double, isPositive: Bool)]) {
    self.init()
    for entry in classes {
      probabilities[entry.diagnosis.code] = entry.probability
      if entry.isPositive { self[entry.diagnosis.code] = .present }
    }
  }

  /// What is said of a statement.
  public subscript(code: String) -> StatementAnswer {
    get { statements[code] ?? .absent }
    set { statements[code] = newValue == .absent ? nil : newValue }
  }

  /// A model's decisions as far as a study asks for them: of statements that the model does not know nothing is said.
  public func decisions(on asked: [Statement]) -> CaseAnswer {
    var answer = CaseAnswer()
    for statement in asked {
      let probability = probabilities[statement.code]
      answer[statement.code] = probability == nil && self[statement.code] == .absent ? .notAsked : self[statement.code]
      answer.probabilities[statement.code] = probability
    }
    return answer
  }

  /// What is said of statements, in their order.
  public func row(_ asked: [Statement]) -> [StatementAnswer] { asked.map { self[$0.code] } }

  /// The set in one verdict, for lists and counts: present where a statement holds, else unsure where one is, else absent.
  public var summary: Verdict {
    if statements.values.contains(where: { $0.verdict == .present }) { return .present }
    return statements.values.contains(.unsure) ? .unsure : .absent
  }

  /// Whether two answers say the same of every statement; how likely does not count.
  public func agrees(with other: CaseAnswer) -> Bool { verdicts == other.verdicts }

  /// What is said, without how likely.
  var verdicts: [String: Verdict?] { statements.mapValues(\.verdict) }

  /// The lowest probability that a model gives to what is said of any statement; 0 where a statement is unsure, nil without a model.
  public func confidence(by model: CaseAnswer?, asked: [Statement]) -> Double? {
    guard let model, !model.probabilities.isEmpty else { return nil }
    return asked.compactMap { statement -> Double? in
      guard let probability = model.probabilities[statement.code] else { return nil }
      return switch self[statement.code].verdict {
      case .present: probability
      case .absent: 1 - probability
      case .unsure: 0
      case nil: nil
      }
    }.min()
  }
}

extension StatementAnswer {
  /// The word by which an answer is stored.
  var word: String {
    switch self {
    case .notAsked: "unknown"
    case .absent: "absent"
    case .unsure: "unsure"
    case .present: "present"
    case .possible: "possible"
    case .probable: "probable"
    case .definite: "definite"
    }
  }

  init?(word: Substring) {
    switch word {
    case "unknown": self = .notAsked
    case "absent": self = .absent
    case "unsure": self = .unsure
    case "present": self = .present
    case "possible": self = .possible
    case "probable": self = .probable
    case "definite": self = .definite
    default: return nil
    }
  }

  /// How likely, where the reader said so.
  public var likelihood: Likelihood? {
    switch self {
    case .possible: .possible
    case .probable: .probable
    case .definite: .definite
    case .notAsked, .absent, .unsure, .present: nil
    }
  }
}
