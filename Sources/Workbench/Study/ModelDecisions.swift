import Agreement
import Classification
import ECG
import ECGFiles
import Foundation
import LabelReview
import PlainText

/// What a model decides on one diagnosis in many recordings: predicted now, or read from what `predict` wrote.
public struct ModelDecisions: Sendable {
  /// Digest of the model, several joined by `+`; nil where a file does not tell.
  public private(set) var modelDigest: String?
  /// The thresholds of the classes by SNOMED CT code.
  public private(set) var thresholds: [String: Double] = [:]
  private var byPath: [[UInt8]: ModelDecision] = [:]
  /// By the record's name; nil where two records of the file share it.
  private var byName: [[UInt8]: ModelDecision?] = [:]

  /// The decision on a recording: the one of its path, else of its name where only one record has it.
  public subscript(reference: RecordReference) -> ModelDecision? {
    byPath[Self.key(PlainStudy.casePath(reference))] ?? byPath[Self.key(reference.path)] ?? (byName[Array(reference.name.utf8)] ?? nil)
  }

  /// Decisions of models that have a digest, none yet.
  public init(modelDigest: String?) { self.modelDigest = modelDigest }

  /// Predicts recordings on several threads; those that fail have no decision.
  ///
  /// - Parameter report: What came of each recording, in their order: nil, or why there is no decision.
  /// - Returns: The decisions, of the first records alone where somebody stopped it.
  /// - Throws: What `report` throws.
  public static func predict(
    _ batch: BatchPredictor, about diagnosis: Diagnosis, modelDigest: String?, until request: StopRequest = StopRequest(),
    report: ((any Error)?) throws -> Void
  ) throws -> ModelDecisions {
    var decisions = ModelDecisions(modelDigest: modelDigest)
    _ = try batch.run(until: request) { reference, result in
      switch result {
      case .success(let prediction):
        for entry in prediction.classes where decisions.thresholds[entry.diagnosis.code] == nil {
          decisions.thresholds[entry.diagnosis.code] = entry.threshold
        }
        if let asked = prediction[diagnosis] {
          decisions.add(
            path: PlainStudy.casePath(reference), name: reference.name, isPositive: asked.isPositive, probability: asked.probability)
        }
        try report(nil)
      case .failure(let error): try report(error)
      }
    }
    return decisions
  }

  /// Reads predictions as CSV (`record,path,…,code,…,probability,threshold,positive`) or JSON Lines.
  ///
  /// - Parameter modelDigest: That of the models that are known to have predicted; a file does not tell.
  /// - Throws: ``JobError`` naming the file and the line.
  public static func read(
    _ bytes: Data, path: String, about diagnosis: Diagnosis, modelDigest: String? = nil
  ) throws -> ModelDecisions {
    let data = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    var decisions = ModelDecisions(modelDigest: modelDigest)
    let isJSON = data.first { $0 > 0x20 } == UInt8(ascii: "{")
    try isJSON ? decisions.readLines(data, path: path, diagnosis) : decisions.readTable(data, path: path, diagnosis)
    guard !decisions.byPath.isEmpty else { throw JobError.badData("\(path): no prediction of \(diagnosis.abbreviation) in it") }
    return decisions
  }

  /// The longest file in bytes: predictions of 43,000 records are 130 MB.
  public static let longestFile = 1 << 28

  private mutating func readTable(_ data: Data, path: String, _ diagnosis: Diagnosis) throws {
    let table: CSVTable
    do { table = try CSVTable(parsing: data) } catch { throw JobError.badData("\(path): \(error)") }
    let columns = try ["record", "path", "code", "probability", "threshold", "positive"].map { name in
      guard let column = table.column(name) else { throw JobError.badData("\(path): line 1: no column '\(name)'") }
      return column
    }
    for row in table.rows {
      let fields = columns.map { row.fields[$0] }
      let threshold = Double(fields[4])
      if let code = Diagnosis.with(code: fields[2])?.code, let threshold { thresholds[code] = thresholds[code] ?? threshold }
      guard Diagnosis.with(code: fields[2]) == diagnosis else { continue }
      guard ["true", "false", "1", "0"].contains(fields[5]), let probability = Double(fields[3]), (0...1).contains(probability) else {
        throw JobError.badData(
          "\(path): line \(row.line): probability or positive cannot be read; expected a number from 0 to 1 and true or false")
      }
      let isPositive = ["true", "1"].contains(fields[5])
      guard add(path: fields[1], name: fields[0], isPositive: isPositive, probability: probability) else {
        throw Self.secondDecision(on: fields[1], in: path, line: row.line)
      }
    }
  }

  /// One record of `predict --format json`.
  private struct Line: Decodable {
    let record: String
    let path: String
    let classes: [Entry]

    struct Entry: Decodable {
      let code: String
      let probability: Double
      let threshold: Double
      let positive: Bool
    }
  }

  private mutating func readLines(_ data: Data, path: String, _ diagnosis: Diagnosis) throws {
    let decoder = JSONDecoder()
    for (number, text) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !text.isEmpty {
      guard let line = try? decoder.decode(Line.self, from: Data(text)) else {
        throw JobError.badData("\(path): line \(number + 1): not a line of `einthoven predict --format json`")
      }
      for entry in line.classes {
        if let code = Diagnosis.with(code: entry.code)?.code { thresholds[code] = thresholds[code] ?? entry.threshold }
        guard Diagnosis.with(code: entry.code) == diagnosis else { continue }
        guard (0...1).contains(entry.probability) else {
          throw JobError.badData("\(path): line \(number + 1): a probability of \(entry.probability); expected a number from 0 to 1")
        }
        guard add(path: line.path, name: line.record, isPositive: entry.positive, probability: entry.probability) else {
          throw Self.secondDecision(on: line.path, in: path, line: number + 1)
        }
      }
    }
  }

  private static func secondDecision(on record: String, in path: String, line: Int) -> JobError {
    .badData("\(path): line \(line): another decision on \(record) than above; expected one of each recording")
  }

  /// Adds a decision; false where another was made on the same path.
  @discardableResult
  private mutating func add(path: String, name: String, isPositive: Bool, probability: Double) -> Bool {
    let decision = ModelDecision(verdict: isPositive ? .present : .absent, probability: probability, modelDigest: modelDigest)
    if let other = byPath.updateValue(decision, forKey: Self.key(path)) { return other.verdict == decision.verdict }
    let isKnown = byName[Array(name.utf8)] != nil
    byName[Array(name.utf8)] = .some(isKnown ? nil : decision)
    return true
  }

  /// One spelling of a path, byte by byte: absolute, links resolved, without the extension of a header; what else follows a dot is a part of the name.
  private static func key(_ path: String) -> [UInt8] {
    let whole = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let header = ".hea"
    return Array(whole.hasSuffix(header) ? whole.utf8.dropLast(header.utf8.count) : whole.utf8[...])
  }
}
