import ECG
import PlainText

/// What a file of predictions says of one class of one record.
public struct PredictedClass: Sendable, Hashable {
  /// The diagnosis; nil for a code that is none of the 24.
  public let diagnosis: Diagnosis?
  /// The score as it is written: nil where there is none or it is no number, NaN where it says so.
  public let score: Double?
  /// The threshold of the decision, where it is told.
  public let threshold: Double?
  /// The decision; nil where it is none that can be read.
  public let isPositive: Bool?
}

/// What a file of predictions says of one record.
public struct PredictedRecord: Sendable, Hashable {
  /// The record's name.
  public let name: String
  /// Its path, where the file tells.
  public let path: String?
  /// The fingerprint of the recording, where the file tells.
  public let digest: RecordingDigest?
  /// The line on which it begins, from 1.
  public let line: Int
  /// What made the prediction, as far as the file tells.
  public let maker: PredictionMaker
  /// Its classes in the file's order.
  public let classes: [PredictedClass]
}

/// What a file says of the model that made a prediction: its digest, or the first digits of it, its preprocessing and precision.
public struct PredictionMaker: Sendable, Hashable, CustomStringConvertible {
  /// Digest of the model file, or its first digits; several joined by `+`.
  public internal(set) var model: String?
  /// What is done to a recording first.
  public internal(set) var preprocessing: String?
  /// How the network computes.
  public internal(set) var precision: String?

  /// `0123456789abcdef (paper, exact)`.
  public var description: String {
    let digests = (model ?? "?").split(separator: "+").map { String($0.prefix(16)) }.joined(separator: "+")
    return "\(digests) (\(preprocessing ?? "?"), \(precision ?? "?"))"
  }
}

/// Reads what `predict --format csv` and `--format json` write: the one reader of such files.
public enum PredictionFile {
  /// Four times what predictions of 43,000 records take as lines of JSON.
  public static let largestByteCount = 1 << 29
  /// More classes of one record are no prediction.
  private static let mostClasses = 1000

  /// Walks over the records of a file, in its order.
  ///
  /// - Parameters:
  ///   - bytes: The file, which tells by its first character whether it is lines of JSON.
  ///   - path: Its name in messages.
  ///   - body: Is given each record.
  /// - Throws: ``EvaluationError/malformed(path:line:expected:)``, ``EvaluationError/otherModel(path:line:model:first:)``, and what `body` throws.
  public static func forEachRecord(in bytes: [UInt8], path: String, _ body: (PredictedRecord) throws -> Void) throws {
    var first: PredictionMaker?
    let body: (PredictedRecord) throws -> Void = { record in
      // Parts that were put together may be of several runs.
      if record.maker.model != nil, record.maker != first {
        if let first {
          throw EvaluationError.otherModel(path: path, line: record.line, model: "\(record.maker)", first: "\(first)")
        }
        first = record.maker
      }
      try body(record)
    }
    if bytes.isJSONObjects {
      try forEachLine(in: bytes.withoutByteOrderMark, path: path, body)
    } else {
      try forEachRow(in: bytes, path: path, body)
    }
  }

  // MARK: Lines of JSON

