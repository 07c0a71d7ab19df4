import Agreement
import PlainText

extension CaseAnswer {
  /// Version of the stored form that this program writes.
  public static let formVersion = 1

  /// The answer as it is stored: a JSON object, its members in one order, statements sorted by code.
  ///
  /// `{"version":1,"set":{"39732003":"probable","164889003":"unsure"},"prefill":"label","prefilled":{"39732003":"present"},"keys":3}`; asked statements
  /// that `set` does not name are absent. A model's has `"probabilities":{code: 0…1}` to four digits, within which kernels for different processors agree.
  public var form: String {
    var members: [(String, JSONValue)] = [("version", .integer(Self.formVersion)), ("set", Self.object(statements))]
    if let prefill { members += [("prefill", .string(prefill.rawValue)), ("prefilled", Self.object(prefilled))] }
    if let keys { members.append(("keys", .integer(keys))) }
    if !probabilities.isEmpty {
      let sorted = probabilities.sorted { $0.key < $1.key }
      members.append(("probabilities", .object(sorted.map { ($0.key, .number(($0.value * 1e4).rounded() / 1e4)) })))
    }
    return JSONValue.object(members).text
  }

  private static func object(_ statements: [String: StatementAnswer]) -> JSONValue {
    .object(statements.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.word)) })
  }

  /// Reads what ``form`` wrote, of this version; nil where it is something else.
  public init?(form: String) {
    self.init()
    var text = form
    let isRead = text.withUTF8 { bytes in
      var scanner = FormScanner(bytes: bytes)
      return scanner.read(into: &self)
    }
    guard isRead else { return nil }
  }

  /// How many keys an answer cost, out of its form and without reading the rest of it; nil where that does not say.
  static func keys(inForm form: UnsafeRawBufferPointer) -> Int? {
    // The number comes behind the statements; behind one with this code would stand a word.
    let name = Array(",\"keys\":".utf8)
    for place in form.indices.dropLast(name.count) where form[place] == name[0] && form[place...].starts(with: name) {
      let digits = form[(place + name.count)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      if !digits.isEmpty { return Int(String(decoding: digits, as: UTF8.self)) }
    }
    return nil
  }

  fileprivate mutating func set(_ member: FormScanner.Member, _ code: String, _ word: Substring) -> Bool {
    guard let answer = StatementAnswer(word: word) else { return false }
    guard answer != .absent else { return true }
    if member == .set { statements[code] = answer } else { prefilled[code] = answer }
    return true
  }
}

/// Writes the forms of many answers to the same statements that say nothing else, as ``CaseAnswer/form`` does: what stands in all of them is made once.
struct AnswerFormWriter {
  /// The statements' places in the order of their codes, and what stands before what is said of each.
  private let members: [(place: Int, name: [UInt8])]
  private let words: [[UInt8]]

  init(codes: [String]) {
    var seen: Set<String> = []
    members = codes.enumerated().filter { seen.insert($1).inserted }.sorted { $0.element < $1.element }
      .map { (place: $0.offset, name: Array("\(JSONValue.string($0.element).text):\"".utf8)) }
    words = StatementAnswer.allCases.map { Array("\($0.word)\"".utf8) }
  }

