import Agreement
import ECGFiles
import Foundation
import LabelReview
import ReviewDesk

/// The cases of a study that a reader meets, and where their recordings are.
enum StudyCases {
  /// The cases in the reader's order; an adjudicator's are those on which readers differ.
  static func onDesk(of study: Study, in store: any ReviewStoring, reviewer: String, isAdjudicating: Bool) throws -> [StudyCase] {
    guard isAdjudicating else { return study.order(try store.cases(of: study), for: reviewer) }
    let disputed = try store.disputes(of: study, adjudicator: reviewer).map(\.studyCase)
    guard !disputed.isEmpty else {
      throw CommandFailure.badData("study \(study.name): readers differ on no case; there is nothing to settle")
    }
    return disputed
  }

  /// The recordings of cases, where they were or of the same name among the paths given.
  ///
  /// Their digests tell at the desk whether they are the same.
  ///
  /// - Throws: ``CommandFailure`` where not one recording is found.
  static func references(to cases: [StudyCase], of study: Study, movedTo paths: [String], _ links: LinkOptions) throws -> [RecordReference]
  {
    let moved = Dictionary(
      try paths.flatMap { try RecordLocator.references(at: $0, followingLinks: links.followLinks) }.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
    let references = cases.map { studyCase in
      moved[studyCase.record] ?? PlainStudy.reference(to: studyCase, followingLinks: links.followLinks)
    }
    guard references.contains(where: { Places.exists($0.url) }) else {
      let place = cases.first.map { ($0.path as NSString).deletingLastPathComponent } ?? ""
      let absence = place.isEmpty ? "its recordings are not known by path" : "its recordings are no more in \(place)"
      throw CommandFailure.noInput(
        "study \(study.name): \(absence); where they moved, name the folder: einthoven review FOLDER --study \(study.name)"
      )
    }
    return references
  }
}

extension StudyCases {
  /// A desk that shows a study's results over the traces of the cases on which somebody differs, instead of taking verdicts.
  static func results(
    of study: Study, in store: any ReviewStoring, movedTo paths: [String], _ links: LinkOptions, _ setup: DeskSetup
  ) throws -> DeskSetup {
    let report = try AgreementReport(study: study, in: store)
    let text = AgreementText(report: report, names: study.verdictNames, isMarkdown: false)
    let results = StudyResults(study, lines: text.lines, consensus: try store.consensus(of: study))
    let shown = results.cases.isEmpty ? try store.cases(of: study) : results.cases.map(\.studyCase)
    var desk = setup
    desk.results = results
    desk.review = nil
    desk.references = try references(to: shown, of: study, movedTo: paths, links)
    return desk
  }
}
