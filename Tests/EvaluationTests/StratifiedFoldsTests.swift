import ECG
import Evaluation
import Testing

@Suite struct StratifiedFoldsTests {
  /// Recordings of three sources with labels from very rare to in every other one, patients with one to four of them.
  private func items(_ count: Int) -> [StratifiedFolds.Item] {
    var state: UInt64 = 7
    func random(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    var items: [StratifiedFolds.Item] = []
    var patient = 0
    while items.count < count {
      patient += 1
      let source = ["A", "B", "C"][random(3)]
      for _ in 0...random(4) {
        let labels = Diagnosis.all.filter { random(UInt64(2 + $0.index * 8)) == 0 }
        items.append(.init(labels: DiagnosisSet(labels), patient: patient % 5 == 0 ? nil : "\(patient)", source: source))
      }
    }
    return items
  }

  @Test func everyLabelIsSpreadEvenlyInEverySource() {
    let items = items(6000)
    let folds = StratifiedFolds.assign(items, count: 5, seed: 1)
    #expect(folds.count == items.count)
    #expect(Set(folds) == Set(0..<5))
    for source in ["A", "B", "C"] {
      let sizes = (0..<5).map { fold in items.indices.count { items[$0].source == source && folds[$0] == fold } }
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 4, "source \(source): \(sizes)")
      for diagnosis in Diagnosis.all {
        let counts = (0..<5).map { fold in
          items.indices.count { items[$0].source == source && folds[$0] == fold && items[$0].labels.contains(diagnosis) }
        }
        // A patient has up to four recordings, all of one fold: closer than that no split can promise.
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 4, "source \(source), \(diagnosis.abbreviation): \(counts)")
      }
    }
  }

  @Test func noPatientIsInTwoFolds() {
    let items = items(3000)
    let folds = StratifiedFolds.assign(items, count: 5, seed: 3)
    var known: [String: Int] = [:]
    for (item, fold) in zip(items, folds) {
      guard let patient = item.patient else { continue }
      #expect(known.updateValue(fold, forKey: "\(item.source) \(patient)") ?? fold == fold)
    }
    // The same number in another source is another person.
    let alike = ["A", "B", "C", "D"].map { StratifiedFolds.Item(labels: DiagnosisSet([.leftAxisDeviation]), patient: "1", source: $0) }
    #expect(Set((0..<20).flatMap { StratifiedFolds.assign(alike, count: 2, seed: $0) }) == [0, 1])
  }

  @Test func theSeedDecides() {
    let items = items(500)
    #expect(StratifiedFolds.assign(items, count: 5, seed: 1) == StratifiedFolds.assign(items, count: 5, seed: 1))
    #expect(StratifiedFolds.assign(items, count: 5, seed: 1) != StratifiedFolds.assign(items, count: 5, seed: 2))
  }

  @Test func smallInputs() {
    #expect(StratifiedFolds.assign([], count: 5, seed: 1).isEmpty)
    let few = items(4)
    #expect(StratifiedFolds.assign(few, count: 1, seed: 1).allSatisfy { $0 == 0 })
    #expect(StratifiedFolds.assign(few, count: 0, seed: 1).allSatisfy { $0 == 0 })
    #expect(StratifiedFolds.assign(few, count: 50, seed: 1).allSatisfy { (0..<50).contains($0) })
    let unlabelled = (0..<10).map { _ in StratifiedFolds.Item(labels: DiagnosisSet()) }
    let folds = StratifiedFolds.assign(unlabelled, count: 5, seed: 1)
    #expect((0..<5).allSatisfy { fold in folds.count { $0 == fold } == 2 })
  }
}
