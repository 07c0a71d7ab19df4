import ECG

/// Gathers what is said of the codes of one record: a merged pair is positive where either is, and its score is the mean of both.
///
/// As in the official scorer, a score that is no number leaves the mean to the other code of its pair, and is 0 where there is none.
struct RecordOutputBuilder {
  private var output = RecordOutput()
  private var numbers = [Int](repeating: 0, count: Diagnosis.all.count)

  mutating func add(_ index: Int, isPositive: Bool, score: Double) {
    if isPositive { output.decisions[index] = true }
    guard !score.isNaN else { return }
    output.scores[index] += score
    numbers[index] += 1
  }

  /// What was gathered.
  func finish() -> RecordOutput {
    var finished = output
    for (index, count) in numbers.enumerated() where count > 1 { finished.scores[index] /= Double(count) }
    for index in finished.scores.indices where finished.scores[index].isNaN { finished.scores[index] = 0 }
    return finished
  }
}

/// Reads the challenge's output files, one a record: codes, decisions and scores in three rows of equal length.
struct ChallengeOutputReader {
  private var codeLine: ArraySlice<UInt8> = []
  private var columns: [Int?] = []

  /// The output in a file's bytes; nil where it does not have the form.
  ///
  /// As the official scorer reads: blank lines and those that begin with `#` do not count, all others must have as many fields as the first.
  mutating func read(_ bytes: [UInt8]) -> RecordOutput? {
    let lines = bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }).map { $0.trimmingBlanks() }
      .filter { !$0.isEmpty && $0.first != UInt8(ascii: "#") }
    guard lines.count >= 3 else { return nil }
    if lines[0] != codeLine || columns.isEmpty {
      codeLine = lines[0]
      columns = Self.fields(lines[0]).map { Diagnosis.with(code: String(decoding: $0, as: UTF8.self))?.index }
    }
    let decisions = Self.fields(lines[1])
    let scores = Self.fields(lines[2])
    guard decisions.count == columns.count, scores.count == columns.count,
      lines.dropFirst(3).allSatisfy({ Self.fields($0).count == columns.count })
    else { return nil }
    var builder = RecordOutputBuilder()
    for (column, index) in columns.enumerated() {
      guard let index else { continue }
      builder.add(
        index, isPositive: PredictionFile.decision(decisions[column]) ?? false, score: PredictionFile.number(scores[column]) ?? 0)
    }
    return builder.finish()
  }

  private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
  }
}

extension RandomAccessCollection<UInt8> {
  /// Without blanks and line ends on either side.
  func trimmingBlanks() -> SubSequence {
    var rest = self[...]
    while let first = rest.first, first == 32 || (9...13).contains(first) { rest = rest.dropFirst() }
    while let last = rest.last, last == 32 || (9...13).contains(last) { rest = rest.dropLast() }
    return rest
  }
}
