import ArgumentParser
import Classification
import ECG
import Foundation
import ReviewDesk
import SEResNet
import TerminalUI

/// How results are printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json
}

extension Diagnosis: ExpressibleByArgument {
  public init?(argument: String) {
    guard let diagnosis = Diagnosis.named(argument) else { return nil }
    self = diagnosis
  }

  public var defaultValueDescription: String { abbreviation }
}

extension LeadLayout: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension Size: ExpressibleByArgument {
  /// Reads `200x50`: columns, rows.
  public init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1], columns > 0, rows > 0, columns <= 4000, rows <= 4000 else { return nil }
    self.init(columns: columns, rows: rows)
  }
}

/// The models that predict.
struct ModelOptions: ParsableArguments {
  @Option(name: .customLong("model"), parsing: .singleValue, help: "A model file (.safetensors); several make an ensemble. Default: $EINTHOVEN_MODEL, else the shipped model.")
  var models: [String] = []

  @Option(help: "Threads for the network. Default: $EINTHOVEN_THREADS, else one a processor, at most 8.")
  var threads: Int?

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
    try Ensemble(models: files().map { try Model(contentsOf: $0) }, threads: threads ?? threadCount)
  }
}
