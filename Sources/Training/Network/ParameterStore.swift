import CKernels
import ECG
import SEResNet

/// The numbers that training changes, and what Adam knows of each: flat blocks of memory in which every tensor has its place.
///
/// Filters and matrices come first, then biases and normalisations, then running statistics, so that an update is one run over memory.
final class ParameterStore {
  /// The values of all tensors.
  let values: FloatStorage
  /// Gradients, first and second moments of all but the running statistics.
  let gradients: FloatStorage
  let firstMoments: FloatStorage
  let secondMoments: FloatStorage
  /// Moving averages of `values`, where they are kept.
  let averages: FloatStorage?
  /// Where weights that decay end, where all that Adam updates ends, where everything ends.
  let decayingCount: Int
  let trainableCount: Int
  let totalCount: Int

  private let places: [Place]
  private let placeByName: [String: Int]

  /// A tensor's place in the blocks.
  private struct Place {
    let name: String
    let shape: [Int]
    let count: Int
    var offset = 0

    var isStatistic: Bool { name.hasSuffix(".running_mean") || name.hasSuffix(".running_var") }
    var decays: Bool { shape.count > 1 }
  }

  /// Tensors start on multiples of this many floats: a vector of the widest kernel.
  static let unit = 16

  /// Zeros for every tensor of a network.
  init(shape: NetworkShape, keepsAverages: Bool) {
    var places = shape.tensors.map { Place(name: $0.name, shape: $0.shape, count: $0.shape.reduce(1, *)) }
    var end = 0
    func place(where isNext: (Place) -> Bool) -> Int {
      for index in places.indices where isNext(places[index]) {
        places[index].offset = end
        end += (places[index].count + Self.unit - 1) / Self.unit * Self.unit
      }
      return end
    }
    decayingCount = place { $0.decays }
    trainableCount = place { !$0.decays && !$0.isStatistic }
    totalCount = place { $0.isStatistic }
    self.places = places
    placeByName = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1.name, $0) })
    values = FloatStorage(count: totalCount)
    gradients = FloatStorage(count: trainableCount)
    firstMoments = FloatStorage(count: trainableCount)
    secondMoments = FloatStorage(count: trainableCount)
    averages = keepsAverages ? FloatStorage(count: totalCount) : nil
  }

  /// Where a tensor starts in the blocks.
  ///
  /// - Precondition: The network has a tensor of this name.
  func offset(of name: String) -> Int {
    guard let index = placeByName[name] else { preconditionFailure("no tensor \(name)") }
    return places[index].offset
  }

  /// Copies tensors out of one of the blocks.
  func tensors(in storage: FloatStorage, withStatistics: Bool) -> [NamedTensor] {
    places.filter { withStatistics || !$0.isStatistic }.map { place in
      let values = UnsafeBufferPointer(start: storage.pointer + place.offset, count: place.count)
      return NamedTensor(name: place.name, shape: place.shape, values: Array(values))
    }
  }

  /// Copies tensors into one of the blocks.
  ///
  /// - Throws: ``TrainingError/badState(reason:)`` where one is missing or has another shape.
  func load(_ tensors: [NamedTensor], into storage: FloatStorage, withStatistics: Bool, what: String) throws(TrainingError) {
    let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for place in places where withStatistics || !place.isStatistic {
      guard let tensor = byName[place.name] else { throw .badState(reason: "\(what): \(place.name) is missing") }
      guard tensor.shape == place.shape, tensor.values.count == place.count else {
        throw .badState(reason: "\(what): \(place.name) has the shape \(tensor.shape); expected \(place.shape)")
      }
      tensor.values.withUnsafeBufferPointer { source in
        if let base = source.baseAddress { (storage.pointer + place.offset).update(from: base, count: place.count) }
      }
    }
  }

  /// Takes over a saved state.
  ///
  /// - Throws: ``TrainingError/badState(reason:)``.
  func load(_ state: TrainingState) throws(TrainingError) {
    try load(state.tensors, into: values, withStatistics: true, what: "tensors")
    if !state.firstMoments.isEmpty { try load(state.firstMoments, into: firstMoments, withStatistics: false, what: "first moments") }
    if !state.secondMoments.isEmpty { try load(state.secondMoments, into: secondMoments, withStatistics: false, what: "second moments") }
    guard let averages else { return }
    let averaged = state.averages.isEmpty ? state.tensors : state.averages
    try load(averaged, into: averages, withStatistics: true, what: "averages")
  }

  /// Draws every tensor anew: filters as He and others (2015) for a ReLU, by fan-out; linear layers as PyTorch does by default, evenly
  /// between ±1/√inputs; normalisations that change nothing.
  ///
  /// Each tensor has a stream of its own, so the numbers depend on the seed and its place in the state dict alone.
  func initialise(seed: UInt64) {
    for (index, place) in places.enumerated() {
      var generator = SeededGenerator(seed: seed, stream: UInt64(index))
      let target = values.pointer + place.offset
      switch (place.shape.count, place.name) {
      case (3, _):
        let deviation = (2 / Double(place.shape[0] * place.shape[2])).squareRoot()
        for index in 0..<place.count { target[index] = Float(deviation * generator.normal()) }
      case (2, _), (1, "fc1.bias"), (1, "fc2.bias"), (1, "fc.bias"):
        let bound = 1 / Double(inputs(of: place)).squareRoot()
        // The means that lead weights are made of are not negative: positive weights leave no hidden unit dead at the start.
        let isPositive = place.name == LeadGate.squeezeName
        for index in 0..<place.count { target[index] = Float(generator.uniform(in: isPositive ? 0...bound : -bound...bound)) }
      default:
        let isOne = place.name.hasSuffix(".weight") || place.name.hasSuffix(".running_var")
        target.update(repeating: isOne ? 1 : 0, count: place.count)
      }
    }
    averages?.pointer.update(from: values.pointer, count: totalCount)
  }

  /// Inputs of the linear layer that a matrix or a bias belongs to.
  private func inputs(of place: Place) -> Int {
    if place.shape.count == 2 { return place.shape[1] }
    let matrix = place.name.replacing(".bias", with: ".weight")
    return placeByName[matrix].map { places[$0].shape[1] } ?? 1
  }
}
