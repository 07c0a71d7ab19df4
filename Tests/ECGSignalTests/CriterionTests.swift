import ECG
import ECGSignal
import Testing

struct CriterionTests {
  private func facts(age: Int? = 50, sex: Patient.Sex? = .male, _ figures: [MeasuredQuantity: Double] = [:]) -> MeasuredFacts {
    var facts = MeasuredFacts(patient: Patient(ageYears: age, sex: sex))
    for (quantity, value) in figures { facts[quantity] = value }
    return facts
  }

  private func state(_ abbreviation: String, _ name: String, _ facts: MeasuredFacts) throws -> LabelState {
    let diagnosis = try #require(Diagnosis.named(abbreviation))
    return try #require(Criterion.named(name, of: diagnosis)).answer(facts).state
  }

  private func state(_ abbreviation: String, _ facts: MeasuredFacts) throws -> LabelState {
    let diagnosis = try #require(Diagnosis.named(abbreviation))
    return try #require(Criterion.named(nil, of: diagnosis)).answer(facts).state
  }

  private func set(_ facts: inout MeasuredFacts, _ lead: Lead, q: Double = 0, r: Double, s: Double = 0, t: Double? = nil) {
    facts.leads[lead.rawValue].qMillivolts = q
    facts.leads[lead.rawValue].rMillivolts = r
    facts.leads[lead.rawValue].sMillivolts = s
    facts.leads[lead.rawValue].netQRSMillivolts = r + min(q, s)
    facts.leads[lead.rawValue].tMillivolts = t
  }

  @Test func aCriterionHasANameOfItsOwnAndASource() {
    for diagnosis in Diagnosis.all {
      let names = Criterion.of(diagnosis).map(\.name)
      #expect(Set(names).count == names.count, "\(diagnosis.abbreviation)")
    }
    #expect(Criterion.table.allSatisfy { !$0.source.isEmpty && !$0.definition.isEmpty && !$0.name.contains(" ") })
    #expect(Criterion.of(.leftAxisDeviation).map(\.name) == ["axis", "ii-negative", "axis-and-ii", "axis-0"])
  }

  @Test(arguments: [
    (-30.0, LabelState.absent), (-30.1, .present), (-89, .present), (-91, .absent), (35, .absent), (180, .absent), (-180, .absent),
    (-29.9, .absent),
  ])
  func leftAxisDeviationIsBeyondMinusThirty(axis: Double, expected: LabelState) throws {
    #expect(try state("LAD", facts([.qrsAxis: axis])) == expected)
  }

  @Test(arguments: [(90.0, LabelState.absent), (90.5, .present), (180, .present), (-179, .absent), (0, .absent)])
  func rightAxisDeviationIsBeyondNinety(axis: Double, expected: LabelState) throws {
    #expect(try state("RAD", facts([.qrsAxis: axis])) == expected)
  }

  @Test func definitionsOfLeftAxisDeviationDifferBetweenZeroAndMinusThirty() throws {
    var record = facts([.qrsAxis: -20])
    set(&record, .i, r: 1)
    set(&record, .ii, r: 0.5, s: -0.2)
    #expect(try state("LAD", record) == .absent && state("LAD", "axis-0", record) == .present)
    #expect(try state("LAD", "ii-negative", record) == .absent)
    set(&record, .ii, r: 0.2, s: -0.5)
    #expect(try state("LAD", "ii-negative", record) == .present && state("LAD", "axis-and-ii", record) == .absent)
    record[.qrsAxis] = -45
    #expect(try state("LAD", "axis-and-ii", record) == .present)
  }

  @Test func whatWasNotMeasuredIsUnknownAndNotAbsent() throws {
    let nothing = facts()
    for criterion in Criterion.table {
      let answer = criterion.answer(nothing)
      #expect(answer.state == .unknown && answer.reason?.isEmpty == false, "\(criterion.diagnosis.abbreviation) \(criterion.name)")
    }
    // A slow rhythm without P waves is no sinus bradycardia that anybody saw; one that is not slow is none.
    #expect(try state("SB", facts([.heartRate: 45])) == .unknown && state("SB", facts([.heartRate: 75])) == .absent)
    #expect(try state("SB", facts([.heartRate: 45, .prInterval: 160])) == .present)
  }

