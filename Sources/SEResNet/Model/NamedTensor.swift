/// A tensor with PyTorch's name for it.
public struct NamedTensor: Sendable, Equatable {
  /// Such as `layer1.0.conv1.weight`.
  public let name: String
  /// Its dimensions, the slowest first.
  public let shape: [Int]
  /// Its numbers in order.
  public let values: [Float]

  /// A tensor.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
