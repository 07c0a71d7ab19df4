import ECG
import ECGFiles
import Foundation
import SEResNet
import TestSupport
import Testing
import Training
import Workbench

/// Labels from beside the headers, labels in words, and where recordings come from.
@Suite struct TrainingLabelsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A record of one second with a header's label.
  private func record(_ name: String, label: String) throws -> RecordReference {
    let count = 500
    let signals = Lead.allCases.map { "\(name).dat 16 1000/mV 16 0 0 0 0 \($0.name)\n" }.joined()
    _ = try folder.write(Data("\(name) 12 500 \(count)\n\(signals)#Dx: \(label)\n".utf8), as: "\(name).hea")
    let samples = (0..<count).flatMap { sample in (0..<12).map { Int16(100 * sin(Double(sample + 40 * $0) / 20)) } }
    _ = try folder.write(samples.withUnsafeBytes { Data($0) }, as: "\(name).dat")
    return try #require(try RecordLocator.references(at: folder.url.appendingPathComponent(name).path, followingLinks: false).first)
  }

  private func data(_ references: [RecordReference], _ change: (inout TrainingData.Selection) throws -> Void) rethrows -> TrainingData {
    var selection = TrainingData.Selection(preprocessing: .paper)
    try change(&selection)
    return TrainingData(references.map { ($0, .train) }, selection)
  }

  @Test func ventricularEctopicsAreLearntAsPVC() throws {
    let record = try record("A1", label: "164884008,426783006")
    let example = try #require(data([record]) { _ in }.examples(.train).first)
    #expect(example.diagnoses.map(\.abbreviation) == ["SNR", "PVC"])
  }

  @Test func aFileOfLabelsStandsForThoseOfTheHeaders() throws {
    let records = [try record("A1", label: "426783006"), try record("A2", label: "426783006")]
    let file = try folder.write(Data("A1,164884008 39732003\n".utf8), as: "labels.csv")
    let data = try data(records) { $0.labels = try TrainingLabels(contentsOf: file.path) }
    #expect(data.examples(.train).map { $0.diagnoses.map(\.abbreviation) } == [["LAD", "PVC"], ["SNR"]])
  }

  @Test func namesThatAreOneTextToUnicodeAreTwoRecords() throws {
    let file = try folder.write(Data("caf\u{e9},39732003\ncafe\u{301},426783006\n".utf8), as: "labels.csv")
    let records = [try record("caf\u{e9}", label: "427084000"), try record("cafe\u{301}", label: "427084000")]
    let data = try data(records) { $0.labels = try TrainingLabels(contentsOf: file.path) }
    #expect(data.examples(.train).map { $0.diagnoses.map(\.abbreviation) } == [["LAD"], ["SNR"]])
  }

  @Test(arguments: ["A1,39732003\nA1,426783006\n", "A1,left axis\n", "A1\n", "A1,39732003,426783006\n"])
  func aFileThatIsNoLabelsIsRefusedWithItsLine(text: String) throws {
    let file = try folder.write(Data(text.utf8), as: "labels.csv")
    #expect(throws: JobError.self) { try TrainingLabels(contentsOf: file.path) }
  }

  @Test func whatWordsDoNotSpeakOfIsUnknownAndBelongsToNoFold() throws {
    let records = [
      try record("A1", label: "Electric axis of the heart: left axis deviation"), try record("A2", label: "426783006"),
      try record("A3", label: "39732003"),
    ]
    let without = data(records) { _ in }
    #expect(without.count(.skipped) == 1)
    let data = data(records) { $0.readsWords = true }
    let example = try #require(data.examples(.train).first)
    #expect(example.diagnoses == [.leftAxisDeviation])
    let known = Diagnosis.all.filter { !example.unknown.contains($0) }.map(\.abbreviation)
    #expect(known == ["LAD", "RAD"])
    #expect(data.split(into: 2, seed: 1).folds.count == 2)
    let batch = try BatchBuilder(data.examples(.train), TrainingSettings()).batch(epoch: 0, of: [0])
    #expect(batch.targets[Diagnosis.leftAxisDeviation.index] == 1)
    #expect(batch.targets.count { $0 == -1 } == 22)
  }

  @Test func aSourceIsTheLettersOfTheNameElseTheFolder() throws {
    let records = [try record("HR1", label: "426783006"), try record("17", label: "426783006")]
    let sources = data(records) { $0.namesSources = true }.examples(.train).map(\.source)
    #expect(sources == ["HR", folder.url.lastPathComponent])
    #expect(data(records) { _ in }.examples(.train).allSatisfy { $0.source == nil })
  }
}
