import Agreement
import ECG
import ECGFiles
import ECGPaper
import Foundation
import LabelReview
import SEResNet
import TerminalUI

/// What a session at the desk needs.
public struct DeskSetup: Sendable {
  /// The records in order.
  public var references: [RecordReference]
  /// The store, the study and its cases, one a record; nil when records are only looked at.
  public var review: Review?
  /// What each record must hold, where that is known: another recording in its place is not shown.
  public var digests: [RecordingDigest?] = []
  /// What was read before of recordings; nil where nothing is kept.
  public var sightings: SightingCache?
  /// What the reader should know from the start, one line each.
  public var notes: [String] = []
  /// How a study's readers agree, its cases being the records; nil where verdicts are taken or records only looked at.
  public var results: StudyResults?
  /// The diagnosis whose lead influence is shown first.
  public var diagnosis: Diagnosis
  /// Model files; their predictions are combined as an ensemble.
  public var models: [URL]
  /// Threads for the network.
  public var threads: Int
  /// Who measures recordings for models that take measurements beside the signal.
  public var measuring: (any RecordMeasuring)?
  /// The keys in force.
  public var keymap: Keymap
  /// The colours.
  public var theme: Theme
  /// The layout asked for; nil takes what suits the screen.
  public var layout: LeadLayout?
  /// What a millimetre is on this screen, and other settings of the paper.
  public var paper: PaperSettings
  /// Characters to draw with; nil goes by the terminal's locale.
  public var glyphs: GlyphSet?
  /// Colours to draw with; nil goes by what the environment and terminfo say of the terminal.
  public var colors: ColorDepth?
  /// Whether the mouse is used from the start.
  public var usesMouse = false
  /// Whether leaving a study with unjudged cases takes the key twice.
  public var confirmsLeaving = false
  /// How long a trace must have been on the screen before a verdict on it is taken.
  public var minimumViewMilliseconds = 0
  /// Where flagged cases are noted down; nil where there is no place.
  public var flagFile: FlagFile?
  /// Where it is noted down which panels are folded away; nil where there is no place.
  public var panelFile: PanelFile?
  /// Where it is noted down what was chosen of the paper; nil where there is no place.
  public var paperFile: PaperFile?
  /// Where the session is recorded; nil where it is not.
  public var cast: Cast?
  /// Where messages of the system go while the screen is up; nowhere if nil.
  public var logFile: String?

  /// A store with the study whose verdicts are taken.
  public struct Review: Sendable {
    /// The store.
    public let store: any ReviewStoring
    /// The study and its reader.
    public let context: StudyContext
    /// The study's cases, one for each record of the desk, in its order.
    public let cases: [StudyCase]

    /// A study to be judged.
    public init(store: any ReviewStoring, context: StudyContext, cases: [StudyCase]) {
      self.store = store
      self.context = context
      self.cases = cases
    }
  }

  /// What must not be named on this desk: nothing where no study is blind.
  var nameless: Nameless {
    let hidden = review?.context.isNameless == true ? references : []
    return Nameless(hidden.map { Nameless.Place(name: $0.name, paths: [$0.url.path, $0.path]) })
  }

  /// A recording of the session, for teaching.
  public struct Cast: Sendable {
    /// The file.
    public let file: URL
    /// Whether names of records, their places, patients and notes are kept.
    public let keepsNames: Bool

    /// A recording.
    public init(file: URL, keepsNames: Bool) {
      self.file = file
      self.keepsNames = keepsNames
    }
  }

  /// A session's needs.
  public init(
    references: [RecordReference], review: Review? = nil, diagnosis: Diagnosis, models: [URL], threads: Int, keymap: Keymap, theme: Theme,
    layout: LeadLayout? = nil, paper: PaperSettings = PaperSettings(), glyphs: GlyphSet? = nil, flagFile: FlagFile? = nil,
    logFile: String? = nil
  ) {
    self.references = references
    self.review = review
    self.diagnosis = diagnosis
    self.models = models
    self.threads = threads
    self.keymap = keymap
    self.theme = theme
    self.layout = layout
    self.paper = paper
    self.glyphs = glyphs
    self.flagFile = flagFile
    self.logFile = logFile
  }

  /// The desk as it is before anything is read, with the reader's standing verdicts.
  ///
  /// - Throws: `ReviewStoreError`.
  func initialState(size: Size) throws -> DeskState {
    var cases = references.map { DeskCase(name: $0.name, path: $0.path) }
    if let review { try fill(&cases, from: review) }
    var state = DeskState(cases: cases, study: review?.context, diagnosis: diagnosis, size: size, keymap: keymap)
    state.paper = paper
    paperFile?.read().apply(to: &state.paper)
    if let layout { state.paper.layout = layout }
    state.usesMouse = usesMouse
    state.confirmsLeaving = confirmsLeaving
    state.minimumViewMilliseconds = minimumViewMilliseconds
    state.hiddenPanels = panelFile?.read() ?? []
    if let review {
      let own = Array(review.context.reviewer.storableName.utf8)
      let others = try review.store.annotators(of: review.context.study).map(\.reader).filter { Array($0.utf8) != own }
      state.layers.ofOtherReaders = Set(others.map(\.annotatorName))
    }
    if let results { state.show(results) }
    if !notes.isEmpty { state.notice = .hint(notes.joined(separator: "; ")) }
    return state
  }

