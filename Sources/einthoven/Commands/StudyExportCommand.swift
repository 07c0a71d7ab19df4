import Agreement
import ArgumentParser
import Files
import Foundation
import LabelReview
import PlainText
import Workbench

extension StudyCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Export the verdicts that stand, every event, a folder with a codebook, or corrected labels.",
      discussion: """
        The CSV starts with case,rater,verdict, which `einthoven agreement --verdicts` reads. Of a study of annotation it has a row for each annotation of a
        recording that is done, and --events those of the log.
        Examples:
          einthoven study export --study SampleData --raters all > verdicts.csv
          einthoven study export --study lad-audit --output lad-audit/ --deidentify
          einthoven study export --study lad-audit --corrected corrected-labels/
          einthoven study export --study relabel --corrected corrected.csv --method dawid-skene
          einthoven study export --study lad-audit --annotations annotations/
          einthoven study export beats --annotations annotations/ --raters all
        """)
    @Argument(help: "The study; the same as --study.") var name: String?
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var studyOptions: StudyOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var blinding: BlindingOptions
    @Option(help: "csv or json (one object a verdict).") var format: ReportFormat = .csv
    @Option(help: "readers; all: with the training label and the model; consensus: what readers agree on or an adjudicator settled.")
    var raters: StudyExport.Raters = .readers
    @Flag(help: "Every event, with those taken back and their digests, not only the verdicts that stand.") var events = false
    @Flag(help: "Call readers R1, R2, … and sources S1, S2, …, and leave out the names of folders, paths, remarks and comments.")
    var deidentify = false
    @Flag(help: "With --deidentify, keep remarks and comments, which may name patients.") var keepNotes = false
    @Option(help: "A new folder for everything: verdicts, log, cases, consensus, codebook.") var output: String?
    @Option(
      help: "A new folder for headers (.hea) that say what the consensus says, or, of a study that relabels, a CSV; originals stay.")
    var corrected: String?
    @Option(
      help: "A new folder for the readers' annotations: a WFDB file a reader and record, RECORD.READER, and annotations.csv with all.")
    var annotations: String?
    @Option(help: "With --corrected, of a study that relabels: majority, dawid-skene or crowdlab.") var method: StatementConsensus.Method =
      .majority

    mutating func validate() throws {
      if keepNotes, !deidentify { throw ValidationError("--keep-notes goes with --deidentify") }
      if deidentify, corrected != nil {
        throw ValidationError(
          "--corrected does not go with --deidentify: corrected labels name recordings, and headers keep what they say of a patient")
      }
      guard let name else { return }
      guard studyOptions.study == nil || studyOptions.study == name else { throw ValidationError("give one study, not two") }
      studyOptions.study = name
    }

    func run() throws {
      let store = try storeOptions.open()
      let study = try studyOptions.resolve(in: store)
      try trust.check(store)
      if let whatIsTold = whatIsTold(of: study) { try blinding.check(study, in: store, what: "export of \(whatIsTold)", reviewer: nil) }
      let plan = deidentify ? try StudyExport.Deidentification(of: study, in: store, keepsNotes: keepNotes) : nil
      if let plan { Console.note("einthoven: de-identified: \(plan.sentence)") }
      if let output {
        let folder = try StudyFolder(study, in: store, deidentified: plan).files.map { ($0.name, Array($0.text.utf8)) }
        let marks = study.annotating == nil ? [] : try annotations(of: study, in: store, .all, plan).allFiles
        try ExportFolder(output).write(folder + marks)
      }
      if let corrected { try exportCorrected(study, in: store, to: corrected) }
      if let annotations {
        let export = try self.annotations(of: study, in: store, raters, plan)
        try ExportFolder(annotations).write(export.allFiles)
        let count = export.files.count
        try Console.print("\(count) annotation \(count == 1 ? "file" : "files") in \(annotations)")
      }
      if output != nil || corrected != nil || annotations != nil { return }
      if study.annotating != nil, !events {
        let export = try self.annotations(of: study, in: store, raters, plan)
        guard format == .csv else { return try RowPrinter(columns: AnnotationExport.columns, format: format).print(export.rows) }
        for line in export.csvLines { try Console.print(line) }
        return
      }
      var export = try events ? StudyExport.events(study, in: store) : StudyExport.standing(study, in: store, raters: raters)
      if whatIsTold(of: study) == nil { try blinding.leaveOut(of: &export, study, in: store) }
      if let plan { export.deidentify(plan, cases: try store.cases(of: study)) }
      switch format {
      case .json: for row in export.rows { try Console.print(export.json(of: row).text) }
      case .csv:
        try Console.print(CSVWriter.row(export.columns))
        for row in export.rows { try Console.print(CSVWriter.row(export.fields(of: row).map(\.withControlCharactersWritten))) }
      case .table:
        var table = TextTable(export.columns)
        for row in export.rows { table.append(export.fields(of: row)) }
        for line in table.lines { try Console.print(line) }
      }
    }

    /// The annotations, with a word of what is left out.
    private func annotations(
      of study: Study, in store: any ReviewStoring, _ raters: StudyExport.Raters, _ plan: StudyExport.Deidentification?
    ) throws -> AnnotationExport {
      let export = try AnnotationExport(of: study, in: store, raters: raters, deidentified: plan)
      if export.unfinished > 0 {
        Console.note("einthoven: \(export.unfinished) recordings are begun and not done, and left out")
      }
      return export
    }

    /// What the export tells that a blinded study hides from its readers; nil of readers' own verdicts, which can do without.
    private func whatIsTold(of study: Study) -> String? {
      if output != nil { return "the whole study" }
      if corrected != nil { return "corrected labels" }
      if events { return "all events" }
      if annotations != nil || study.annotating != nil { return "the readers' annotations" }
      switch raters {
      case .all: return "all raters"
      case .consensus: return "the consensus"
      case .readers: return nil
      }
    }

    private func exportCorrected(_ study: Study, in store: any ReviewStoring, to folder: String) throws {
      guard study.annotating == nil else {
        throw CommandFailure.usage("--corrected: study \(study.name) is one of annotation, which corrects no label")
      }
      if study.relabelling != nil { return try exportRelabelled(study, in: store, to: folder) }
      let headers = try CorrectedHeaders(try store.consensus(of: study), of: study)
      for remark in headers.remarks { Console.complain(remark) }
      try write(headers, to: folder)
    }

    /// Of a study that relabels: every case that somebody answered, as headers or as a table.
    private func exportRelabelled(_ study: Study, in store: any ReviewStoring, to place: String) throws {
      let consensus = StudyConsensus(try StudyAnswers(of: study, in: store), by: method)
      let corrected = CorrectedLabels(consensus, head: try store.headDigest())
      guard !corrected.labels.isEmpty else {
        throw CommandFailure.badData("study \(study.name): nobody has answered a case yet; nothing to correct")
      }
      guard place.lowercased().hasSuffix(".csv") else {
        let headers = CorrectedHeaders(corrected.labels, of: study)
        for remark in headers.remarks { Console.complain(remark) }
        return try write(headers, to: place)
      }
      try FileOutput.write(corrected.csv, to: place)
      try Console.print("\(corrected.labels.count) corrected labels in \(place)")
    }

    private func write(_ headers: CorrectedHeaders, to folder: String) throws {
      try headers.check()
      try ExportFolder(folder).write(headers.files)
      let leftOut = headers.remarks.isEmpty ? "" : ", \(headers.remarks.count) left out"
      try Console.print("\(headers.files.count) corrected headers in \(folder)\(leftOut)")
      if !headers.remarks.isEmpty { throw CommandFailure(code: ExitStatus.badData, message: nil) }
    }
  }
}

/// A folder that an export makes; one that holds anything is never written into.
private struct ExportFolder {
  let path: String

  init(_ path: String) throws {
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard contents.isEmpty else {
      throw CommandFailure.cannotCreate("\(path): not empty; expected a new folder, so that nothing is overwritten")
    }
    self.path = path
  }

  /// Writes all files, or none: half of a study would look like all of it, and a second try would find the folder in use.
  func write(_ files: [(name: String, bytes: [UInt8])]) throws {
    let isNew = !FileManager.default.fileExists(atPath: path)
    let places = files.map { (path as NSString).appendingPathComponent($0.name) }
    do {
      try FileOutput.makeFolder(path)
      for (file, place) in zip(files, places) { try OutputFile.write(file.bytes, to: place) }
    } catch {
      for place in places { unlink(place) }
      if isNew { rmdir(path) }
      throw error
    }
  }
}
