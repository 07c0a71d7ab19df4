import ECG

/// A definition of a diagnosis in what is measured: a rule that a textbook or a recommendation states.
///
/// ``table`` is the one place of all of them. A diagnosis may have several, because sources differ; its first is the one that is used unless another is asked
/// for. Help, reports and documentation are made of it.
public struct Criterion: Sendable {
  /// Which leads a criterion rests on: with two of them exchanged it says nothing.
  public enum Leads: Sendable, Hashable {
    /// The limb leads, the chest leads, both, or none in particular.
    case limb, chest, all, none

    /// Whether an exchange of electrodes makes the criterion worthless.
    func isSpoiled(by swap: LeadSwap) -> Bool {
      switch self {
      case .none: false
      case .all: true
      case .limb: swap.isLimbSwap
      case .chest: !swap.isLimbSwap
      }
    }
  }

  /// What a criterion says of a recording.
  public enum Answer: Sendable, Hashable {
    /// It is met, or not, by so much: above 0 it is met.
    case margin(Double)
    /// Nothing can be said, and why.
    case unknown(String)

    /// Present, absent or unknown.
    public var state: LabelState {
      switch self {
      case .margin(let value): value > 0 ? .present : .absent
      case .unknown: .unknown
      }
    }

    /// How far it is met, in the criterion's unit; nil where unknown.
    public var margin: Double? { if case .margin(let value) = self { value } else { nil } }
    /// Why nothing is said; nil where something is.
    public var reason: String? { if case .unknown(let reason) = self { reason } else { nil } }
  }

  /// The diagnosis.
  public let diagnosis: Diagnosis
  /// Its name among the diagnosis' criteria, as `--criterion` takes it.
  public let name: String
  /// The definition in words.
  public let definition: String
  /// Where it comes from.
  public let source: String
  /// The leads that it rests on.
  public let leads: Leads
  /// Whether it needs true millivolts.
  public let needsVoltages: Bool
  private let measure: @Sendable (MeasuredFacts) -> Answer

  init(
    _ abbreviation: String, _ name: String, _ definition: String, _ source: String, leads: Leads = .none, needsVoltages: Bool = false,
    _ measure: @escaping @Sendable (MeasuredFacts) -> Answer
  ) {
    diagnosis = Diagnosis.named(abbreviation) ?? .leftAxisDeviation
    self.name = name
    self.definition = definition
    self.source = source
    self.leads = leads
    self.needsVoltages = needsVoltages
    self.measure = measure
  }

  /// What it says of a recording: unknown where something it needs was not measured, where the leads it rests on seem exchanged, and where it asks for
  /// voltages of leads that have none.
  public func answer(_ facts: MeasuredFacts) -> Answer {
    if let swap = facts.swap?.swap, leads.isSpoiled(by: swap) { return .unknown("\(swap.rawValue) may be exchanged") }
    if needsVoltages, !facts.hasVoltages { return .unknown("the leads were brought to one size and have no voltages") }
    return measure(facts)
  }

  /// The criteria of a diagnosis, the usual one first; none for a diagnosis that nothing measured tells.
  public static func of(_ diagnosis: Diagnosis) -> [Criterion] { table.filter { $0.diagnosis == diagnosis } }

  /// The criterion of a diagnosis and a name; of an empty name the usual one.
  public static func named(_ name: String?, of diagnosis: Diagnosis) -> Criterion? {
    of(diagnosis).first { name == nil || $0.name == name }
  }
}

extension Criterion.Answer {
  /// A figure above a bound by so much.
  static func above(_ bound: Double, _ value: Double?, _ reason: String) -> Self {
    value.map { .margin($0 - bound) } ?? .unknown(reason)
  }

  /// A figure below a bound by so much.
  static func below(_ bound: Double, _ value: Double?, _ reason: String) -> Self {
    value.map { .margin(bound - $0) } ?? .unknown(reason)
  }

  /// Something that is so, or is not.
  static func holds(_ holds: Bool?, _ reason: String) -> Self { holds.map { .margin($0 ? 1 : -1) } ?? .unknown(reason) }

  /// All of several: the one met least decides.
  ///
  /// One that is not met decides whatever is unknown of the others.
  static func all(_ answers: [Self]) -> Self {
    let margins = answers.compactMap(\.margin)
    guard let least = margins.min() else { return answers.first ?? .unknown("nothing was measured") }
    if least <= 0 { return .margin(least) }
    return answers.first { $0.margin == nil } ?? .margin(least)
  }

  /// Any of several: the one met most decides, unless one that is unknown could be met.
  static func any(_ answers: [Self]) -> Self {
    let margins = answers.compactMap(\.margin)
    guard let most = margins.max() else { return answers.first ?? .unknown("nothing was measured") }
    return most > 0 ? .margin(most) : answers.first { $0.margin == nil } ?? .margin(most)
  }

  /// The same in units of which `scale` of this one's are one, so that criteria of different units can be joined.
  func divided(by scale: Double) -> Self { if case .margin(let value) = self { .margin(value / scale) } else { self } }
}
