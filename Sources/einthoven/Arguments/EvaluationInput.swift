import ArgumentParser
import ECG
import Evaluation
import Foundation
import SEResNet

/// The labels and outputs that `evaluate` and `tune` read.
struct EvaluationInput: ParsableArguments {
  @Argument(help: "Records with labels (headers with #Dx lines): a folder, a list, or a record.") var labels: String
  @Argument(
    help: "A folder of the challenge's output files (.csv), or a file or pipe (- for standard input) of `predict --format json` or csv.")
  var outputs: String
  @Option(help: "Only records whose header says #Fold: this number.") var fold: Int?

  /// Reads both and complains about single files.
  ///
  /// - Throws: ``EvaluationError``.
  func load() throws -> EvaluationData {
    var folder = try LabelFolder(path: labels)
    if let fold { try folder.keep(fold: fold, path: labels) }
    for failure in folder.failures { Console.complain("\(failure); the record is left out") }
    if let first = folder.unlabelled.first {
      Console.complain(
        "\(folder.unlabelled.count) records without a label in SNOMED CT codes, \(first) the first; left out of every figure")
    }
    let data = try EvaluationData(folder, outputs: outputs)
    for failure in data.malformed { Console.complain("\(failure)") }
    return data
  }

  /// Thresholds of a JSON object by code or abbreviation, in output order; 0.5 for a class without one.
  ///
  /// - Throws: ``ModelError``.
  static func thresholds(in file: String) throws -> [Double] {
    var thresholds = Diagnosis.all.map { _ in ThresholdTuner.untuned }
    for (code, value) in try CheckpointImporter.thresholds(contentsOf: URL(fileURLWithPath: file)) {
      if let diagnosis = Diagnosis.with(code: code) { thresholds[diagnosis.index] = value }
    }
    return thresholds
  }
}

extension EvaluationData {
  /// The outputs of a second model, with complaints about single files.
  mutating func loadOther(_ path: String) throws -> ScoredRecords {
    let other = try other(path)
    for failure in other.malformed { Console.complain("\(failure)") }
    return other.records
  }

  /// Ends the command: 65 where a header could not be read or an output file was malformed.
  func finish() throws {
    if !unreadable.isEmpty || !malformed.isEmpty { throw CommandFailure(code: ExitStatus.badData, message: nil) }
  }
}
