import ECG
import Evaluation
import Testing

struct LabelAuditTests {
  /// Two sources of 200 records; in the first one label in ten is turned, in the second none.
  private func evidence(exchanged: Double = 0) -> (AuditEvidence, turned: Set<Int>) {
    var generator = SeededGenerator(seed: 7)
    var evidence = AuditEvidence(
      labels: [], probabilities: [], decisions: [], measured: [], margins: [], neighbours: [], exchanged: [], patients: [], sources: [])
    var turned: Set<Int> = []
    for record in 0..<400 {
      let truth = record % 4 == 0
      let turns = record < 200 && record % 10 == 3
      if turns { turned.insert(record) }
      let probability = truth ? 0.9 : 0.1
      evidence.labels.append(truth != turns ? .present : .absent)
      evidence.probabilities.append(probability)
      evidence.decisions.append(truth ? .present : .absent)
      evidence.measured.append(record % 50 == 0 ? .unknown : truth ? .present : .absent)
      evidence.margins.append(record % 50 == 0 ? nil : (truth ? 20 : -30) + 5 * generator.normal())
      evidence.exchanged.append(record == 3 ? exchanged : 0)
      evidence.patients.append(record)
      evidence.sources.append(record < 200 ? "A" : "B")
    }
    return (evidence, turned)
  }

  @Test func turnedLabelsComeFirstAndTheirSourceIsNamed() throws {
    let (evidence, turned) = evidence()
    let audit = LabelAudit(.leftAxisDeviation, evidence, isBySource: true, replicates: 200)
    #expect(Set(audit.labels.prefix(turned.count).map(\.record)) == turned)
    #expect(audit.labels.prefix(turned.count).allSatisfy { $0.doubts.starts(with: [.model, .criterion]) })
    #expect(audit.groups.map(\.source) == [nil, "A", "B"])
    let shares = audit.groups.compactMap { $0.noise?.shares.wrong }
    #expect(abs(shares[1] - 0.1) < 0.02 && shares[2] < 0.02)
    let interval = try #require(audit.groups[1].noise?.wrong)
    #expect(interval.low > 0.04 && interval.high < 0.17)
  }

  @Test func aTableCountsEveryRecordOnce() {
    let (evidence, turned) = evidence()
    let table = LabelAudit(.leftAxisDeviation, evidence, isBySource: false, replicates: 0).groups[0].table
    #expect(table.count() == 400 && table.count(measured: .unknown) == 8)
    #expect(table.count(label: .present) == evidence.labels.count { $0 == .present })
    let wrongPresent = turned.count { evidence.labels[$0] == .present }
    #expect(table.bothAgainst(.present).count == Double(wrongPresent))
    #expect(
      table.bothAgainst(.present).total
        == Double(evidence.labels.indices.count { evidence.labels[$0] == .present && evidence.measured[$0] != .unknown }))
  }

  @Test func exchangedElectrodesAreNotAWrongLabel() throws {
    let plain = LabelAudit(.leftAxisDeviation, evidence().0, isBySource: false, replicates: 0)
    let swapped = LabelAudit(.leftAxisDeviation, evidence(exchanged: 0.9).0, isBySource: false, replicates: 0)
    func score(_ audit: LabelAudit) throws -> Double { try #require(audit.labels.first { $0.record == 3 }?.score) }
    let (before, after) = (try score(plain), try score(swapped))
    #expect(before > 0 && abs(after - 0.1 * before) < 1e-9)
  }

  @Test func unknownLabelsAreInNoFigure() throws {
    var (evidence, _) = evidence()
    for record in 0..<100 { evidence.labels[record] = .unknown }
    let audit = LabelAudit(.leftAxisDeviation, evidence, isBySource: false, replicates: 0)
    #expect(audit.labels.suffix(100).allSatisfy { $0.score == nil && $0.label == .unknown && $0.doubts.isEmpty })
    let check = DefinitionCheck(name: "a", definition: "b", source: "c", labels: evidence.labels, measured: evidence.measured)
    #expect(check.contradicted.total + Double(check.unknown) == 300)
  }
}
