import ECG

/// The topology of the paper's network (Zhao and others 2022, figure 2) at any base width: which tensors there are and what shapes they
/// have.
package struct NetworkShape: Sendable, Equatable {
  /// Channels of the first convolution, or of the mixture of the leads: 64 in the paper.
  package let baseWidth: Int
  /// What weighs the leads before they are mixed; nil in the published form, whose first convolution mixes them.
  package let leadGate: LeadGate?
  /// Measurements that the network takes beside the signal, each as a value and whether it is known; 0 in the published form.
  package let measurementCount: Int
  /// Whether a regression of the measurements adds to the logits, past the network: `fc3`, a number for each class and input.
  package let hasRegression: Bool

  /// The widest network that is accepted, in channels of the first convolution.
  package static let maximumBaseWidth = 256
  /// The most measurements that are accepted.
  package static let maximumMeasurementCount = 1024
  /// Samples in a window.
  package static let windowLength = 4096
  /// Samples per second of the network's input.
  package static let samplingRateHertz = 257.0
  /// Inputs beside the signal: age and sex.
  package static let demographicCount = 5
  /// Features made of them.
  package static let demographicFeatureCount = 10
  /// Features made of measurements.
  package static let measuredFeatureCount = 16
  /// Outputs.
  package static let classCount = Diagnosis.all.count
  /// Channels to one unit of a squeeze-and-excitation block's hidden layer.
  package static let reduction = 16
  /// Added to the variance in batch normalisation; PyTorch's default.
  package static let normalisationEpsilon = 1e-5

  /// A convolution and the batch normalisation after it.
  package struct Convolution: Sendable, Equatable {
    package let weightName: String
    package let normalisationName: String
    package let inputChannels: Int
    package let outputChannels: Int
    package let taps: Int
    package let stride: Int
    /// Rows of output.
    package fileprivate(set) var rows: Int
    /// Whether a ReLU follows directly.
    package let rectifies: Bool

    package var padding: Int { taps / 2 }
  }

  /// A residual block with squeeze and excitation.
  package struct Block: Sendable, Equatable {
    package let name: String
    package let channels: Int
    package let first: Convolution
    package let second: Convolution
    /// The 1 x 1 convolution on the shortcut, where the block halves the rows.
    package let shortcut: Convolution?

    package var reducedChannels: Int { max(1, channels / NetworkShape.reduction) }
    package var squeezeName: String { "\(name).se.fc.0.weight" }
    package var exciteName: String { "\(name).se.fc.2.weight" }
    package var rows: Int { first.rows }
  }

  /// The first convolution, before the maximum pool; with a lead gate it has an output channel for every filter and lead, see ``LeadGate``.
  package var stem: Convolution {
    Convolution(
      weightName: "conv1.weight", normalisationName: "bn1", inputChannels: Lead.allCases.count,
      outputChannels: leadGate?.channels ?? baseWidth, taps: 15, stride: 2, rows: Self.windowLength / 2, rectifies: true
    )
  }

  /// What mixes the weighed leads, after the maximum pool: a convolution of one tap; nil without a lead gate.
  package var mixture: Convolution? {
    leadGate.map { gate in
      Convolution(
        weightName: "mix.0.weight", normalisationName: "mix.1", inputChannels: gate.channels, outputChannels: baseWidth, taps: 1, stride: 1,
        rows: Self.windowLength / 4, rectifies: true)
    }
  }

  /// The eight residual blocks in order.
  package var blocks: [Block] {
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
  package var featureCount: Int { baseWidth << 3 }

  /// Features that the last layer finds before the channels of the last block: of age and sex, then of measurements.
  package var fusedFeatureCount: Int { Self.demographicFeatureCount + (measurementCount > 0 ? Self.measuredFeatureCount : 0) }

  /// Every tensor of the network by PyTorch's name, in the order of a state dict, with its shape.
  package var tensors: [(name: String, shape: [Int])] {
    var result: [(name: String, shape: [Int])] = []
    func add(_ convolution: Convolution) {
      result.append((convolution.weightName, [convolution.outputChannels, convolution.inputChannels, convolution.taps]))
      for part in ["weight", "bias", "running_mean", "running_var"] {
        result.append(("\(convolution.normalisationName).\(part)", [convolution.outputChannels]))
      }
    }
    add(stem)
    if let leadGate, let mixture {
      result[0].shape[1] = leadGate.filters == .shared ? 1 : Lead.allCases.count
      result[0].shape[0] = leadGate.filterCount
      result.append((LeadGate.squeezeName, [LeadGate.reducedCount, Lead.allCases.count]))
      result.append((LeadGate.exciteName, [Lead.allCases.count, LeadGate.reducedCount]))
      add(mixture)
    }
    for block in blocks {
      add(block.first)
      add(block.second)
      result.append((block.squeezeName, [block.reducedChannels, block.channels]))
      result.append((block.exciteName, [block.channels, block.reducedChannels]))
      if let shortcut = block.shortcut { add(shortcut) }
    }
    result.append(("fc1.weight", [Self.demographicFeatureCount, Self.demographicCount]))
    result.append(("fc1.bias", [Self.demographicFeatureCount]))
    if measurementCount > 0 {
      result.append(("fc2.weight", [Self.measuredFeatureCount, 2 * measurementCount]))
      result.append(("fc2.bias", [Self.measuredFeatureCount]))
    }
    if hasRegression {
      result.append(("fc3.weight", [Self.classCount, 2 * measurementCount]))
      result.append(("fc3.bias", [Self.classCount]))
    }
    result.append(("fc.weight", [Self.classCount, fusedFeatureCount + featureCount]))
    result.append(("fc.bias", [Self.classCount]))
    return result
  }

  /// The width that a first convolution's shape implies, nil where it is none of this network in its published form.
  package init?(stemWeightShape shape: [Int]) {
    guard shape.count == 3, (1...Self.maximumBaseWidth).contains(shape[0]) else { return nil }
    self.init(baseWidth: shape[0])
  }

  /// The form that the shapes of tensors imply, which ``tensors`` then tells in full; nil where it is none of this network.
  ///
  /// - Parameter shape: Of a tensor of a name, nil where there is none.
  package init?(tensorShapes shape: (String) -> [Int]?) {
    let measured = shape("fc2.weight") ?? [0, 0]
    guard measured.count == 2, measured[1].isMultiple(of: 2), (0...2 * Self.maximumMeasurementCount).contains(measured[1]) else {
      return nil
    }
    let measurementCount = measured[1] / 2
    let hasRegression = shape("fc3.weight") != nil
    guard measurementCount > 0 || !hasRegression else { return nil }
    guard shape(LeadGate.squeezeName) != nil else {
      guard let stem = shape("conv1.weight"), let published = NetworkShape(stemWeightShape: stem) else { return nil }
      self.init(baseWidth: published.baseWidth, measurementCount: measurementCount, hasRegression: hasRegression)
      return
    }
    guard let stem = shape("conv1.weight"), let mixture = shape("mix.0.weight"), stem.count == 3, mixture.count == 3,
      (1...Self.maximumBaseWidth).contains(stem[0]), (1...Self.maximumBaseWidth).contains(mixture[0])
    else { return nil }
    self.init(
      baseWidth: mixture[0], leadGate: LeadGate(filters: stem[1] == 1 ? .shared : .own, filterCount: stem[0]),
      measurementCount: measurementCount, hasRegression: hasRegression)
  }

  /// The network at a base width.
  package init(baseWidth: Int, leadGate: LeadGate? = nil, measurementCount: Int = 0, hasRegression: Bool = false) {
    self.baseWidth = baseWidth
    self.leadGate = leadGate
    self.measurementCount = measurementCount
    self.hasRegression = hasRegression
  }
}

// MARK: Windows of other lengths

extension NetworkShape {
  /// The first convolution for windows of another length than ``windowLength``.
  package func stem(sampleCount: Int) -> Convolution { stem.with(rows: (sampleCount + 1) / 2) }

  /// The mixture of the leads for windows of another length.
  package func mixture(sampleCount: Int) -> Convolution? { mixture?.with(rows: (stem(sampleCount: sampleCount).rows + 1) / 2) }

  /// The blocks for windows of another length; every halving rounds up, as PyTorch's convolutions do.
  package func blocks(sampleCount: Int) -> [Block] {
    var rows = (stem(sampleCount: sampleCount).rows + 1) / 2
    return blocks.map { block in
      if block.shortcut != nil { rows = (rows + 1) / 2 }
      return Block(
        name: block.name, channels: block.channels, first: block.first.with(rows: rows), second: block.second.with(rows: rows),
        shortcut: block.shortcut?.with(rows: rows))
    }
  }
}

extension NetworkShape.Convolution {
  fileprivate func with(rows: Int) -> Self {
    var other = self
    other.rows = rows
    return other
  }
}
