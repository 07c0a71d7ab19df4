import ECG

/// The words of WFDB's annotation format, read and written one annotation at a time.
///
/// An annotation is a word of 16 bits, low byte first: 6 bits of code, 10 bits of samples since the one before. Codes from 59 up are no
/// annotations: SKIP (59) moves the time by 32 bits, high word first; NUM (60), SUB (61) and CHN (62) set fields of the annotation before them,
/// of which number and channel hold until changed; AUX (63) gives it text, padded to whole words. A word of zeros ends the file.
/// Source: annot(5) of the WFDB Applications Guide.
struct WFDBAnnotationWords {
  /// What an annotation takes over from those before it.
  struct State: Equatable {
    var sample = 0
    var channel: UInt8 = 0
    var number: Int8 = 0
  }

  /// A word that is damaged, and where.
  struct Damage: Error {
    let offset: Int
    let problem: String
  }

  private enum Field {
    static let skip: UInt16 = 59
    static let number: UInt16 = 60
    static let subtype: UInt16 = 61
    static let channel: UInt16 = 62
    static let aux: UInt16 = 63
  }

  /// The longest interval of one word.
  private static let longestInterval = 1023
  /// The longest interval of one SKIP, in either direction.
  private static let longestSkip = Int(Int32.max)
  /// The longest text.
  static let longestAux = 255
  /// The word that ends a file.
  static let endMark: [UInt8] = [0, 0]

  // MARK: Reading

  /// Reads the annotation at a position and moves behind it; nil, without moving, at the end mark or where the bytes end.
  ///
  /// What stands before it in SKIPs is its own, and so is whatever sets its fields.
  static func read(_ bytes: ArraySlice<UInt8>, at position: inout Int, state: inout State) throws(Damage) -> Annotation? {
    var next = position
    var sample = state.sample
    try skip(bytes, at: &next, sample: &sample)
    guard let word = try word(bytes, at: next), word != 0 else { return nil }
    guard word >> 10 < Field.skip else { throw Damage(offset: next, problem: "a field that belongs to no annotation") }
    next += 2
    sample += Int(word & 1023)
    state.sample = sample
    var annotation = Annotation(
      sample: sample, code: AnnotationCode(rawValue: UInt8(word >> 10)), channel: state.channel, number: state.number)
    while true {
      var field = next
      try skip(bytes, at: &field, sample: &sample)
      guard let word = try Self.word(bytes, at: field), word >> 10 > Field.skip else { break }
      // WFDB's library takes a SKIP among the fields for time before the next annotation.
      state.sample = sample
      next = field + 2
      let low = UInt8(truncatingIfNeeded: word)
      switch word >> 10 {
      case Field.number: annotation.number = Int8(bitPattern: low)
      case Field.subtype: annotation.subtype = Int8(bitPattern: low)
      case Field.channel: annotation.channel = low
      default:
        let padded = Int(low) + Int(low & 1)
        guard next + padded <= bytes.endIndex else {
          throw Damage(offset: field, problem: "a text of \(low) bytes, of which \(bytes.endIndex - next) are there")
        }
        annotation.aux = AnnotationText(bytes: Array(bytes[next..<next + Int(low)]))
        next += padded
      }
    }
    state.channel = annotation.channel
    state.number = annotation.number
    position = next
    return annotation
  }

  /// Moves over SKIPs, if there are any.
  private static func skip(_ bytes: ArraySlice<UInt8>, at position: inout Int, sample: inout Int) throws(Damage) {
    while let word = try word(bytes, at: position), word >> 10 == Field.skip {
      guard let high = try Self.word(bytes, at: position + 2), let low = try Self.word(bytes, at: position + 4) else {
        throw Damage(offset: position, problem: "a SKIP that is cut off")
      }
      sample += Int(Int32(bitPattern: UInt32(high) << 16 | UInt32(low)))
      position += 6
    }
  }

  /// The word at a position; nil at the end.
  private static func word(_ bytes: ArraySlice<UInt8>, at position: Int) throws(Damage) -> UInt16? {
    guard position < bytes.endIndex else { return nil }
    guard position + 1 < bytes.endIndex else { throw Damage(offset: position, problem: "half of a word") }
    return UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
  }

  // MARK: Writing

  /// Appends an annotation as WFDB's library writes it.
  static func append(_ annotation: Annotation, to bytes: inout [UInt8], state: inout State) {
    var interval = annotation.sample - state.sample
    while abs(interval) > longestSkip {
      let part = interval > 0 ? longestSkip : -longestSkip
      appendSkip(part, to: &bytes)
      interval -= part
    }
    if annotation.code == .none {
      // Its word must not be the end mark.
      appendSkip(interval - 1, to: &bytes)
      interval = 1
    } else if !(0...longestInterval).contains(interval) {
      appendSkip(interval, to: &bytes)
      interval = 0
    }
    append(UInt16(annotation.code.rawValue), UInt16(interval), to: &bytes)
    if annotation.subtype != 0 { append(Field.subtype, UInt16(bitPattern: Int16(annotation.subtype)), to: &bytes) }
    if annotation.channel != state.channel { append(Field.channel, UInt16(annotation.channel), to: &bytes) }
    if annotation.number != state.number { append(Field.number, UInt16(bitPattern: Int16(annotation.number)), to: &bytes) }
    if !annotation.aux.isEmpty {
      append(Field.aux, UInt16(annotation.aux.bytes.count), to: &bytes)
      bytes += annotation.aux.bytes
      if !annotation.aux.bytes.count.isMultiple(of: 2) { bytes.append(0) }
    }
    state = State(sample: annotation.sample, channel: annotation.channel, number: annotation.number)
  }

  private static func append(_ code: UInt16, _ data: UInt16, to bytes: inout [UInt8]) {
    let word = code << 10 | data & 1023
    bytes.append(UInt8(truncatingIfNeeded: word))
    bytes.append(UInt8(truncatingIfNeeded: word >> 8))
  }

  private static func appendSkip(_ interval: Int, to bytes: inout [UInt8]) {
    append(Field.skip, 0, to: &bytes)
    let pattern = UInt32(bitPattern: Int32(truncatingIfNeeded: interval))
    for shift: UInt32 in [16, 24, 0, 8] { bytes.append(UInt8(truncatingIfNeeded: pattern >> shift)) }
  }
}
