import ECG
import ECGFiles
import LabelReview
import PlainText

/// The annotations of a study's readers as files: one of WFDB's for each reader and record, and a table of all.
///
/// In a study of annotation these are the answers: what a reader, or an adjudicator, was done with. In others it is what stands.
public struct AnnotationExport: Sendable {
  /// The files of WFDB by their names: `r1.HG`, `r2.HG`, ….
  public private(set) var files: [(name: String, bytes: [UInt8])] = []
  /// The rows of the table under ``columns``: one an annotation.
  public private(set) var rows: [[JSONValue]] = []
  /// Recordings that somebody began and is not done with: in a study of annotation they are left out.
  public private(set) var unfinished = 0

  /// The columns of the table.
  public static let columns = [
    "case", "reader", "annotator", "sample", "end_sample", "code", "symbol", "subtype", "channel", "number", "aux",
  ]

  /// The files, and the table as `annotations.csv`.
  public var allFiles: [(name: String, bytes: [UInt8])] {
    files + [("annotations.csv", Array((csvLines.joined(separator: "\n") + "\n").utf8))]
  }

  /// The table as lines of CSV.
  public var csvLines: [String] {
    [CSVWriter.row(Self.columns)] + rows.map { row in CSVWriter.row(row.map { Self.field($0).withControlCharactersWritten }) }
  }

  /// A value as a field: strings bare, null empty.
  private static func field(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.text
    }
  }

  /// What is exported of one reader.
  private struct Part {
    let studyCase: StudyCase
    let reader: String
    let annotations: [Annotation]
  }

  private var taken: [String: String] = [:]

  /// The annotations of every reader; second showings are left out.
  ///
  /// - Parameters:
  ///   - raters: Of a study of annotation: those of readers and adjudicators, the consensus alone, or all of these.
  ///   - plan: What is taken out: readers' names, and comments; nil to leave all in.
  /// - Throws: `ReviewStoreError`; ``JobError`` where nobody has annotated anything.
  public init(
    of study: Study, in store: any ReviewStoring, raters: StudyExport.Raters = .readers,
    deidentified plan: StudyExport.Deidentification? = nil
  ) throws {
    let cases = try store.cases(of: study).filter { $0.repetition == 1 }
    let names = StudyExport.fileNames(of: cases)
    let parts = study.annotating == nil ? try Self.standing(study, cases, in: store) : try finished(study, cases, in: store, raters)
    var unknown = plan?.readers.count ?? 0
    var codes = plan?.readers ?? [:]
    for part in parts {
      if plan != nil, codes[part.reader] == nil, part.reader != Self.consensus {
        // Whoever has given no verdict has no code yet.
        unknown += 1
        codes[part.reader] = "R\(unknown)"
      }
      try add(
        part.studyCase, plan.map { part.annotations.map($0.annotation) } ?? part.annotations, as: codes[part.reader] ?? part.reader,
        fileName: names[part.studyCase.id] ?? part.studyCase.record)
    }
    guard !parts.isEmpty else {
      throw JobError.badData(
        "study \(study.name): " + (study.annotating == nil ? "nobody has annotated a recording yet" : "no recording is done yet"))
    }
  }

  private static let consensus = "consensus"

  /// What stands of every reader's annotations.
  private static func standing(_ study: Study, _ cases: [StudyCase], in store: any ReviewStoring) throws -> [Part] {
    try store.annotators(of: study).flatMap { annotator in
      try cases.filter { annotator.cases.contains($0.id) }.map { studyCase in
        let strokes = try store.strokes(of: study, caseID: studyCase.id, by: annotator.reader)
        do {
          return Part(studyCase: studyCase, reader: annotator.reader, annotations: try AnnotationHistory(strokes).annotations)
        } catch {
          throw ReviewStoreError.damaged(path: store.path, reason: "\(studyCase.record), \(annotator.reader): \(error)")
        }
      }
    }
  }

  /// What readers and adjudicators are done with, and the consensus.
  private mutating func finished(
    _ study: Study, _ cases: [StudyCase], in store: any ReviewStoring, _ raters: StudyExport.Raters
  ) throws -> [Part] {
    var parts: [Part] = []
    if raters != .consensus {
      let done = try (store.finishedAnnotations(.verdict, of: study) + store.finishedAnnotations(.adjudication, of: study)).filter {
        $0.studyCase.repetition == 1
      }
      let begun = try store.annotators(of: study).reduce(0) { $0 + $1.cases.count }
      let marked = done.count { !$0.annotations.isEmpty }
      unfinished = max(0, begun - marked)
      parts = done.map { Part(studyCase: $0.studyCase, reader: $0.reader, annotations: $0.annotations) }
    }
    guard raters != .readers else { return parts }
    return parts
      + (try store.annotationOutcomes(of: study)).compactMap { outcome in
        outcome.consensus.map { Part(studyCase: outcome.studyCase, reader: Self.consensus, annotations: $0.annotations) }
      }
  }

  private mutating func add(_ studyCase: StudyCase, _ annotations: [Annotation], as reader: String, fileName: String) throws {
    let annotator = annotatorName(of: reader)
    let name = "\(fileName).\(annotator)"
    files.append((name, try AnnotationFile(annotations).bytes(file: name)))
    rows += annotations.map { annotation in
      [
        .string(studyCase.record), .string(reader), .string(annotator), .integer(annotation.sample), JSONValue(annotation.endSample),
        .integer(Int(annotation.code.rawValue)), .string(annotation.code.symbol), .integer(Int(annotation.subtype)),
        .integer(Int(annotation.channel)), .integer(Int(annotation.number)), .string(annotation.aux.text),
      ]
    }
  }

  /// A name for a reader's files that no other reader's have, where two are one in letters and digits.
  private mutating func annotatorName(of reader: String) -> String {
    if let known = taken[reader] { return known }
    var name = reader.annotatorName
    if taken.values.contains(name) { name += "-\(taken.count + 1)" }
    taken[reader] = name
    return name
  }
}
