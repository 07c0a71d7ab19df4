import ECG

/// The annotations of one annotator, with what is needed to write the file again byte for byte.
public struct AnnotationFile: Sendable, Equatable {
  /// One annotation of a file.
  public struct Entry: Sendable, Equatable {
    /// The annotation; ``Annotation/endSample`` is set where its span is closed further on.
    public var annotation: Annotation
    /// Its bytes in the file, where another program wrote it in other words than WFDB's library would; nil where they are the same.
    public var storedBytes: [UInt8]?

    /// An entry.
    public init(_ annotation: Annotation, storedBytes: [UInt8]? = nil) {
      self.annotation = annotation
      self.storedBytes = storedBytes
    }
  }

  /// The annotations in the file's order, those included that only describe the file.
  public var entries: [Entry]
  /// The format that was read.
  public let format: AnnotationFormat
  /// What looked suspicious.
  public private(set) var warnings: [RecordWarning] = []
  /// What follows the last annotation: the end mark, as a rule.
  private var tail = WFDBAnnotationWords.endMark

  /// A longer file is not read; 24 hours of a lead with nine marks a beat stay below.
  static let largestByteCount = 4 << 20

  /// The annotations in the file's order.
  public var annotations: [Annotation] { entries.map(\.annotation) }

  /// A file of annotations, in their order; a span becomes the two annotations that WFDB has for it.
  public init(_ annotations: [Annotation]) {
    format = .wfdb
    var split = annotations.splittingSpans()
    split.joinSpans()
    entries = split.map { Entry($0) }
  }

  /// A file of entries that were read; their stored bytes are written again where they still say what the annotation says.
  init(_ entries: [Entry], format: AnnotationFormat) {
    self.format = format
    var split = entries.map(\.annotation).splittingSpans()
    let isUnchanged = split.count == entries.count
    split.joinSpans()
    self.entries = split.enumerated().map { Entry($1, storedBytes: isUnchanged ? entries[$0].storedBytes : nil) }
  }

  /// Reads the bytes of an annotator's file.
  ///
  /// - Parameter file: How the file is named in messages.
  /// - Throws: ``ECGFileError/badAnnotations(file:line:problem:)`` where it is too long or cut off.
  public init(parsing bytes: [UInt8], file: String) throws(ECGFileError) {
    guard bytes.count <= Self.largestByteCount else {
      throw .badAnnotations(
        file: file, line: nil, problem: "\(bytes.count) bytes; expected an annotation file of at most \(Self.largestByteCount)")
    }
    format = .ofAnnotatorFile(bytes)
    if format == .aha {
      entries = AHAAnnotations.read(bytes).map { Entry($0) }
    } else {
      entries = []
      try readWords(bytes[...], file: file)
    }
    var joined = annotations
    joined.joinSpans()
    for index in joined.indices { entries[index].annotation.endSample = joined[index].endSample }
  }

  private mutating func readWords(_ bytes: ArraySlice<UInt8>, file: String) throws(ECGFileError) {
    var position = 0
    var state = WFDBAnnotationWords.State()
    var canonical: [UInt8] = []
    do throws(WFDBAnnotationWords.Damage) {
      while true {
        let start = position
        var canonicalState = state
        guard let annotation = try WFDBAnnotationWords.read(bytes, at: &position, state: &state) else { break }
        canonical.removeAll(keepingCapacity: true)
        WFDBAnnotationWords.append(annotation, to: &canonical, state: &canonicalState)
        let isCanonical = bytes[start..<position].elementsEqual(canonical) && canonicalState == state
        entries.append(Entry(annotation, storedBytes: isCanonical ? nil : Array(bytes[start..<position])))
      }
    } catch {
      throw .badAnnotations(
        file: file, line: nil, problem: "byte \(error.offset): \(error.problem); expected WFDB annotations up to an end mark")
    }
    tail = Array(bytes[position...])
    if tail.isEmpty {
      warnings.append(RecordWarning("\(file): the end mark is missing; annotations may be too"))
    } else if tail.count > WFDBAnnotationWords.endMark.count {
      warnings.append(
        RecordWarning("\(file): \(tail.count - WFDBAnnotationWords.endMark.count) bytes follow the last annotation's end mark"))
    }
  }

