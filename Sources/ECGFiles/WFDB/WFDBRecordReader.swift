import ECG
import Files

/// Reads the samples of a record of one segment.
enum WFDBRecordReader {
  /// More samples than this are not decoded: just above 24 hours of 12 leads at 1000 Hz, 4 GB in memory.
  static let largestSampleCount = 1 << 30

  /// The decoded signals of one segment.
  struct Content {
    var frameCount: Int
    var signals: [Signal]
    var warnings: [RecordWarning]
  }

  /// Makes sure that every signal file of a header can be read and holds all frames.
  ///
  /// Takes no memory for samples, so that a header can claim none that its files do not back.
  ///
  /// - Throws: ``ECGFileError`` where a value cannot be true, or a signal file is refused, missing or short.
  static func check(_ header: WFDBHeader, in folder: WFDBFolder) throws(ECGFileError) {
    let (files, frames) = try files(of: header, in: folder)
    for file in files { _ = try open(file, holding: frames, of: header, in: folder) }
  }

  /// The signal files that a header describes, and its number of frames.
  private static func files(of header: WFDBHeader, in folder: WFDBFolder) throws(ECGFileError) -> ([WFDBSignalFile], frames: Int) {
    if let refusal = header.refusal { throw refusal }
    let files = try WFDBSignalFile.files(of: header)
    let frames = try frameCount(of: header, files: files, in: folder)
    try checkSize(header, frames: frames)
    return (files, frames)
  }

  /// Opens a signal file that holds the frames of a header.
  private static func open(
    _ file: WFDBSignalFile, holding frames: Int, of header: WFDBHeader, in folder: WFDBFolder
  ) throws(ECGFileError) -> RegularFile {
    let input = try folder.openSignalFile(file.fileName)
    guard let needed = file.byteCount(ofFrames: frames) else {
      throw .tooManySamples(record: header.file, samples: nil, limit: largestSampleCount)
    }
    guard input.byteCount >= needed else {
      throw .shortSignalFile(file: input.shownPath, expectedBytes: needed, foundBytes: input.byteCount)
    }
    return input
  }

  /// Reads all signals that a header describes.
  ///
  /// - Throws: ``ECGFileError``.
  static func read(
    _ header: WFDBHeader, in folder: WFDBFolder, spending budget: inout ReadingBudget
  ) throws(ECGFileError) -> Content {
    let (files, frames) = try files(of: header, in: folder)
    // The last of several files may be short: known before the first is read.
    if files.count > 1 { try check(header, in: folder) }
    var content = Content(frameCount: frames, signals: [], warnings: [])
    var signals = [Signal?](repeating: nil, count: header.signals.count)
    for file in files {
      let input = try open(file, holding: frames, of: header, in: folder)
      let needed = file.byteCount(ofFrames: frames) ?? 0
      // One file may be named many times, as `a`, `./a` and `././a`: it pays for its samples once.
      budget.add(input)
      do throws(FileError) { try budget.spend(frames * (file.frameSize ?? 0) * MemoryLayout<Int32>.size) } catch {
        throw ECGFileError(error)
      }
      if input.byteCount > needed, file.frameCount(inBytes: input.byteCount) > frames {
        content.warnings.append(
          RecordWarning("\(input.shownPath): \(input.byteCount - needed) bytes follow the last sample that the header declares"))
      }
      let initialValues = file.members.map { header.signals[$0].initialValue ?? header.signals[$0].converterZero }
      let stored = try file.read(input, frames: frames, initialValues: initialValues)
      for (member, signal) in zip(file.members, stored) {
        let line = header.signals[member]
        content.warnings += warnings(about: signal, of: line, encoding: file.encoding)
        signals[member] = try Signal(stored: signal, line: line, frames: frames, header: header)
      }
    }
    content.signals = signals.compactMap { $0 }
    return content
  }

