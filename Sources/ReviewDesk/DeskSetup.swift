import ECG
import ECGFiles
import Foundation
import LabelReview
import TerminalUI

/// What a session at the desk needs.
public struct DeskSetup: Sendable {
  /// The records in order.
  public var references: [RecordReference]
  /// The store, the study and its cases, one a record; nil when records are only looked at.
  public var review: Review?
  /// The diagnosis whose lead influence is shown first.
  public var diagnosis: Diagnosis
  /// Model files; their predictions are combined as an ensemble.
  public var models: [URL]
  /// Threads for the network.
  public var threads: Int
  /// The keys in force.
  public var keymap: Keymap
  /// The colours.
  public var theme: Theme
  /// The layout asked for; nil takes what suits the screen.
  public var layout: LeadLayout?
  /// Where messages of the system go while the screen is up; nowhere if nil.
  public var logFile: String?

  /// A store with the study whose verdicts are taken.
  public struct Review: Sendable {
    /// The store.
    public let store: ReviewStore
    /// The study and its reader.
    public let context: StudyContext
    /// The study's cases, one for each record of the desk, in its order.
    public let cases: [StudyCase]

    /// A study to be judged.
    public init(store: ReviewStore, context: StudyContext, cases: [StudyCase]) {
      self.store = store
      self.context = context
      self.cases = cases
    }
  }

  /// A session's needs.
  public init(
    references: [RecordReference], review: Review? = nil, diagnosis: Diagnosis, models: [URL], threads: Int, keymap: Keymap, theme: Theme,
    layout: LeadLayout? = nil, logFile: String? = nil
  ) {
    self.references = references
    self.review = review
    self.diagnosis = diagnosis
    self.models = models
    self.threads = threads
    self.keymap = keymap
    self.theme = theme
    self.layout = layout
    self.logFile = logFile
  }

  /// The desk as it is before anything is read, with the reader's standing verdicts.
  ///
  /// - Throws: `ReviewStoreError`.
  func initialState(size: Size) throws -> DeskState {
    var cases = references.map { DeskCase(name: $0.name, path: $0.path) }
    if let review {
      let standing = try review.store.standingVerdicts(of: review.context.study).filter { $0.event.reviewer == review.context.reviewer }
      let verdicts = Dictionary(standing.map { ($0.event.caseID, $0.event.verdict) }, uniquingKeysWith: { $1 })
      for (index, studyCase) in review.cases.enumerated() where cases.indices.contains(index) {
        cases[index].studyCase = studyCase
        cases[index].verdict = verdicts[studyCase.id]
      }
    }
    var state = DeskState(cases: cases, study: review?.context, diagnosis: diagnosis, size: size, keymap: keymap)
    state.paper.layout = layout
    return state
  }
}
