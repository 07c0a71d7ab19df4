import Agreement
import ECG

/// A study's standing verdicts as the statistics want them.
public struct StudyRatings: Sendable {
  /// Of readers, of the labels and of the model, in this order.
  public let verdicts: RaterVerdicts
  /// What readers said after uncovering what the study hides.
  let afterReveal: [RaterVerdicts.Column]
}

extension AgreementReport {
  /// The report on a study: its readers' standing verdicts, the labels and the model's latest decisions.
  ///
  /// - Parameter foreseen: what the model decides on recordings of cases that nobody opened.
  /// - Throws: ``ReviewStoreError``.
  public init(
    study: Study, in store: any ReviewStoring, foreseen: [RecordingDigest: Verdict] = [:], bootstrap: Bootstrap? = nil
  ) throws {
    let ratings = try store.ratings(of: study, foreseen: foreseen)
    self.init(ratings.verdicts, bootstrap: bootstrap)
    reveals = ratings.afterReveal.compactMap { later in
      ratings.verdicts.columns.first { $0.rater == later.rater }.map { AgreementReport.pair($0, later) }
    }
    sampling = study.settings.sampling
  }
}