  private static func forEachLine(in bytes: ArraySlice<UInt8>, path: String, _ body: (PredictedRecord) throws -> Void) throws {
    var start = bytes.startIndex
    var line = 0
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.endIndex
      line += 1
      var walker = JSONWalker(bytes[start..<end])
      start = end + 1
      if walker.isAtEnd { continue }
      guard let record = record(&walker, line: line), walker.isAtEnd else {
        throw EvaluationError.malformed(path: path, line: line, expected: "a line of `einthoven predict --format json`")
      }
      try body(record)
    }
  }

  private static func record(_ walker: inout JSONWalker, line: Int) -> PredictedRecord? {
    var name: String?
    var path: String?
    var digest: RecordingDigest?
    var classes: [PredictedClass]?
    var maker = PredictionMaker()
    let isWhole = walker.object { walker, key in
      switch key {
      case "model":
        maker.model = walker.string()
        return maker.model != nil || walker.skipValue()
      case "preprocessing":
        maker.preprocessing = walker.string()
        return maker.preprocessing != nil || walker.skipValue()
      case "precision":
        maker.precision = walker.string()
        return maker.precision != nil || walker.skipValue()
      case "recording_digest":
        digest = walker.string().map(RecordingDigest.init(hexadecimal:))
        return digest != nil || walker.skipValue()
      case "record":
        name = walker.string()
        return name != nil
      case "path":
        path = walker.string()
        return path != nil
      case "classes":
        var gathered: [PredictedClass] = []
        defer { classes = gathered }
        return walker.array { walker in
          guard gathered.count < mostClasses, let entry = predictedClass(&walker) else { return false }
          gathered.append(entry)
          return true
        }
      default: return walker.skipValue()
      }
    }
    guard isWhole, let name, let classes else { return nil }
    return PredictedRecord(name: name, path: path, digest: digest, line: line, maker: maker, classes: classes)
  }

  private static func predictedClass(_ walker: inout JSONWalker) -> PredictedClass? {
    var diagnosis: Diagnosis?
    var score: Double?
    var threshold: Double?
    var isPositive: Bool?
    let isWhole = walker.object { walker, key in
      switch key {
      case "code":
        guard let code = walker.string() else { return false }
        diagnosis = Diagnosis.with(code: code)
      case "probability":
        guard let scalar = walker.scalar() else { return false }
        score = number(scalar)
      case "threshold":
        guard let scalar = walker.scalar() else { return false }
        threshold = number(scalar)
      case "positive":
        guard let scalar = walker.scalar() else { return false }
        isPositive = decision(scalar)
      default: return walker.skipValue()
      }
      return true
    }
    return isWhole ? PredictedClass(diagnosis: diagnosis, score: score, threshold: threshold, isPositive: isPositive) : nil
  }

  // MARK: Table

  /// A row a class; those of one record follow each other, and one path with them: a second record of the name has another path.
  private static func forEachRow(in bytes: [UInt8], path: String, _ body: (PredictedRecord) throws -> Void) throws {
    let table: CSVTable
    do { table = try CSVTable(parsing: bytes) } catch {
      throw EvaluationError.malformed(path: path, line: nil, expected: "what `einthoven predict` wrote (\(error))")
    }
    let names = ["record", "code", "probability", "positive"]
    let columns = names.compactMap { table.column($0) }
    guard columns.count == names.count else {
      throw EvaluationError.malformed(path: path, line: 1, expected: "the columns \(names.joined(separator: ", ")), or lines of JSON")
    }
    let (pathColumn, thresholdColumn) = (table.column("path"), table.column("threshold"))
    let makerColumns = ["model", "preprocessing", "precision"].map { table.column($0) }
    func maker(of row: CSVTable.Row) -> PredictionMaker {
      let texts = makerColumns.map { column in column.map { row[$0] }.flatMap { $0.isEmpty ? nil : $0 } }
      return PredictionMaker(model: texts[0], preprocessing: texts[1], precision: texts[2])
    }
    let digestColumn = table.column("recording_digest")
    func digest(of row: CSVTable.Row) -> RecordingDigest? {
      digestColumn.map { row[$0] }.flatMap { $0.isEmpty ? nil : RecordingDigest(hexadecimal: $0) }
    }
    var current: (name: String, path: String?, digest: RecordingDigest?, line: Int, maker: PredictionMaker)?
    var classes: [PredictedClass] = []
    func finish() throws {
      if let current {
        try body(
          PredictedRecord(
            name: current.name, path: current.path, digest: current.digest, line: current.line, maker: current.maker, classes: classes))
      }
      classes.removeAll(keepingCapacity: true)
    }
    for row in table.rows {
      let name = row[columns[0]].withControlCharactersRead
      let rowPath = pathColumn.map { row[$0].withControlCharactersRead }
      if current.map({ ExactText($0.name) }) != ExactText(name) || current?.path.map(ExactText.init) != rowPath.map(ExactText.init) {
        try finish()
        current = (name, rowPath, digest(of: row), row.line, maker(of: row))
      }
      guard classes.count < mostClasses else {
        throw EvaluationError.malformed(path: path, line: row.line, expected: "at most \(mostClasses) classes of a record")
      }
      classes.append(
        PredictedClass(
          diagnosis: Diagnosis.with(code: row[columns[1]]), score: number(Array(row[columns[2]].utf8)),
          threshold: thresholdColumn.flatMap { Double(row[$0]) }, isPositive: decision(Array(row[columns[3]].utf8))))
    }
    try finish()
  }

  // MARK: Fields

  /// A number as files write it; nil for nothing and for garbage, hexadecimal included.
  static func number(_ field: some RandomAccessCollection<UInt8>) -> Double? {
    let text = String(decoding: field, as: UTF8.self)
    return text.contains { $0 == "x" || $0 == "X" } ? nil : Double(text)
  }

  /// A decision as files write it.
  static func decision(_ field: some RandomAccessCollection<UInt8>) -> Bool? {
    switch String(decoding: field, as: UTF8.self) {
    case "1", "true", "True", "TRUE", "T", "t": true
    case "0", "false", "False", "FALSE", "F", "f": false
    default: nil
    }
  }
}
