/// A JSON value with its members in the order given, for JSON Lines output that reads the same every time.
///
/// Numbers are written in the shortest form that reads back to the same value; a number that is not finite becomes null.
public enum JSONValue: Sendable, ExpressibleByStringLiteral, ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Null.
  public init(nilLiteral: ()) { self = .null }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object whose members keep their order.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }

  /// A number, or null where it is nil or not finite.
  public init(_ value: Double?) { self = value.map { $0.isFinite ? .number($0) : .null } ?? .null }
  /// A number in single precision with the digits that needs, or null where it is nil or not finite.
  public init(_ value: Float?) { self = value.flatMap { Double("\($0)") }.map { $0.isFinite ? .number($0) : .null } ?? .null }
  /// An integer, or null.
  public init(_ value: Int?) { self = value.map { .integer($0) } ?? .null }
  /// A string, or null.
  public init(_ value: String?) { self = value.map { .string($0) } ?? .null }
  /// An array of strings.
  public init(_ values: [String]) { self = .array(values.map { .string($0) }) }
  /// An array of numbers.
  public init(_ values: [Double]) { self = .array(values.map { JSONValue($0) }) }

  /// The value on one line, every control character (C0, DEL and C1) escaped.
  public var text: String {
    var result = ""
    write(to: &result)
    return result
  }

  private func write(to result: inout String) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .number(let value): result += Self.shortest(value)
    case .string(let value): Self.writeString(value, to: &result)
    case .array(let values):
      result += "["
      for (index, value) in values.enumerated() {
        if index > 0 { result += "," }
        value.write(to: &result)
      }
      result += "]"
    case .object(let members):
      result += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { result += "," }
        Self.writeString(member.0, to: &result)
        result += ":"
        member.1.write(to: &result)
      }
      result += "}"
    }
  }

  private static func shortest(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func writeString(_ value: String, to result: inout String) {
    result += "\""
    if value.isPlainASCII, !value.utf8.contains(UInt8(ascii: "\"")), !value.utf8.contains(UInt8(ascii: "\\")) {
      result += value
      result += "\""
      return
    }
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isUnsafeOnTerminal:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}
