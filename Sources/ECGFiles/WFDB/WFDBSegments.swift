import ECG
import Files
import PlainText

/// The segments of a multi-segment record, checked against the record's header.
///
/// In a fixed layout all segments hold the same signals in the same order. In a variable layout the first segment, of length 0, names the record's
/// signals, and each other segment holds some of them. A gap, or a signal that a segment lacks, is missing.
struct WFDBSegments {
  /// The header that names the record's signals: the layout, or the first segment.
  let model: WFDBHeader
  /// Frames of the whole record.
  let frameCount: Int
  private let record: WFDBHeader
  /// The segments with samples, each once however often the record names it.
  private var held: [Held] = []

  /// More segments than this are not read; the longest records of MIMIC have thousands.
  private static let largestSegmentCount = 1 << 16
  /// Signals of all segments together; more are not believed.
  private static let largestEntryCount = 1 << 22

  /// A segment with samples, and where the record has them.
  private struct Held {
    let name: String
    let header: WFDBHeader
    /// For each of the record's signals its position in the segment; nil where the segment lacks it.
    let positions: [Int?]
    /// The record's frames at which the segment begins.
    var startFrames: [Int]

    /// Frames of the segment.
    var frameCount: Int { header.frameCount ?? 0 }
  }

  /// What a segment is: the same file under another spelling is no other segment.
  private struct Key: Hashable {
    let name: ExactText
    let frameCount: Int
  }

  /// Reads the segments' headers.
  ///
  /// - Throws: ``ECGFileError`` where a segment is missing, is the record itself or another multi-segment record, or contradicts the record's header.
  init(_ record: WFDBHeader, in folder: WFDBFolder) throws(ECGFileError) {
    self.record = record
    let lines = record.segments ?? []
    let entries = lines.count * max(1, record.signalCount)
    guard lines.count <= Self.largestSegmentCount, entries <= Self.largestEntryCount else {
      throw .badHeader(
        file: record.file, line: nil,
        problem: "\(lines.count) segments of \(record.signalCount) signals; expected at most \(Self.largestSegmentCount) segments"
      )
    }
    frameCount = try Self.totalFrameCount(of: record, lines: lines)
    guard let first = lines.first(where: { !$0.isGap }) else {
      throw .badHeader(file: record.file, line: nil, problem: "every segment is a gap; expected at least one with samples")
    }
    model = try folder.segmentHeader(first.name)
    try Self.check(model, fits: first, of: record)
    guard model.signals.count == record.signalCount else {
      let problem = "has \(model.signals.count) signals where the record has \(record.signalCount)"
      throw .badSegment(record: record.file, segment: first.name, problem: problem)
    }
    var budget = ReadingBudget(path: record.file, byteCount: record.byteCount)
    var places: [Key: Int] = [:]
    var start = 0
    for line in lines {
      defer { start += line.frameCount }
      guard !line.isGap, line.frameCount > 0 else { continue }
      let name = WFDBFolder.plainName(line.name)
      let key = Key(name: ExactText(name), frameCount: line.frameCount)
      if let place = places[key] {
        held[place].startFrames.append(start)
        continue
      }
      var header = try folder.segmentHeader(name)
      try Self.check(header, fits: line, of: record)
      budget.add(byteCount: header.byteCount)
      try ECGFileError.mapping { () throws(FileError) in try budget.spend(header.memory) }
      let positions = try positions(in: header, of: line)
      header.frameCount = line.frameCount
      places[key] = held.count
      held.append(Held(name: line.name, header: header, positions: positions, startFrames: [start]))
    }
  }

  private static func totalFrameCount(of record: WFDBHeader, lines: [WFDBHeader.SegmentLine]) throws(ECGFileError) -> Int {
    var total = 0
    for line in lines {
      let (sum, overflow) = total.addingReportingOverflow(line.frameCount)
      if overflow { throw .tooManySamples(record: record.file, samples: nil, limit: WFDBRecordReader.largestSampleCount) }
      total = sum
    }
    if let stated = record.frameCount, stated != total {
      throw .badHeader(file: record.file, line: nil, problem: "declares \(stated) samples, but its segments have \(total) in all")
    }
    return total
  }

  private static func check(_ header: WFDBHeader, fits line: WFDBHeader.SegmentLine, of record: WFDBHeader) throws(ECGFileError) {
    func refused(_ problem: String) -> ECGFileError { .badSegment(record: record.file, segment: line.name, problem: problem) }
    if header.file == record.file { throw refused("is the record itself; expected a record of one segment") }
    if header.segments != nil { throw refused("has segments of its own; expected a record of one segment") }
    let isLayout = line.frameCount == 0
    if !isLayout, let frames = header.frameCount, frames != line.frameCount {
      throw refused("has \(frames) samples where the record's header says \(line.frameCount)")
    }
    if let rate = header.statedSamplingRateHertz, rate != record.samplingRateHertz {
      throw refused("has \(rate) samples a second where the record has \(record.samplingRateHertz)")
    }
  }

  /// Where a segment holds each of the record's signals.
  private func positions(in header: WFDBHeader, of line: WFDBHeader.SegmentLine) throws(ECGFileError) -> [Int?] {
    func refused(_ problem: String) -> ECGFileError { .badSegment(record: record.file, segment: line.name, problem: problem) }
    if record.hasVariableLayout {
      // Of several signals of one name the first is the first, the second the second.
      var places = Dictionary(grouping: header.signals.indices) { header.signals[$0].name }.mapValues { $0[...] }
      return model.signals.map { places[$0.name]?.popFirst() }
    }
    let names = header.signals.map(\.name)
    guard names == model.signals.map(\.name) else {
      throw refused("has the signals \(names.joined(separator: ", ")); expected \(model.signals.map(\.name).joined(separator: ", "))")
    }
    return model.signals.indices.map { $0 }
  }

