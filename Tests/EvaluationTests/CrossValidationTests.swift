import ECG
import Evaluation
import Testing

@Suite struct CrossValidationTests {
  @Test func foldsArePredictedByTheOthersAndReported() throws {
    let items = (0..<60).map { number in
      StratifiedFolds.Item(
        labels: DiagnosisSet(number.isMultiple(of: 3) ? [.leftAxisDeviation] : []), patient: "\(number / 2)", source: "HR")
    }
    let split = CrossValidation(items, count: 5, seed: 1)
    for fold in 0..<5 {
      #expect(Set(split.members(of: fold)).isDisjoint(with: split.others(than: fold)))
      #expect(split.members(of: fold).count + split.others(than: fold).count == 60)
    }
    for pair in stride(from: 0, to: 60, by: 2) { #expect(split.folds[pair] == split.folds[pair + 1]) }
    let outputs = items.map { item in
      var output = RecordOutput()
      output.scores[Diagnosis.leftAxisDeviation.index] = item.labels.count > 0 ? 0.4 : 0.1
      return output
    }
    let report = CrossValidationReport(labels: items.map(\.labels), outputs: outputs, split: split)
    #expect(report.sizes.reduce(0, +) == 60)
    let auroc = report.meanAndSpread(.common) { $0.classes[Diagnosis.leftAxisDeviation.index].auroc }
    #expect(auroc?.mean == 1 && auroc?.spread == 0)
    #expect(CrossValidation.source(ofRecord: "HR00310") == "HR")
    #expect(CrossValidation.source(ofRecord: "00001_lr") == "")
  }
}
