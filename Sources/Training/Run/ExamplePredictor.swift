import Dispatch
import SEResNet
import Synchronization

/// Predicts recordings that are in memory already.
public struct ExamplePredictor: Sendable {
  /// The model that predicts.
  public let model: Model
  private let predictors: [Predictor]

  /// Loads a model for some threads.
  ///
  /// - Throws: what `Predictor` throws.
  public init(_ model: Model, threads: Int) throws {
    self.model = model
    let first = try Predictor(model: model, threads: 1)
    predictors = [first] + (1..<max(1, threads)).map { _ in Predictor(sharing: first, threads: 1) }
  }

  /// The model's 24 probabilities of each recording, in their order.
  public func probabilities(_ examples: [TrainingExample]) -> [[Double]] {
    let results = Mutex([[Double]](repeating: [], count: examples.count))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: predictors.count) { thread in
      let predictor = predictors[thread]
      while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < examples.count {
        let mean = predictor.predict(examples[index].recording)?.mean ?? []
        results.withLock { $0[index] = mean }
      }
    }
    return results.withLock { $0 }
  }
}
