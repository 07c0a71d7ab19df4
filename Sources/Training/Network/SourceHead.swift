import Foundation
import SEResNet

/// A linear head that tells the source of a window from its deep features and its targets, and what the network learns from it: to leave the
/// features nothing that tells the source beyond what the targets tell.
///
/// The targets go in so that a source that has more of a diagnosis is told by the diagnosis, and nothing has to be forgotten of that: a head that
/// sees features alone makes the network forget diagnoses with the sources that have them. The head is taught on the windows of the last
/// steps, many small steps for each of the network's, so that it is near its optimum whenever it is asked (Alvi, Zisserman and Nellåker
/// 2018); one that lags behind is led about and forbids nothing. The network gets the head's gradient turned round (Ganin and Lempitsky
/// 2015), given the targets (Zhao and others 2017).
///
/// Its work is small and one thread's, so that the number of threads does not matter.
final class SourceHead {
  /// Windows that are kept to learn from.
  static let memory = 256
  /// Steps of Adam for each step of the network, and their learning rate.
  private static let steps = 10
  private static let learningRate = 0.01

  private let unlearning: TrainingOptions.Unlearning
  private let options: TrainingOptions
  private let features: Int
  /// Features, targets, and whether each target is known; a row of weights has the bias after them.
  private let inputs: Int
  private let weights: FloatStorage
  private let gradients: FloatStorage
  private let firstMoments: FloatStorage
  private let secondMoments: FloatStorage
  /// The inputs of the windows kept, a ring, and their sources.
  private let remembered: FloatStorage
  private var sources = [Int](repeating: 0, count: SourceHead.memory)
  private var rememberedCount = 0
  /// Where the next window goes.
  private var next = 0

  private var row: Int { inputs + 1 }

  /// A head of zeros, which tells nothing.
  init(_ unlearning: TrainingOptions.Unlearning, features: Int, options: TrainingOptions) {
    (self.unlearning, self.features, self.options) = (unlearning, features, options)
    inputs = features + 2 * NetworkShape.classCount
    let count = unlearning.sources * (inputs + 1)
    weights = FloatStorage(count: count)
    gradients = FloatStorage(count: count)
    firstMoments = FloatStorage(count: count)
    secondMoments = FloatStorage(count: count)
    remembered = FloatStorage(count: Self.memory * inputs)
  }

  /// Adds to the gradients of a window's features what makes them tell its source less.
  ///
  /// With p the softmax of the head's outputs and y the source, the head's loss is −log p(y); its gradient p − [y] by the outputs comes back
  /// through the head with the sign turned.
  func confuse(
    _ values: UnsafePointer<Float>, targets: UnsafePointer<Float>, source: Int, gradients target: UnsafeMutablePointer<Float>, windows: Int
  ) {
    let shares = withUnsafeTemporaryAllocation(of: Float.self, capacity: inputs) { buffer -> [Double] in
      guard let base = buffer.baseAddress else { return [] }
      fill(base, values, targets: targets)
      return self.shares(base)
    }
    for (output, share) in shares.enumerated() {
      let factor = Float(unlearning.weight * ((output == source ? 1 : 0) - share) / Double(windows))
      let own = weights.pointer + output * row
      for feature in 0..<features { target[feature] += factor * own[feature] }
    }
  }

  /// Keeps a window to learn from, in place of the oldest.
  func remember(_ values: UnsafePointer<Float>, targets: UnsafePointer<Float>, source: Int) {
    fill(remembered.pointer + next * inputs, values, targets: targets)
    sources[next] = source
    next = (next + 1) % Self.memory
    rememberedCount = min(rememberedCount + 1, Self.memory)
  }

  /// Learns from the windows kept.
  ///
  /// - Parameter step: Steps that the network had taken before this one.
  func learn(step: Int) {
    guard rememberedCount > 0 else { return }
    for own in 1...Self.steps {
      addGradients()
      let number = Double(step * Self.steps + own)
      let rate = Float(Self.learningRate / (1 - pow(options.firstMomentDecay, number)))
      let scale = Float(1 / (1 - pow(options.secondMomentDecay, number)).squareRoot())
      let (first, second) = (Float(options.firstMomentDecay), Float(options.secondMomentDecay))
      for index in 0..<unlearning.sources * row {
        let gradient = gradients.pointer[index]
        firstMoments.pointer[index] = first * firstMoments.pointer[index] + (1 - first) * gradient
        secondMoments.pointer[index] = second * secondMoments.pointer[index] + (1 - second) * gradient * gradient
        let root = secondMoments.pointer[index].squareRoot() * scale + Float(options.epsilon)
        weights.pointer[index] -= rate * firstMoments.pointer[index] / root
      }
    }
  }

