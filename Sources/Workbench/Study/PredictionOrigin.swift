import Classification
import Evaluation

/// Which models made the predictions of a file: those that somebody names, else those that the file tells.
struct PredictionOrigin {
  /// Digests of the models, several joined by `+`; nil while neither anybody nor the file tells them whole.
  private(set) var modelDigest: String?
  /// Those that somebody named.
  private let named: String?

  /// Digits of a whole digest; a table has the first of them only.
  private static let digestLength = 64

  /// An origin of which the file has told nothing yet.
  init(named: String?) {
    self.named = named
    modelDigest = named
  }

  /// Takes what a file says of a record's prediction.
  ///
  /// - Throws: ``JobError`` where the file says that other models made it than somebody named.
  mutating func take(_ maker: PredictionMaker, from file: String) throws {
    guard let told = maker.model else { return }
    if let named {
      guard PredictionRun.short(named) == PredictionRun.short(told) else {
        throw JobError.badData(
          "\(file): made by model \(PredictionRun.short(told)), and --model is \(PredictionRun.short(named)); name the model that made it")
      }
    } else if told.split(separator: "+").allSatisfy({ $0.utf8.count >= Self.digestLength }) {
      modelDigest = told
    }
  }
}
