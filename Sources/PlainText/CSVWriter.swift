/// Writes comma-separated values as RFC 4180 asks: a field is quoted where it holds a comma, a quote or a line end.
public enum CSVWriter {
  /// One row without its line end.
  public static func row(_ fields: some Sequence<String>) -> String {
    let row = fields.map(quoted).joined(separator: ",")
    // A single empty field would read back as a blank line, which is no row.
    return row.isEmpty ? "\"\"" : row
  }

  /// A field as it stands in a row.
  public static func quoted(_ field: String) -> String {
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
