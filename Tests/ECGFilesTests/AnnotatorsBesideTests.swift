import ECG
import ECGFiles
import Testing

/// Which files beside a record are annotators', and what is read of them.
@Suite struct AnnotatorsBesideTests {
  private let folder: TemporaryFolder
  private let record: RecordReference

  init() throws {
    folder = try TemporaryFolder()
    record = try folder.record(
      "r", header: "r 3 500 2\nr.dat 16 200 16 0 0 0 0 V1\nr.dat 16 200 16 0 0 0 0 resp\nr.dat 16 200 16 0 0 0 0 II\n")
  }

  private func annotate(_ name: String, _ annotations: [Annotation]) throws {
    try AnnotationFile(annotations).write(record, annotator: name)
  }

  @Test func theReferenceComesFirstAndOtherFilesAreNone() throws {
    for name in ["qrs", "atr", "ii"] { try annotate(name, [Annotation(sample: 7, code: .normal)]) }
    try folder.write("r.txt", "notes of somebody")
    try folder.write("r.csv", "time_s,II\n")
    try folder.write("r.atr~", [0, 0])
    try folder.write("rest.atr", [0, 0])
    try folder.write("r.x.atr", [0, 0])
    #expect(try AnnotatorsBeside.names(beside: record) == ["atr", "ii", "qrs"])
    let beside = try AnnotatorsBeside(record)
    #expect(beside.annotators.map(\.name) == ["atr", "ii", "qrs"] && beside.problems.isEmpty)
    #expect(beside.leadOfSignal == [.v1, nil, .ii] && beside.samplingRateHertz == 500 && beside.sampleCount == 2)
  }

  @Test func whatIsNoAnnotationFileIsToldAndTheRestIsRead() throws {
    try annotate("atr", [Annotation(sample: 7, code: .normal)])
    try folder.write("r.qrs", [1])
    let beside = try AnnotatorsBeside(record)
    #expect(beside.annotators.map(\.name) == ["atr"])
    #expect(beside.problems.count == 1 && beside.problems[0].contains("r.qrs"))
    #expect(throws: ECGFileError.self) { try AnnotatorsBeside(record, only: ["qrs"]) }
    #expect(throws: ECGFileError.self) { try AnnotatorsBeside(record, only: ["none"]) }
    #expect(try AnnotatorsBeside(record, only: ["atr"]).annotators.count == 1)
  }

  @Test func ticksOfTheFileBecomeSamplesOfTheRecord() throws {
    try annotate("atr", [Annotation(sample: 0, code: .note, aux: "## time resolution: 1000"), Annotation(sample: 2000, code: .normal)])
    #expect(try AnnotatorsBeside(record).annotators[0].annotations.last?.sample == 1000)
  }

  @Test func aSignalFileOfTheRecordIsNoAnnotator() throws {
    let other = try folder.record("s", header: "s 1 500 2\ns.sig 16 200 16 0 0 0 0 II\n")
    try folder.write("s.sig", [1, 0, 2, 0])
    #expect(try AnnotatorsBeside.names(beside: other) == [])
  }
}
