/// What a terminal sent, one piece at a time, before Alt is told from Escape and keys from pasted text.
public enum RawInput: Equatable, Sendable {
  /// A Unicode scalar, controls included.
  case character(UInt32)
  /// A key that sends no character.
  case key(KeyStroke.Key)
  /// Pasted text begins.
  case pasteStart
  /// Pasted text has ended.
  case pasteEnd
}

/// Makes key strokes and pasted texts of raw input.
///
/// A terminal sends Alt-x as an escape and an x, and most keys without a character as an escape and a sequence. What arrives together is
/// joined. Escape alone is told at once; where the rest of a sequence follows within ``lateness``, as it may over a slow line, it still is no
/// typing. What is pasted never becomes keys, so that no pasted text gives a verdict.
public struct InputDecoder: Sendable {
  /// A key, something that the mouse did, or a pasted text.
  public enum Input: Equatable, Sendable {
    case key(KeyStroke)
    case mouse(MouseEvent)
    case paste(String)
  }

  /// The longest pasted text in scalars; the rest is dropped.
  public static let longestPaste = 65_536
  /// Seconds after an escape in which the rest of a sequence may arrive.
  ///
  /// Nobody types Escape, a bracket and a letter as fast.
  public static let lateness = 0.3

  private var pasted: [Unicode.Scalar]?
  /// What has come of the end of a pasted text whose escape came apart from it.
  private var pasteTail: [Unicode.Scalar] = []
  /// A sequence that has begun, escape first.
  private var unfinished: [RawInput] = []
  /// When an escape was told that may turn out to be the beginning of a sequence, in seconds.
  private var escapeTime: Double?

  /// A decoder that has seen nothing.
  public init() {}

  /// Whether pasted text has begun and not ended.
  public var isPasting: Bool { pasted != nil }

  /// How long to wait for more before calling ``giveUp()``, in milliseconds; nil where nothing is unfinished.
  public var patienceMilliseconds: Int? {
    if isPasting { return 2000 }
    return unfinished.isEmpty ? nil : 50
  }

  /// Decodes what arrived together, `seconds` after any fixed moment.
  public mutating func decode(_ arrived: [RawInput], at seconds: Double = 0) -> [Input] {
    guard !arrived.isEmpty else { return [] }
    var inputs: [Input] = []
    var rest = unfinished[...] + arrived
    unfinished = []
    if let escaped = escapeTime, seconds - escaped < Self.lateness { finishLate(&rest, into: &inputs) }
    escapeTime = nil
    while let raw = rest.first {
      if pasted != nil {
        rest.removeFirst()
        if let finished = paste(raw) { inputs.append(.paste(finished)) }
      } else if raw == .character(0x1B) {
        rest.removeFirst()
        escape(&rest, into: &inputs, at: seconds)
      } else {
        rest.removeFirst()
        if raw == .pasteStart { pasted = [] }
        if let stroke = Self.stroke(of: raw, alt: false) { inputs.append(.key(stroke)) }
      }
    }
    return inputs
  }

  /// Ends what has waited too long for its end, so that the keyboard is not dead for ever: a paste, or a sequence that was no more than Alt.
  public mutating func giveUp() -> [Input] {
    if let text = pasted {
      pasted = nil
      pasteTail = []
      return [.paste(Self.text(of: text))]
    }
    defer { unfinished = [] }
    guard unfinished.count == 2, let stroke = Self.stroke(of: unfinished[1], alt: true) else { return [] }
    return [.key(stroke)]
  }

  /// The characters at the front of what has arrived, as many as a sequence may have.
  ///
  /// Few, and taken only where a sequence may begin: to look at all that has arrived after each escape would take the square of its length.
  private static func characters(_ arrived: ArraySlice<RawInput>) -> [Unicode.Scalar] {
    guard case .character(let first)? = arrived.first, ControlSequence.introducers.contains(where: { $0.value == first }) else {
      return arrived.prefix(1).compactMap(Self.scalar(of:))
    }
    var scalars: [Unicode.Scalar] = []
    for raw in arrived.prefix(ControlSequence.longest) {
      guard let scalar = Self.scalar(of: raw) else { break }
      scalars.append(scalar)
      // No sequence holds an escape but in its end: the characters up to the next one are looked at once.
      if scalar == "\u{1B}", scalars.count > 1 {
        if scalars.count < arrived.count, let next = Self.scalar(of: arrived[arrived.startIndex + scalars.count]) { scalars.append(next) }
        break
      }
    }
    return scalars
  }

