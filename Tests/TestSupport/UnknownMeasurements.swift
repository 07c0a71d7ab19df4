import ECG
import SEResNet

/// Measures nothing: whatever a model takes beside the signal is unknown of every recording.
public struct UnknownMeasurements: RecordMeasuring {
  public let version: String
  public let names: [String]

  /// What a model takes; nil where it takes the signal alone.
  public init?(of model: Model) {
    guard let inputs = model.metadata.measurements else { return nil }
    (version, names) = (inputs.version, inputs.names)
  }

  public func values(of recording: Recording, without leftOut: Set<Lead>) -> [Double?] { names.map { _ in nil } }
}
