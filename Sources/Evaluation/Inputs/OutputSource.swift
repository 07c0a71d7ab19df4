import ECG
import Files
import PlainText

/// A model's outputs by the name of the record: a folder of the challenge's files, or a file that `predict` wrote.
public struct OutputSource: Sendable {
  private let path: String
  private var outputs: [ExactText: RecordOutput] = [:]
  /// Challenge files that do not have the form: all negative in every figure.
  public private(set) var failures: [EvaluationError] = []

  private static let largestFileByteCount = 1 << 20
  /// Twice what predictions of 43,000 records take as a table, which is kept whole in memory.
  private static let largestTableByteCount = 160 << 20

  /// Reads the outputs of the named records, of a file those of others too.
  ///
  /// - Throws: ``EvaluationError`` where the input does not exist, a predictions file is malformed, or a record in it comes twice.
  public init(path: String, records: [String]) throws(EvaluationError) {
    self.path = path
    guard PathKind(path) == .folder else {
      outputs = try Self.outputs(inFile: path)
      return
    }
    var walk = FolderWalk()
    let root = path.hasSuffix("/") ? path : path + "/"
    let files: Set<ExactText>
    do throws(FileError) {
      files = Set(
        try walk.files(in: path, isRecursive: false) { $0.hasSuffix(".csv") }.map {
          ExactText(String($0.dropFirst(root.count).dropLast(4)))
        })
    } catch {
      throw EvaluationError(error)
    }
    var reader = ChallengeOutputReader()
    outputs.reserveCapacity(records.count)
    for name in records where files.contains(ExactText(name)) {
      let file = root + name + ".csv"
      var output: RecordOutput?
      do throws(FileError) {
        output = reader.read(try RegularFile.contents(of: file, limit: Self.largestFileByteCount))
        if output == nil {
          failures.append(
            .malformed(path: file, line: nil, expected: "rows of codes, decisions and scores of one length; taken as all negative"))
        }
      } catch {
        failures.append(EvaluationError(error))
      }
      outputs[ExactText(name)] = output ?? RecordOutput()
    }
  }

  private static func outputs(inFile path: String) throws(EvaluationError) -> [ExactText: RecordOutput] {
    var outputs: [ExactText: RecordOutput] = [:]
    do {
      let bytes = try InputBytes.read(path, limit: PredictionFile.largestByteCount)
      guard bytes.isJSONObjects || bytes.count <= largestTableByteCount else {
        throw EvaluationError.malformed(path: path, line: nil, expected: "at most \(largestTableByteCount) bytes of CSV, or lines of JSON")
      }
      try PredictionFile.forEachRecord(in: bytes, path: path) { record in
        var builder = RecordOutputBuilder()
        for entry in record.classes {
          guard let index = entry.diagnosis?.index else { continue }
          builder.add(index, isPositive: entry.isPositive ?? false, score: entry.score ?? 0)
        }
        guard outputs.updateValue(builder.finish(), forKey: ExactText(record.name)) == nil else {
          throw EvaluationError.repeatedRecord(name: record.name, path: "\(path), line \(record.line)")
        }
      }
    } catch let error as EvaluationError {
      throw error
    } catch let error as FileError {
      throw EvaluationError(error)
    } catch {
      throw .malformed(path: path, line: nil, expected: "what `einthoven predict` wrote (\(error))")
    }
    return outputs
  }

  /// The outputs of records in their order.
  ///
  /// - Throws: ``EvaluationError/noOutput(records:path:)``.
  public func outputs(of records: [String]) throws(EvaluationError) -> [RecordOutput] {
    let missing = records.filter { outputs[ExactText($0)] == nil }
    guard missing.isEmpty else { throw .noOutput(records: missing, path: path) }
    return records.compactMap { outputs[ExactText($0)] }
  }
}
