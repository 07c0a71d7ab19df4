import Agreement
import ECG
import Evaluation
import Foundation
import LabelReview
import PlainText
import Reports
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportsTests {
  private static let names = StudySettings.VerdictNames(present: "LAD", absent: "no LAD", unsure: "unsure")

  private func agreement(bootstrap: Bootstrap? = nil) throws -> AgreementDocument {
    let file = Checkout.root.appendingPathComponent("SampleData/paper-verdicts.csv")
    return AgreementDocument(AgreementReport(try VerdictCSV.parse(Data(contentsOf: file)), bootstrap: bootstrap), names: Self.names)
  }

  @Test func agreementSaysThePapersNumbersInTextAndMarkdown() throws {
    let document = try agreement().document
    let text = document.textLines
    #expect(text.first == "Unsure excluded" && text.contains("Table 3. HG versus SW") && text.contains("(columns: HG, rows: SW)"))
    let pair = try #require(text.first { $0.hasPrefix("HG – SW") }).split(separator: " ").map(String.init)
    #expect(pair.prefix(7) == ["HG", "–", "SW", "82", "18", "80", "0.976"] && pair[7] == "0.918")
    let markdown = document.markdownLines
    #expect(markdown.contains("### Table 4. Readers versus the training label"))
    #expect(markdown.contains("|  |  | HG LAD | HG no LAD | HG unsure |"))
    #expect(markdown.contains { $0.hasPrefix("| HG – SW | 82 | 18 | 80 | 0.976 | 0.918 |") })
    #expect(!text.contains("") || !zip(text, text.dropFirst()).contains { $0.isEmpty && $1.isEmpty }, "one blank line at a time")
  }

  @Test func rowsOfAgreementHaveEveryColumnAndNullWhereNothingIsKnown() throws {
    let rows = try agreement().rows
    #expect(rows.count == 6 && rows.allSatisfy { $0.count == AgreementDocument.columns.count })
    let column = try #require(AgreementDocument.columns.firstIndex(of: "bootstrap_ci_low"))
    #expect(rows.allSatisfy { $0[column].text == "null" })
    let drawn = try agreement(bootstrap: Bootstrap(replicates: 200, seed: 1)).rows
    #expect(drawn[0][column].text != "null")
  }

  @Test func aSampledStudySaysFirstWhatItWasDrawnFrom() throws {
    var report = try AgreementReport([
      RaterVerdict(caseName: "a", rater: "HG", verdict: .present), RaterVerdict(caseName: "a", rater: "SW", verdict: .absent),
    ])
    report.sampling = SamplingFrame(
      seed: 1, frame: [.falsePositive: 9], requested: [.falsePositive: 1], taken: [.falsePositive: 1], unlabelled: 0, unreadable: 0,
      repeated: 0, modelDigest: nil, thresholds: [:])
    let lines = AgreementDocument(report, names: Self.names).document.textLines
    #expect(lines[0] == "Sampling frame: 9 labelled recordings, of which were drawn 1 of 9 false positives (seed 1).")
    #expect(lines[1] == AgreementReport.caution && lines[2].isEmpty && lines.last == AgreementReport.caution)
  }

  // MARK: Evaluation

  /// Sixty recordings, a third of them LAD, with scores that tell.
  private static let items = (0..<60).map { number in
    StratifiedFolds.Item(labels: DiagnosisSet(number.isMultiple(of: 3) ? [.leftAxisDeviation] : []), patient: "\(number / 2)", source: "HR")
  }
  private static let outputs = items.map { item in
    var output = RecordOutput()
    output.scores[Diagnosis.leftAxisDeviation.index] = item.labels.count > 0 ? 0.4 : 0.1
    return output
  }

  @Test func evaluationHasItsTablesAndARowAClass() {
    let records = ScoredRecords(labels: Self.items.map(\.labels), outputs: Self.outputs)
    let evaluation = EvaluationDocument(EvaluationReport(records, comparedWith: records.decided(by: Diagnosis.all.map { _ in 0.3 })))
    let text = evaluation.document.textLines
    #expect(text.first == "Table 1. 60 records" && text.contains("Table 2. By class") && text.contains("Compared"))
    #expect(evaluation.document.markdownLines.contains { $0.hasPrefix("| LAD (20) | – |") || $0.hasPrefix("| LAD (20) | ") })
    #expect(evaluation.rows.count == Diagnosis.all.count + 1)
    #expect(evaluation.rows.allSatisfy { $0.count == EvaluationDocument.columns.count })
    #expect(evaluation.rows.last?[1].text == "\"all\"")
  }

  @Test func curvesAreWellFormedAndUndefinedOnesSaySo() {
    let records = ScoredRecords(labels: Self.items.map(\.labels), outputs: Self.outputs)
    let report = EvaluationReport(records)
    for sheet in CurveSheet.allCases {
      let svg = sheet.svg(report)
      #expect(XMLParser(data: Data(svg.utf8)).parse())
      #expect(svg.contains("LAD n=20 area 1.000") && svg.contains("AF n=0 undefined"))
      #expect(svg.components(separatedBy: "<g transform").count == Diagnosis.all.count + 1)
    }
  }

  @Test func crossValidationStandsBesideThePaper() {
    let split = CrossValidation(Self.items, count: 5, seed: 1)
    let report = CrossValidationReport(labels: Self.items.map(\.labels), outputs: Self.outputs, split: split)
    let lines = CrossValidationDocument(report, recipe: "a recipe").document.markdownLines
    #expect(lines[0] == "# Cross-validation" && lines[2].hasSuffix("Trained with `a recipe`."))
    #expect(lines.contains { $0.hasPrefix("| tuned on the other folds | 60 |") })
    #expect(lines.contains("## By fold, tuned on all folds") && lines.count { $0.hasPrefix("| 5 | ") } == 3)
    #expect(lines.contains { $0.hasPrefix("| Zhao et al. 2022, model-final (tuned) | 43,101 | 0.758 |") })
  }
}
