import Agreement
import ECG
import Foundation
import PlainText

/// Reads a vocabulary: a CSV of `code,abbreviation,name,synonyms`, one statement a row, synonyms separated by semicolons.
///
/// SCP-ECG statements, the 27 with their merged codes, or a hospital's list; only `code` must be there.
public enum StatementFile {
  /// What is wrong with a vocabulary.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case missingCode
    case badField(column: String, text: String, line: Int, expected: String)
    case twice(String, line: Int)
    case count(Int)

    /// One line for a person.
    public var description: String {
      switch self {
      case .missingCode: "no column 'code'; expected a CSV whose header names code, abbreviation, name and synonyms"
      case .badField(let column, let text, let line, let expected): "line \(line): '\(column)' is '\(text)'; expected \(expected)"
      case .twice(let name, let line):
        "line \(line): '\(name)' stands for a statement above already; expected each code and abbreviation once"
      case .count(let count): "\(count) statements; expected 1 to \(mostStatements)"
      }
    }
  }

  /// The most statements of a vocabulary.
  public static let mostStatements = 1000
  /// The longest file in bytes.
  public static let longestFile = 1 << 20
  private static let (longestCode, longestAbbreviation, longestName, mostSynonyms) = (32, 16, 200, 40)

  /// Reads a file.
  ///
  /// - Throws: `CSVError`, ``Fault``.
  public static func parse(_ bytes: some Collection<UInt8>) throws -> [Statement] {
    let table = try CSVTable(parsing: bytes)
    guard let code = table.column("code") else { throw Fault.missingCode }
    let columns = (
      abbreviation: table.column("abbreviation"), name: table.column("name"), synonyms: table.column("synonyms")
    )
    guard (1...mostStatements).contains(table.rows.count) else { throw Fault.count(table.rows.count) }
    var taken: Set<String> = []
    return try table.rows.map { row in
      func field(_ column: Int?) -> String { column.map { row[$0].withoutOuterBlanks } ?? "" }
      let code = field(code)
      guard isCode(code) else {
        let expected = "1 to \(longestCode) printable ASCII characters without blanks, commas, semicolons, quotes or backslashes"
        throw Fault.badField(column: "code", text: code, line: row.line, expected: expected)
      }
      let known = Diagnosis.with(code: code)
      let abbreviation = field(columns.abbreviation).isEmpty ? known?.abbreviation ?? code : field(columns.abbreviation)
      guard abbreviation.count <= longestAbbreviation, isText(abbreviation) else {
        throw Fault.badField(
          column: "abbreviation", text: abbreviation, line: row.line,
          expected: "at most \(longestAbbreviation) characters, none a control character")
      }
      let name = field(columns.name).isEmpty ? known?.name ?? abbreviation : field(columns.name)
      guard name.count <= longestName, isText(name) else {
        throw Fault.badField(
          column: "name", text: name, line: row.line, expected: "at most \(longestName) characters, none a control character")
      }
      let own = field(columns.synonyms).split(separator: ";").map { String($0).withoutOuterBlanks }.filter { !$0.isEmpty }
      guard own.count <= mostSynonyms, own.allSatisfy({ $0.count <= longestName && isText($0) }) else {
        throw Fault.badField(
          column: "synonyms", text: field(columns.synonyms), line: row.line,
          expected: "at most \(mostSynonyms) names separated by semicolons, each of at most \(longestName) characters")
      }
      for key in Set([code.lowercased(), abbreviation.lowercased()]) where !taken.insert(key).inserted {
        throw Fault.twice(key == code.lowercased() ? code : abbreviation, line: row.line)
      }
      return Statement(code: code, abbreviation: abbreviation, name: name, synonyms: own.isEmpty ? known?.synonyms ?? [] : own)
    }
  }

  private static func isCode(_ text: String) -> Bool {
    (1...longestCode).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !#",;"\"#.utf8.contains($0) }
  }

  private static func isText(_ text: String) -> Bool { text.withoutControlCharacters == text }
}

extension [Statement] {
  /// What a list of diagnoses by name means, in the order of the vocabulary: `LAD,LAnFB`, or `all`.
  ///
  /// - Returns: nil where a name means none of them, or the list is empty.
  public func chosen(_ list: String) -> [Statement]? {
    if list.withoutOuterBlanks.lowercased() == "all" { return self }
    var chosen: Set<Statement> = []
    for name in list.split(separator: ",") {
      guard let statement = named(String(name)) else { return nil }
      chosen.insert(statement)
    }
    return chosen.isEmpty ? nil : filter(chosen.contains)
  }
}

extension CaseAnswer {
  /// What a recording's label says of statements: present, absent, or unknown.
  ///
  /// Of the 24 it is as ``DiagnosisLabels`` reads it. Another statement is present where the label names it by a code or a name and nothing else beside;
  /// absent where the label denies its name (`no …`), or holds a SNOMED CT code and the statement has such a code that the label does not doubt; else
  /// unknown.
  ///
  /// - Parameter label: the label's statements, as ``Recording/diagnoses`` holds them.
  public init(label: [String], asked: [Statement]) {
    let read = DiagnosisLabels(label)
    let codes = label.map(DiagnosisLabels.codes)
    let (stated, doubted) = (Set(codes.flatMap(\.stated)), Set(codes.flatMap(\.doubted)))
    let words = Set(label.flatMap(Self.names))
    self.init()
    for statement in asked {
      if let diagnosis = statement.diagnosis {
        self[statement.code] =
          switch read[diagnosis] {
          case .present: .present
          case .absent: .absent
          case .unknown: .notAsked
          }
        continue
      }
      let names = [statement.code, statement.abbreviation, statement.name] + statement.synonyms
      let concepts = names.flatMap { DiagnosisLabels.codeList($0) ?? [] }
      if concepts.contains(where: stated.contains) || names.contains(where: { words.contains($0.lowercased()) }) {
        self[statement.code] = .present
      } else if names.contains(where: { words.contains("no \($0.lowercased())") }) {
        self[statement.code] = .absent
      } else if !read.isCoded || concepts.isEmpty || concepts.contains(where: doubted.contains) {
        self[statement.code] = .notAsked
      }
    }
  }

  /// The names in a statement, between commas; none where one of them only qualifies the others.
  private static func names(in statement: String) -> [String] {
    let names = statement.split(separator: ",").map { String($0).withoutOuterBlanks.lowercased() }
    return names.dropFirst().contains(where: DiagnosisLabels.isQualifier) ? [] : names
  }
}
