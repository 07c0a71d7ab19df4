import Evaluation
import Foundation
import LabelReview
import TestSupport
import Workbench

/// Readers of the tables and lines of JSON that commands take from elsewhere: labels, predictions, verdicts.
extension FuzzTarget {
  /// The whole way of a file into a new store.
  static let importing = FuzzTarget(
    name: "import",
    seeds: {
      [
        Array("case,rater,verdict,path,note,event\n1,A,present,/x/1,\"a\"\"b\",\n1,label,absent,,,\n2,model,unsure,/x/2,,\n".utf8),
        Array("case,rater,verdict,diagnosis,likelihood\n1,A,present,LAD,definite\n1,A,absent,AF,\n2,label,absent,LAD,\n".utf8),
        Array(
          "{\"case\":\"1\",\"rater\":\"A\",\"verdict\":\"present\",\"seconds\":1.5,\"visible\":[\"labels\"],\"measured\":{\"rate\":60}}\n"
            .utf8),
      ]
    },
    read: { bytes, folder in
      let path = folder.appendingPathComponent("import.sqlite").path
      for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
      let verdicts = try VerdictFile.parse(bytes)
      let plain = StudyDraft(name: "s", diagnosisCode: "39732003", question: "?", cases: [])
      let draft = StudyDraft.relabelling(named: "s", of: verdicts) ?? plain
      let store = try ReviewStore(path: path, programVersion: "1")
      _ = try store.importVerdicts(verdicts, into: draft, origin: "x")
      _ = try store.importVerdicts(verdicts, into: draft, origin: "x")
    })

  static let answers = FuzzTarget(
    name: "answers", seeds: { [Array("case,rater,verdict,diagnosis,likelihood\n1,A,present,LAD,definite\n1,B,absent,AF,\n".utf8)] },
    read: { bytes, _ in if AnswerFile.isAboutMany(bytes) { _ = try AnswerFile.parse(bytes) } })

  static let statements = FuzzTarget(
    name: "statements",
    seeds: { [Array("code,abbreviation,name,synonyms\n39732003,LAD,left axis deviation,left axis;LAxD\nx,,y,\n".utf8)] },
    read: { bytes, _ in _ = try StatementFile.parse(bytes) })

  private static let predicted =
    "record,path,code,probability,threshold,positive\n1,/x/1,39732003,0.25,0.5,false\n2,2,39732003,1,0.5,true\n"
  private static let predictedLine =
    #"{"record":"1","path":"/x/1","classes":[{"code":"39732003","probability":0.25,"threshold":0.5,"positive":false}]}"#

  static let decisions = FuzzTarget(
    name: "decisions", seeds: { [Array(predicted.utf8), Array((predictedLine + "\n").utf8)] },
    read: { bytes, folder in
      try? { _ = try ModelDecisions.read(Data(bytes), path: "p", about: .leftAxisDeviation) }()
      let place = folder.appendingPathComponent("p").path
      try Data(bytes).write(to: URL(fileURLWithPath: place))
      try? { _ = try OutputSource(path: place, records: ["1"]) }()
      _ = try ModelAnswers.read(Data(bytes), path: "p")
    })

  /// An output of the challenge, one file a record.
  static let outputs = FuzzTarget(
    name: "outputs", seeds: { [Array("#r\n39732003,426783006\n1,0\n0.75,0.25\n".utf8)] },
    read: { bytes, folder in
      let outputs = folder.appendingPathComponent("outputs")
      try FileManager.default.createDirectory(at: outputs, withIntermediateDirectories: true)
      try Data(bytes).write(to: outputs.appendingPathComponent("r.csv"))
      _ = try OutputSource(path: outputs.path, records: ["r"]).outputs(of: ["r"])
    })

  /// Labels of a training.
  static let labels = FuzzTarget(
    name: "labels",
    seeds: {
      [
        Array("record,codes\nr1,426783006 39732003\nr2,\n".utf8), Array("case,verdict,diagnosis,presence\nr1,present,LAD,0.9\n".utf8),
        Array("record,scp_codes,presence\nr1,\"{'LAFB': 100.0, 'SR': 0.0}\",\"{'LAD': 0.5}\"\n".utf8),
      ]
    },
    read: { bytes, folder in
      let place = folder.appendingPathComponent("labels.csv").path
      try Data(bytes).write(to: URL(fileURLWithPath: place))
      try? { _ = try TrainingLabels(contentsOf: place) }()
      _ = try ConsensusLabels.read(Data(bytes), path: "labels.csv")
    })

  /// What an audit takes from earlier runs.
  static let audit = FuzzTarget(
    name: "audit",
    seeds: {
      [
        Array("record,path,score,fold\nr1,/x/r1,0.5,1\n".utf8), Array("{\"record\":\"r1\",\"path\":\"/x/r1\",\"score\":0.5}\n".utf8),
        Array(#"{"record":"r1","rate_bpm":60,"beats":[{"kind":"N","p_on":1}],"leads":{"I":{"r_mv":1,"quality":["flat"]}}}"#.utf8),
        Array(predicted.utf8),
      ]
    },
    read: { bytes, _ in
      try? { _ = try AuditScores.read(Data(bytes), path: "a") }()
      var records = AuditRecords([])
      try? { _ = try records.take(predictions: bytes, path: "a") }()
      try? { _ = try records.folds(in: bytes, path: "a") }()
      _ = try records.take(measurements: bytes, path: "a")
    })
}
