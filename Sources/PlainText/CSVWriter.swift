/// Writes comma-separated values as RFC 4180 asks: a field is quoted where it holds a comma, a quote or a line end.
///
/// A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, and a name in a file from elsewhere may be one. Such a field that
/// is no number gets an apostrophe before it, which a spreadsheet takes for "this is text"; ``CSVTable`` takes it off again.
public enum CSVWriter {
  /// One row without its line end.
  public static func row(_ fields: some Sequence<String>) -> String {
    let row = fields.map(quoted).joined(separator: ",")
    // A single empty field would read back as a blank line, which is no row.
    return row.isEmpty ? "\"\"" : row
  }

  /// A field as it stands in a row.
  public static func quoted(_ field: String) -> String {
    let field = field.mayBeFormula ? "'" + field : field
    let mustQuote = field.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    guard mustQuote else { return field }
    // By scalar: as a Character, a quote with a combining mark behind it is no quote.
    var result = "\"".unicodeScalars
    for scalar in field.unicodeScalars {
      if scalar == "\"" { result.append(scalar) }
      result.append(scalar)
    }
    result.append("\"")
    return String(result)
  }
}

extension String {
  /// Whether a spreadsheet may run the text: apostrophes aside it begins as a formula does, and is no number.
  fileprivate var mayBeFormula: Bool {
    // By byte: with a mark behind it, "=" is another Character.
    // A sign alone, such as the symbol of an annotation, is no formula.
    guard let first = utf8.first, first <= UInt8(ascii: "@"), utf8.count > 1, isFormula(behindApostrophes: utf8[...]) else {
      return false
    }
    return first == UInt8(ascii: "'") || Double(self) == nil
  }

  /// The text without the apostrophe that keeps a formula from being run; as it is where there is none.
  var withoutFormulaGuard: String {
    guard utf8.first == UInt8(ascii: "'"), isFormula(behindApostrophes: utf8.dropFirst()) else { return self }
    return String(Substring(utf8.dropFirst()))
  }

  private func isFormula(behindApostrophes text: Substring.UTF8View) -> Bool {
    guard let byte = text.first(where: { $0 != UInt8(ascii: "'") }) else { return false }
    return byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "@") || byte == 9
      || byte == 13
  }
}
