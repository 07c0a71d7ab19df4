import SEResNet

/// One worker's memory for transformed rows and products.
final class TrainingScratch {
  /// Transformed input, and transformed gradient.
  private(set) var transformed = FloatStorage(count: 0)
  private(set) var transformedGradient = FloatStorage(count: 0)
  /// Products of a few tiles and one panel.
  let products: FloatStorage
  /// A bias of zeros, and factors of one.
  let zeros: FloatStorage
  let ones: FloatStorage
  /// Coefficients of the window at hand.
  let coefficients: WindowCoefficients

  /// Tiles whose products are made before they are transformed back.
  static let productTiles = 48

  /// Memory for a network.
  init(featureCount: Int, kernel: Kernel) {
    let channels = Activations.storedChannels(featureCount)
    products = FloatStorage(count: 10 * Self.productTiles * kernel.tileChannels)
    zeros = FloatStorage(count: channels)
    ones = FloatStorage(Array(repeating: 1, count: channels))
    coefficients = WindowCoefficients(channels: featureCount)
  }

  /// Makes room where there is not enough.
  func reserve(input: Int, gradient: Int = 0) {
    if transformed.count < input { transformed = FloatStorage(count: input) }
    if transformedGradient.count < gradient { transformedGradient = FloatStorage(count: gradient) }
  }
}

/// Per-channel coefficients that differ from window to window, in a worker's hands.
final class WindowCoefficients {
  let first: FloatStorage
  let second: FloatStorage
  let shifts: FloatStorage

  /// Zeros for up to `channels` channels.
  init(channels: Int) {
    let stored = Activations.storedChannels(channels)
    (first, second, shifts) = (FloatStorage(count: stored), FloatStorage(count: stored), FloatStorage(count: stored))
  }
}
