/// Why a prediction cannot be made.
public enum PredictorError: Error, Equatable, CustomStringConvertible {
  /// `EINTHOVEN_KERNEL` names kernels that this CPU does not have.
  case unknownKernel(name: String, available: [String])
  /// A recording's length or sampling rate does not suit the model's preprocessing.
  case unusableRecording(record: String, reason: String)
  /// A model takes measurements that this program does not make so.
  case otherMeasurements(model: String, expected: String, found: String?)

  /// One line for a person: what, where, what was expected.
  public var description: String {
    switch self {
    case .unknownKernel(let name, let available):
      "EINTHOVEN_KERNEL=\(name): this CPU has no such kernels; expected \(available.joined(separator: " or "))"
    case .otherMeasurements(let model, let expected, let found):
      "\(model): takes the measurements \"\(expected)\"; this program makes \(found.map { "\"\($0)\"" } ?? "none here")"
    case .unusableRecording(let record, let reason): "\(record): cannot be classified: \(reason)"
    }
  }
}