  /// The frames of a record, counted from its first signal file where the header does not say.
  ///
  /// - Throws: ``ECGFileError`` where the file is needed and cannot be opened, or holds not one frame.
  static func frameCount(of header: WFDBHeader, files: [WFDBSignalFile], in folder: WFDBFolder) throws(ECGFileError) -> Int {
    if let stated = header.frameCount { return stated }
    guard let file = files.first else { throw .badHeader(file: header.file, line: nil, problem: "declares no signals") }
    let input = try folder.openSignalFile(file.fileName)
    let frames = file.frameCount(inBytes: input.byteCount)
    guard frames > 0 else { throw .badSignalFile(file: input.shownPath, problem: "holds no whole frame of samples") }
    return frames
  }

  private static func checkSize(_ header: WFDBHeader, frames: Int) throws(ECGFileError) {
    var total = 0
    for signal in header.signals {
      let (samples, overflow) = frames.multipliedReportingOverflow(by: signal.samplesPerFrame)
      let (sum, sumOverflow) = total.addingReportingOverflow(samples)
      if overflow || sumOverflow { throw .tooManySamples(record: header.file, samples: nil, limit: largestSampleCount) }
      total = sum
      guard signal.skewFrames <= frames else {
        throw .badHeader(
          file: header.file, line: signal.line,
          problem: "a skew of \(signal.skewFrames) frames in a record of \(frames); expected a smaller one"
        )
      }
    }
    guard total <= largestSampleCount else { throw .tooManySamples(record: header.file, samples: total, limit: largestSampleCount) }
  }

  private static func warnings(
    about signal: WFDBSignalFile.StoredSignal, of line: WFDBHeader.SignalLine, encoding: WFDBEncoding
  ) -> [RecordWarning] {
    var warnings: [RecordWarning] = []
    let lead = line.name.isEmpty ? "line \(line.line) of the header" : "lead \(line.name)"
    if line.gain == nil {
      warnings.append(
        RecordWarning(
          "\(lead): the header gives no gain; \(Int(WFDBHeader.defaultGain)) per \(line.unit) assumed", kind: .gain, caution: "gain assumed"
        ))
    }
    // Zeros in place of both are what a program writes that knew neither.
    guard !line.hasPlaceholders else { return warnings }
    if let initial = line.initialValue, encoding != .differences8, initial != Int(signal.initialValue) {
      warnings.append(RecordWarning("\(lead): the first sample is \(signal.initialValue), but the header says \(initial)"))
    }
    if let stated = line.checksum, stated != 0, !signal.hasChecksum(UInt16(truncatingIfNeeded: stated), mark: encoding.missingMark) {
      let found = Int16(bitPattern: signal.checksum)
      warnings.append(
        RecordWarning(
          "\(lead): the checksum of the samples is \(found), but the header says \(stated)", kind: .checksum, caution: "checksum wrong"))
    }
    return warnings
  }
}

extension WFDBSignalFile.StoredSignal {
  /// Whether the samples have a header's checksum.
  ///
  /// wfdb-python sums the marks of missing samples as they are stored, the WFDB library sums each as −32768; both are right.
  func hasChecksum(_ stated: UInt16, mark: Int32?) -> Bool {
    if stated == checksum { return true }
    guard let mark else { return false }
    return stated == checksum &+ UInt16(truncatingIfNeeded: missingCount &* (-32768 - Int(mark)))
  }
}

extension Signal {
  /// A signal of a record: shifted by its skew, with the header's name, unit and calibration.
  fileprivate init(
    stored: WFDBSignalFile.StoredSignal, line: WFDBHeader.SignalLine, frames: Int, header: WFDBHeader
  ) throws(ECGFileError) {
    var samples = stored.samples
    if line.skewFrames > 0 {
      samples.removeFirst(line.skewFrames * line.samplesPerFrame)
      samples.append(contentsOf: repeatElement(SignalSamples.missing, count: line.skewFrames * line.samplesPerFrame))
    }
    self.init(
      name: line.name, unit: line.unit, samplesPerFrame: line.samplesPerFrame,
      samples: .digital(samples, gain: line.gain ?? WFDBHeader.defaultGain, baseline: line.baseline)
    )
  }
}
