import SEResNet

/// Batch normalisation in training: y = γ · (x − mean) / √(variance + ε) + β with the mean and variance of the batch, and its gradient.
///
/// Windows are summed up one by one, by whoever computed them; their sums are added in the windows' order, so that the number of threads
/// changes nothing. All sums are in double precision.
final class BatchNormalisation {
  /// Channels, and channels that are stored.
  let channels: Int
  let stored: Int
  /// Of x, for each window: sum and sum of squares over the rows.
  private let sums: DoubleStorage
  private let squares: DoubleStorage
  /// Of the gradient of y, for each window: its sum and that of its products with x.
  private let gradientSums: DoubleStorage
  private let gradientProducts: DoubleStorage
  /// The batch's mean and variance, and 1 / √(variance + ε).
  private let means: DoubleStorage
  private let variances: DoubleStorage
  private let deviations: DoubleStorage
  /// y = scales · x + shifts.
  let scales: FloatStorage
  let shifts: FloatStorage
  /// Gradient of x = gradientScales · (gradient of y) + gradientSlopes · x + gradientShifts.
  let gradientScales: FloatStorage
  let gradientSlopes: FloatStorage
  let gradientShifts: FloatStorage
  private let parameters: ParameterStore
  private let offsets: (weight: Int, bias: Int, mean: Int, variance: Int)

  /// The normalisation of a name, such as `bn1`.
  init(named name: String, channels: Int, windows: Int, parameters: ParameterStore) {
    self.channels = channels
    stored = Activations.storedChannels(channels)
    (sums, squares) = (DoubleStorage(count: windows * stored), DoubleStorage(count: windows * stored))
    (gradientSums, gradientProducts) = (DoubleStorage(count: windows * stored), DoubleStorage(count: windows * stored))
    (means, variances, deviations) = (DoubleStorage(count: stored), DoubleStorage(count: stored), DoubleStorage(count: stored))
    (scales, shifts) = (FloatStorage(count: stored), FloatStorage(count: stored))
    gradientScales = FloatStorage(count: stored)
    gradientSlopes = FloatStorage(count: stored)
    gradientShifts = FloatStorage(count: stored)
    self.parameters = parameters
    offsets = (
      parameters.offset(of: "\(name).weight"), parameters.offset(of: "\(name).bias"), parameters.offset(of: "\(name).running_mean"),
      parameters.offset(of: "\(name).running_var")
    )
  }

  func sums(of window: Int) -> UnsafeMutablePointer<Double> { sums.pointer + window * stored }
  func squares(of window: Int) -> UnsafeMutablePointer<Double> { squares.pointer + window * stored }
  func gradientSums(of window: Int) -> UnsafeMutablePointer<Double> { gradientSums.pointer + window * stored }
  func gradientProducts(of window: Int) -> UnsafeMutablePointer<Double> { gradientProducts.pointer + window * stored }

  /// Whether a window's sums are numbers.
  func isFinite(_ window: Int) -> Bool {
    UnsafeBufferPointer(start: squares(of: window), count: channels).allSatisfy(\.isFinite)
  }

  /// From the windows' sums, for this worker's channels.
  func finishForward(windows: Int, rows: Int, share: WorkShare) {
    let count = Double(windows * rows)
    for channel in share.range(of: channels) {
      var (sum, square) = (0.0, 0.0)
      for window in 0..<windows {
        sum += sums.pointer[window * stored + channel]
        square += squares.pointer[window * stored + channel]
      }
      let mean = sum / count
      means.pointer[channel] = mean
      variances.pointer[channel] = max(0, square / count - mean * mean)
      setScale(channel, mean: mean, variance: variances.pointer[channel])
    }
  }

  /// From the running statistics, for this worker's channels.
  func useRunningStatistics(share: WorkShare) {
    for channel in share.range(of: channels) {
      let mean = Double(parameters.values.pointer[offsets.mean + channel])
      setScale(channel, mean: mean, variance: Double(parameters.values.pointer[offsets.variance + channel]))
    }
  }

  private func setScale(_ channel: Int, mean: Double, variance: Double) {
    let deviation = 1 / (variance + NetworkShape.normalisationEpsilon).squareRoot()
    deviations.pointer[channel] = deviation
    let scale = Double(parameters.values.pointer[offsets.weight + channel]) * deviation
    scales.pointer[channel] = Float(scale)
    shifts.pointer[channel] = Float(Double(parameters.values.pointer[offsets.bias + channel]) - mean * scale)
  }

  /// From the windows' gradient sums, for this worker's channels: gradients of γ and β, and what the gradient of x is made with.
  ///
  /// With g the gradient of y and x̂ the normalised x it is γ/√(variance + ε) · (g − mean of g − x̂ · mean of g·x̂).
  func finishBackward(windows: Int, rows: Int, share: WorkShare) {
    let count = Double(windows * rows)
    for channel in share.range(of: channels) {
      var (sum, product) = (0.0, 0.0)
      for window in 0..<windows {
        sum += gradientSums.pointer[window * stored + channel]
        product += gradientProducts.pointer[window * stored + channel]
      }
      let (mean, deviation) = (means.pointer[channel], deviations.pointer[channel])
      let normalised = deviation * (product - mean * sum)
      parameters.gradients.pointer[offsets.bias + channel] = Float(sum)
      parameters.gradients.pointer[offsets.weight + channel] = Float(normalised)
      let scale = Double(parameters.values.pointer[offsets.weight + channel]) * deviation
      let slope = -scale * deviation * normalised / count
      gradientScales.pointer[channel] = Float(scale)
      gradientSlopes.pointer[channel] = Float(slope)
      gradientShifts.pointer[channel] = Float(-scale * sum / count - slope * mean)
    }
  }

  /// Moves the running statistics towards the batch's, of which the variance counts as that of a sample.
  func updateRunningStatistics(windows: Int, rows: Int, momentum: Double) {
    let count = Double(windows * rows)
    let correction = count / max(1, count - 1)
    for channel in 0..<channels {
      let (mean, variance) = (parameters.values.pointer + offsets.mean + channel, parameters.values.pointer + offsets.variance + channel)
      mean.pointee = Float((1 - momentum) * Double(mean.pointee) + momentum * means.pointer[channel])
      variance.pointee = Float((1 - momentum) * Double(variance.pointee) + momentum * variances.pointer[channel] * correction)
    }
  }
}
