import ECG
import ECGFiles
import Foundation
import Testing

struct WFDBWriterTests {
  private func record(
    _ values: [Int32] = [1, -2, SignalSamples.missing], patient: Patient = Patient(), diagnoses: [String] = [], comments: [String] = []
  ) -> SignalRecord {
    let signal = Signal(name: "aVR", samples: .digital(values, gain: 1000, baseline: 0))
    return SignalRecord(
      name: "r", samplingRateHertz: 257, frameCount: values.count, signals: [signal], patient: patient, diagnoses: diagnoses,
      comments: comments
    )
  }

  private func header(of record: SignalRecord) throws -> [String] {
    let folder = try TemporaryFolder()
    try WFDBWriter.write(record, to: folder.url.appendingPathComponent("out"))
    #expect(folder.fileNames == ["out.dat", "out.hea"])
    return try String(contentsOf: folder.url.appendingPathComponent("out.hea"), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("A record is written in format 16 with its initial value, checksum and comments in the challenge's form")
  func challengeForm() throws {
    let patient = Patient(ageYears: 81, sex: .female, identifier: "p7")
    let lines = try header(of: record(patient: patient, diagnoses: ["39732003", "426783006"], comments: ["Rx: Unknown"]))
    #expect(
      lines == [
        "out 1 257 3", "out.dat 16 1000(0)/mV 16 0 1 32767 0 aVR", "#Age: 81", "#Sex: Female", "#Patient: p7", "#Dx: 39732003,426783006",
        "#Rx: Unknown",
      ]
    )
  }

  @Test("The bytes of format 16 are little-endian, a missing sample its mark")
  func bytes() throws {
    let folder = try TemporaryFolder()
    try WFDBWriter.write(record(), to: folder.url.appendingPathComponent("out.hea"))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("out.dat")) == Data([1, 0, 0xFE, 0xFF, 0, 0x80]))
  }

  @Test(
    "Values that do not fit take the next wider format",
    arguments: [(32767, 16), (-32767, 16), (-32768, 24), (8_388_607, 24), (8_388_608, 32)])
  func widths(_ value: Int32, _ format: Int) throws {
    let folder = try TemporaryFolder()
    try WFDBWriter.write(record([0, value, SignalSamples.missing]), to: folder.url.appendingPathComponent("out.dat"))
    let copy = try RecordFile.read(folder.reference("out"))
    #expect(copy.signals[0].digits == [0, value, nil])
    #expect(try String(contentsOf: folder.url.appendingPathComponent("out.hea"), encoding: .utf8).contains("out.dat \(format) "))
    #expect(copy.warnings.isEmpty)
  }

  @Test("Comments that already state patient and diagnoses are written as they are")
  func comments() throws {
    let comments = ["<age>: 51", "Weight: 70", "<diagnoses>:", "Rhythm: Sinus, slow."]
    let patient = Patient(ageYears: 51)
    let lines = try header(of: record(patient: patient, diagnoses: ["Rhythm: Sinus, slow."], comments: comments))
    #expect(lines.dropFirst(2) == ["#<age>: 51", "#Weight: 70", "#<diagnoses>:", "#Rhythm: Sinus, slow."])
    let corrected = try header(of: record(patient: Patient(ageYears: 52), diagnoses: ["a, b", "c"], comments: comments))
    #expect(corrected.dropFirst(2) == ["#Age: 52", "#Weight: 70", "#<diagnoses>:", "#a, b", "#c"])
  }

  @Test("No text can break out of its line")
  func lineEnds() throws {
    var hostile = record(diagnoses: ["x\ny"], comments: ["a\r\nr.dat 16"])
    hostile.signals[0].name = "I\n#Age: 3"
    hostile.signals[0].unit = "m V\n"
    #expect(try header(of: hostile) == ["out 1 257 3", "out.dat 16 1000(0)/m_V_ 16 0 1 32767 0 I #Age: 3", "#Dx: x y", "#a  r.dat 16"])
  }

  @Test("Physical samples are kept exactly where they have few decimals")
  func physical() throws {
    let folder = try TemporaryFolder()
    var physical = record()
    physical.signals[0].samples = .physical([0.125, -1.5, .nan])
    try WFDBWriter.write(physical, to: folder.url.appendingPathComponent("out"))
    let copy = try RecordFile.read(folder.reference("out"))
    #expect(copy.signals[0].physicalValues == [0.125, -1.5, nil])
    #expect(copy.signals[0].digits == [125, -1500, nil])
  }

  @Test("A record that is not whole, or has no samples, is not written")
  func refusals() throws {
    let folder = try TemporaryFolder()
    var short = record()
    short.frameCount = 4
    var empty = record()
    empty.signals = []
    for record in [short, empty] {
      #expect(throws: ECGFileError.self) { try WFDBWriter.write(record, to: folder.url.appendingPathComponent("out")) }
      #expect(throws: ECGFileError.self) { try SignalCSVWriter.write(record, to: folder.url.appendingPathComponent("out.csv")) }
    }
    #expect(folder.fileNames.isEmpty)
  }
}
