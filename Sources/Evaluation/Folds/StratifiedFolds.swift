import ECG

/// Splits recordings into folds that resemble each other in every label.
///
/// Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011): the label with the fewest recordings left is dealt out first, each recording
/// to the fold that wants the label most, then to the one that wants recordings most, then at random. Every source is split by itself, and what
/// is dealt is a patient with all of his or her recordings, so that none is in two folds; patients with many of the label go first, while there
/// is still room to even them out.
public enum StratifiedFolds {
  /// A recording to be split.
  public struct Item: Sendable, Hashable {
    /// Its labels.
    public var labels: DiagnosisSet
    /// Its patient, unique within the source; nil where unknown: then it is a patient of its own.
    public var patient: String?
    /// The data set that it comes from.
    public var source: String

    /// A recording.
    public init(labels: DiagnosisSet, patient: String? = nil, source: String = "") {
      self.labels = labels
      self.patient = patient
      self.source = source
    }
  }

  /// The fold of each recording, 0 to `count` - 1; the same for the same recordings in the same order and the same seed.
  ///
  /// - Parameter count: Number of folds; less than 2 puts everything into fold 0.
  public static func assign(_ items: [Item], count: Int, seed: UInt64) -> [Int] {
    var folds = [Int](repeating: 0, count: items.count)
    guard count >= 2 else { return folds }
    let sources = Dictionary(grouping: items.indices) { items[$0].source }.sorted { $0.key < $1.key }
    for (number, source) in sources.enumerated() {
      var dealer = Dealer(units(source.value, of: items), folds: count, generator: SeededGenerator(seed: seed, stream: UInt64(number)))
      for (unit, fold) in dealer.deal() { for item in unit.items { folds[item] = fold } }
    }
    return folds
  }

  /// The patients among recordings, in the order of their first.
  private static func units(_ indices: [Int], of items: [Item]) -> [Unit] {
    var units: [Unit] = []
    var byPatient: [String: Int] = [:]
    for index in indices {
      if let patient = items[index].patient {
        if let known = byPatient[patient] {
          units[known].add(index, items[index].labels)
          continue
        }
        byPatient[patient] = units.count
      }
      units.append(Unit())
      units[units.count - 1].add(index, items[index].labels)
    }
    return units
  }
}

/// Recordings that must stay together.
private struct Unit {
  private(set) var items: [Int] = []
  private(set) var labelCounts = [Int](repeating: 0, count: Diagnosis.all.count)

  mutating func add(_ item: Int, _ labels: DiagnosisSet) {
    items.append(item)
    labels.forEachIndex { labelCounts[$0] += 1 }
  }
}

/// Deals the patients of one source.
private struct Dealer {
  private let units: [Unit]
  private var generator: SeededGenerator
  /// Recordings that each fold still wants.
  private var wanted: [Double]
  /// Recordings of each label that each fold still wants, folds by labels.
  private var wantedOfLabel: [[Double]]
  /// Recordings of each label that are not dealt.
  private var left: [Int]

  init(_ units: [Unit], folds: Int, generator: SeededGenerator) {
    self.generator = generator
    self.units = self.generator.shuffled(units)
    left = Diagnosis.all.indices.map { label in units.reduce(0) { $0 + $1.labelCounts[label] } }
    let share = 1 / Double(folds)
    wanted = [Double](repeating: Double(units.reduce(0) { $0 + $1.items.count }) * share, count: folds)
    wantedOfLabel = [[Double]](repeating: left.map { Double($0) * share }, count: folds)
  }

  mutating func deal() -> [(Unit, Int)] {
    var folds = [Int?](repeating: nil, count: units.count)
    while let label = rarestLabel() {
      let having = units.indices.filter { folds[$0] == nil && units[$0].labelCounts[label] > 0 }
      for index in having.sorted(by: { (units[$1].labelCounts[label], $0) < (units[$0].labelCounts[label], $1) }) {
        folds[index] = give(units[index]) { [$0.wantedOfLabel[$1][label], $0.wanted[$1]] }
      }
    }
    // What has no scored label evens out the sizes, the largest first.
    let unlabelled = units.indices.filter { folds[$0] == nil }
    for index in unlabelled.sorted(by: { (units[$1].items.count, $0) < (units[$0].items.count, $1) }) {
      folds[index] = give(units[index]) { [$0.wanted[$1]] }
    }
    return zip(units, folds).map { ($0, $1 ?? 0) }
  }

  /// The label with the fewest recordings left, a random one of several.
  private mutating func rarestLabel() -> Int? {
    guard let fewest = left.filter({ $0 > 0 }).min() else { return nil }
    let rarest = left.indices.filter { left[$0] == fewest }
    return rarest[generator.below(rarest.count)]
  }

  /// Gives a unit to the fold with the greatest want, wants compared one after the other, a random one of several.
  private mutating func give(_ unit: Unit, wants: (Dealer, Int) -> [Double]) -> Int {
    var best: [Int] = []
    var greatest: [Double] = []
    for fold in wanted.indices {
      let want = wants(self, fold)
      if best.isEmpty || greatest.lexicographicallyPrecedes(want) {
        (best, greatest) = ([fold], want)
      } else if want == greatest {
        best.append(fold)
      }
    }
    let fold = best[generator.below(best.count)]
    wanted[fold] -= Double(unit.items.count)
    for (label, count) in unit.labelCounts.enumerated() where count > 0 {
      wantedOfLabel[fold][label] -= Double(count)
      left[label] -= count
    }
    return fold
  }
}