  /// Puts the study's cases behind the records, with what the reader has said of them before.
  private func fill(_ cases: inout [DeskCase], from review: Review) throws {
    let (store, context) = (review.store, review.context)
    let study = context.study
    let given = try store.verdicts(context.isAdjudicating ? .adjudication : .verdict, of: study, by: context.reviewer)
    let revealed = context.allowsReveal ? try store.verdicts(.reveal, of: study, by: context.reviewer) : [:]
    let second = context.allowsReveal ? try store.verdicts(.verdictAfterReveal, of: study, by: context.reviewer) : [:]
    let notes = try store.notes(of: study, by: context.reviewer)
    let seconds = try store.seconds(of: study, by: context.reviewer)
    let flagged = flagFile?.read() ?? []
    let decisionOfRecording = try decisions(on: review)
    let disputes = context.isAdjudicating ? try store.disputes(of: study, adjudicator: context.reviewer) : []
    let said = Dictionary(disputes.map { ($0.studyCase.id, $0.readers) }, uniquingKeysWith: { first, _ in first })
    for (index, studyCase) in review.cases.enumerated() where cases.indices.contains(index) {
      if context.isNameless {
        cases[index].name = DeskCase.nameless(index)
        cases[index].path = ""
      }
      cases[index].studyCase = studyCase
      cases[index].verdict = given[studyCase.id]
      cases[index].seconds = seconds[studyCase.id]
      cases[index].isRevealed = revealed[studyCase.id] != nil
      cases[index].verdictAfterReveal = second[studyCase.id]
      cases[index].sampledDecision = context.allowsReveal ? decisionOfRecording[studyCase.recordingKey] : nil
      cases[index].modelDecision = decisionOfRecording[studyCase.recordingKey]?.verdict
      cases[index].probability = decisionOfRecording[studyCase.recordingKey]?.probability
      cases[index].note = notes[studyCase.id] ?? ""
      cases[index].isFlagged = flagged.contains(studyCase.id)
      cases[index].readers = (said[studyCase.id] ?? []).map {
        DeskCase.ReaderVerdict(reader: $0.rater, verdict: $0.verdict, answer: $0.event.answer)
      }
    }
    try fillAnswers(&cases, from: review)
  }

  /// What the reader said of each statement before, and what the model says of them.
  private func fillAnswers(_ cases: inout [DeskCase], from review: Review) throws {
    let (store, context) = (review.store, review.context)
    guard context.study.relabelling != nil else { return }
    let own = Array(context.reviewer.storableName.utf8)
    func answers(_ kind: VerdictEvent.Kind) throws -> [StudyCase.ID: CaseAnswer] {
      let all = try store.answers(kind, of: context.study).filter { kind == .modelDecision || Array($0.rater.utf8) == own }
      return Dictionary(all.map { ($0.caseID, $0.answer) }, uniquingKeysWith: { $1 })
    }
    let given = try answers(context.isAdjudicating ? .adjudication : .verdict)
    let second = context.allowsReveal ? try answers(.verdictAfterReveal) : [:]
    let model = try answers(.modelDecision)
    for (index, studyCase) in review.cases.enumerated() where cases.indices.contains(index) {
      cases[index].relabelled = RelabelledCase(
        answer: given[studyCase.id], answerAfterReveal: second[studyCase.id], model: model[studyCase.id])
    }
  }

  /// What the model decided, by recording: a second showing has no decision of its own.
  ///
  /// Probabilities are read only of a drawn study, where they can be seen or uncovered: most of a long log's time is theirs.
  private func decisions(on review: Review) throws -> [RecordingKey: ModelDecision] {
    let (store, study) = (review.store, review.context.study)
    if review.context.allowsReveal || study.isSampled && !study.blinding.contains(.model) {
      return Dictionary(
        try store.modelDecisions(of: study).map {
          (
            $0.studyCase.recordingKey,
            ModelDecision(verdict: $0.verdict, probability: $0.event.probability, modelDigest: $0.event.modelDigest)
          )
        }, uniquingKeysWith: { first, _ in first })
    }
    let verdicts = try store.verdicts(.modelDecision, of: study, by: ReservedRater.model)
    return Dictionary(
      review.cases.compactMap { studyCase in verdicts[studyCase.id].map { (studyCase.recordingKey, ModelDecision(verdict: $0)) } },
      uniquingKeysWith: { first, _ in first })
  }
}
