import ECG

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
  private var parts: [Part] = []

  /// More segments than this are not read; the longest records of MIMIC have thousands.
  private static let largestSegmentCount = 1 << 16
  /// Signals of all segments together; more are not believed.
  private static let largestEntryCount = 1 << 22
  /// Samples in twelve leads or more that a record may have whatever its files hold: a gap claims memory without any file behind it.
  private static let freeSampleCount = 100_000_000
  /// How many times longer than its recorded segments a record may be beyond that.
  private static let largestDilution = 16

  /// A segment with samples.
  private struct Part {
    let name: String
    let startFrame: Int
    let frameCount: Int
    let header: WFDBHeader
    /// For each of the record's signals its position in the segment; nil where the segment lacks it.
    let positions: [Int?]

    /// The segment's header with the number of frames that the record's header gives it.
    var segment: WFDBHeader {
      var segment = header
      segment.frameCount = frameCount
      return segment
    }
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
    var headers = [first.name: model]
    var start = 0
    for line in lines {
      defer { start += line.frameCount }
      guard !line.isGap, line.frameCount > 0 else { continue }
      let header = if let known = headers[line.name] { known } else { try folder.segmentHeader(line.name) }
      headers[line.name] = header
      try Self.check(header, fits: line, of: record)
      let positions = try positions(in: header, of: line)
      parts.append(Part(name: line.name, startFrame: start, frameCount: line.frameCount, header: header, positions: positions))
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
      let byName = Dictionary(header.signals.enumerated().map { ($1.name, $0) }) { first, _ in first }
      return model.signals.map { byName[$0.name] }
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
  func read(in folder: WFDBFolder) throws(ECGFileError) -> WFDBRecordReader.Content {
    if let refusal = record.samplingRateRefusal { throw refusal }
    var checked: Set<String> = []
    for part in parts where checked.insert(part.name).inserted { try WFDBRecordReader.check(part.segment, in: folder) }
    var signals: [Signal] = []
    for index in model.signals.indices { signals.append(try emptySignal(index)) }
    try checkSize(signals)
    fillWithMissing(&signals)
    var warnings: [RecordWarning] = []
    for part in parts {
      let content = try WFDBRecordReader.read(part.segment, in: folder)
      warnings += content.warnings.map { RecordWarning("segment \(part.name), \($0)") }
      for (index, position) in part.positions.enumerated() {
        guard let position else { continue }
        signals[index].replace(from: part.startFrame, with: content.signals[position])
      }
    }
    return WFDBRecordReader.Content(frameCount: frameCount, signals: signals, warnings: warnings)
  }

  /// A signal of the record without its samples yet: its calibration is that of the segments that hold it.
  private func emptySignal(_ index: Int) throws(ECGFileError) -> Signal {
    let name = model.signals[index].name
    let lines = parts.compactMap { part in part.positions[index].map { (part.name, part.header.signals[$0]) } }
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

  /// Refuses a record whose gaps and repetitions would take far more memory than its files justify.
  private func checkSize(_ signals: [Signal]) throws(ECGFileError) {
    var frameSize = 0
    for signal in signals {
      let (sum, overflow) = frameSize.addingReportingOverflow(signal.samplesPerFrame)
      guard !overflow, signal.samplesPerFrame > 0 else {
        throw .badHeader(file: model.file, line: nil, problem: "lead \(signal.name) has \(signal.samplesPerFrame) samples a frame")
      }
      frameSize = sum
    }
    let heldFrames = Dictionary(parts.map { ($0.name, $0.frameCount) }) { first, _ in first }.values.reduce(0, +)
    let (justified, overflow) = heldFrames.multipliedReportingOverflow(by: Self.largestDilution)
    let free = Self.freeSampleCount / max(Lead.allCases.count, frameSize)
    let limit = min(WFDBRecordReader.largestSampleCount / max(1, frameSize), overflow ? .max : max(justified, free))
    guard frameCount <= limit else { throw .tooManySamples(record: record.file, samples: frameCount, limit: limit) }
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
