import ECG
import Foundation

/// Makes each output of a network into a probability that can be taken at its word: σ(scale · logit + shift), class by class.
///
/// With all shifts 0 this is temperature scaling, the temperature being 1 / scale (Guo et al. 2017, On calibration of modern neural networks);
/// with shifts it is Platt's for each class, vector scaling with a diagonal matrix. Applied to every window, before the mean. No class changes the
/// order of its recordings by it.
public struct OutputCalibration: Sendable, Equatable, Codable {
  /// What was fitted: `temperature` or `vector`.
  public let method: String
  /// A factor for each class, above 0.
  public let scales: [Double]
  /// A summand for each class.
  public let shifts: [Double]

  /// A calibration.
  public init(method: String, scales: [Double], shifts: [Double]) {
    self.method = method
    self.scales = scales
    self.shifts = shifts
  }

  /// Whether there are numbers for every class, and they can be used.
  public var isValid: Bool {
    let count = Diagnosis.all.count
    return scales.count == count && shifts.count == count && scales.allSatisfy { $0 > 0 && $0.isFinite } && shifts.allSatisfy(\.isFinite)
  }

  /// A logit of a class, calibrated.
  func logit(_ logit: Double, class index: Int) -> Double { scales[index] * logit + shifts[index] }

  /// A probability of a class, calibrated; 0 and 1 stay.
  public func probability(_ raw: Double, class index: Int) -> Double {
    guard raw > 0, raw < 1 else { return raw }
    return 1 / (1 + exp(-logit(log(raw / (1 - raw)), class: index)))
  }

  /// What a calibrated probability was before; 0 and 1 stay.
  public func raw(_ probability: Double, class index: Int) -> Double {
    guard probability > 0, probability < 1 else { return probability }
    return 1 / (1 + exp(-(log(probability / (1 - probability)) - shifts[index]) / scales[index]))
  }
}

extension OutputCalibration {
  /// Reads a calibration: a JSON object of `method`, `scales` and `shifts`, the last two objects of numbers by SNOMED CT code.
  ///
  /// - Throws: ``ModelError``.
  public init(contentsOf url: URL) throws {
    struct Entry: Decodable {
      let method: String
      let scales: [String: Double]
      let shifts: [String: Double]
    }
    let bytes = try Data(mappingRegularFile: url)
    guard bytes.count <= 1 << 20, let entry = try? JSONDecoder().decode(Entry.self, from: bytes) else {
      throw ModelError.malformed(file: url.relativePath, reason: "no calibration; expected what `einthoven tune --calibrate` writes")
    }
    let codes = Diagnosis.all.map(\.code)
    self.init(
      method: entry.method, scales: codes.compactMap { entry.scales[$0] }, shifts: codes.compactMap { entry.shifts[$0] })
    guard isValid else {
      throw ModelError.malformed(
        file: url.relativePath, reason: "a calibration that lacks a class or has a scale that is not above 0; expected all \(codes.count)")
    }
  }
}

extension ModelMetadata {
  /// The same with another calibration, or none; thresholds move along, so that they decide as before.
  public func calibrated(by calibration: OutputCalibration?) -> ModelMetadata {
    var metadata = self
    metadata.thresholds = thresholds.enumerated().map { index, threshold in
      let raw = self.calibration?.raw(threshold, class: index) ?? threshold
      return calibration?.probability(raw, class: index) ?? raw
    }
    metadata.calibration = calibration
    return metadata
  }
}