  /// The form of an answer by what it says of each statement in turn.
  func form(_ said: ArraySlice<StatementAnswer>) -> String {
    var bytes = Array("{\"version\":\(CaseAnswer.formVersion),\"set\":{".utf8)
    var isFirst = true
    for member in members {
      let answer = said[said.startIndex + member.place]
      guard answer != .absent else { continue }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      bytes += member.name
      bytes += words[Int(answer.rawValue)]
    }
    bytes += "}}".utf8
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The forms of a list of answers: most say one of a few things, whose forms are made once.
struct AnswerForms {
  private var forms: [CaseAnswer: String] = [:]
  /// For so many bytes more there is room.
  private var room = 1 << 21

  /// An answer as it is stored.
  mutating func form(of answer: CaseAnswer) -> String {
    guard answer.probabilities.isEmpty else { return answer.form }
    if let known = forms[answer] { return known }
    let form = answer.form
    if form.utf8.count <= room {
      room -= form.utf8.count
      forms[answer] = form
    }
    return form
  }
}

/// Walks over a stored answer, which holds no blanks and hardly any escapes: a hundred thousand are read in a fraction of a second.
private struct FormScanner {
  enum Member: String { case version, set, prefill, prefilled, keys, probabilities }

  let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func read(into answer: inout CaseAnswer) -> Bool {
    var hasVersion = false
    let isObject = object { scanner, key in
      switch Member(rawValue: key) {
      case .version:
        hasVersion = scanner.number() == Double(CaseAnswer.formVersion)
        return hasVersion
      case .set, .prefilled:
        let member: Member = key == Member.set.rawValue ? .set : .prefilled
        return scanner.object { scanner, code in
          guard let word = scanner.string() else { return false }
          return answer.set(member, code, word[...])
        }
      case .prefill:
        answer.prefill = scanner.string().flatMap(Relabelling.Prefill.init(rawValue:))
        return answer.prefill != nil
      case .keys:
        guard let keys = scanner.number(), let whole = Int(exactly: keys), whole >= 0 else { return false }
        answer.keys = whole
        return true
      case .probabilities:
        return scanner.object { scanner, code in
          guard let probability = scanner.number(), (0...1).contains(probability) else { return false }
          answer.probabilities[code] = probability
          return true
        }
      case nil: return false
      }
    }
    return isObject && hasVersion && place == bytes.count
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func object(_ member: (inout FormScanner, String) -> Bool) -> Bool {
    guard take("{") else { return false }
    if take("}") { return true }
    repeat {
      guard let key = string(), take(":"), member(&self, key) else { return false }
    } while take(",")
    return take("}")
  }

  /// A string, nearly always without escapes, as codes and words are.
  private mutating func string() -> String? {
    guard take("\"") else { return nil }
    let start = place
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      if bytes[place] == UInt8(ascii: "\\") { return escapedString(from: start) }
      place += 1
    }
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self)
    return take("\"") ? text : nil
  }

  /// A string with escapes, those that ``JSONValue`` writes: of a statement that a file names by a word with a quote in it.
  private mutating func escapedString(from start: Int) -> String? {
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
    guard take("\"") else { return nil }
    let written = Array(bytes[(start - 1)..<place])
    var walker = JSONWalker(written[...])
    guard let text = walker.string(), JSONValue.string(text).text.utf8.elementsEqual(written) else { return nil }
    return text
  }

  /// A number; one of a few digits, as nearly all are, without the C library.
  private mutating func number() -> Double? {
    let start = place
    var (value, decimals, isPoint) = (0, 0, false)
    while place < bytes.count, place - start < 16 {
      switch bytes[place] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value * 10 + Int(bytes[place] - UInt8(ascii: "0"))
        if isPoint { decimals += 1 }
      case UInt8(ascii: ".") where !isPoint && place > start: isPoint = true
      case UInt8(ascii: ","), UInt8(ascii: "}"):
        guard place > start, !isPoint || decimals > 0 else { return nil }
        // Both are exact below 2^53, and so their quotient is the nearest number there is.
        return decimals == 0 ? Double(value) : Double(value) / Self.powersOfTen[decimals]
      default: return slowNumber(from: start)
      }
      place += 1
    }
    return slowNumber(from: start)
  }

  private static let powersOfTen: [Double] = (0...16).map { (0..<$0).reduce(1.0) { product, _ in product * 10 } }

  private mutating func slowNumber(from start: Int) -> Double? {
    while place < bytes.count, ![UInt8(ascii: ","), UInt8(ascii: "}")].contains(bytes[place]) { place += 1 }
    return Double(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self))
  }
}
