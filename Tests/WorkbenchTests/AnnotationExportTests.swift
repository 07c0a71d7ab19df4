import ECG
import ECGFiles
import Foundation
import LabelReview
import Testing
import Workbench

/// The readers' annotations of a study as files.
@Suite struct AnnotationExportTests {
  private let folder: URL
  private let store: ReviewStore
  private let study: Study
  private let cases: [StudyCase]

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-annotations-\(UUID().uuidString)")
    store = try ReviewStore(path: folder.appendingPathComponent("reviews.sqlite").path, programVersion: "test")
    study = try store.openStudy(
      StudyDraft(
        name: "beats", diagnosisCode: "39732003", question: "?",
        cases: [("a", "/x/a"), ("a", "/y/a"), ("b", "/x/b")].map { CaseDraft(record: $0.0, path: $0.1, label: nil) }))
    cases = try store.cases(of: study)
  }

  private func annotate(_ place: Int, by reader: String, _ strokes: [AnnotationStroke]) throws {
    for (index, stroke) in strokes.enumerated() {
      try store.record(StrokeDraft(study: study, caseID: cases[place].id, reviewer: reader, stroke: stroke, after: index))
    }
  }

  @Test func eachReaderHasAFileForEachRecordWithWhatStands() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: JobError.self) { try AnnotationExport(of: study, in: store) }
    let span = Annotation(sample: 300, endSample: 700, code: .rhythm, aux: "(AFIB")
    try annotate(
      0, by: "Ana Müller",
      [.change([.add(Annotation(sample: 10, code: .normal)), .add(span)]), .change([.add(Annotation(sample: 20, code: .normal))]), .undo])
    try annotate(1, by: "HG", [.change([.add(Annotation(sample: 5, code: .note, aux: "a,\"b\""))])])
    try annotate(2, by: "HG", [.change([.add(Annotation(sample: 6, code: .normal))])])
    let export = try AnnotationExport(of: study, in: store)
    #expect(export.files.count == 3)
    #expect(export.allFiles.map(\.name) == ["a.Ana_Muller", "a-2.HG", "b.HG", "annotations.csv"])
    let file = try AnnotationFile(parsing: export.files[0].bytes, file: "a")
    #expect(file.annotations.map(\.sample) == [10, 300, 700] && file.annotations[1] == span)
    let lines = String(decoding: export.allFiles[3].bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 5 && lines[0] == "case,reader,annotator,sample,end_sample,code,symbol,subtype,channel,number,aux")
    #expect(lines[1] == "a,Ana Müller,Ana_Muller,10,,1,N,0,0,0," && lines[2] == "a,Ana Müller,Ana_Muller,300,700,28,+,0,0,0,(AFIB")
    #expect(lines[3] == #"a,HG,HG,5,,22,"""",0,0,0,"a,""b""""#)
  }

  @Test func codesInPlaceOfNamesHideThoseWhoGaveNoVerdictToo() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try store.record(VerdictDraft(study: study, caseID: cases[0].id, reviewer: "HG", verdict: .present))
    for reader in ["Secret", "HG"] { try annotate(0, by: reader, [.change([.add(Annotation(sample: 6, code: .normal))])]) }
    let plan = try StudyExport.Deidentification(of: study, in: store, keepsNotes: false)
    let export = try AnnotationExport(of: study, in: store, deidentified: plan)
    #expect(export.files.map(\.name) == ["a.R2", "a.R1"])
    #expect(!String(decoding: export.allFiles[2].bytes, as: UTF8.self).contains("Secret"))
  }

  @Test func readersWhoseNamesAreOneInLettersHaveTwoFiles() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for reader in ["A B", "A_B", "atr", "李"] { try annotate(2, by: reader, [.change([.add(Annotation(sample: 6, code: .normal))])]) }
    #expect(try AnnotationExport(of: study, in: store).files.map(\.name) == ["b.A_B", "b.A_B-2", "b.by-atr", "b.reader"])
  }

  @Test func codesInPlaceOfNamesComeWithoutCommentsUnlessTheseAreKept() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try annotate(
      0, by: "HG",
      [
        .change([
          .add(Annotation(sample: 6, code: .note, aux: "Mrs Roe")), .add(Annotation(sample: 7, endSample: 9, code: .note, aux: "(NOISE")),
        ])
      ])
    func text(keepingNotes: Bool) throws -> String {
      let plan = try StudyExport.Deidentification(of: study, in: store, keepsNotes: keepingNotes)
      let export = try AnnotationExport(of: study, in: store, deidentified: plan)
      return export.allFiles.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
    }
    #expect(try !text(keepingNotes: false).contains("Roe") && text(keepingNotes: false).contains("(NOISE"))
    #expect(try text(keepingNotes: true).contains("Mrs Roe"))
  }

  @Test(arguments: ["MD", "PY", "SH", "M", "md", "txt", "Log", "atr", "DAT", "II", "h5", "Ana"])
  func whatAReaderWritesBesideARecordIsFoundAgain(reader: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("r 1 500 2\nr.dat 16 200 16 0 0 0 0 II\n".utf8).write(to: folder.appendingPathComponent("r.hea"))
    try Data([1, 0, 2, 0]).write(to: folder.appendingPathComponent("r.dat"))
    let notes = folder.appendingPathComponent("r.md")
    try Data("notes of somebody".utf8).write(to: notes)
    let record = try #require(try RecordLocator.references(at: folder.appendingPathComponent("r").path).first)
    try AnnotationFile([Annotation(sample: 1, code: .normal)]).write(record, annotator: reader.annotatorName, replacing: true)
    #expect(try AnnotatorsBeside.names(beside: record) == [reader.annotatorName])
    #expect(try String(contentsOf: notes, encoding: .utf8) == "notes of somebody")
  }
}
