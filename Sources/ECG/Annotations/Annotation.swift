/// A mark on a recording: a beat, a wave's boundary, a change of rhythm, a comment, or a span from one sample to another.
///
/// The fields are those of a WFDB annotation, and an end for spans. Two other formats fit it without a change:
/// - A DICOM waveform annotation (PS3.3 C.10.10) refers to samples of a multiplex group (`sample`; a SEGMENT to two, `sample` and `endSample`), to
///   channels (an annotation each, with one `number` to tell that they belong together), and holds text or a coded concept (`aux`, with a `code`
///   of 22, a comment, where the concept has no WFDB code; a measured value is 23).
/// - A TAL of EDF+ has an onset (`sample`, at the record's rate), a duration (`endSample`; none is a point) and texts, an annotation each, in UTF-8
///   (`aux`); `@@CHANNEL` behind a text, as EDFbrowser writes it, is the `channel`.
public struct Annotation: Sendable, Hashable {
  /// Where it stands, or a span begins: counted from 0, in the ticks of its file, which are the record's samples unless the file states its own.
  public var sample: Int
  /// Where a span ends; nil for a point.
  public var endSample: Int?
  /// What it marks.
  public var code: AnnotationCode
  /// A finer kind of its code; for a change of signal quality the noisy signals as bits, −1 for unreadable.
  public var subtype: Int8
  /// The signal it belongs to, from 0; also 0 where it belongs to all.
  public var channel: UInt8
  /// A number of the annotator's own.
  public var number: Int8
  /// Text beside it: a rhythm (`(AFIB`), a comment; often empty.
  public var aux: AnnotationText

  /// An annotation.
  public init(
    sample: Int, endSample: Int? = nil, code: AnnotationCode, subtype: Int8 = 0, channel: UInt8 = 0, number: Int8 = 0,
    aux: AnnotationText = ""
  ) {
    self.sample = sample
    self.endSample = endSample
    self.code = code
    self.subtype = subtype
    self.channel = channel
    self.number = number
    self.aux = aux
  }
}

/// The text of an annotation: bytes, because files hold Latin-1, UTF-8 and closing zeros, and what was read is written again as it was.
public struct AnnotationText: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The bytes as the file has them.
  public var bytes: [UInt8]

  /// The bytes of a file.
  public init(bytes: [UInt8]) { self.bytes = bytes }
  /// A text, as UTF-8.
  public init(_ text: String) { bytes = Array(text.utf8) }
  /// A text, as UTF-8.
  public init(stringLiteral value: String) { self.init(value) }

  /// Whether there is no text.
  public var isEmpty: Bool { bytes.isEmpty }

  /// The text for a person: without the zeros that close it in many files; UTF-8, or Latin-1 where it is not.
  public var text: String {
    let shown = bytes[..<((bytes.lastIndex { $0 != 0 }).map { $0 + 1 } ?? 0)]
    if let text = String(validating: shown, as: UTF8.self) { return text }
    var scalars = String.UnicodeScalarView()
    for byte in shown { scalars.append(Unicode.Scalar(byte)) }
    return String(scalars)
  }
}