  /// Reads all segments into signals of the record's whole length.
  ///
  /// A signal keeps the converter's integers where all segments agree on gain and baseline; otherwise it becomes physical values.
  ///
  /// - Throws: ``ECGFileError``.
  func read(in folder: WFDBFolder, spending budget: inout ReadingBudget) throws(ECGFileError) -> WFDBRecordReader.Content {
    if let refusal = record.samplingRateRefusal { throw refusal }
    for segment in held { try WFDBRecordReader.check(segment.header, in: folder) }
    var signals: [Signal] = []
    for index in model.signals.indices { signals.append(try emptySignal(index)) }
    try spend(on: signals, in: folder, from: &budget)
    fillWithMissing(&signals)
    var warnings: [RecordWarning] = []
    for segment in held {
      // A segment's own samples are given back when they have been copied.
      var segmentBudget = ReadingBudget(path: segment.header.file, byteCount: segment.header.byteCount)
      let content = try WFDBRecordReader.read(segment.header, in: folder, spending: &segmentBudget)
      warnings += content.warnings.map {
        RecordWarning("segment \(segment.name), \($0)", kind: $0.kind, caution: $0.caution)
      }
      for (index, position) in segment.positions.enumerated() {
        guard let position else { continue }
        for start in segment.startFrames { signals[index].replace(from: start, with: content.signals[position]) }
      }
    }
    return WFDBRecordReader.Content(frameCount: frameCount, signals: signals, warnings: warnings)
  }

  /// A signal of the record without its samples yet: its calibration is that of the segments that hold it.
  private func emptySignal(_ index: Int) throws(ECGFileError) -> Signal {
    let name = model.signals[index].name
    let lines = held.compactMap { segment in segment.positions[index].map { (segment.name, segment.header.signals[$0]) } }
    let line = lines.first?.1 ?? model.signals[index]
    for (segment, other) in lines {
      guard other.unit == line.unit, other.samplesPerFrame == line.samplesPerFrame else {
        let problem = "lead \(name) has \(other.samplesPerFrame) samples a frame in \(other.unit); earlier segments have "
        throw .badSegment(record: record.file, segment: segment, problem: problem + "\(line.samplesPerFrame) in \(line.unit)")
      }
    }
    let isUniform = lines.allSatisfy { $0.1.gain == line.gain && $0.1.baseline == line.baseline }
    return Signal(
      name: name, unit: line.unit, samplesPerFrame: line.samplesPerFrame,
      samples: isUniform ? .digital([], gain: line.gain ?? WFDBHeader.defaultGain, baseline: line.baseline) : .physical([])
    )
  }

  /// Takes the memory of the whole record: gaps and repetitions claim it without any file behind them, or with one many times.
  private func spend(on signals: [Signal], in folder: WFDBFolder, from budget: inout ReadingBudget) throws(ECGFileError) {
    var frameSize = 0
    for signal in signals {
      let (size, overflow) = signal.samplesPerFrame.multipliedReportingOverflow(by: signal.bytesPerSample)
      let (sum, sumOverflow) = frameSize.addingReportingOverflow(size)
      guard !overflow, !sumOverflow, signal.samplesPerFrame > 0 else {
        throw .badHeader(file: model.file, line: nil, problem: "lead \(signal.name) has \(signal.samplesPerFrame) samples a frame")
      }
      frameSize = sum
    }
    let most = WFDBRecordReader.largestSampleCount / max(1, signals.reduce(0) { $0 + $1.samplesPerFrame })
    guard frameCount <= most else { throw .tooManySamples(record: record.file, samples: frameCount, limit: most) }
    for segment in held {
      for name in Set(segment.header.signals.map(\.fileName)) { budget.add(try folder.openSignalFile(name)) }
    }
    guard budget.limit / max(1, frameSize) >= frameCount else {
      throw .tooManySamples(record: record.file, samples: frameCount, limit: budget.limit / max(1, frameSize))
    }
  }

  private func fillWithMissing(_ signals: inout [Signal]) {
    for index in signals.indices {
      let count = frameCount * signals[index].samplesPerFrame
      switch signals[index].samples {
      case .digital(_, let gain, let baseline):
        signals[index].samples = .digital(Array(repeating: SignalSamples.missing, count: count), gain: gain, baseline: baseline)
      case .physical: signals[index].samples = .physical(Array(repeating: .nan, count: count))
      }
    }
  }
}

extension Signal {
  /// Memory that a sample takes.
  fileprivate var bytesPerSample: Int {
    switch samples {
    case .digital: MemoryLayout<Int32>.size
    case .physical: MemoryLayout<Double>.size
    }
  }

  /// Replaces the samples from a frame on by those of a segment's signal, which is digital.
  fileprivate mutating func replace(from frame: Int, with segment: Signal) {
    guard case .digital(let stored, let segmentGain, let segmentBaseline) = segment.samples else { return }
    let start = frame * samplesPerFrame
    switch samples {
    case .digital(var values, let gain, let baseline):
      samples = .physical([])  // so that `values` is the only owner and is changed in place
      values.replaceSubrange(start..<start + stored.count, with: stored)
      samples = .digital(values, gain: gain, baseline: baseline)
    case .physical(var values):
      samples = .physical([])
      let zero = Double(segmentBaseline)
      for (index, value) in stored.enumerated() where value != SignalSamples.missing {
        values[start + index] = (Double(value) - zero) / segmentGain
      }
      samples = .physical(values)
    }
  }
}
