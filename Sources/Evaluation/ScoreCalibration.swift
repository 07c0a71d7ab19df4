import ECG
import Foundation

/// Fits, class by class, how scores become probabilities that can be taken at their word: σ(scale · logit + shift).
///
/// Fitted by maximum likelihood on outputs of recordings that the model was not trained on, with a normal prior of unit variance about scale 1 and
/// shift 0, so that a class of few positives stays nearly as it is; a class without a positive, or without a negative, stays as it is.
/// Sources: Platt 1999; Guo, Pleiss, Sun and Weinberger 2017, On calibration of modern neural networks.
public struct ScoreCalibration: Sendable, Hashable {
  /// What is fitted.
  public enum Method: String, Sendable, CaseIterable {
    /// A scale for each class: one over a temperature.
    case temperature
    /// A scale and a shift for each class.
    case vector
  }

  /// What was fitted.
  public let method: Method
  /// A factor for each class, above 0.
  public private(set) var scales = [Double](repeating: 1, count: Diagnosis.all.count)
  /// A summand for each class; 0 with temperatures.
  public private(set) var shifts = [Double](repeating: 0, count: Diagnosis.all.count)

  private static let smallest = 1e-7
  private static let scaleLimits = 0.01...100.0
  private static let rounds = 100

  /// Fits labelled outputs.
  public init(_ records: ScoredRecords, _ method: Method) {
    self.method = method
    for diagnosis in Diagnosis.all {
      let labels = records.labels.map { $0.contains(diagnosis) }
      guard labels.contains(true), labels.contains(false) else { continue }
      let logits = records.scores(of: diagnosis.index).map(Self.logit)
      (scales[diagnosis.index], shifts[diagnosis.index]) = Self.fit(logits, labels, method)
    }
  }

  /// The outputs, calibrated, decided as they were.
  public func apply(to records: ScoredRecords) -> ScoredRecords {
    let outputs = records.decisions.indices.map { record in
      RecordOutput(
        decisions: records.decisions[record],
        scores: Diagnosis.all.indices.map { index in
          let logit = Self.logit(records.scores(of: index)[index * records.count + record])
          return 1 / (1 + exp(-(scales[index] * logit + shifts[index])))
        })
    }
    return ScoredRecords(labels: records.labels, outputs: outputs, patients: records.patients)
  }

  private static func logit(_ score: Double) -> Double {
    let score = min(1 - smallest, max(smallest, score))
    return log(score / (1 - score))
  }

  /// Newton's method with halved steps on the penalised likelihood, which is concave.
  private static func fit(_ logits: [Double], _ labels: [Bool], _ method: Method) -> (scale: Double, shift: Double) {
    func loss(_ scale: Double, _ shift: Double) -> Double {
      var sum = ((scale - 1) * (scale - 1) + shift * shift) / 2
      for (logit, label) in zip(logits, labels) {
        let value = (scale * logit + shift) * (label ? -1 : 1)
        sum += max(value, 0) + log1p(exp(-abs(value)))
      }
      return sum
    }
    var (scale, shift) = (1.0, 0.0)
    var best = loss(scale, shift)
    for _ in 0..<rounds {
      var (ga, gb, haa, hab, hbb) = (scale - 1, shift, 1.0, 0.0, 1.0)
      for (logit, label) in zip(logits, labels) {
        let probability = 1 / (1 + exp(-(scale * logit + shift)))
        let (residual, spread) = (probability - (label ? 1 : 0), probability * (1 - probability))
        ga += residual * logit
        gb += residual
        haa += spread * logit * logit
        hab += spread * logit
        hbb += spread
      }
      let determinant = haa * hbb - hab * hab
      let step = method == .temperature ? (ga / haa, 0) : ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant)
      var size = 1.0
      while size > 1e-10 {
        let (newScale, newShift) = (min(scaleLimits.upperBound, max(scaleLimits.lowerBound, scale - size * step.0)), shift - size * step.1)
        let new = loss(newScale, newShift)
        if new < best {
          (scale, shift, best) = (newScale, newShift, new)
          break
        }
        size /= 2
      }
      if size <= 1e-10 || abs(size * step.0) + abs(size * step.1) < 1e-10 { break }
    }
    return (scale, shift)
  }
}

extension Calibration {
  /// An interval of the expected calibration error of all classes together, resampling patients with replacement (percentile method).
  public static func expectedErrorInterval(_ records: ScoredRecords, replicates: Int, seed: UInt64) -> ConfidenceInterval? {
    let patients = Dictionary(grouping: records.patients.indices) { records.patients[$0] }.sorted { $0.key < $1.key }.map(\.value)
    let columns = Diagnosis.all.indices.map { Array(records.scores(of: $0)) }
    let errors = Replicates.run(replicates, seed: seed) { generator -> Double? in
      let drawn = patients.indices.flatMap { _ in patients[generator.below(patients.count)] }
      let outputs = drawn.map { record in RecordOutput(scores: columns.map { $0[record] }) }
      return Calibration(pooled: ScoredRecords(labels: drawn.map { records.labels[$0] }, outputs: outputs))?.expectedError
    }
    return ConfidenceInterval(percentilesOf: errors.compactMap { $0 })
  }
}
