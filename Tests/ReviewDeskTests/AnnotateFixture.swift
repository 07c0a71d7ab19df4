import Agreement
import ECG
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import TestSupport

/// A desk on which the open record is annotated, with a store that answers at once.
struct AnnotateFixture {
  var state: DeskState
  /// What the store holds.
  private(set) var strokes: [AnnotationStroke] = []
  /// Files that were asked for.
  private(set) var written = 0
  /// Keys struck.
  private(set) var keys = 0
  /// Whether the store answers.
  var storeAnswers = true
  /// How many strokes there were when the case was done.
  private var done: Int?
  /// The verdicts that were asked for.
  private(set) var verdicts: [VerdictOrder] = []

  /// A desk of a study of annotation, its open case with all its work but what the store holds.
  init(
    of task: AnnotationTask, _ size: Size = Size(columns: 200, rows: 50), blinding: Visible = AnnotateFixture.usualBlinding,
    isAdjudicating: Bool = false, strokes: [AnnotationStroke] = [], done: Int? = nil, readers: [ReaderMarks] = []
  ) throws {
    let study = try Self.study(of: task, blinding)
    var desk = DeskState(
      cases: study.cases.map { DeskCase(name: $0.record, path: $0.path, studyCase: $0) },
      study: StudyContext(study: study.study, diagnosis: .leftAxisDeviation, reviewer: "HG", isAdjudicating: isAdjudicating),
      diagnosis: .leftAxisDeviation, size: size, keymap: try DeskFixture.keymap())
    if done != nil { desk.cases[1].verdict = .present }
    try DeskFixture.show(1, recording: "heart02", in: &desk)
    state = desk
    self.strokes = strokes
    self.done = done
    tell(.annotated(ticket: state.ticket, [], problems: [], leadOfSignal: Lead.allCases.map { $0 }))
    tell(.readerMarks(ticket: state.ticket, readers))
    tell(.strokes(ticket: state.ticket, StoredStrokes(strokes, done: done)))
  }

  static let usualBlinding: Visible = [.labels, .model, .readers, .measurements]

  private static func study(of task: AnnotationTask, _ blinding: Visible) throws -> (study: Study, cases: [StudyCase]) {
    var settings = StudySettings()
    settings.annotating = Annotating(task: task)
    let store = try ReviewStore(path: TemporaryFolder.lastingPlace().path, programVersion: "test")
    let study = try store.createStudy(
      StudyDraft(
        name: "marks", diagnosisCode: Annotating.diagnosisCode, question: "Mark every beat with its kind.", blinding: blinding,
        cases: (1...3).map { CaseDraft(record: "heart0\($0)", path: "/records/heart0\($0).hea") }, settings: settings))
    return (study, try store.cases(of: study))
  }

  init(_ size: Size = Size(columns: 200, rows: 50), blinding: Visible = [], recording: String = "heart02", layers: [AnnotationLayer] = [])
    throws
  {
    state = try DeskFixture.reviewing(size, blinding: blinding, recording: recording)
    state.paper.layout = .threeByFour
    tell(.annotated(ticket: state.ticket, layers, problems: [], leadOfSignal: Lead.allCases.map { $0 }))
    tell(.strokes(ticket: state.ticket, []))
  }

  mutating func tell(_ message: DeskMessage) { answer(Update.apply(.message(message), to: &state)) }

  /// Does what effects ask of the store.
  private mutating func answer(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .saveStroke(let order):
        guard storeAnswers else { continue }
        strokes.append(order.stroke)
        tell(.strokeSaved(caseIndex: order.caseIndex, count: order.after + 1, at: Date(timeIntervalSince1970: 0)))
      case .loadStrokes(_, let ticket): tell(.strokes(ticket: ticket, StoredStrokes(strokes, done: done)))
      case .writeAnnotations: written += 1
      case .save(let order):
        verdicts.append(order)
        done = order.strokes
        tell(.saved(caseIndex: order.caseIndex, order.verdict, at: Date(timeIntervalSince1970: 0)))
      default: break
      }
    }
  }

  @discardableResult
  mutating func press(_ action: Action) -> [Effect] {
    let effects = Update.apply(.action(action), to: &state)
    answer(effects)
    return effects
  }

  /// Strikes keys by their names, or letters one by one.
  mutating func strike(_ names: String...) {
    for name in names {
      guard let key = KeyStroke(parsing: name) else { continue }
      keys += 1
      answer(Update.apply(.key(key), to: &state))
    }
  }

  /// The reader's annotations: `N400 V900`.
  var marks: [String] {
    state.ownAnnotations.map { "\($0.code.symbol)\($0.sample)" + ($0.endSample.map { "–\($0)" } ?? "") }
  }

  /// What is measured, as marks.
  var beginning: [String] {
    (state.display?.findings.measurements.beats ?? []).map { "\($0.kind.annotationSymbol)\($0.rPeak)" }
  }

  /// The samples of the beats that the program measures.
  var peaks: [Int] { state.display?.rPeaks ?? [] }

  /// The screen as text.
  var screen: String { text(state) }
}
