import ECG
import Files
import PlainText

/// The signals that share one signal file, interleaved frame by frame.
struct WFDBSignalFile {
  let fileName: String
  let encoding: WFDBEncoding
  /// Bytes before the first sample.
  let byteOffset: Int
  /// Positions of the file's signals among the header's.
  private(set) var members: [Int]
  /// Samples of each member in a frame.
  private(set) var samplesPerFrame: [Int]

  /// Samples of all members in one frame; nil where that overflows.
  var frameSize: Int? {
    samplesPerFrame.reduce(0 as Int?) { sum, count in
      let (total, overflow) = (sum ?? 0).addingReportingOverflow(count)
      return sum == nil || overflow ? nil : total
    }
  }

  /// The signal files of a header, in the order in which it first names them.
  ///
  /// - Throws: ``ECGFileError/badHeader(file:line:problem:)`` where signals of one file differ in format.
  static func files(of header: WFDBHeader) throws(ECGFileError) -> [WFDBSignalFile] {
    var files: [WFDBSignalFile] = []
    // By byte: two names that are one text to Unicode are two files.
    var positions: [ExactText: Int] = [:]
    for (index, signal) in header.signals.enumerated() {
      guard let encoding = WFDBEncoding(rawValue: signal.formatCode) else { continue }
      let key = ExactText(signal.fileName)
      if let position = positions[key] {
        guard files[position].encoding == encoding else {
          throw .badHeader(
            file: header.file, line: signal.line,
            problem:
              "format \(encoding.rawValue) in \(signal.fileName), whose other signals have format \(files[position].encoding.rawValue)"
          )
        }
        files[position].members.append(index)
        files[position].samplesPerFrame.append(signal.samplesPerFrame)
      } else {
        positions[key] = files.count
        files.append(
          WFDBSignalFile(
            fileName: signal.fileName, encoding: encoding, byteOffset: signal.byteOffset, members: [index],
            samplesPerFrame: [signal.samplesPerFrame]
          )
        )
      }
    }
    return files
  }

  /// Whole frames in a file of `byteCount` bytes.
  func frameCount(inBytes byteCount: Int) -> Int {
    guard let frameSize, frameSize > 0, byteCount > byteOffset else { return 0 }
    return encoding.sampleCount(inBytes: byteCount - byteOffset) / frameSize
  }

  /// Bytes from the file's beginning to the end of its frames; nil where that overflows.
  func byteCount(ofFrames frames: Int) -> Int? {
    guard let frameSize else { return nil }
    let (samples, overflow) = frames.multipliedReportingOverflow(by: frameSize)
    guard !overflow, let bytes = encoding.byteCount(ofSamples: samples) else { return nil }
    let (total, sumOverflow) = bytes.addingReportingOverflow(byteOffset)
    return sumOverflow ? nil : total
  }

  /// The signals as stored: not yet shifted by their skews.
  struct StoredSignal {
    /// Samples in time order, ``SignalSamples/missing`` where the file marks them as missing.
    var samples: [Int32]
    /// The first stored value.
    var initialValue: Int32 = 0
    /// Sum of the stored values modulo 65536, marks of missing samples as they are stored.
    var checksum: UInt16 = 0
    /// How often the mark of a missing sample occurs.
    var missingCount = 0
  }

  /// Decodes frames of a file that is known to hold them.
  ///
  /// The file is read in pieces that fit the processor's cache; each is unpacked, dealt out to its signals and summed in one visit.
  ///
  /// - Parameter initialValues: one value a member, from which format 8 counts.
  /// - Throws: ``ECGFileError`` where the file cannot be read or was shortened meanwhile.
  func read(_ input: borrowing RegularFile, frames: Int, initialValues: [Int]) throws(ECGFileError) -> [StoredSignal] {
    guard let frameSize, frameSize > 0 else { return [] }
    // Not set to zero first, which would cost a second walk through memory: the loop below writes every sample before any is read.
    var signals = samplesPerFrame.map { width in
      StoredSignal(samples: [Int32](unsafeUninitializedCapacity: frames * width) { $1 = frames * width })
    }
    var running = initialValues.map { Int32(truncatingIfNeeded: $0) }
    // A piece of a multiple of six frames holds whole groups of every format.
    let piece = max(6, (1 << 14) / frameSize / 6 * 6)
    let pieceSamples = min(piece, frames) * frameSize
    let pieceBytes = encoding.byteCount(ofSamples: pieceSamples) ?? 0
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes + encoding.group.bytes, alignment: 8)
    // What follows the last byte that is read is unpacked with it, and dropped.
    bytes.suffix(encoding.group.bytes).initializeMemory(as: UInt8.self, repeating: 0)
    let flat = UnsafeMutableBufferPointer<Int32>.allocate(capacity: pieceSamples)
    defer {
      bytes.deallocate()
      flat.deallocate()
    }

    var start = 0
    while start < frames {
      let count = min(piece, frames - start)
      let wanted = UnsafeMutableBufferPointer(rebasing: flat[..<(count * frameSize)])
      let offset = byteOffset + start * frameSize / encoding.group.samples * encoding.group.bytes
      let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(encoding.byteCount(ofSamples: wanted.count) ?? 0)])
      do throws(FileError) { try input.read(into: piece, at: offset) } catch { throw ECGFileError(error) }
      encoding.unpack(UnsafeRawBufferPointer(bytes), into: wanted)
      var column = 0
      for member in members.indices {
        let width = samplesPerFrame[member]
        let place = Place(column: column, width: width, frameSize: frameSize, start: start, frames: count)
        deal(UnsafeBufferPointer(wanted), place, to: &signals[member], running: &running[member])
        column += width
      }
      start += count
    }
    return signals
  }

  /// Where a signal's samples lie in an unpacked piece, and where they belong.
  private struct Place {
    /// First sample of the signal in a frame, and how many there are.
    let column: Int
    let width: Int
    let frameSize: Int
    /// First frame of the piece, and its frames.
    let start: Int
    let frames: Int
  }

  private func deal(_ flat: UnsafeBufferPointer<Int32>, _ place: Place, to signal: inout StoredSignal, running: inout Int32) {
    let mark = encoding.missingMark
    var sum: Int32 = 0
    var missing = 0
    var last = running
    signal.samples.withUnsafeMutableBufferPointer { samples in
      let target = UnsafeMutableBufferPointer(rebasing: samples[(place.start * place.width)...])
      for offset in 0..<place.width {
        let column = place.column + offset
        if let mark {
          for frame in 0..<place.frames {
            let value = flat[frame &* place.frameSize &+ column]
            sum &+= value
            missing &+= value == mark ? 1 : 0
            target[frame &* place.width &+ offset] = value == mark ? SignalSamples.missing : value
          }
        }
      }
      guard mark == nil else { return }
      // Differences run through the samples of a signal in time order.
      for frame in 0..<place.frames {
        for offset in 0..<place.width {
          last &+= flat[frame &* place.frameSize &+ place.column &+ offset]
          sum &+= last
          target[frame &* place.width &+ offset] = last
        }
      }
    }
    if place.start == 0 { signal.initialValue = mark == nil ? signal.samples[0] : flat[place.column] }
    running = last
    signal.missingCount += missing
    signal.checksum &+= UInt16(truncatingIfNeeded: sum)
  }
}
