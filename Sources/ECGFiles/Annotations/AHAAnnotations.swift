import ECG

/// The annotation format of the American Heart Association's database, which is read only.
///
/// 16 bytes an annotation: zero, a letter, the sample in two words, high word first, a serial number, subtype, WFDB's code where a WFDB program
/// wrote it, six bytes of text. Bytes of 255 fill the last block of 1024.
/// Source: annot(5) of the WFDB Applications Guide; ECGmap macros of the WFDB Programmer's Guide.
enum AHAAnnotations {
  private static let byteCount = 16
  private static let filler: UInt8 = 255

  /// Whether bytes are such a file from beginning to end.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= byteCount, bytes[0] == 0, bytes[1] != UInt8(ascii: "["), bytes[1] != UInt8(ascii: "]") else { return false }
    var start = 0
    while start < bytes.count, bytes[start] != filler {
      guard start + byteCount <= bytes.count, bytes[start] == 0, code(ofLetter: bytes[start + 1]) != nil else { return false }
      start += byteCount
    }
    return bytes[start...].allSatisfy { $0 == filler }
  }

  /// The annotations of bytes that ``recognises(_:)`` knows.
  static func read(_ bytes: [UInt8]) -> [Annotation] {
    var annotations: [Annotation] = []
    var start = 0
    while start + byteCount <= bytes.count, bytes[start] != filler, let letterCode = code(ofLetter: bytes[start + 1]) {
      let record = Array(bytes[start..<start + byteCount])
      let pattern = UInt32(record[2]) << 16 | UInt32(record[3]) << 24 | UInt32(record[4]) | UInt32(record[5]) << 8
      var subtype = Int8(bitPattern: record[8])
      // Unreadable is quality −1 in WFDB.
      if record[1] == UInt8(ascii: "U"), subtype == 0 { subtype = -1 }
      annotations.append(
        Annotation(
          sample: Int(Int32(bitPattern: pattern)), code: finerCode(record[9], than: letterCode, letter: record[1]), subtype: subtype,
          aux: record[10] == 0 ? "" : AnnotationText(bytes: Array(record[10...]))))
      start += byteCount
    }
    return annotations
  }

  /// The WFDB code that a record states, where it is one of those that its letter stands for.
  private static func finerCode(_ stated: UInt8, than code: AnnotationCode, letter: UInt8) -> AnnotationCode {
    let statedCode = AnnotationCode(rawValue: stated)
    return self.letter(of: statedCode) == letter ? statedCode : code
  }

  private static func code(ofLetter letter: UInt8) -> AnnotationCode? {
    letters.first { UInt8(ascii: $0.letter) == letter }.flatMap { AnnotationCode(symbol: $0.symbol) }
  }

  /// The letter that a beat's code is written as.
  private static func letter(of code: AnnotationCode) -> UInt8? {
    switch code.beatKind {
    case .normal, .supraventricular: UInt8(ascii: "N")
    case .ventricular where code.symbol == "V": UInt8(ascii: "V")
    case .ventricular where code.symbol == "E": UInt8(ascii: "E")
    case .unknown where code.symbol == "Q" || code.symbol == "?": UInt8(ascii: "Q")
    default: nil
    }
  }

  /// The letters and the WFDB mnemonics that they mean.
  private static let letters: [(letter: Unicode.Scalar, symbol: String)] = [
    ("N", "N"), ("V", "V"), ("F", "F"), ("E", "E"), ("P", "/"), ("Q", "Q"), ("O", "\""), ("R", "r"), ("U", "~"), ("[", "["), ("]", "]"),
  ]
}
