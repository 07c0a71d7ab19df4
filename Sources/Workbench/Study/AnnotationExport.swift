import ECG
import ECGFiles
import LabelReview
import PlainText

/// The annotations of a study's readers as files: one of WFDB's for each reader and record, and a table of all.
public struct AnnotationExport: Sendable {
  /// The files by their names: `r1.HG`, `r2.HG`, …, `annotations.csv`.
  public private(set) var files: [(name: String, bytes: [UInt8])] = []
  /// How many files hold annotations: all but the table.
  public var fileCount: Int { max(0, files.count - 1) }

  private static let columns = [
    "case", "reader", "annotator", "sample", "end_sample", "code", "symbol", "subtype", "channel", "number", "aux",
  ]

  /// What stands of every reader's annotations; second showings are left out.
  ///
  /// - Parameter readers: Whose, by the names they gave, and what they are called instead; nil keeps their names.
  /// - Throws: `ReviewStoreError`; ``JobError`` where nobody has annotated anything.
  public init(of study: Study, in store: any ReviewStoring, readers: [String: String]? = nil) throws {
    let cases = try store.cases(of: study).filter { $0.repetition == 1 }
    let names = StudyExport.fileNames(of: cases)
    var table = CSVWriter.row(Self.columns) + "\n"
    var taken = Set<String>()
    var unknown = readers?.count ?? 0
    for annotator in try store.annotators(of: study) {
      var reader = readers.map { $0[annotator.reader] ?? "" } ?? annotator.reader
      if reader.isEmpty {
        // Whoever has given no verdict has no code yet.
        unknown += 1
        reader = "R\(unknown)"
      }
      var name = reader.annotatorName
      // Two readers whose names are one in letters and digits.
      if taken.contains(name) { name += "-\(taken.count + 1)" }
      taken.insert(name)
      for studyCase in cases where annotator.cases.contains(studyCase.id) {
        let strokes = try store.strokes(of: study, caseID: studyCase.id, by: annotator.reader)
        let annotations: [Annotation]
        do {
          annotations = try AnnotationHistory(strokes).annotations
        } catch {
          throw ReviewStoreError.damaged(path: store.path, reason: "\(studyCase.record), \(annotator.reader): \(error)")
        }
        let fileName = "\(names[studyCase.id] ?? studyCase.record).\(name)"
        files.append((fileName, try AnnotationFile(annotations).bytes(file: fileName)))
        for annotation in annotations {
          table += CSVWriter.row(Self.fields(annotation, case: studyCase.record, reader: reader, annotator: name)) + "\n"
        }
      }
    }
    guard !files.isEmpty else { throw JobError.badData("study \(study.name): nobody has annotated a recording yet") }
    files.append(("annotations.csv", Array(table.utf8)))
  }

  private static func fields(_ annotation: Annotation, case name: String, reader: String, annotator: String) -> [String] {
    [
      name, reader, annotator, "\(annotation.sample)", annotation.endSample.map { "\($0)" } ?? "", "\(annotation.code.rawValue)",
      annotation.code.symbol, "\(annotation.subtype)", "\(annotation.channel)", "\(annotation.number)", annotation.aux.text,
    ].map(\.withControlCharactersWritten)
  }
}
