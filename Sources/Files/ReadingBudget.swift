/// What reading may cost in memory, whatever the files say: 64 MB, and 16 bytes for each of theirs.
///
/// A few bytes can ask for gigabytes in many ways: a gap of a year between two segments, a tuple that is recalled a thousand times, one file
/// under many names. Readers do not guard against each of them; they add up the files they open, each once, and ask here before they take memory
/// that is more than a small multiple of what they have read.
public struct ReadingBudget {
  /// Bytes that any file may cost.
  public static let freeByteCount = 64 << 20
  /// Bytes that each byte of a file may cost beyond them.
  public static let factor = 16

  private let path: String
  private var files: Set<PathIdentity> = []
  private var fileByteCount = 0
  private var spent = 0

  /// A budget of nothing but what is free; `path` is what a refusal names.
  public init(path: String) { self.path = path }

  /// The budget of bytes that were read already.
  public init(path: String, byteCount: Int) {
    self.path = path
    fileByteCount = byteCount
  }

  /// Adds a file, once however often it is opened.
  public mutating func add(_ file: borrowing RegularFile) {
    if files.insert(file.identity).inserted { add(byteCount: file.byteCount) }
  }

  /// Adds bytes that were read.
  public mutating func add(byteCount: Int) {
    let (sum, overflow) = fileByteCount.addingReportingOverflow(byteCount)
    fileByteCount = overflow ? .max : sum
  }

  /// Takes memory.
  ///
  /// - Parameter bytes: How much; nil where the number of bytes is beyond counting.
  /// - Throws: ``FileError/overBudget(path:byteCount:)``.
  public mutating func spend(_ bytes: Int?) throws(FileError) {
    let (sum, overflow) = spent.addingReportingOverflow(bytes ?? .max)
    guard !overflow, sum <= limit else { throw .overBudget(path: path, byteCount: fileByteCount) }
    spent = sum
  }

  /// All that may be taken.
  public var limit: Int {
    let (grown, overflow) = fileByteCount.multipliedReportingOverflow(by: Self.factor)
    return overflow ? .max : grown.addingReportingOverflow(Self.freeByteCount).overflow ? .max : grown + Self.freeByteCount
  }
}
