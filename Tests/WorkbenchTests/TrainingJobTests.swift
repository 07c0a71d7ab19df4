import ECG
import ECGFiles
import Foundation
import TestSupport
import Testing
import Training
import Workbench

/// Training data as they are read, and sessions as they are reported.
@Suite struct TrainingJobTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private final class Observer: TrainingObserver {
    var results: [String] = []
    var notes: [String] = []
    var epochs = 0
    func result(_ line: String) { results.append(line) }
    func note(_ line: String) { notes.append(line) }
    func complain(_ line: String) { notes.append(line) }
    func begin(title: String, epochs: Int) {}
    func show(_ event: TrainingRun.Event) { if case .epoch = event { epochs += 1 } }
    func end() {}
  }

  /// Records of a sine each, with comments of their own.
  private func records(_ comments: [[String]]) throws -> [RecordReference] {
    for (index, comments) in comments.enumerated() {
      let values = (0..<600).map { Int16(1000 * sin(Double($0) * Double(index + 1) / 20)) }
      let frames = values.flatMap { value in [Int16](repeating: value, count: 12) }
      let signals = Lead.allCases.map { "r\(index).dat 16 1000/mV 16 0 0 0 0 \($0.name)" }
      let text = ["r\(index) 12 100 600"] + signals + comments.map { "#" + $0 }
      try folder.write(text.joined(separator: "\n") + "\n", as: "r\(index).hea")
      try folder.write(frames.map(\.littleEndian).withUnsafeBytes { Data($0) }, as: "r\(index).dat")
    }
    return try RecordLocator.references(at: folder.path)
  }

  private func data(_ references: [RecordReference], _ change: (inout TrainingData.Selection) -> Void = { _ in }) -> TrainingData {
    var selection = TrainingData.Selection(preprocessing: .paper)
    change(&selection)
    return TrainingData(references.map { ($0, .train) }, selection)
  }

  @Test func labelsDecideWhatBecomesOfARecord() throws {
    let references = try records([
      ["Dx: 39732003"], ["Dx: 55827005"], ["Dx: left axis deviation"], [], ["Dx: 39732003", "Fold: 3"], ["Dx: 426783006", "Fold: 4"],
    ])
    try folder.write("nonsense\n", as: "r9.hea")
    let all = references + [RecordReference(name: "r9", path: "r9", url: folder.url.appendingPathComponent("r9.hea"), format: .wfdb)]
    let data = data(all) {
      $0.excludedFolds = [3]
      $0.validationFold = 4
    }
    #expect(data.records.map(\.use) == [.train, .train, .skipped, .skipped, .excluded, .validate, .skipped])
    #expect(data.records[1].example?.diagnoses == [], "unscored codes: negative for all")
    #expect(data.records.count { $0.failure != nil } == 1)
    #expect(data.summary.hasPrefix("7 records: 2 to train, 1 to validate, 1 excluded, 3 skipped (2 without a label"))
    #expect(self.data(references) { $0.skipsUnscored = true }.records[1].use == .skipped)
    let report = data.report().split(separator: "\n")
    #expect(report.count == 8 && report[0] == "record,path,use,fold,labels,remarks" && report[5].contains(",excluded,3,"))
  }

  @Test func aSessionOfFoldsWritesModelsOutputsAndAReport() throws {
    let references = try records((0..<8).map { [$0 % 2 == 0 ? "Dx: 39732003" : "Dx: 426783006", "Patient: \($0)"] })
    let data = data(references)
    var settings = TrainingSettings()
    settings.baseWidth = 2
    settings.epochs = 1
    settings.batchSize = 4
    let observer = Observer()
    var session = TrainingSession(settings, threads: 1, observer: observer)
    session.program = ("einthoven test", "train")
    let files = TrainingFiles(model: folder.url.appendingPathComponent("m.safetensors"))
    try session.crossValidate(data, data.split(into: 2, seed: 1), only: nil, files: files)
    #expect(observer.epochs == 2 && observer.results.first == "# Cross-validation")
    #expect(try folder.text("m.folds.md") == observer.results.dropLast().joined(separator: "\n") + "\n")
    let rows = try folder.text("m.folds.csv").split(separator: "\n")
    #expect(rows.count == 1 + 8 * Diagnosis.all.count)
    #expect(folder.fileNames.contains("m.fold1.safetensors") && folder.fileNames.contains("m.fold2.safetensors"))
    // Again with the same settings: nothing is trained twice.
    session.resumes = true
    try session.crossValidate(data, data.split(into: 2, seed: 1), only: nil, files: files)
    #expect(observer.epochs == 2 && observer.notes == ["fold 1: finished before", "fold 2: finished before"])
  }

  @Test func aStoppedSessionSaysHowToGoOn() throws {
    let references = try records((0..<4).map { _ in ["Dx: 39732003"] })
    var settings = TrainingSettings()
    settings.baseWidth = 2
    settings.epochs = 2
    let observer = Observer()
    var session = TrainingSession(settings, threads: 1, observer: observer)
    session.request.stop()
    let files = TrainingFiles(model: folder.url.appendingPathComponent("m.safetensors"))
    let examples = data(references).examples(.train)
    let error = #expect(throws: TrainingInterruption.self) { try session.train(examples, validation: [], files: files) }
    #expect(error?.description.contains("--resume") == true)
    session.request = StopRequest()
    session.resumes = true
    try session.train(examples, validation: [], files: files)
    #expect(observer.results.first?.hasPrefix("model  ") == true && folder.fileNames.contains("m.safetensors"))
  }
}
