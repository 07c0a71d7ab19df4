import ECG
import SEResNet

/// Measures nothing: whatever a model takes beside the signal is unknown of every recording.
public struct UnknownMeasurements: RecordMeasuring {
  /// The name of the model's list.
  public let version: String
  /// What the model takes, in its order.
  public let names: [String]

  /// What a model takes; nil where it takes the signal alone.
  public init?(of model: Model) {
    guard let inputs = model.metadata.measurements else { return nil }
    (version, names) = (inputs.version, inputs.names)
  }

  /// Nothing is known.
  public func values(of recording: Recording, without leftOut: Set<Lead>) -> [Double?] { names.map { _ in nil } }
}
