import Agreement
import ECG
import PlainText

/// What makes a study one of annotation: what its readers mark.
///
/// Part of a study's settings, and so covered by the digest of every event. A reader's answer on a case are the reader's strokes up to the verdict that says that
/// the case is done: `present`, where something was marked, `absent`, where there is nothing to mark, `unsure`, where the reader leaves it at that.
/// Strokes after the verdict count from the next one on.
public struct Annotating: Codable, Sendable, Hashable {
  /// What is marked.
  public var task: AnnotationTask

  /// Seed of the readers' orders, where each has one of their own.
  public var seed: UInt64

  /// A study of a task.
  public init(task: AnnotationTask, seed: UInt64 = 1) {
    self.task = task
    self.seed = seed
  }

  /// What stands for a diagnosis in a study that asks about none.
  public static let diagnosisCode = "annotation"

  /// The figures that are stored with the verdict on a case, without which nobody could tell milliseconds of samples.
  enum Figure {
    static let samplingRate = "sampling_rate_hz"
    static let sampleCount = "samples"
  }

  /// No recording is longer, in samples.
  static let mostSamples = 1 << 40
  /// The rates that are believed, in samples a second, as those of files are.
  private static let plausibleSamplingRatesHertz = 0.0001...1_000_000

  /// The rate and the length that figures tell; nil where they do not tell them, or such as no recording has.
  static func length(by figures: [String: Double]) -> (samplingRateHertz: Double, sampleCount: Int)? {
    guard let rate = figures[Figure.samplingRate], plausibleSamplingRatesHertz.contains(rate),
      let count = figures[Figure.sampleCount].flatMap({ Int(exactly: $0) }), (0...mostSamples).contains(count)
    else { return nil }
    return (rate, count)
  }

  /// The figures of a recording that a verdict needs.
  public static func figures(of recording: Recording) -> [String: Double] {
    [Figure.samplingRate: recording.samplingRateHertz, Figure.sampleCount: Double(recording.sampleCount)]
  }
}

extension Study {
  /// What the study's readers mark; nil in one that asks for verdicts or sets of statements.
  public var annotating: Annotating? { settings.annotating }
}

/// What somebody marked on a case, as it was when it was said to be done.
public struct FinishedAnnotations: Sendable {
  /// The verdict with which it was done.
  public let standing: StandingVerdict
  /// The marks, in order of time.
  public let annotations: [Annotation]
  /// The recording's samples a second.
  public let samplingRateHertz: Double
  /// The recording's length in samples.
  public let sampleCount: Int

  /// Who.
  public var reader: String { standing.rater }
  /// The case.
  public var studyCase: StudyCase { standing.studyCase }

  var period: ComparisonPeriod { ComparisonPeriod(samplingRateHertz: samplingRateHertz, sampleCount: sampleCount) }
}

/// What the readers of a case marked, and what an adjudicator made of it.
public struct AnnotationOutcome: Sendable {
  /// The case, in its first showing.
  public let studyCase: StudyCase
  /// The readers who are done with it, in the order in which they began.
  public let readers: [FinishedAnnotations]
  /// The latest adjudication, where there is one.
  public let adjudication: FinishedAnnotations?
  /// Whether readers marked different things, or one was unsure.
  public let isDisputed: Bool

  init(_ task: AnnotationTask, studyCase: StudyCase, readers: [FinishedAnnotations], adjudication: FinishedAnnotations?) {
    self.studyCase = studyCase
    self.readers = readers
    self.adjudication = adjudication
    let first = readers.first
    isDisputed =
      readers.count > 1
      && readers.contains { reader in
        reader.standing.verdict == .unsure || first.map { !task.isSame($0.annotations, reader.annotations, period: $0.period) } ?? false
      }
  }

  /// The adjudicator's marks, else the first of at least two readers who marked the same; nil while it is open.
  public var consensus: FinishedAnnotations? { adjudication ?? (readers.count > 1 && !isDisputed ? readers.first : nil) }

  /// How the consensus came about: `adjudicated`, `unanimous`, or `open`.
  public var basis: String { adjudication != nil ? "adjudicated" : consensus != nil ? "unanimous" : "open" }
}

extension ReviewStoring {
  /// What somebody marked on the cases that were done, by a verdict of a kind: ordered by rater (as they began), then case.
  ///
  /// - Parameter caseID: the case; nil for all.
  /// - Throws: ``ReviewStoreError``, also where a history of strokes cannot be read.
  public func finishedAnnotations(
    _ kind: VerdictEvent.Kind, of study: Study, on caseID: StudyCase.ID? = nil
  ) throws -> [FinishedAnnotations] {
    guard study.annotating != nil else { return [] }
    return try standing(kind, of: study).filter { caseID == nil || $0.studyCase.id == caseID }.map { standing in
      let strokes = try strokes(
        of: study, caseID: standing.studyCase.id, by: standing.rater, before: standing.event.sequence)
      guard let length = Annotating.length(by: standing.event.measured) else {
        throw ReviewStoreError.damaged(path: path, reason: "event \(standing.event.sequence) does not say how long its recording is")
      }
      do {
        return FinishedAnnotations(
          standing: standing, annotations: try AnnotationHistory(strokes).annotations, samplingRateHertz: length.samplingRateHertz,
          sampleCount: length.sampleCount)
      } catch let fault as StrokeFault {
        throw ReviewStoreError.damaged(path: path, reason: "\(standing.studyCase.record), \(standing.rater): \(fault)")
      }
    }
  }

  /// What the readers marked and an adjudicator made of it, by case in the study's order; second showings are left out.
  ///
  /// - Throws: ``ReviewStoreError``.
  public func annotationOutcomes(of study: Study) throws -> [AnnotationOutcome] {
    guard let task = study.annotating?.task else { return [] }
    let readers = Dictionary(grouping: try finishedAnnotations(.verdict, of: study)) { $0.studyCase.id }
    // By time of writing, the later one last and so in force.
    let adjudications = try finishedAnnotations(.adjudication, of: study).sorted {
      $0.standing.event.sequence < $1.standing.event.sequence
    }
    let latest = Dictionary(adjudications.map { ($0.studyCase.id, $0) }, uniquingKeysWith: { $1 })
    return try cases(of: study).filter { $0.repetition == 1 }.map { studyCase in
      AnnotationOutcome(task, studyCase: studyCase, readers: readers[studyCase.id] ?? [], adjudication: latest[studyCase.id])
    }
  }
}

extension MarkTable {
  /// The marks of a study's readers on the cases that they are done with.
  ///
  /// - Throws: ``ReviewStoreError``.
  public init?(of study: Study, in store: any ReviewStoring) throws {
    guard let task = study.annotating?.task else { return nil }
    let outcomes = try store.annotationOutcomes(of: study).filter { !$0.readers.isEmpty }
    let names = StudyExport.uniqueNames(of: outcomes.map(\.studyCase))
    var columns: [Column] = []
    // In the order in which the readers began.
    for progress in try store.progress(of: study) { columns.append(Column(reader: progress.reviewer)) }
    for (number, outcome) in outcomes.enumerated() {
      for reader in outcome.readers {
        guard let place = columns.firstIndex(where: { $0.reader.isExactly(reader.reader) }) else { continue }
        columns[place].marks[number] = reader.annotations
      }
    }
    self.init(
      task: task,
      recordings: outcomes.compactMap { outcome in
        outcome.readers.first.map {
          Recording(
            name: names[outcome.studyCase.id] ?? outcome.studyCase.record, samplingRateHertz: $0.samplingRateHertz,
            sampleCount: $0.sampleCount)
        }
      }, columns: columns)
  }
}