  /// The gradients of the mean loss of the windows kept, from the oldest on.
  private func addGradients() {
    gradients.pointer.update(repeating: 0, count: unlearning.sources * row)
    for place in order {
      let values = remembered.pointer + place * inputs
      for (output, share) in shares(values).enumerated() {
        let factor = Float((share - (output == sources[place] ? 1 : 0)) / Double(rememberedCount))
        let own = gradients.pointer + output * row
        for input in 0..<inputs { own[input] += factor * values[input] }
        own[inputs] += factor
      }
    }
  }

  /// The places of the windows kept, from the oldest on.
  private var order: [Int] { (0..<rememberedCount).map { (next - rememberedCount + $0 + Self.memory) % Self.memory } }

  private func fill(_ target: UnsafeMutablePointer<Float>, _ values: UnsafePointer<Float>, targets: UnsafePointer<Float>) {
    target.update(from: values, count: features)
    let classes = NetworkShape.classCount
    for index in 0..<classes {
      target[features + index] = max(0, targets[index])
      target[features + classes + index] = targets[index] < 0 ? 0 : 1
    }
  }

  /// The probability of each source.
  private func shares(_ values: UnsafePointer<Float>) -> [Double] {
    var shares = (0..<unlearning.sources).map { output -> Double in
      let own = weights.pointer + output * row
      var sum = Double(own[inputs])
      for input in 0..<inputs { sum += Double(own[input]) * Double(values[input]) }
      return sum
    }
    let largest = shares.max() ?? 0
    for output in shares.indices { shares[output] = exp(shares[output] - largest) }
    let sum = shares.reduce(0, +)
    for output in shares.indices { shares[output] /= sum }
    return shares
  }
}

extension SourceHead {
  /// Names and shapes of what ``tensors`` gives.
  ///
  /// - Parameter features: Deep features of the network.
  static func shapes(sources: Int, features: Int) -> [(name: String, shape: [Int])] {
    let inputs = features + 2 * NetworkShape.classCount
    let matrix = [sources, inputs + 1]
    return [
      ("source.weight", matrix), ("source.first", matrix), ("source.second", matrix), ("source.memory", [memory, inputs]),
      ("source.sources", [memory]),
    ]
  }

  /// All that going on needs: weights with their moments, and the windows kept, the oldest first; the source of a free place is −1.
  var tensors: [NamedTensor] {
    func values(_ storage: FloatStorage, _ range: Range<Int>) -> ArraySlice<Float> {
      ArraySlice(UnsafeBufferPointer(start: storage.pointer + range.lowerBound, count: range.count))
    }
    let free = Self.memory - rememberedCount
    let windows = order.flatMap { values(remembered, $0 * inputs..<($0 + 1) * inputs) } + [Float](repeating: 0, count: free * inputs)
    let all: [[Float]] =
      [weights, firstMoments, secondMoments].map { Array(values($0, 0..<unlearning.sources * row)) }
      + [windows, order.map { Float(sources[$0]) } + [Float](repeating: -1, count: free)]
    return zip(Self.shapes(sources: unlearning.sources, features: features), all).map {
      NamedTensor(name: $0.name, shape: $0.shape, values: $1)
    }
  }

  /// Takes over saved tensors; what is missing stays as it is.
  ///
  /// - Throws: ``TrainingError/badState(reason:)`` where one has another shape, or a window's source is none.
  func load(_ tensors: [NamedTensor]) throws(TrainingError) {
    let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let storages = ["source.weight": weights, "source.first": firstMoments, "source.second": secondMoments, "source.memory": remembered]
    for (name, shape) in Self.shapes(sources: unlearning.sources, features: features) {
      guard let tensor = byName[name] else { continue }
      guard tensor.shape == shape, tensor.values.count == shape.reduce(1, *) else {
        throw .badState(reason: "\(name) has the shape \(tensor.shape); expected \(shape)")
      }
      guard let storage = storages[name] else {
        try load(sources: tensor.values)
        continue
      }
      for (index, value) in tensor.values.enumerated() { storage.pointer[index] = value }
    }
  }

  private func load(sources values: [Float]) throws(TrainingError) {
    let known = values.prefix { $0 >= 0 }
    guard values.allSatisfy({ $0 == -1 || Int(exactly: $0).map { (0..<unlearning.sources).contains($0) } ?? false }) else {
      throw .badState(reason: "source.sources: a source that is none of \(unlearning.sources)")
    }
    rememberedCount = known.count
    next = rememberedCount % Self.memory
    for (index, value) in known.enumerated() { sources[index] = Int(value) }
  }
}
