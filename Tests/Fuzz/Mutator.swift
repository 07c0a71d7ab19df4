import ECG

/// Damages inputs as files are damaged and as people attack them; the same for the same seed.
struct Mutator {
  private var random: SeededGenerator
  private let corpus: [[UInt8]]

  /// What numbers and texts are put in the place of others.
  private static let tokens = [
    "0", "-1", "1", "65536", "2147483648", "9223372036854775807", "99999999999999999999", "1e999", "nan", "inf", "\"", "\"\"", ",", ";",
    "\n",
    "\r\n", "\0", "#", "/", "./", "~", "[", "]", "{", "}", "\u{1B}", "\u{1B}[", "\u{FEFF}", "\u{202E}", "患", "e\u{301}", "=", ":", "x", "+",
    "(", ")",
  ].map { Array($0.utf8) }

  init(seed: UInt64, corpus: [[UInt8]]) {
    random = SeededGenerator(seed: seed)
    self.corpus = corpus
  }

  /// The next input: one of the corpus with one to six changes.
  mutating func next() -> [UInt8] {
    var bytes = corpus[random.below(corpus.count)]
    for _ in 0...random.below(6) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = random.below(bytes.count + 1)
    switch random.below(9) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
    case 3: bytes.insert(contentsOf: Self.tokens[random.below(Self.tokens.count)], at: place)
    case 4: bytes.removeLast(bytes.count - place)
    case 5:
      let end = min(bytes.count, place + 1 + random.below(24))
      bytes.insert(contentsOf: Array(repeating: bytes[place..<end], count: 1 + random.below(40)).joined(), at: place)
    case 6:
      // A number becomes another one.
      guard let start = bytes[place...].firstIndex(where: { (48...57).contains($0) }) else { return }
      let end = bytes[start...].firstIndex { !(48...57).contains($0) } ?? bytes.endIndex
      bytes.replaceSubrange(start..<end, with: Self.tokens[random.below(10)])
    case 7:
      let other = corpus[random.below(corpus.count)]
      bytes = Array(bytes[..<place]) + other[random.below(other.count + 1)...]
    default: for index in place..<min(bytes.count, place + 8) { bytes[index] = UInt8(random.below(256)) }
    }
  }
}
