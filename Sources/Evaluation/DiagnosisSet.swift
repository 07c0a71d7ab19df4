import ECG

/// A set of scored diagnoses in one machine word, bit n for the n-th in output order: the labels or the decisions of a recording.
public struct DiagnosisSet: Sendable, Hashable {
  var bits: UInt32

  init(bits: UInt32) { self.bits = bits }

  /// The set of some diagnoses.
  public init(_ diagnoses: some Sequence<Diagnosis> = EmptyCollection()) {
    bits = diagnoses.reduce(0) { $0 | 1 << UInt32($1.index) }
  }

  /// How many diagnoses are in the set.
  public var count: Int { bits.nonzeroBitCount }

  /// Whether a diagnosis is in the set.
  public func contains(_ diagnosis: Diagnosis) -> Bool { self[diagnosis.index] }

  /// The diagnoses that are in one of two sets and not in the other.
  public func symmetricDifference(_ other: DiagnosisSet) -> DiagnosisSet { DiagnosisSet(bits: bits ^ other.bits) }

  /// Adds a diagnosis.
  public mutating func insert(_ diagnosis: Diagnosis) { self[diagnosis.index] = true }

  /// The diagnoses in the set, in output order.
  public var diagnoses: [Diagnosis] { Diagnosis.all.filter(contains) }

  /// Whether the n-th diagnosis is in the set.
  subscript(index: Int) -> Bool {
    get { bits >> UInt32(index) & 1 == 1 }
    set { bits = newValue ? bits | 1 << UInt32(index) : bits & ~(1 << UInt32(index)) }
  }

  /// Calls `body` with the index of each diagnosis in the set, ascending.
  @inline(__always)
  func forEachIndex(_ body: (Int) -> Void) {
    var rest = bits
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }
}
