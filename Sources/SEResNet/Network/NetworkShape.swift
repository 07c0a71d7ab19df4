import ECG

/// The topology of the paper's network (Zhao and others 2022, figure 2) at any base width: which tensors there are and what shapes they
/// have.
struct NetworkShape: Sendable, Equatable {
  /// Channels of the first convolution: 64 in the paper.
  let baseWidth: Int

  /// The widest network that is accepted, in channels of the first convolution.
  static let maximumBaseWidth = 256
  /// Samples in a window.
  static let windowLength = 4096
  /// Samples per second of the network's input.
  static let samplingRateHertz = 257.0
  /// Inputs beside the signal: age and sex.
  static let demographicCount = 5
  /// Features made of them.
  static let demographicFeatureCount = 10
  /// Outputs.
  static let classCount = Diagnosis.all.count
  /// Channels to one unit of a squeeze-and-excitation block's hidden layer.
  static let reduction = 16
  /// Added to the variance in batch normalisation; PyTorch's default.
  static let normalisationEpsilon = 1e-5

  /// A convolution and the batch normalisation after it.
  struct Convolution: Sendable, Equatable {
    let weightName: String
    let normalisationName: String
    let inputChannels: Int
    let outputChannels: Int
    let taps: Int
    let stride: Int
    /// Rows of output.
    let rows: Int
    /// Whether a ReLU follows directly.
    let rectifies: Bool

    var padding: Int { taps / 2 }
  }

  /// A residual block with squeeze and excitation.
  struct Block: Sendable, Equatable {
    let name: String
    let channels: Int
    let first: Convolution
    let second: Convolution
    /// The 1 x 1 convolution on the shortcut, where the block halves the rows.
    let shortcut: Convolution?

    var reducedChannels: Int { max(1, channels / NetworkShape.reduction) }
    var squeezeName: String { "\(name).se.fc.0.weight" }
    var exciteName: String { "\(name).se.fc.2.weight" }
    var rows: Int { first.rows }
  }

  /// The first convolution, before the maximum pool.
  var stem: Convolution {
    Convolution(
      weightName: "conv1.weight", normalisationName: "bn1", inputChannels: Lead.allCases.count, outputChannels: baseWidth, taps: 15,
      stride: 2,
      rows: Self.windowLength / 2, rectifies: true
    )
  }

  /// The eight residual blocks in order.
  var blocks: [Block] {
    (0..<8).map { index in
      let (layer, isFirst) = (index / 2, index.isMultiple(of: 2))
      let name = "layer\(layer + 1).\(index % 2)"
      let halves = layer > 0 && isFirst
      let channels = baseWidth << layer
      let inputChannels = halves ? channels / 2 : channels
      let rows = (Self.windowLength / 4) >> layer
      func convolution(_ weight: String, _ normalisation: String, from inputs: Int, taps: Int, stride: Int, rectifies: Bool) -> Convolution
      {
        Convolution(
          weightName: "\(name).\(weight).weight", normalisationName: "\(name).\(normalisation)", inputChannels: inputs,
          outputChannels: channels,
          taps: taps, stride: stride, rows: rows, rectifies: rectifies
        )
      }
      return Block(
        name: name, channels: channels,
        first: convolution("conv1", "bn1", from: inputChannels, taps: 7, stride: halves ? 2 : 1, rectifies: true),
        second: convolution("conv2", "bn2", from: channels, taps: 7, stride: 1, rectifies: false),
        shortcut: halves ? convolution("downsample.0", "downsample.1", from: inputChannels, taps: 1, stride: 2, rectifies: false) : nil
      )
    }
  }

  /// Channels of the last block.
  var featureCount: Int { baseWidth << 3 }

  /// Every tensor of the network by PyTorch's name, in the order of a state dict, with its shape.
  var tensors: [(name: String, shape: [Int])] {
    var result: [(name: String, shape: [Int])] = []
    func add(_ convolution: Convolution) {
      result.append((convolution.weightName, [convolution.outputChannels, convolution.inputChannels, convolution.taps]))
      for part in ["weight", "bias", "running_mean", "running_var"] {
        result.append(("\(convolution.normalisationName).\(part)", [convolution.outputChannels]))
      }
    }
    add(stem)
    for block in blocks {
      add(block.first)
      add(block.second)
      result.append((block.squeezeName, [block.reducedChannels, block.channels]))
      result.append((block.exciteName, [block.channels, block.reducedChannels]))
      if let shortcut = block.shortcut { add(shortcut) }
    }
    result.append(("fc1.weight", [Self.demographicFeatureCount, Self.demographicCount]))
    result.append(("fc1.bias", [Self.demographicFeatureCount]))
    result.append(("fc.weight", [Self.classCount, Self.demographicFeatureCount + featureCount]))
    result.append(("fc.bias", [Self.classCount]))
    return result
  }

  /// The width that a first convolution's shape implies, nil where it is none of this network.
  init?(stemWeightShape shape: [Int]) {
    guard shape.count == 3, (1...Self.maximumBaseWidth).contains(shape[0]) else { return nil }
    baseWidth = shape[0]
  }

  /// The network at a base width.
  init(baseWidth: Int) {
    self.baseWidth = baseWidth
  }
}
