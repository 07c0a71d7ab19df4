import ECG
import ECGSignal
import Foundation
import TestSupport
import Testing

@Suite struct SynthesisCollectionTests {
  let recipes = SampleCollection.recipes

  @Test func tableIsConsistent() {
    #expect(Set(recipes.map(\.name)).count == recipes.count)
    #expect(recipes.map(\.name) == recipes.map(\.name).sorted())
    for recipe in recipes {
      #expect(!recipe.labels.isEmpty && recipe.labels.allSatisfy { Diagnosis.named($0)?.abbreviation == $0 }, "\(recipe.name)")
      #expect((recipe.conduction == .leftBundleBranchBlock) == recipe.labels.contains("LBBB"))
      #expect((recipe.conduction == .rightBundleBranchBlock) == recipe.labels.contains("CRBBB"))
      #expect((recipe.prematureBeatEvery != nil) == recipe.labels.contains("PVC"))
      #expect(recipe.labels.contains("AF") != recipe.rhythm.hasPWaves)
      #expect(recipe.labels.contains("RAD") == (recipe.qrsAxisDegrees > 90))
    }
    for (recipe, record) in zip(recipes, SampleCollection.records()) {
      #expect(record.diagnoses.count == recipe.labels.count && Set(Diagnosis.scored(in: record.diagnoses)).count == recipe.labels.count)
      #expect(record.patient == recipe.patient && record.name == recipe.name)
    }
  }

  @Test func collectionCoversWhatItPromises() {
    #expect(recipes.filter(\.hasLeftAxisDeviation).count >= 8)
    #expect(recipes.filter { (-30...90).contains($0.qrsAxisDegrees) }.count >= 10)
    #expect(recipes.filter { $0.isLeftAxisLabelWrong && $0.hasLeftAxisDeviation }.count == 3)
    #expect(recipes.filter { $0.isLeftAxisLabelWrong && !$0.hasLeftAxisDeviation }.count == 3)
    #expect(Set(recipes.map(\.recorder.samplingRateHertz)) == [257, 500, 1000])
    #expect(recipes.contains { $0.recorder.durationSeconds == 60 } && recipes.contains { $0.recorder.missingLead != nil })
    #expect(recipes.contains { $0.patient.ageYears == nil && $0.patient.sex == nil })
    let bytes = recipes.reduce(0) { $0 + Int($1.recorder.samplingRateHertz * $1.recorder.durationSeconds) * 24 }
    #expect(bytes < 6_000_000)
  }

  @Test func recordingsAreElectrocardiograms() throws {
    for record in SampleCollection.records() {
      let recording = try Recording(record)
      #expect(recording.warnings.isEmpty, "\(record.name) \(recording.warnings)")
    }
  }

  @Test func readMeTellsOfEveryRecordingAndEveryWrongLabel() throws {
    let text = try String(contentsOf: Checkout.root.appendingPathComponent("SampleData/README.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| heart") }.map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let expected = recipes.map { recipe in
      [recipe.name, recipe.comment, String(Int(recipe.qrsAxisDegrees)), recipe.labels.joined(separator: ", ")]
    }
    #expect(rows.filter { $0.count > 4 }.map { Array($0.prefix(4)) } == expected)
    let wrong = recipes.filter(\.isLeftAxisLabelWrong).map { [$0.name, String(Int($0.qrsAxisDegrees))] }
    #expect(rows.filter { $0.count == 4 }.map { Array($0.prefix(2)) } == wrong)
  }

  @Test func shippedSamplesAreWhatTheSeedMakes() throws {
    for record in SampleCollection.records() {
      let data = try Data(contentsOf: Checkout.root.appendingPathComponent("SampleData/\(record.name).dat"))
      let columns = record.signals.map { record.values($0) }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(data.count)
      for frame in 0..<record.frameCount {
        for column in columns {
          let pattern = UInt16(bitPattern: Int16(truncatingIfNeeded: column[frame]))
          bytes.append(UInt8(truncatingIfNeeded: pattern))
          bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
        }
      }
      #expect(data == Data(bytes), "\(record.name)")
    }
  }
}