  private static func scalar(of raw: RawInput) -> Unicode.Scalar? {
    guard case .character(let value) = raw else { return nil }
    return Unicode.Scalar(value)
  }

  /// What an escape, taken from the front already, is the beginning of.
  private mutating func escape(_ rest: inout ArraySlice<RawInput>, into inputs: inout [Input], at seconds: Double) {
    guard let next = rest.first else {
      inputs.append(.key(KeyStroke(.escape)))
      escapeTime = seconds
      return
    }
    let characters = Self.characters(rest)
    switch ControlSequence.read(characters) {
    case .sequence(let sequence, let length):
      rest.removeFirst(length)
      take(sequence, into: &inputs)
    case .unfinished where characters.count == rest.count:
      unfinished = [.character(0x1B)] + rest
      rest = []
    case .unfinished where characters.count > 1: rest.removeFirst(characters.count)
    case .unfinished, .none:
      if next == .character(0x1B) || next == .pasteStart {
        inputs.append(.key(KeyStroke(.escape)))
      } else {
        rest.removeFirst()
        if let stroke = Self.stroke(of: next, alt: true) { inputs.append(.key(stroke)) }
      }
    }
  }

  /// Takes the rest of a sequence whose escape has been told as a key.
  private mutating func finishLate(_ rest: inout ArraySlice<RawInput>, into inputs: inout [Input]) {
    let characters = Self.characters(rest)
    switch ControlSequence.read(characters) {
    case .sequence(let sequence, let length) where characters.first == "[" || characters.first == "O":
      rest.removeFirst(length)
      take(sequence, into: &inputs)
    case .unfinished where characters.count > 1 && characters.count == rest.count:
      unfinished = [.character(0x1B)] + rest
      rest = []
    default: break
    }
  }

  private mutating func take(_ sequence: ControlSequence, into inputs: inout [Input]) {
    switch sequence {
    case .key(let key): inputs.append(.key(KeyStroke(key)))
    case .mouse(let event): inputs.append(.mouse(event))
    case .pasteStart: pasted = []
    case .pasteEnd, .other: break
    }
  }

  private mutating func paste(_ raw: RawInput) -> String? {
    switch raw {
    case .pasteEnd: return endPaste()
    case .character(let value):
      guard let scalar = Unicode.Scalar(value) else { return nil }
      return hasEnded(by: scalar) ? endPaste() : nil
    case .key, .pasteStart: return nil
    }
  }

  private mutating func endPaste() -> String? {
    defer { pasted = nil }
    pasteTail = []
    return pasted.map(Self.text(of:))
  }

  /// Takes one character of a pasted text, and tells whether it was the last of the sequence that ends one.
  private mutating func hasEnded(by scalar: Unicode.Scalar) -> Bool {
    if Self.pasteEnding.starts(with: pasteTail + [scalar]) {
      pasteTail.append(scalar)
      return pasteTail.count == Self.pasteEnding.count
    }
    let isNewEscape = scalar == Self.pasteEnding.first && !pasteTail.isEmpty
    for held in isNewEscape ? pasteTail : pasteTail + [scalar] { append(held) }
    pasteTail = isNewEscape ? [scalar] : []
    return false
  }

  private static let pasteEnding = Array("\u{1B}[201~".unicodeScalars)

  private mutating func append(_ scalar: Unicode.Scalar) {
    guard (pasted?.count ?? 0) < Self.longestPaste else { return }
    if scalar == "\r" || scalar == "\n" {
      pasted?.append("\n")
    } else if scalar == "\t" || scalar.cellWidth != .undefined {
      pasted?.append(scalar)
    }
  }

  private static func text(of scalars: [Unicode.Scalar]) -> String { String(String.UnicodeScalarView(scalars)) }

  private static func stroke(of raw: RawInput, alt: Bool) -> KeyStroke? {
    switch raw {
    case .key(let key): return KeyStroke(key, alt: alt)
    case .character(let value) where value < 0x20 || value == 0x7F: return KeyStroke(controlCharacter: UInt8(value), alt: alt)
    case .character(0x80...0x9F): return nil
    case .character(let value): return Unicode.Scalar(value).map { .character($0, alt: alt) }
    case .pasteStart, .pasteEnd: return nil
    }
  }
}
