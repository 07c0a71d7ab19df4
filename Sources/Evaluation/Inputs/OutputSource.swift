import ECG
import PlainText

/// A model's outputs by the name of the record: a folder of the challenge's files, or a file that `predict` wrote.
public struct OutputSource: Sendable {
  private let path: String
  private var outputs: [String: RecordOutput] = [:]
  /// Challenge files that do not have the form: all negative in every figure.
  public private(set) var failures: [EvaluationError] = []

  private static let largestFileByteCount = 1 << 20
  /// Four times what predictions of 43,000 records take as lines of JSON.
  private static let largestLinesByteCount = 1 << 29
  /// Twice what they take as a table, which is kept whole in memory, six bytes for each of its own.
  private static let largestTableByteCount = 160 << 20

  /// Reads the outputs of the named records, of a file those of others too.
  ///
  /// - Throws: ``EvaluationError`` where the input does not exist, a predictions file is malformed, or a record in it comes twice.
  public init(path: String, records: [String]) throws(EvaluationError) {
    self.path = path
    guard InputBytes.isFolder(path) else {
      var bytes = try InputBytes.read(path, limit: Self.largestLinesByteCount)
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
      let isJSON = bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
      guard isJSON || bytes.count <= Self.largestTableByteCount else {
        throw .malformed(path: path, line: nil, expected: "at most \(Self.largestTableByteCount) bytes of CSV, or lines of JSON")
      }
      outputs = try isJSON ? PredictionLines.read(bytes, path: path) : PredictionTable.read(bytes, path: path)
      return
    }
    let files = Set(try InputBytes.files(in: path, endingIn: ".csv", isRecursive: false).map(InputBytes.recordName))
    let root = path.hasSuffix("/") ? path : path + "/"
    var reader = ChallengeOutputReader()
    outputs.reserveCapacity(records.count)
    for name in records where files.contains(name) {
      let file = root + name + ".csv"
      var output: RecordOutput?
      do throws(EvaluationError) {
        output = reader.read(try InputBytes.read(file, limit: Self.largestFileByteCount))
        if output == nil {
          failures.append(
            .malformed(path: file, line: nil, expected: "rows of codes, decisions and scores of one length; taken as all negative"))
        }
      } catch {
        failures.append(error)
      }
      outputs[name] = output ?? RecordOutput()
    }
  }

  /// The outputs of records in their order.
  ///
  /// - Throws: ``EvaluationError/noOutput(records:path:)``.
  public func outputs(of records: [String]) throws(EvaluationError) -> [RecordOutput] {
    let missing = records.filter { outputs[$0] == nil }
    guard missing.isEmpty else { throw .noOutput(records: missing, path: path) }
    return records.compactMap { outputs[$0] }
  }
}

/// Reads `predict --format csv`: a row a class.
enum PredictionTable {
  static func read(_ bytes: [UInt8], path: String) throws(EvaluationError) -> [String: RecordOutput] {
    let table: CSVTable
    do { table = try CSVTable(parsing: bytes) } catch {
      throw .malformed(path: path, line: nil, expected: "what `einthoven predict` wrote (\(error))")
    }
    let names = ["record", "code", "probability", "positive"]
    let columns = names.compactMap { table.column($0) }
    guard columns.count == names.count else {
      throw .malformed(path: path, line: 1, expected: "the columns \(names.joined(separator: ", ")), or lines of JSON")
    }
    // Rows of one record follow each other, and one path with them: a second record of the name has another path.
    let pathColumn = table.column("path")
    var outputs: [String: RecordOutput] = [:]
    var current: (name: String, path: String?)?
    var builder = RecordOutputBuilder()
    for row in table.rows {
      let name = row.fields[columns[0]]
      let rowPath = pathColumn.map { row.fields[$0] }
      if current?.name != name || current?.path != rowPath {
        if let current { outputs[current.name] = builder.finish() }
        guard outputs[name] == nil else { throw .repeatedRecord(name: name, path: "\(path), line \(row.line)") }
        current = (name, rowPath)
        builder = RecordOutputBuilder()
      }
      guard let index = Diagnosis.with(code: row.fields[columns[1]])?.index else { continue }
      builder.add(
        index, isPositive: RecordOutputBuilder.isPositive(Array(row.fields[columns[3]].utf8)),
        score: RecordOutputBuilder.score(Array(row.fields[columns[2]].utf8)))
    }
    if let current { outputs[current.name] = builder.finish() }
    return outputs
  }
}
