import ECG
import Foundation
import PlainText

/// Reads a verdict file in long form: `case,rater,verdict`, with a column `repeat` where a rater was shown a case more than once and a column `source`
/// where cases come from several data sources.
///
/// Columns and rows may come in any order, further columns are ignored, and so are blanks around a field: a spreadsheet keeps what nobody sees. Verdicts are present, absent and unsure in any letter case.
public enum VerdictCSV {
  /// What is wrong with a verdict file, by line.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case missingColumn(String)
    case repeatedColumn(String)
    case emptyField(column: String, line: Int)
    case unknownVerdict(String, line: Int)
    case isJSON

    /// One line for a person.
    public var description: String {
      switch self {
      case .missingColumn(let name): "line 1: no column '\(name)'; expected a header with case,rater,verdict"
      case .repeatedColumn(let name): "line 1: two columns '\(name)'; expected one"
      case .emptyField(let column, let line): "line \(line): '\(column)' is empty"
      case .unknownVerdict(let word, let line): "line \(line): verdict '\(word)'; expected present, absent or unsure"
      case .isJSON: "JSON; expected CSV with a header case,rater,verdict, as 'study export --format csv' writes"
      }
    }
  }

  /// Reads a file's bytes.
  ///
  /// - Throws: `CSVError`, ``Fault``, ``RaterVerdicts/Conflict`` and ``RaterVerdicts/TooManyRaters``, each naming its line.
  public static func parse(_ bytes: some Collection<UInt8>) throws -> RaterVerdicts {
    guard !bytes.isJSONObjects else { throw Fault.isJSON }
    let table = try CSVTable(parsing: bytes)
    let caseColumn = try column("case", in: table)
    let raterColumn = try column("rater", in: table)
    let verdictColumn = try column("verdict", in: table)
    let repeatColumn = table.column("repeat") == nil ? nil : try column("repeat", in: table)
    let sourceColumn = table.column("source") == nil ? nil : try column("source", in: table)
    var verdicts = RaterVerdicts()
    for row in table.rows {
      let fields = [caseColumn, raterColumn, verdictColumn].map { row[$0].withoutOuterBlanks.withControlCharactersRead }
      for (name, field) in zip(["case", "rater", "verdict"], fields) where field.isEmpty {
        throw Fault.emptyField(column: name, line: row.line)
      }
      let word = fields[2]
      guard let verdict = Verdict(rawValue: word) ?? Verdict(rawValue: word.lowercased()) else {
        throw Fault.unknownVerdict(word, line: row.line)
      }
      let showing = repeatColumn.map { row[$0].withoutOuterBlanks.withControlCharactersRead } ?? ""
      let source = sourceColumn.map { row[$0].withoutOuterBlanks.withControlCharactersRead } ?? ""
      try verdicts.add(
        RaterVerdict(
          caseName: fields[0], rater: fields[1], verdict: verdict, showing: showing, source: source),
        line: row.line)
    }
    try verdicts.finish()
    return verdicts
  }

  /// The position of a column that must be there once.
  package static func column(_ name: String, in table: CSVTable) throws -> Int {
    guard let column = table.column(name) else { throw Fault.missingColumn(name) }
    let sameName = table.header.count { $0.filter { !$0.isWhitespace }.lowercased() == name }
    guard sameName == 1 else { throw Fault.repeatedColumn(name) }
    return column
  }
}

extension String {
  /// The text without blanks around it, which a spreadsheet keeps and nobody sees: a no-break space is one.
  package var withoutOuterBlanks: String {
    func mayBeBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x80 }
    guard let first = utf8.first, let last = utf8.last, mayBeBlank(first) || mayBeBlank(last) else { return self }
    return trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
