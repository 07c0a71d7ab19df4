import Agreement
import ECG
import ECGFiles
import Evaluation
import Foundation
import LabelReview
import PlainText

/// What readers said of recordings in an earlier study, of one question or of many statements.
public struct EarlierReadings: Sendable {
  /// The study's name.
  public let study: String
  /// How many said present, absent and unsure, by recording and statement's code.
  private var votes: [RecordingDigest: [String: [Int]]] = [:]

  /// The standing verdicts and answers of a study.
  ///
  /// - Throws: `ReviewStoreError`.
  public init(_ study: Study, in store: any ReviewStoring) throws {
    self.study = study.name
    let cases = try store.cases(of: study)
    let digests = Dictionary(cases.compactMap { entry in entry.digest.map { (entry.id, $0) } }, uniquingKeysWith: { first, _ in first })
    if let relabelling = study.relabelling {
      for given in try store.answers(.verdict, of: study) {
        guard let digest = digests[given.caseID] else { continue }
        for statement in relabelling.statements { add(given.answer[statement.code].verdict, on: digest, statement.code) }
      }
    } else {
      for given in try store.standingVerdicts(of: study) {
        guard let digest = digests[given.studyCase.id] else { continue }
        add(given.verdict, on: digest, study.diagnosisCode)
      }
    }
  }

  private mutating func add(_ verdict: Verdict?, on digest: RecordingDigest, _ code: String) {
    guard let verdict else { return }
    votes[digest, default: [:]][code, default: [0, 0, 0]][verdict.category] += 1
  }

  /// The votes on a recording, of each statement asked about.
  func votes(on digest: RecordingDigest?, asked: [Statement]) -> [[Int]] {
    guard let digest, let found = votes[digest] else { return [] }
    return asked.map { found[$0.code] ?? [0, 0, 0] }
  }
}

/// How suspect an audit found recordings' labels: what `audit --format csv` or `json` wrote.
public struct AuditScores: Sendable {
  private var index = SaidOfRecords<Double>()

  /// The score of a recording's label; nil where there is none.
  public subscript(reference: RecordReference) -> Double? { index[reference] }

  /// Scores of recordings, by path and name.
  public init(_ scores: [(record: String, path: String, score: Double)]) {
    for entry in scores { _ = index.add(entry.score, path: entry.path, name: entry.record) }
  }

  /// Reads a file; of several scores of one recording, as of an audit of several diagnoses, the highest counts.
  ///
  /// - Throws: ``JobError`` naming the file and what was expected.
  public static func read(_ bytes: Data, path: String) throws -> AuditScores {
    var scores = AuditScores([])
    if bytes.isJSONObjects { try scores.addObjects(bytes.withoutByteOrderMark, path: path) } else { try scores.addRows(bytes, path: path) }
    guard !scores.index.isEmpty else {
      throw JobError.badData("\(path): no score in it; expected what `einthoven audit --format csv` or json wrote")
    }
    return scores
  }

  private mutating func add(_ score: Double, record: String, path: String) {
    index.add(score, path: path, name: record, joinedBy: max)
  }

  private mutating func addRows(_ bytes: Data, path: String) throws {
    do {
      let table = try CSVTable(parsing: bytes)
      guard let record = table.column("record"), let place = table.column("path"), let score = table.column("score") else {
        throw JobError.badData("\(path): no columns record, path and score; expected what `einthoven audit --format csv` wrote")
      }
      for row in table.rows {
        if let number = Double(row[score]), number.isFinite {
          add(number, record: row[record].withControlCharactersRead, path: row[place].withControlCharactersRead)
        }
      }
    } catch let error as CSVError {
      throw JobError.badData("\(path): \(error)")
    }
  }

  private struct Line: Decodable {
    let record: String?
    let path: String?
    let score: Double?
  }

  private mutating func addObjects(_ bytes: Data, path: String) throws {
    let decoder = JSONDecoder()
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty {
      let text = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[text.endIndex...].dropFirst()
      number += 1
      guard text.contains(where: { $0 > 0x20 }) else { continue }
      guard let line = try? decoder.decode(Line.self, from: Data(text)) else {
        throw JobError.badData("\(path): line \(number): no JSON object; expected what `einthoven audit --format json` wrote")
      }
      // The summary at the end has no record.
      if let record = line.record, let place = line.path, let score = line.score { add(score, record: record, path: place) }
    }
  }
}
