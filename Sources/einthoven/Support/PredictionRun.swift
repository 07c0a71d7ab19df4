import Classification
import ECG
import Foundation
import PlainText
import SEResNet

/// What makes predictions: models with their thresholds and preprocessing, and the precision in which they compute.
///
/// Every file of predictions says it, so that no run goes on behind the rows of another.
struct PredictionRun: Equatable {
  /// Digests of the model files, which hold thresholds and preprocessing too; several joined by `+`.
  let model: String
  /// What is done to a recording first, a word a model.
  let preprocessing: String
  /// How the networks compute.
  let precision: Precision

  /// What folds of a training say of their outputs, each of which is another model's.
  static func folds(_ preprocessing: Preprocessing) -> PredictionRun {
    PredictionRun(model: "folds", preprocessing: preprocessing.rawValue, precision: .exact)
  }

  private init(model: String, preprocessing: String, precision: Precision) {
    (self.model, self.preprocessing, self.precision) = (model, preprocessing, precision)
  }

  init(_ ensemble: Ensemble) {
    model = ensemble.models.map(\.digest).joined(separator: "+")
    preprocessing = Self.joined(ensemble.models.map(\.metadata.preprocessing.rawValue))
    precision = ensemble.precision
  }

  /// One word where all models do the same.
  private static func joined(_ words: [String]) -> String { Set(words).count == 1 ? words[0] : words.joined(separator: "+") }

  /// The models as a table names them: the first digits of each digest tell two files apart.
  var shortModel: String { Self.short(model) }

  static func short(_ digests: String) -> String { digests.split(separator: "+").map { String($0.prefix(16)) }.joined(separator: "+") }

  /// Refuses to go on behind what another run has written.
  ///
  /// - Throws: ``CommandFailure`` that names both.
  func check(model other: String?, preprocessing: String?, precision: String?, in place: String) throws {
    guard let other else {
      throw CommandFailure.badData("\(place): does not say which model made it; predict anew, without --resume")
    }
    let isSame = Self.short(other) == shortModel && preprocessing == self.preprocessing && precision == self.precision.rawValue
    guard !isSame else { return }
    let made = "model \(Self.short(other)) (\(preprocessing ?? "?"), \(precision ?? "?"))"
    let now = "model \(shortModel) (\(self.preprocessing), \(self.precision.rawValue))"
    throw CommandFailure.badData(
      "\(place): made by \(made), and this run is of \(now); name the same --model and --precision, or another --output")
  }
}

/// Which run has written the challenge's files into a folder: their own lines are all spoken for, so it stands in a hidden file beside them.
enum ChallengeRun {
  private struct Note: Codable {
    let model: String
    let preprocessing: String
    let precision: String
  }

  private static func place(_ folder: String) -> String { (folder as NSString).appendingPathComponent(".einthoven-run.json") }

  /// Whether a folder holds files of the challenge's form.
  private static func holdsOutputs(_ folder: String) -> Bool {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).contains { $0.hasSuffix(".csv") }
  }

  /// Makes sure that a folder holds nothing of another run, and notes this one.
  ///
  /// - Throws: ``CommandFailure``.
  static func enter(_ folder: String, _ run: PredictionRun, goesOn: Bool) throws {
    let place = place(folder)
    if goesOn, holdsOutputs(folder) {
      let note = (try? Data(contentsOf: URL(fileURLWithPath: place))).flatMap { try? JSONDecoder().decode(Note.self, from: $0) }
      try run.check(model: note?.model, preprocessing: note?.preprocessing, precision: note?.precision, in: folder)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let note = Note(model: run.model, preprocessing: run.preprocessing, precision: run.precision.rawValue)
    guard let data = try? encoder.encode(note) else { return }
    try FileOutput.write(String(decoding: data, as: UTF8.self) + "\n", to: place)
  }
}
