import ECG
import Synchronization

/// Whoever measures recordings for networks that take measurements beside the signal; this room itself measures nothing.
public protocol RecordMeasuring: Sendable {
  /// The name of the list of measurements and of their definitions; another list or another definition has another name.
  var version: String { get }
  /// What is measured, in order.
  var names: [String] { get }
  /// The values of a recording in the order of ``names``, as if some leads had not been recorded; nil for what cannot be measured.
  func values(of recording: Recording, without leftOut: Set<Lead>) -> [Double?]
  /// The same of one recording for many sets of leads, on any thread: what does not depend on them may be worked out once.
  func values(of recording: Recording) -> @Sendable (Set<Lead>) -> [Double?]
}

extension RecordMeasuring {
  /// Everything anew for every set of leads.
  public func values(of recording: Recording) -> @Sendable (Set<Lead>) -> [Double?] { { values(of: recording, without: $0) } }
}

/// The measurements that a network takes beside the signal, and how they are made into numbers around zero.
public struct MeasuredInputs: Sendable, Equatable, Codable {
  /// The name of the list.
  public let version: String
  /// What is measured, in order.
  public let names: [String]
  /// The mean of each measurement over the training recordings in which it is known.
  public let means: [Double]
  /// Its standard deviation there; 1 where it never differs.
  public let deviations: [Double]

  /// Values farther from the mean than so many deviations count as so many: a slip of measuring decides nothing alone.
  static let largest = 5.0

  /// The inputs of a list, standardised on the values of the training recordings.
  public init(version: String, names: [String], standardisedOn rows: [[Double?]]) {
    self.version = version
    self.names = names
    var (means, deviations): ([Double], [Double]) = ([], [])
    for index in names.indices {
      let known = rows.compactMap { $0.indices.contains(index) ? $0[index] : nil }.filter(\.isFinite)
      let mean = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
      let variance = known.isEmpty ? 0 : known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
      means.append(mean)
      deviations.append(variance > 1e-12 * max(1, mean * mean) ? variance.squareRoot() : 1)
    }
    self.means = means
    self.deviations = deviations
  }

  /// Whether lists and numbers belong together.
  var isValid: Bool {
    !names.isEmpty && names.count <= NetworkShape.maximumMeasurementCount && Set(names).count == names.count && means.count == names.count
      && deviations.count == names.count && means.allSatisfy(\.isFinite) && deviations.allSatisfy { $0 > 0 && $0.isFinite }
  }

  /// Writes the values as the network takes them: first all standardised, 0 where unknown, then for each 1 where it is known.
  ///
  /// - Parameter values: nil where none is known.
  package func fill(_ target: UnsafeMutablePointer<Float>, values: [Double?]?) {
    for index in names.indices {
      let value = values.flatMap { $0.indices.contains(index) ? $0[index] : nil }.flatMap { $0.isFinite ? $0 : nil }
      let standardised = value.map { ($0 - means[index]) / deviations[index] } ?? 0
      target[index] = Float(min(Self.largest, max(-Self.largest, standardised)))
      target[names.count + index] = value == nil ? 0 : 1
    }
  }

  /// The values as the network takes them.
  package func inputs(_ values: [Double?]?) -> [Float] {
    [Float](unsafeUninitializedCapacity: 2 * names.count) { buffer, filled in
      buffer.initialize(repeating: 0)
      if let base = buffer.baseAddress { fill(base, values: values) }
      filled = 2 * names.count
    }
  }
}

/// The measurements of one recording, measured anew for other leads left out, and each only once.
final class RecordMeasurements: Sendable {
  private let measure: @Sendable (Set<Lead>) -> [Double?]
  private let known = Mutex<[Set<Lead>: [Double?]]>([:])

  /// What somebody measures of a recording.
  ///
  /// - Parameter values: What is measured with all leads, where that was done before.
  init(_ recording: Recording, by measuring: any RecordMeasuring, knowing values: [Double?]? = nil) {
    measure = measuring.values(of: recording)
    if let values { known.withLock { $0[[]] = values } }
  }

  /// Values that are known, whatever is left out.
  init(_ values: [Double?]) { measure = { _ in values } }

  /// The values without some leads.
  func values(without leftOut: Set<Lead>) -> [Double?] {
    if let values = known.withLock({ $0[leftOut] }) { return values }
    let values = measure(leftOut)
    known.withLock { $0[leftOut] = values }
    return values
  }
}