  @Test func exchangedElectrodesSpoilOnlyTheLeadsTheyConcern() throws {
    var record = facts([.qrsAxis: -60])
    record.swap = MeasuredFacts.Swap(swap: .leftArmLeftLeg, score: 0.9, reasons: [])
    #expect(try state("LAD", record) == .unknown)
    record.swap = MeasuredFacts.Swap(swap: .v1V2, score: 0.95, reasons: [])
    #expect(try state("LAD", record) == .present)
  }

  @Test func lowVoltageIsUnknownOfLeadsWithoutVoltages() throws {
    var record = facts()
    (record.isLimbLow, record.isChestLow) = (true, false)
    #expect(try state("LQRSV", record) == .present && state("LQRSV", "both", record) == .absent)
    record.hasVoltages = false
    let diagnosis = try #require(Diagnosis.named("LQRSV"))
    let criterion = try #require(Criterion.named(nil, of: diagnosis))
    #expect(criterion.answer(record).reason?.contains("no voltages") == true)
  }

  @Test func aLongQTIntervalGoesByAgeAndSex() throws {
    #expect(try state("LQT", facts(sex: .male, [.qtcFridericia: 452])) == .present)
    #expect(try state("LQT", facts(sex: .female, [.qtcFridericia: 452])) == .absent)
    #expect(try state("LQT", facts(sex: .female, [.qtcFridericia: 460])) == .present)
    #expect(try state("LQT", facts(sex: nil, [.qtcFridericia: 452])) == .unknown)
    #expect(
      try state("LQT", facts(sex: nil, [.qtcFridericia: 470])) == .present
        && state("LQT", facts(sex: nil, [.qtcFridericia: 430])) == .absent)
    #expect(try state("LQT", facts(age: nil, [.qtcFridericia: 500])) == .unknown)
    #expect(try state("LQT", "bazett", facts([.qtcFridericia: 430, .qtcBazett: 470])) == .present)
  }

  @Test func bundleBranchBlocksAreToldByWidthAndShape() throws {
    var left = facts([.qrsDuration: 150])
    set(&left, .v1, r: 0.1, s: -1.2)
    set(&left, .i, r: 1)
    set(&left, .v6, r: 1.1)
    #expect(try state("LBBB", left) == .present && state("CRBBB", left) == .absent && state("NSIVCB", left) == .absent)
    left[.qrsDuration] = 112
    #expect(try state("LBBB", left) == .absent)
    var right = facts([.qrsDuration: 140])
    set(&right, .v1, q: -0.3, r: 0.9)
    set(&right, .i, r: 0.7, s: -0.3)
    set(&right, .v6, r: 0.8, s: -0.3)
    #expect(try state("CRBBB", right) == .present && state("LBBB", right) == .absent && state("IRBBB", right) == .absent)
    right[.qrsDuration] = 114
    #expect(try state("IRBBB", right) == .present && state("CRBBB", right) == .absent)
    var plain = facts([.qrsDuration: 125])
    set(&plain, .v1, r: 0.3, s: -0.9)
    set(&plain, .i, q: -0.2, r: 0.8)
    set(&plain, .v6, q: -0.2, r: 1)
    #expect(try state("NSIVCB", plain) == .present && state("LBBB", plain) == .absent)
  }

  @Test func atrialFibrillationIsIrregularWithoutPWaves() throws {
    var record = facts()
    record.beats.all = 12
    record.isIrregular = true
    #expect(try state("AF", record) == .present)
    record.beats.withP = 11
    #expect(try state("AF", record) == .absent)
    record.beats.withP = 0
    record.isIrregular = false
    // Flutter, a junctional rhythm, or fibrillation with an even beat.
    #expect(try state("AF", record) == .unknown)
  }

  @Test func aSingleBeatMakesPrematureContractions() throws {
    var record = facts()
    record.beats.all = 10
    #expect(try state("PVC", record) == .absent && state("PAC", record) == .absent)
    record.beats[.ventricular] = 1
    #expect(try state("PVC", record) == .present && state("PAC", record) == .absent)
  }

  @Test func wordsSayWhatWasMeasured() throws {
    var record = facts([.qrsAxis: 35.2])
    record.axisInterval = DegreeInterval(low: 29.4, high: 41)
    set(&record, .ii, r: 0.5, s: -0.1)
    #expect(Criterion.words(for: .leftAxisDeviation, record) == "axis +35° (+29 to +41), II net +0.40 mV")
    record[.qrsAxis] = -45
    record.hasVoltages = false
    #expect(Criterion.words(for: .leftAxisDeviation, record) == "axis −45° (+29 to +41), II net +67 % of its height")
  }
}