  /// The file in WFDB's format, byte for byte what was read where nothing was changed.
  ///
  /// - Throws: ``ECGFileError/badAnnotations(file:line:problem:)`` where an annotation does not fit the format.
  public func bytes(file: String) throws(ECGFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var state = WFDBAnnotationWords.State()
    for (index, entry) in entries.enumerated() {
      if let stored = entry.storedBytes, let next = Self.state(after: stored, saying: entry.annotation, from: state) {
        bytes += stored
        state = next
        continue
      }
      try Self.check(entry.annotation, index: index, file: file)
      WFDBAnnotationWords.append(entry.annotation, to: &bytes, state: &state)
    }
    return bytes + tail
  }

  /// The state behind stored bytes; nil where they do not say what the annotation says.
  private static func state(
    after stored: [UInt8], saying annotation: Annotation, from state: WFDBAnnotationWords.State
  ) -> WFDBAnnotationWords.State? {
    var state = state
    var position = 0
    guard var read = try? WFDBAnnotationWords.read(stored[...], at: &position, state: &state), position == stored.count else { return nil }
    read.endSample = annotation.endSample
    return read == annotation ? state : nil
  }

  private static func check(_ annotation: Annotation, index: Int, file: String) throws(ECGFileError) {
    func refused(_ problem: String) -> ECGFileError {
      .badAnnotations(file: file, line: nil, problem: "annotation \(index + 1): \(problem)")
    }
    if annotation.code.rawValue > AnnotationCode.largest {
      throw refused("the code \(annotation.code.rawValue); expected one from 0 to \(AnnotationCode.largest)")
    }
    if annotation.aux.bytes.count > WFDBAnnotationWords.longestAux {
      throw refused("a text of \(annotation.aux.bytes.count) bytes; expected at most \(WFDBAnnotationWords.longestAux)")
    }
    if !plausibleSamples.contains(annotation.sample) {
      throw refused("the sample \(annotation.sample); expected one from \(plausibleSamples.lowerBound) to \(plausibleSamples.upperBound)")
    }
  }

  /// Samples that are written: beyond them a file would be nothing but SKIPs.
  static let plausibleSamples = -(1 << 40)...(1 << 40)

  // MARK: The head of a file

  /// Comments that are looked at as a file's head; more describe nothing.
  private static let largestHeadCount = 1000

  /// The comments at sample 0 that describe the file, not the recording.
  private var head: [String] {
    entries.prefix(Self.largestHeadCount).prefix { $0.annotation.sample == 0 && $0.annotation.code == .note && $0.annotation.subtype == 0 }
      .map(\.annotation.aux.text)
  }

  /// Ticks per second that the file states for its samples; nil where they are the record's own.
  public var timeResolutionHertz: Double? {
    let prefix = "## time resolution:"
    let stated = head.first { $0.hasPrefix(prefix) }.flatMap { Double($0.dropFirst(prefix.count).filter { $0 != " " }) }
    return stated.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
  }

  /// Mnemonics that the file itself gives to codes.
  public var ownSymbols: [AnnotationCode: String] {
    var symbols: [AnnotationCode: String] = [:]
    for line in head.drop(while: { !$0.hasPrefix("## annotation type definitions") }) {
      let fields = line.split(separator: " ", maxSplits: 2)
      guard fields.count >= 2, let number = UInt8(fields[0]), (1...AnnotationCode.largest).contains(number) else { continue }
      symbols[AnnotationCode(rawValue: number)] = String(fields[1])
    }
    return symbols
  }

  /// The annotations at a rate other than the file's: samples multiplied and rounded to the nearest, half away from zero, as WFDB's library does.
  public func annotations(atHertz rate: Double) -> [Annotation] {
    guard let resolution = timeResolutionHertz, resolution != rate else { return annotations }
    func converted(_ sample: Int) -> Int {
      let value = (Double(sample) * rate / resolution).rounded(.toNearestOrAwayFromZero)
      return Int(max(-0x1p53, min(0x1p53, value)))
    }
    return annotations.map { annotation in
      var annotation = annotation
      annotation.sample = converted(annotation.sample)
      annotation.endSample = annotation.endSample.map(converted)
      return annotation
    }
  }
}
