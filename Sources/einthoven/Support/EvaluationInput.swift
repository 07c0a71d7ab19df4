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

  /// Labels with outputs, and what was wrong with single files.
  struct Content {
    let labels: [LabelledRecord]
    private(set) var records: ScoredRecords
    /// How many files could not be read or were malformed.
    fileprivate var failureCount: Int

    /// Ends the command: 65 where a header could not be read or an output file was malformed.
    func finish() throws {
      if failureCount > 0 { throw CommandFailure(code: ExitStatus.badData, message: nil) }
    }

    /// The outputs of a second model for the same records.
    mutating func other(_ path: String) throws -> ScoredRecords {
      let (records, problems) = try EvaluationInput.join(labels, path)
      failureCount += problems
      return records
    }

    /// Decides all records anew.
    mutating func decide(by thresholds: [Double]) { records = records.decided(by: thresholds) }
  }

  /// Reads both and complains about single files.
  ///
  /// - Throws: ``CommandFailure``.
  func load() throws -> Content {
    var folder: LabelFolder
    do {
      folder = try LabelFolder(path: labels)
      if let fold { try folder.keep(fold: fold, path: labels) }
    } catch {
      throw CommandFailure(error)
    }
    for failure in folder.failures { Console.complain("\(failure); the record is left out") }
    if let first = folder.unlabelled.first {
      Console.complain(
        "\(folder.unlabelled.count) records without a label in SNOMED CT codes, \(first) the first; left out of every figure")
    }
    let (records, problems) = try Self.join(folder.records, outputs)
    return Content(labels: folder.records, records: records, failureCount: folder.failures.count + problems)
  }

  private static func join(_ labels: [LabelledRecord], _ path: String) throws -> (ScoredRecords, failures: Int) {
    let names = labels.map(\.name)
    let source: OutputSource
    let outputs: [RecordOutput]
    do {
      source = try OutputSource(path: path, records: names)
      outputs = try source.outputs(of: names)
    } catch {
      throw CommandFailure(error)
    }
    for failure in source.failures { Console.complain("\(failure)") }
    return (ScoredRecords(labels: labels.map(\.labels), outputs: outputs, patients: patients(labels)), source.failures.count)
  }

  /// A number a patient; recordings without one are each their own.
  private static func patients(_ labels: [LabelledRecord]) -> [Int] {
    var numbers: [String: Int] = [:]
    return labels.enumerated().map { index, record in
      guard let patient = record.patient else { return index }
      let number = numbers[patient] ?? index
      numbers[patient] = number
      return number
    }
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

extension CommandFailure {
  /// The failure that an evaluation's error is.
  init(_ error: EvaluationError) {
    self.init(code: error.isMissingInput ? ExitStatus.noInput : ExitStatus.badData, message: "\(error)")
  }
}
