/// What an annotation marks: one of the 49 codes of WFDB, 1 to 49.
///
/// Files may hold other values, 0 (which marks nothing: it closes a file's head) and up to 58; they are kept and have no meaning.
/// Source: WFDB Programmer's Guide, "Annotation Codes"; PhysioNet, "Standard annotation codes".
public struct AnnotationCode: RawRepresentable, Sendable, Hashable {
  /// The number in files.
  public let rawValue: UInt8

  /// The code of a number.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The first entry below of which a person's mnemonic is the symbol; `[42]` is the code 42.
  public init?(symbol: String) {
    if let code = Self.bySymbol[symbol] {
      self = code
    } else if symbol.hasPrefix("["), symbol.hasSuffix("]"), let number = UInt8(symbol.dropFirst().dropLast()), number <= Self.largest {
      self.init(rawValue: number)
    } else {
      return nil
    }
  }

  /// The largest number that a file can hold: above it are the words that carry the other fields.
  public static let largest: UInt8 = 58

  /// The mnemonic, mostly one character; `[42]` where the code has none.
  public var symbol: String { entry?.symbol ?? (rawValue == 0 ? " " : "[\(rawValue)]") }
  /// The meaning in words; nil for a code that is free.
  public var meaning: String? { entry?.meaning }
  /// Whether it marks a QRS complex.
  public var isBeat: Bool { entry?.isBeat ?? false }
  /// The kind of beat in the AAMI's tables; nil for what is no beat, and for a flutter wave, which is none of the kinds.
  public var beatKind: BeatKind? { entry?.kind }

  private var entry: Entry? { Self.table.indices.contains(Int(rawValue) - 1) ? Self.table[Int(rawValue) - 1] : nil }

  /// A line of the table.
  private struct Entry: Sendable {
    let symbol: String
    let meaning: String?
    let kind: BeatKind?
    let isBeat: Bool

    init(_ symbol: String, _ meaning: String?, _ kind: BeatKind? = nil, isBeat: Bool? = nil) {
      self.symbol = symbol
      self.meaning = meaning
      self.kind = kind
      self.isBeat = isBeat ?? (kind != nil)
    }
  }

  /// The codes 1 to 49 in order: mnemonic, meaning, kind of beat.
  private static let table: [Entry] =
    [
      Entry("N", "normal beat", .normal),
      Entry("L", "left bundle branch block beat", .normal),
      Entry("R", "right bundle branch block beat", .normal),
      Entry("a", "aberrated atrial premature beat", .supraventricular),
      Entry("V", "premature ventricular contraction", .ventricular),
      Entry("F", "fusion of ventricular and normal beat", .fusion),
      Entry("J", "nodal (junctional) premature beat", .supraventricular),
      Entry("A", "atrial premature beat", .supraventricular),
      Entry("S", "supraventricular premature or ectopic beat", .supraventricular),
      Entry("E", "ventricular escape beat", .ventricular),
      Entry("j", "nodal (junctional) escape beat", .supraventricular),
      Entry("/", "paced beat", .unknown),
      Entry("Q", "unclassifiable beat", .unknown),
      Entry("~", "change in signal quality"),
      Entry("[15]", nil),
      Entry("|", "isolated QRS-like artifact"),
      Entry("[17]", nil),
      Entry("s", "ST segment change"),
      Entry("T", "T-wave change"),
      Entry("*", "systole"),
      Entry("D", "diastole"),
      Entry("\"", "comment"),
      Entry("=", "measurement"),
      Entry("p", "P-wave peak"),
      Entry("B", "bundle branch block beat (unspecified)", .normal),
      Entry("^", "(non-captured) pacemaker artifact"),
      Entry("t", "T-wave peak"),
      Entry("+", "rhythm change"),
      Entry("u", "U-wave peak"),
      Entry("?", "beat not classified during learning", .unknown),
      Entry("!", "ventricular flutter wave", isBeat: true),
      Entry("[", "start of ventricular flutter or fibrillation"),
      Entry("]", "end of ventricular flutter or fibrillation"),
      Entry("e", "atrial escape beat", .supraventricular),
      Entry("n", "supraventricular escape beat", .supraventricular),
      Entry("@", "link to external data (its text is the URL)"),
      Entry("x", "non-conducted P wave (blocked atrial premature beat)"),
      Entry("f", "fusion of paced and normal beat", .unknown),
      Entry("(", "waveform onset"),
      Entry(")", "waveform end"),
      Entry("r", "R-on-T premature ventricular contraction", .ventricular),
    ] + (42...49).map { Entry("[\($0)]", nil) }

  /// The codes 1 to 49.
  public static let all: [AnnotationCode] = table.indices.map { AnnotationCode(rawValue: UInt8($0 + 1)) }

  private static let bySymbol = Dictionary(uniqueKeysWithValues: all.map { ($0.symbol, $0) })

  /// Marks nothing; stands at the end of a file's head.
  public static let none = AnnotationCode(rawValue: 0)
  /// A normal beat.
  public static let normal = AnnotationCode(rawValue: 1)
  /// A change in signal quality.
  public static let noise = AnnotationCode(rawValue: 14)
  /// A change of the ST segment.
  public static let stChange = AnnotationCode(rawValue: 18)
  /// A comment.
  public static let note = AnnotationCode(rawValue: 22)
  /// The peak of a P wave.
  public static let pWave = AnnotationCode(rawValue: 24)
  /// The peak of a T wave.
  public static let tWave = AnnotationCode(rawValue: 27)
  /// A change of rhythm.
  public static let rhythm = AnnotationCode(rawValue: 28)
  /// The peak of a U wave.
  public static let uWave = AnnotationCode(rawValue: 29)
  /// The start of ventricular flutter or fibrillation.
  public static let fibrillationStart = AnnotationCode(rawValue: 32)
  /// The end of ventricular flutter or fibrillation.
  public static let fibrillationEnd = AnnotationCode(rawValue: 33)
  /// The onset of a wave.
  public static let waveOnset = AnnotationCode(rawValue: 39)
  /// The end of a wave.
  public static let waveEnd = AnnotationCode(rawValue: 40)
}

/// The kinds of beats of ANSI/AAMI EC57, in the order of its tables.
public enum BeatKind: String, Sendable, CaseIterable {
  /// Any beat that is none of the others, bundle branch block included.
  case normal = "N"
  /// A supraventricular ectopic beat, premature or escape.
  case supraventricular = "S"
  /// A ventricular ectopic beat, premature or escape.
  case ventricular = "V"
  /// A fusion of a ventricular and a normal beat.
  case fusion = "F"
  /// A beat that cannot be classified, a paced one included.
  case unknown = "Q"
}
