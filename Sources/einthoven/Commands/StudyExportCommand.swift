import ArgumentParser
import ECG
import Files
import Foundation
import LabelReview
import PlainText

extension StudyCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Export the verdicts that stand, every event, a folder with a codebook, or corrected labels.",
      discussion: """
        The CSV starts with case,rater,verdict, which `einthoven agreement --verdicts` reads.
        Examples:
          einthoven study export --study SampleData --raters all > verdicts.csv
          einthoven study export --study lad-audit --output lad-audit/ --deidentify
          einthoven study export --study lad-audit --corrected corrected-labels/
        """)
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var studyOptions: StudyOptions
    @Option(help: "csv or json (one object a verdict).") var format: ReportFormat = .csv
    @Option(help: "readers; all: with the training label and the model; consensus: what readers agree on or an adjudicator settled.")
    var raters: StudyExport.Raters = .readers
    @Flag(help: "Every event, with those taken back and their digests, not only the verdicts that stand.") var events = false
    @Flag(help: "Call readers R1, R2, … in the order in which they began.") var deidentify = false
    @Option(help: "A new folder for everything: verdicts, log, cases, consensus, codebook.") var output: String?
    @Option(help: "A new folder for headers (.hea) whose #Dx says what the consensus says; the originals stay as they are.") var corrected:
      String?

    func run() throws {
      let store = try storeOptions.open()
      let study = try studyOptions.resolve(in: store)
      if let output {
        try ExportFolder(output).write(
          StudyFolder(study, in: store, deidentifies: deidentify).files.map { ($0.name, Array($0.text.utf8)) })
      }
      if let corrected { try exportCorrected(study, in: store, to: corrected) }
      if output != nil || corrected != nil { return }
      var export = try events ? StudyExport.events(study, in: store) : StudyExport.standing(study, in: store, raters: raters)
      if deidentify { export.rename(try StudyExport.readerCodes(of: study, in: store)) }
      switch format {
      case .json: for row in export.rows { try Console.print(export.json(of: row).text) }
      case .csv:
        try Console.print(CSVWriter.row(export.columns))
        for row in export.rows { try Console.print(CSVWriter.row(export.fields(of: row))) }
      case .table:
        var table = TextTable(export.columns)
        for row in export.rows { table.append(export.fields(of: row)) }
        for line in table.lines { try Console.print(line) }
      }
    }

    private func exportCorrected(_ study: Study, in store: any ReviewStoring, to folder: String) throws {
      guard let diagnosis = Diagnosis.with(code: study.diagnosisCode) else {
        throw CommandFailure.badData("study \(study.name): \(study.diagnosisCode) is no diagnosis that a header could name")
      }
      var files: [(name: String, bytes: [UInt8])] = []
      var leftOut = 0
      for outcome in try store.consensus(of: study) {
        guard let verdict = outcome.verdict, verdict != .unsure, verdict != outcome.studyCase.label else { continue }
        guard !outcome.studyCase.record.contains("/") else {
          Console.complain("\(outcome.studyCase.path): its case is called \(outcome.studyCase.record), which is no file's name; left out")
          leftOut += 1
          continue
        }
        let header = CorrectedHeader(
          outcome.studyCase, verdict: verdict, diagnosis: diagnosis, basis: "\(outcome.basis) in study \(study.name)")
        if let bytes = header.bytes {
          files.append(("\(outcome.studyCase.record).hea", bytes))
        } else {
          Console.complain("\(outcome.studyCase.path): no WFDB header here to correct; left out")
          leftOut += 1
        }
      }
      guard !files.isEmpty else {
        throw CommandFailure.badData("study \(study.name): the consensus contradicts no label; nothing to correct")
      }
      guard Set(files.map(\.name)).count == files.count else {
        throw CommandFailure.badData("study \(study.name): two records share a name; their headers cannot lie in one folder")
      }
      try ExportFolder(folder).write(files)
      try Console.print("\(files.count) corrected headers in \(folder)")
      if leftOut > 0 { throw CommandFailure(code: ExitStatus.badData, message: nil) }
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
