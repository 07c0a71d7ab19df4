import Agreement
import ECGFiles
import Files
import Foundation
import LabelReview

/// The cases of a study that a reader meets, and where their recordings are.
public enum StudyCases {
  /// The cases in the reader's order; an adjudicator's are those on which readers differ.
  ///
  /// - Throws: ``JobError`` where there is nothing to settle; `ReviewStoreError`.
  public static func onDesk(of study: Study, in store: any ReviewStoring, reviewer: String, isAdjudicating: Bool) throws -> [StudyCase] {
    guard isAdjudicating else { return try queue(of: study, in: store, reviewer: reviewer) }
    let disputed = try store.disputes(of: study, adjudicator: reviewer).map(\.studyCase)
    guard !disputed.isEmpty else {
      throw JobError.badData("study \(study.name): readers differ on no case; there is nothing to settle")
    }
    return disputed
  }

  /// The cases that a reader is to read: all, but in a study that sends some to a second reader those that still need one.
  ///
  /// - Throws: ``JobError`` where none does; `ReviewStoreError`.
  private static func queue(of study: Study, in store: any ReviewStoring, reviewer: String) throws -> [StudyCase] {
    let ordered = study.order(try store.cases(of: study), for: reviewer)
    guard let relabelling = study.relabelling, let rule = relabelling.secondReading else { return ordered }
    let cases = relabelling.queue(
      ordered, for: reviewer, answers: try store.answers(.verdict, of: study),
      decisions: rule.below == nil ? [] : try store.answers(.modelDecision, of: study))
    guard !cases.isEmpty else {
      throw JobError.badData("study \(study.name): no case needs another reader; 'einthoven study status' says how far it is")
    }
    return cases
  }

  /// The recordings of cases, where they were or among the paths given: known by what they hold, whatever they are called.
  ///
  /// - Throws: ``JobError`` where not one recording is found.
  public static func recordings(
    of cases: [StudyCase], in study: Study, movedTo paths: [String], followingLinks: Bool = false, store: any ReviewStoring,
    cache: SightingCache?
  ) throws -> StudyRecordings {
    let recordings = try StudyRecordings(
      of: cases, in: study, among: paths, followingLinks: followingLinks, store: store, cache: cache)
    guard recordings.findsAny else {
      let place = cases.first.map { PathText.folder(of: $0.path) } ?? ""
      // The folder may be called after what the study hides.
      let folder = study.isNameless ? "where they were seen" : "in \(place)"
      let absence = place.isEmpty ? "its recordings are not known by path" : "its recordings are no more \(folder)"
      throw JobError.missingInput(
        "study \(study.name): \(absence); where they moved, name the folder: einthoven review FOLDER --study \(study.name)"
      )
    }
    return recordings
  }
}
