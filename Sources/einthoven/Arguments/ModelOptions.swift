import ArgumentParser
import Classification
import Foundation
import SEResNet
import Workbench

extension Precision: ExpressibleByArgument {
  /// As a person reads it beneath a table.
  var inWords: String {
    switch self {
    case .exact: "exact (FP32)"
    case .fast: "fast (bfloat16 operands)"
    }
  }
}

/// The models that predict.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .customLong("model"), parsing: .singleValue,
    help: "A model file (.safetensors); several make an ensemble. Default: $EINTHOVEN_MODEL, else the shipped model.")
  var models: [String] = []

  @Option(help: "Threads for the network. Default: $EINTHOVEN_THREADS, else one a processor, at most 8.")
  var threads: Int?

  @Option(help: "exact (FP32), or fast: bf16 operands where the processor has AVX512-BF16; elsewhere that is said, and it is exact.")
  var precision: Precision = .exact

  mutating func validate() throws {
    if let threads, !(1...256).contains(threads) { throw ValidationError("--threads takes a whole number from 1 to 256") }
  }

  /// The model files in force.
  func files() throws -> [URL] {
    if !models.isEmpty { return models.map { URL(fileURLWithPath: $0) } }
    if let named = Places.environment("EINTHOVEN_MODEL") { return [URL(fileURLWithPath: named)] }
    return [try Places.shipped("Models/default.safetensors")]
  }

  /// The threads in force.
  var threadCount: Int { threads ?? Processors.threadCount }

  /// The digests of the models in force, joined by `+`.
  func digest() throws -> String { try files().map { try Model(contentsOf: $0).digest }.joined(separator: "+") }

  /// Loads the models.
  ///
  /// - Parameter isRaw: Whether outputs stay as the networks give them, calibrated or not.
  func ensemble(threads: Int? = nil, isRaw: Bool = false) throws -> Ensemble {
    let models = try files().map { try Model(contentsOf: $0) }
    let ensemble = try Ensemble(
      models: isRaw ? models.map(\.uncalibrated) : models, threads: threads ?? threadCount, precision: precision,
      measuring: MeasuredFeatures())
    complainUnlessUsed(ensemble.precision)
    return ensemble
  }

  /// Says on standard error where a network does not compute in the precision asked for.
  func complainUnlessUsed(_ used: Precision) {
    guard used != precision else { return }
    Console.complain("--precision \(precision.rawValue): this processor has no AVX512-BF16; the predictions are \(used.rawValue)")
  }
}

/// How many things are done at a time where nobody says.
enum Processors {
  /// As many as there are processors, and no more than are of use.
  static var sensibleCount: Int { min(8, ProcessInfo.processInfo.activeProcessorCount) }

  /// Threads of a network: those of `EINTHOVEN_THREADS`, else ``sensibleCount``.
  static var threadCount: Int {
    let named = Places.environment("EINTHOVEN_THREADS").flatMap { Int($0) }
    return named.flatMap { (1...256).contains($0) ? $0 : nil } ?? sensibleCount
  }
}
