import TOMLKit

/// What is wrong with a file of settings, in one line: file, line, what was expected.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
  /// The line for a person.
  public let description: String

  init(_ fileName: String, _ line: Int, _ message: String) { description = "\(fileName):\(line): \(message)" }
}

/// A TOML file of names with plain values, at most one table deep.
public struct SettingsFile {
  /// The longest file in bytes.
  public static let longestFile = 65_536

  private let fileName: String
  private let table: TOMLTable
  private let lines: TOMLLines

  /// Reads a file's text; names that are not among `known` are refused.
  ///
  /// The known name of an inner table ends in a dot.
  ///
  /// - Throws: ``SettingsError``, of the first mistake.
  public init(parsing toml: String, fileName: String, known: [String]) throws(SettingsError) {
    self.fileName = fileName
    lines = TOMLLines(of: toml)
    do {
      table = try GuardedTOML.table(of: toml, longestFile: Self.longestFile)
    } catch {
      throw SettingsError(fileName, error.line, error.message.map { "not TOML: \($0)" } ?? "more than \(Self.longestFile) bytes")
    }
    for name in table.keys {
      let isTable = table[name]?.table != nil
      guard known.contains(isTable ? name + "." : name) else {
        let names = known.map { $0.hasSuffix(".") ? "[\($0.dropLast())]" : $0 }
        let nearest = nearestName(to: name, among: names).map { "did you mean '\($0)'?" } ?? "expected \(names.joined(separator: ", "))"
        throw SettingsError(fileName, lines.line(of: [name]), "unknown entry '\(name)'; \(nearest)")
      }
    }
  }

  /// Text under a name; nil where there is none.
  public func text(_ name: String) throws(SettingsError) -> String? {
    guard let value = table[name] else { return nil }
    guard let text = value.string else { throw mistake([name], "expected text in quotes for \(name)") }
    return text
  }

  /// A number under a name, within limits; nil where there is none.
  public func number(_ name: String, in limits: ClosedRange<Double>) throws(SettingsError) -> Double? {
    guard let value = table[name] else { return nil }
    guard let number = value.double ?? value.int.map(Double.init), limits.contains(number) else {
      throw mistake([name], "expected a number from \(limits.lowerBound) to \(limits.upperBound) for \(name)")
    }
    return number
  }

  /// True or false under a name; nil where there is neither.
  public func flag(_ name: String) throws(SettingsError) -> Bool? {
    guard let value = table[name] else { return nil }
    guard let flag = value.bool else { throw mistake([name], "expected true or false for \(name)") }
    return flag
  }

  /// The texts of an inner table, by name.
  public func texts(in tableName: String) throws(SettingsError) -> [String: String] {
    guard let inner = table[tableName]?.table else { return [:] }
    var texts: [String: String] = [:]
    for name in inner.keys {
      guard let text = inner[name]?.string else { throw mistake([tableName, name], "expected text in quotes for \(name)") }
      texts[name] = text
    }
    return texts
  }

  /// A text in quotes as a file has it, so that it can be read again whatever it holds.
  public static func quoted(_ text: String) -> String { "\"" + text.unicodeScalars.map(escaped).joined() + "\"" }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\\" || scalar == "\"" { return "\\" + String(Character(scalar)) }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator:
      // TOML has none of them between quotes; all have four digits at most.
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: return String(Character(scalar))
    }
  }

  /// An error at an entry.
  public func mistake(_ path: [String], _ message: String) -> SettingsError { SettingsError(fileName, lines.line(of: path), message) }
}
