import ArgumentParser
import ECG
import Evaluation
import Foundation
import PlainText

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Choose decision thresholds by the paper's constrained grid search.",
    discussion: """
      One common threshold in steps of 0.1, then each class alone in steps of 0.01, moved only for a better result, to the lowest of equals.
      The class of the highest score is always positive. A class without a positive record stays at 0.5. `model import --thresholds` and `evaluate --thresholds` read the output.
      With --calibrate it fits instead how outputs become probabilities that can be taken at their word, by class: temperature (a factor on the \
      logit) or vector (a factor and a summand), and says the calibration error before and after; `model edit --calibration` puts the file of \
      --output into a model, `predict --raw` takes it back. Fit outputs out of fold (MODEL.folds.csv), and not calibrated ones.
      Tune on records that the model was not trained on, and evaluate on others again.
      Examples:
        einthoven tune labels outputs --output thresholds.json
        einthoven tune labels predictions.jsonl --fold 9 --objective youden --format json
        einthoven tune labels model.folds.csv --calibrate vector --output calibration.json
      """
  )

  @OptionGroup var input: EvaluationInput
  @Option(help: "challenge (s_normalized), f1 or youden.") var objective: TuningObjective = .challenge
  @Option(help: "temperature or vector: fit a calibration of the outputs instead of thresholds.") var calibrate: ScoreCalibration.Method?
  @Option(help: "The JSON file of thresholds, or of the calibration, to write.") var output: String?
  @Option(help: "table, csv or json (the thresholds by code).") var format: ReportFormat = .table

  func run() throws {
    let content = try input.load()
    if let calibrate {
      try fit(calibrate, content.records)
      try content.finish()
      return
    }
    let tuner = ThresholdTuner(content.records)
    let thresholds = tuner.thresholds(for: objective)
    let json = JSONValue.object(Diagnosis.all.map { ($0.code, JSONValue(thresholds[$0.index])) })
    if let output { try FileOutput.write(json.text + "\n", to: output) }
    if format == .json {
      try Console.print(json.text)
    } else {
      try print(thresholds, tuner, content.records)
    }
    try content.finish()
  }

  /// Fits a calibration, writes it and says what it is worth.
  private func fit(_ method: ScoreCalibration.Method, _ records: ScoredRecords) throws {
    let calibration = ScoreCalibration(records, method)
    let json = JSONValue.object([
      ("method", .string(method.rawValue)),
      ("scales", .object(Diagnosis.all.map { ($0.code, JSONValue(calibration.scales[$0.index])) })),
      ("shifts", .object(Diagnosis.all.map { ($0.code, JSONValue(calibration.shifts[$0.index])) })),
    ])
    if let output { try FileOutput.write(json.text + "\n", to: output) }
    guard format != .json else { return try Console.print(json.text) }
    let after = calibration.apply(to: records)
    let rows: [[JSONValue]] = Diagnosis.all.map { diagnosis in
      let errors = [records, after].map { JSONValue(Calibration($0, of: diagnosis)?.expectedError) }
      return [
        .string(diagnosis.code), .string(diagnosis.abbreviation), .integer(records.labels.count { $0.contains(diagnosis) }),
        JSONValue(calibration.scales[diagnosis.index]), JSONValue(calibration.shifts[diagnosis.index]),
      ] + errors
    }
    let columns = ["code", "abbreviation", "n", "scale", "shift", "ece_before", "ece_after"]
    try RowPrinter(columns: columns, rightAligned: [2, 3, 4, 5, 6], format: format).print(rows)
    guard format == .table else { return }
    try Console.print("")
    for (name, scored) in [("before", records), ("after", after)] {
      let pooled = Calibration(pooled: scored)
      let interval = Calibration.expectedErrorInterval(scored, replicates: Self.replicates, seed: 1)
      try Console.print(
        "ECE of all classes \(name)  \(Self.text(pooled?.expectedError)) (95 % CI \(Self.text(interval?.low)) to \(Self.text(interval?.high))), "
          + "Brier \(Self.text(pooled?.brier))")
    }
    for line in ["", "Measured on the records that were fitted: expect less on others."] { try Console.print(line) }
  }

  private static let replicates = 1000

  private func print(_ thresholds: [Double], _ tuner: ThresholdTuner, _ records: ScoredRecords) throws {
    let before = Figures(records.decided(by: Diagnosis.all.map { _ in EvaluationReport.defaultThreshold }))
    let after = Figures(records.decided(by: thresholds))
    let rows: [[JSONValue]] = Diagnosis.all.map { diagnosis in
      let counts = after.classes[diagnosis.index].counts
      return [
        .string(diagnosis.code), .string(diagnosis.abbreviation), .integer(Int(counts.truePositives + counts.falseNegatives)),
        JSONValue(thresholds[diagnosis.index]), JSONValue(before.classes[diagnosis.index].counts.fMeasure), JSONValue(counts.fMeasure),
      ]
    }
    let columns = ["code", "abbreviation", "n", "threshold", "f_measure_default", "f_measure_tuned"]
    try RowPrinter(columns: columns, rightAligned: [2, 3, 4, 5], format: format).print(rows)
    guard format == .table else { return }
    let summary: [(String, (Figures) -> Double?)] = [
      ("s_normalized", { $0.challengeMetric }), ("sensitivity", { $0.sensitivity }), ("specificity", { $0.specificity }),
    ]
    var table = TextTable(["", "at 0.5", "tuned"], rightAligned: [1, 2])
    for (name, value) in summary { table.append([name] + [before, after].map { Self.text(value($0)) }) }
    for line in [""] + table.lines + ["", "Measured on the records that were tuned on: expect less on others."] { try Console.print(line) }
    let untuned = Diagnosis.all.filter { !tuner.isTuned[$0.index] }.map(\.abbreviation)
    if !untuned.isEmpty { try Console.print("No positive record, left at 0.5: \(untuned.joined(separator: " "))") }
  }

  private static func text(_ value: Double?) -> String {
    value.map { $0.formatted(.number.precision(.fractionLength(3)).locale(.init(identifier: "en_US_POSIX"))) } ?? "–"
  }
}

extension TuningObjective: ExpressibleByArgument {}
extension ScoreCalibration.Method: ExpressibleByArgument {}
