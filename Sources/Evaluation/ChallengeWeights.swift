import ECG

/// The reward of the PhysioNet/CinC Challenge 2020 for saying one diagnosis where another is true, and the score made of it.
///
/// All weights are multiples of 1/80 and a record is divided by a number from 1 to 24, so every sum is kept as a whole number of
/// 1/(80 · lcm(1…24)): no rounding, and two outputs of equal score are equal here, in whatever order records come.
/// Source: Alday et al. 2020, Physiol. Meas. 41 124003; `weights.csv` of the challenge, whose 27 codes have three pairs of equal rows.
public enum ChallengeWeights {
  /// The weight of an output (column) given a label (row), 0…1; 1 on the diagonal.
  public static func weight(label: Diagnosis, output: Diagnosis) -> Double { Double(eightieths[label.index][output.index]) / 80 }

  /// The class that an inactive classifier always says: sinus rhythm.
  static let normal = DiagnosisSet(Diagnosis.all.filter { $0.abbreviation == "SNR" })

  /// The least common multiple of 1…24.
  private static let commonDivisor = 5_354_228_880

  /// `commonDivisor` divided by a number of diagnoses, where none counts as one.
  private static let share: [Int] = (0...Diagnosis.all.count).map { commonDivisor / max(1, $0) }

  /// The sum of the weights of all pairs of a label and an output of one record, divided by the number of diagnoses in either, in exact units.
  static func reward(labels: DiagnosisSet, outputs: DiagnosisSet) -> Int {
    var sum = 0
    labels.forEachIndex { label in
      let row = label * Diagnosis.all.count
      outputs.forEachIndex { sum += table[row + $0] }
    }
    return sum * share[(labels.bits | outputs.bits).nonzeroBitCount]
  }

  /// The score of whole data: 1 for what the labels say, 0 for always sinus rhythm; nil where those two are the same.
  static func normalised(observed: Int128, correct: Int128, inactive: Int128) -> Double? {
    correct == inactive ? nil : Double(observed - inactive) / Double(correct - inactive)
  }

  private static let table: [Int] = eightieths.flatMap { $0 }

  /// Rows and columns in output order.
  private static let eightieths: [[Int]] = [
    [80, 34, 30, 30, 32, 22, 30, 34, 36, 34, 37, 38, 34, 34, 30, 40, 40, 34, 38, 38, 30, 38, 34, 38],
    [34, 80, 36, 36, 38, 28, 36, 28, 38, 28, 31, 32, 28, 28, 24, 34, 34, 28, 32, 32, 36, 32, 28, 36],
    [30, 36, 80, 40, 38, 32, 40, 24, 34, 24, 27, 28, 24, 24, 20, 30, 30, 24, 28, 28, 40, 28, 24, 32],
    [30, 36, 40, 80, 38, 32, 40, 24, 34, 24, 27, 28, 24, 24, 20, 30, 30, 24, 28, 28, 40, 28, 24, 32],
    [32, 38, 38, 38, 80, 30, 38, 26, 36, 26, 29, 30, 26, 26, 22, 32, 32, 26, 30, 30, 38, 30, 26, 34],
    [22, 28, 32, 32, 30, 80, 32, 16, 26, 16, 19, 20, 16, 16, 12, 22, 22, 16, 20, 20, 32, 20, 16, 24],
    [30, 36, 40, 40, 38, 32, 80, 24, 34, 24, 27, 28, 24, 24, 20, 30, 30, 24, 28, 28, 40, 28, 24, 32],
    [34, 28, 24, 24, 26, 16, 24, 80, 30, 40, 37, 36, 40, 40, 36, 34, 34, 40, 36, 36, 24, 36, 40, 32],
    [36, 38, 34, 34, 36, 26, 34, 30, 80, 30, 33, 34, 30, 30, 26, 36, 36, 30, 34, 34, 34, 34, 30, 38],
    [34, 28, 24, 24, 26, 16, 24, 40, 30, 80, 37, 36, 40, 40, 36, 34, 34, 40, 36, 36, 24, 36, 40, 32],
    [37, 31, 27, 27, 29, 19, 27, 37, 33, 37, 80, 39, 37, 37, 33, 37, 37, 37, 39, 39, 27, 39, 37, 35],
    [38, 32, 28, 28, 30, 20, 28, 36, 34, 36, 39, 80, 36, 36, 32, 38, 38, 36, 40, 40, 28, 40, 36, 36],
    [34, 28, 24, 24, 26, 16, 24, 40, 30, 40, 37, 36, 80, 40, 36, 34, 34, 40, 36, 36, 24, 36, 40, 32],
    [34, 28, 24, 24, 26, 16, 24, 40, 30, 40, 37, 36, 40, 80, 36, 34, 34, 40, 36, 36, 24, 36, 40, 32],
    [30, 24, 20, 20, 22, 12, 20, 36, 26, 36, 33, 32, 36, 36, 80, 30, 30, 36, 32, 32, 20, 32, 36, 28],
    [40, 34, 30, 30, 32, 22, 30, 34, 36, 34, 37, 38, 34, 34, 30, 80, 40, 34, 38, 38, 30, 38, 34, 38],
    [40, 34, 30, 30, 32, 22, 30, 34, 36, 34, 37, 38, 34, 34, 30, 40, 80, 34, 38, 38, 30, 38, 34, 38],
    [34, 28, 24, 24, 26, 16, 24, 40, 30, 40, 37, 36, 40, 40, 36, 34, 34, 80, 36, 36, 24, 36, 40, 32],
    [38, 32, 28, 28, 30, 20, 28, 36, 34, 36, 39, 40, 36, 36, 32, 38, 38, 36, 80, 40, 28, 40, 36, 36],
    [38, 32, 28, 28, 30, 20, 28, 36, 34, 36, 39, 40, 36, 36, 32, 38, 38, 36, 40, 80, 28, 40, 36, 36],
    [30, 36, 40, 40, 38, 32, 40, 24, 34, 24, 27, 28, 24, 24, 20, 30, 30, 24, 28, 28, 80, 28, 24, 32],
    [38, 32, 28, 28, 30, 20, 28, 36, 34, 36, 39, 40, 36, 36, 32, 38, 38, 36, 40, 40, 28, 80, 36, 36],
    [34, 28, 24, 24, 26, 16, 24, 40, 30, 40, 37, 36, 40, 40, 36, 34, 34, 40, 36, 36, 24, 36, 80, 32],
    [38, 36, 32, 32, 34, 24, 32, 32, 38, 32, 35, 36, 32, 32, 28, 38, 38, 32, 36, 36, 32, 36, 32, 80],
  ]
}
