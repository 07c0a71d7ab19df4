/// Writes comma-separated values as RFC 4180 asks: a field is quoted where it holds a comma, a quote or a line end.
public enum CSVWriter {
  /// One row without its line end.
  public static func row(_ fields: some Sequence<String>) -> String {
    fields.map(quoted).joined(separator: ",")
  }

  /// A field as it stands in a row.
  public static func quoted(_ field: String) -> String {
    let mustQuote = field.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    guard mustQuote else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
