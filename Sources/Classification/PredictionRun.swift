import ECG
import Foundation
import SEResNet

/// What makes predictions: models with their thresholds and preprocessing, and the precision in which they compute.
///
/// Every file of predictions says it, so that no run goes on behind the rows of another.
public struct PredictionRun: Sendable, Equatable {
  /// Digests of the model files, which hold thresholds and preprocessing too; several joined by `+`.
  public let model: String
  /// What is done to a recording first, a word a model.
  public let preprocessing: String
  /// How the networks compute.
  public let precision: Precision

  /// What folds of a training say of their outputs, each of which is another model's.
  public static func folds(_ preprocessing: Preprocessing) -> PredictionRun {
    PredictionRun(model: "folds", preprocessing: preprocessing.rawValue, precision: .exact)
  }

  /// A run that is told in words.
  public init(model: String, preprocessing: String, precision: Precision) {
    (self.model, self.preprocessing, self.precision) = (model, preprocessing, precision)
  }

  /// The run of an ensemble.
  public init(_ ensemble: Ensemble) {
    // A model that votes twice is one model.
    var digests: [String] = []
    for model in ensemble.models {
      let name = model.digest + (model.isRaw ? "-raw" : "")
      if !digests.contains(name) { digests.append(name) }
    }
    model = digests.joined(separator: "+")
    preprocessing = Self.joined(ensemble.models.map(\.metadata.preprocessing.rawValue))
    precision = ensemble.precision
  }

  /// One word where all models do the same.
  private static func joined(_ words: [String]) -> String { Set(words).count == 1 ? words[0] : words.joined(separator: "+") }

  /// The models as a table names them: the first digits of each digest tell two files apart.
  public var shortModel: String { Self.short(model) }

  /// The first digits of each digest.
  public static func short(_ digests: String) -> String {
    digests.split(separator: "+").map { $0.prefix(16) + ($0.hasSuffix("-raw") ? "-raw" : "") }.joined(separator: "+")
  }
}
