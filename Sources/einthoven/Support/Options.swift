import ArgumentParser
import Classification
import ECG
import ECGPaper
import Foundation
import ReviewDesk
import SEResNet
import TerminalUI

/// How results are printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json
}

extension Diagnosis: ExpressibleByArgument {
  /// Reads what stands on the command line; nil where it means nothing.
  public init?(argument: String) {
    guard let diagnosis = Diagnosis.named(argument) else { return nil }
    self = diagnosis
  }

  /// As help shows a default.
  public var defaultValueDescription: String { abbreviation }
}

extension Precision: ExpressibleByArgument {
  /// As a person reads it beneath a table.
  var inWords: String {
    switch self {
    case .exact: "exact (FP32)"
    case .fast: "fast (bfloat16 operands)"
    }
  }
}

/// A part of the records, `2/5` being the second of five, for several machines.
struct Shard: ExpressibleByArgument {
  let index: Int
  let count: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], (1...1_000_000).contains(count), (1...count).contains(index) else {
      return nil
    }
    self.index = index
    self.count = count
  }

  /// This shard's consecutive part of all elements.
  func part<Element>(of elements: [Element]) -> ArraySlice<Element> {
    elements[elements.count * (index - 1) / count..<elements.count * index / count]
  }
}

extension LeadLayout: ExpressibleByArgument {
  /// Reads what stands on the command line; nil where it means nothing.
  public init?(argument: String) { self.init(argument) }
}

extension Size: ExpressibleByArgument {
  /// Reads `200x50`: columns, rows.
  public init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1], columns > 0, rows > 0, columns <= 4000, rows <= 4000 else {
      return nil
    }
    self.init(columns: columns, rows: rows)
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
  var threadCount: Int {
    let named = Places.environment("EINTHOVEN_THREADS").flatMap { Int($0) }.flatMap { (1...256).contains($0) ? $0 : nil }
    return threads ?? named ?? min(8, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Loads the models.
  func ensemble(threads: Int? = nil) throws -> Ensemble {
    let ensemble = try Ensemble(models: files().map { try Model(contentsOf: $0) }, threads: threads ?? threadCount, precision: precision)
    complainUnlessUsed(ensemble.precision)
    return ensemble
  }

  /// Says on standard error where a network does not compute in the precision asked for.
  func complainUnlessUsed(_ used: Precision) {
    guard used != precision else { return }
    Console.complain("--precision \(precision.rawValue): this processor has no AVX512-BF16; the predictions are \(used.rawValue)")
  }
}
