import Agreement
import ECG
import ECGFiles
import Evaluation
import Foundation
import LabelReview
import PlainText
import SEResNet
import TerminalUI
import TestSupport

/// A reader of bytes that may come from anybody.
struct FuzzTarget: Sendable, CustomStringConvertible {
  /// The name of its folder in the corpus.
  let name: String
  /// Inputs beside those of the corpus.
  var seeds: @Sendable () throws -> [[UInt8]] = { [] }
  /// Reads an input; whatever it says, an answer or an error.
  let read: @Sendable (_ bytes: [UInt8], _ folder: URL) throws -> Void

  var description: String { name }

  /// The one table of them.
  static let all: [FuzzTarget] = [
    header, samples, lead, list, csv, lines, verdicts, importing, agreement, answers, statements, decisions, outputs, labels, audit, study,
    store,
    toml, checkpoint, safetensors, keys, annotations, table,
  ]

  private static let header = FuzzTarget(name: "header") { bytes, folder in
    try write(bytes, "r.hea", in: folder)
    try write(Array(0..<24), "r.dat", in: folder)
    try write([1, 0, 2, 0, 3, 0], "p.dat", in: folder)
    try write(Array("p 1 500 3\np.dat 16 200 16 0 0 0 0 I\n".utf8), "p.hea", in: folder)
    try write(Array("l 2 500 0\n~ 0 200 16 0 0 0 0 I\n~ 0 200 16 0 0 0 0 II\n".utf8), "l.hea", in: folder)
    let reference = record(in: folder)
    _ = try? RecordFile.statements(reference)
    let facts = try RecordFile.inspect(reference)
    _ = facts.leads + facts.derivedLeads
    _ = try Recording(RecordFile.read(reference)).labels.present
  }

  /// The first byte chooses the format, the others are the samples.
  private static let samples = FuzzTarget(name: "samples", seeds: { [Array(0..<60), [200] + [UInt8](repeating: 128, count: 59)] }) {
    bytes, folder in
    let formats = [8, 16, 24, 32, 61, 80, 160, 212, 310, 311]
    let format = formats[Int(bytes.first ?? 0) % formats.count]
    try write(Array(bytes.dropFirst()), "r.dat", in: folder)
    let lines = ["I", "aVF"].map { "r.dat \(format)x2:1 200 16 3 1 5 0 \($0)\n" }.joined()
    try write(Array("r 2 500\n\(lines)".utf8), "r.hea", in: folder)
    _ = try Recording(RecordFile.read(record(in: folder))).digest()
  }

  /// One lead of eight bits: the least that twelve leads can be made of.
  private static let lead = FuzzTarget(name: "lead", seeds: { [Array(0..<60)] }) { bytes, folder in
    try write(bytes, "r.dat", in: folder)
    try write(Array("r 1 500\nr.dat 80 200 8 0 0 0 0 I\n".utf8), "r.hea", in: folder)
    _ = try Recording(RecordFile.read(record(in: folder)))
  }

