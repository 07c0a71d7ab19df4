import ECG
import Evaluation
import Foundation
import TestSupport
import Testing

/// Figures, thresholds and tests against Tests/Oracles/evaluation_scorer.py.
@Suite struct EvaluationOracleTests {
  private struct Case: Decodable, CustomStringConvertible {
    struct Record: Decodable {
      let dx: String
      let decisions: String
      let scores: String
    }

    let name: String
    let codes: String
    let records: [Record]
    let summary: [String: Double?]
    let classes: [[String: Double?]]
    let thresholds: [String: [Double]]
    let tuned_challenge_metric: Double?
    let mcnemar: [[Double]]

    var description: String { name }

    static let all: [Case] = {
      let lines = (try? String(contentsOf: Checkout.golden("Evaluation/evaluation.jsonl"), encoding: .utf8)) ?? ""
      return lines.split(separator: "\n").compactMap { try? JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
    }()

    /// The case as files of the challenge, read back.
    func scored() throws -> ScoredRecords {
      let folder = try EvaluationFolder()
      for (number, record) in records.enumerated() {
        let name = "R\(1000 + number)"
        // A header without a code has no label here; for the scorer it is one of none of the 24, as one with a code outside them is.
        let stated = record.dx.split(separator: ",").filter { $0.allSatisfy(\.isNumber) }.joined(separator: ",")
        let label = stated.isEmpty ? "251120003" : stated
        try folder.write("labels/\(name).hea", "\(name) 12 500 5000\n#Age: 50\n#Dx: \(label)\n")
        try folder.write("outputs/\(name).csv", "#\(name)\n\(codes)\n\(record.decisions)\n\(record.scores)\n")
      }
      return try folder.scored()
    }
  }

  @Test func allCasesAreThere() { #expect(Case.all.count == 5) }

  @Test(arguments: Case.all) private func figuresEqualTheOracles(_ testCase: Case) throws {
    let records = try testCase.scored()
    let figures = Figures(records)
    let pooled = try #require(Calibration(pooled: records))
    let found: [String: Double?] = [
      "auroc": figures.auroc, "auprc": figures.auprc, "f_measure": figures.fMeasure, "f_beta": figures.fBeta, "g_beta": figures.gBeta,
      "sensitivity": figures.sensitivity, "specificity": figures.specificity, "accuracy": figures.accuracy,
      "challenge_metric": figures.challengeMetric, "brier": pooled.brier, "ece": pooled.expectedError,
    ]
    for (name, value) in testCase.summary { expectEqual(found[name] ?? nil, value, name) }
    for (diagnosis, expected) in zip(Diagnosis.all, testCase.classes) {
      let one = figures.classes[diagnosis.index]
      let calibration = try #require(Calibration(records, of: diagnosis))
      let found: [String: Double?] = [
        "n": one.counts.truePositives + one.counts.falseNegatives, "auroc": one.auroc, "auprc": one.auprc,
        "f_measure": one.counts.fMeasure, "f_beta": one.sharedCounts.fBeta, "g_beta": one.sharedCounts.gBeta,
        "sensitivity": one.counts.sensitivity, "specificity": one.counts.specificity, "brier": calibration.brier,
        "ece": calibration.expectedError,
      ]
      for (name, value) in expected { expectEqual(found[name] ?? nil, value, "\(diagnosis.abbreviation) \(name)") }
    }
  }

  @Test(arguments: Case.all) private func thresholdsEqualThoseOfAnExhaustiveSearch(_ testCase: Case) throws {
    let records = try testCase.scored()
    let tuner = ThresholdTuner(records)
    for objective in TuningObjective.allCases {
      #expect(tuner.thresholds(for: objective) == testCase.thresholds[objective.rawValue], "\(objective)")
    }
    let tuned = records.decided(by: tuner.thresholds(for: .challenge))
    expectEqual(Figures(tuned).challengeMetric, testCase.tuned_challenge_metric, "tuned")
    for (diagnosis, expected) in zip(Diagnosis.all, testCase.mcnemar) {
      let comparison = PairedComparison(records, tuned, on: diagnosis)
      #expect([Double(comparison.onlyFirstRight), Double(comparison.onlySecondRight)] == Array(expected.prefix(2)))
      expectEqual(comparison.pValue, expected[2], "McNemar \(diagnosis.abbreviation)")
    }
  }

  private func expectEqual(_ found: Double?, _ expected: Double?, _ what: String) {
    switch (found, expected) {
    case (nil, nil): break
    case (let found?, let expected?): #expect(abs(found - expected) < 1e-9, "\(what)")
    default: Issue.record("\(what): \(String(describing: found)) where \(String(describing: expected)) is expected")
    }
  }

  @Test func weightsAreTheChallenges() throws {
    guard let file = Checkout.shared("facts/challenge-weights.csv") else { return }
    let rows = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).map { $0.split(separator: ",") }
    let columns = try rows[0].map { try #require(Diagnosis.with(code: String($0))) }
    #expect(columns.count == 27 && rows.count == 28)
    for row in rows.dropFirst() {
      let label = try #require(Diagnosis.with(code: String(row[0])))
      for (column, value) in zip(columns, row.dropFirst()) {
        #expect(ChallengeWeights.weight(label: label, output: column) == Double(value))
      }
    }
  }
}

/// A folder of label headers and outputs, gone when the test is.
final class EvaluationFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("evaluation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// `labels` and `outputs` joined.
  func scored(outputs: String = "outputs") throws -> ScoredRecords {
    let labels = try LabelFolder(path: path("labels"))
    let names = labels.records.map(\.name)
    let source = try OutputSource(path: path(outputs), records: names)
    return ScoredRecords(labels: labels.records.map(\.labels), outputs: try source.outputs(of: names))
  }
}