  private static let list = FuzzTarget(name: "list") { bytes, folder in
    let inner = folder.appendingPathComponent("inner")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    try write(Array("r 1 500 0\nr.dat 16\n".utf8), "inner/r.hea", in: folder)
    // Absolute paths would lead to the machine's own files.
    try write(bytes.filter { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ".") }, "inner/RECORDS", in: folder)
    _ = try RecordLocator.references(at: inner.appendingPathComponent("RECORDS").path)
  }

  private static let csv = FuzzTarget(name: "csv") { bytes, _ in
    let table = try CSVTable(parsing: bytes)
    for row in table.rows { _ = row.fields.map(CSVWriter.quoted) }
    try PredictionFile.forEachRecord(in: bytes, path: "p") { _ in }
  }

  private static let lines = FuzzTarget(name: "lines") { bytes, _ in try PredictionFile.forEachRecord(in: bytes, path: "p") { _ in } }

  private static let verdicts = FuzzTarget(name: "verdicts") { bytes, _ in _ = try VerdictFile.parse(bytes) }

  private static let agreement = FuzzTarget(
    name: "agreement", seeds: { [Array("case,rater,verdict,repeat,source\n1,A,present,,x\n1,B,absent,2,\n\"2 \",A,unsure,,\n".utf8)] },
    read: { bytes, _ in _ = AgreementReport(try VerdictCSV.parse(bytes)) })

  /// The study of an exported folder; the first line is its `study.json`, the others are its `cases.csv`.
  private static let study = FuzzTarget(name: "study", seeds: { [Array((studyLine + "\n" + caseLines).utf8)] }) { bytes, _ in
    let line = bytes.prefix { $0 != 10 }
    _ = try StudyFolder.draft(named: "s", study: Data(line), cases: Data(bytes[line.endIndex...].dropFirst()))
  }

  static let studyLine =
    #"{"study":"s","diagnosis":"39732003","question":"?","hidden":["labels"],"words":{"present":"a","absent":"b","unsure":"c"},"order":"fixed","#
    + #""allows_reveal":false,"sampling_frame":null}"#
  private static let caseLines =
    "case,repeat,path,source,recording_digest,label,model,model_probability,outcome\n1,1,/a/1,a,ab,present,absent,0.5,fn\n"

  /// A store that somebody hands over.
  private static let store = FuzzTarget(
    name: "store",
    seeds: {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("seed-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appendingPathComponent("s.sqlite").path
      let draft = StudyDraft(name: "s", diagnosisCode: "39732003", question: "?", cases: [])
      _ = try ReviewStore(path: path, programVersion: "1").importVerdicts(
        try VerdictFile.parse(Array("case,rater,verdict\n1,A,present\n2,A,absent\n".utf8)), into: draft, origin: "x")
      return [Array(try Data(contentsOf: URL(fileURLWithPath: path)))]
    },
    read: { bytes, folder in
      try write(bytes, "s.sqlite", in: folder)
      let store = try ReviewStore.reading(path: folder.appendingPathComponent("s.sqlite").path, programVersion: "1")
      _ = try store.verification()
      for study in try store.studies() { _ = try StudyExport.events(study, in: store) }
    })

  private static let toml = FuzzTarget(name: "toml") { bytes, _ in
    let text = String(decoding: bytes, as: UTF8.self)
    _ = try? SettingsFile(parsing: text, fileName: "s", known: ["name", "list", "keys.", "desk.", "colors."])
    _ = try Theme(parsing: text, name: "t", fileName: "t")
  }

  private static let checkpoint = FuzzTarget(
    name: "checkpoint",
    seeds: { [Array(try Data(contentsOf: Checkout.golden("SEResNet/tiny-half.pth")))] },
    read: { bytes, folder in
      try write(bytes, "c.pth", in: folder)
      try CheckpointImporter.importPyTorch(
        from: folder.appendingPathComponent("c.pth"), to: folder.appendingPathComponent("c.safetensors"), preprocessing: .paper)
    })

  private static let safetensors = FuzzTarget(
    name: "safetensors",
    seeds: {
      let header = #"{"__metadata__":{"format":"pt"},"conv1.weight":{"dtype":"F32","shape":[1,12,15],"data_offsets":[0,720]}}"#
      let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      return [length + Array(header.utf8) + [UInt8](repeating: 1, count: 720)]
    },
    read: { bytes, folder in
      try write(bytes, "m.safetensors", in: folder)
      _ = try Model(contentsOf: folder.appendingPathComponent("m.safetensors"))
    })

  private static let keys = FuzzTarget(name: "keys") { bytes, _ in
    let raw = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { RawInput.character($0.value) }
    var decoder = InputDecoder()
    _ = decoder.decode(raw) + decoder.giveUp()
    // In pieces, as a slow line brings them.
    var slow = InputDecoder()
    var seconds = 0.0
    for start in stride(from: 0, to: raw.count, by: 7) {
      _ = slow.decode(Array(raw[start..<min(start + 7, raw.count)]), at: seconds)
      seconds += 0.1
    }
    _ = slow.giveUp()
  }

  private static let annotations = FuzzTarget(name: "annotations") { bytes, _ in _ = try AnnotationFile(parsing: bytes, file: "r.atr") }

  private static let table = FuzzTarget(
    name: "table",
    seeds: {
      [
        Array("sample,code,subtype,channel,number,aux,end_sample\n10,1,0,0,0,\\x00(N,\n20,22,-1,1,2,\"a, b\",40\n".utf8),
        Array("{\"sample\":10,\"symbol\":\"N\",\"aux\":\"(AFIB\",\"channel\":0}\n".utf8),
      ]
    },
    read: { bytes, _ in _ = try AnnotationFile(parsingTable: bytes, file: "t") })

  private static func record(in folder: URL) -> RecordReference {
    RecordReference(name: "r", path: "r", url: folder.appendingPathComponent("r.hea"), format: .wfdb)
  }

  private static func write(_ bytes: [UInt8], _ name: String, in folder: URL) throws {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
  }
}
