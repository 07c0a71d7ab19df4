import Agreement
import Foundation
import LabelReview
import PlainText

/// An agreement report as text for people: plain columns or Markdown tables.
struct AgreementText {
  let report: AgreementReport
  /// The words for the verdicts.
  let names: StudySettings.VerdictNames
  /// Whether tables are Markdown's.
  let isMarkdown: Bool

  /// All lines of the report.
  var lines: [String] {
    var lines: [String] = []
    if let sampling = report.sampling { lines += [sampling.sentence, AgreementReport.caution, ""] }
    for handling in UnsureHandling.allCases {
      lines += [heading(Self.title(handling)), ""] + figures(report.pairs, handling) + Self.remark(handling) + [""]
    }
    lines += paperTables
    lines += section("Intra-reader agreement: first showing against second, unsure excluded", report.repeats)
    lines += section("Before against after reveal, unsure excluded", report.reveals)
    for stratum in report.strata {
      lines += section("\(Self.name(of: stratum)) (\(stratum.cases) cases), unsure excluded", stratum.pairs)
    }
    return lines + summary
  }

  // MARK: Figures

  private func section(_ title: String, _ pairs: [PairAgreement]) -> [String] {
    pairs.isEmpty ? [] : [heading(title), ""] + figures(pairs, .excluded) + [""]
  }

  private func figures(_ pairs: [PairAgreement], _ handling: UnsureHandling) -> [String] {
    var header = ["raters", "n"]
    if handling == .excluded { header.append("unsure") }
    header += ["agree", "observed", "kappa", "SE", "95 % CI"]
    if report.bootstrap != nil { header.append("bootstrap CI") }
    header += ["max", "PABAK", "AC1", "AC1 95 % CI", "positive", "negative"]
    if handling == .excluded { header += ["prevalence", "bias"] }
    return table(header, pairs.map { cells($0, handling) })
  }

  private func cells(_ pair: PairAgreement, _ handling: UnsureHandling) -> [String] {
    let table = pair.table(handling)
    let kappa = table.kappa()
    let gwet = pair.gwet(handling)
    var cells = [pair.raterA == pair.raterB ? pair.raterA : "\(pair.raterA) – \(pair.raterB)", "\(table.total)"]
    if handling == .excluded { cells.append("\(pair.excludedUnsure)") }
    cells += [
      table.agreeing.map { "\($0)" } ?? "–", Self.text(table.agreeing.map { Double($0) / Double(table.total) }),
      kappa.map { Self.text($0.value) } ?? pair.undefinedReason(handling) ?? "–", Self.text(kappa?.standardError),
      kappa.map { Self.interval($0.confidenceInterval.low, $0.confidenceInterval.high) } ?? "–",
    ]
    if let bootstrap = report.bootstrap {
      let interval = bootstrap.kappa(of: table, purpose: "\(pair.raterA) \(pair.raterB) \(handling.rawValue)").interval
      cells.append(interval.map { Self.interval($0.low, $0.high) } ?? "–")
    }
    cells += [
      Self.text(kappa?.maximum), Self.text(pair.pabak(handling)), Self.text(gwet?.value),
      gwet?.confidenceInterval.map { Self.interval($0.low, $0.high) } ?? "–", Self.text(table.specificAgreement(0)),
      Self.text(table.specificAgreement(1)),
    ]
    if handling == .excluded { cells += [Self.text(pair.table.prevalenceIndex), Self.text(pair.table.biasIndex)] }
    return cells
  }

  private var summary: [String] {
    guard report.readers.count >= 2 else { return ["Fewer than two readers: no agreement among all of them."] }
    func said(_ value: Double?, orNot reason: String) -> String { value.map { Self.text($0) } ?? "undefined: " + reason }
    let category = "only one category occurs"
    let incomplete = report.completeCases == 0 ? "no case all of them judged" : nil
    let fleiss = said(report.fleiss, orNot: incomplete ?? category)
    let light = said(report.lightKappa, orNot: incomplete ?? "two of them gave only one category")
    let alpha = said(report.krippendorffAlpha, orNot: report.sharedCases == 0 ? "no case two of them judged" : category)
    return [
      heading("All readers (\(report.readers.joined(separator: ", "))), unsure as a category of its own"), "",
      "Fleiss' kappa \(fleiss); Light's kappa \(light); Krippendorff's alpha \(alpha).",
      "",
      report.sampling == nil ? "The sampling frame is not known here. " + AgreementReport.caution : AgreementReport.caution,
    ]
  }

  // MARK: The paper's tables

  /// Reader by reader and label by reader, in the layout of the paper's tables 3 and 4.
  private var paperTables: [String] {
    let readers = report.readers
    let betweenReaders = report.pairs.filter { readers.contains($0.raterA) && readers.contains($0.raterB) }
    var lines: [String] = []
    for pair in betweenReaders {
      lines += [heading("Table 3. \(pair.raterA) versus \(pair.raterB)"), ""]
      let transposed = (0..<3).map { row in (0..<3).map { pair.verdicts.counts[$0][row] } }
      lines += crossTable(columnRaters: [pair.raterA], rowRater: pair.raterB, rows: words, counts: transposed) + [""]
    }
    let withLabel = report.pairs.filter { readers.contains($0.raterA) && $0.raterB == ReservedRater.label }
    guard !withLabel.isEmpty else { return lines }
    lines += [heading("Table 4. Readers versus the training label"), ""]
    let counts = (0..<2).map { row in withLabel.flatMap { pair in (0..<3).map { pair.verdicts.counts[$0][row] } } }
    let rows = Array(words.prefix(2))
    return lines + crossTable(columnRaters: withLabel.map(\.raterA), rowRater: ReservedRater.label, rows: rows, counts: counts) + [""]
  }

  private var words: [String] { [names.present, names.absent, names.unsure] }

  private func crossTable(columnRaters: [String], rowRater: String, rows: [String], counts: [[Int]]) -> [String] {
    let header = ["", ""] + columnRaters.flatMap { rater in words.map { columnRaters.count > 1 || isMarkdown ? "\(rater) \($0)" : $0 } }
    let body = zip(rows, counts).enumerated().map { index, row in
      [index == 0 ? rowRater : "", row.0] + row.1.map { "\($0)" }
    }
    let lines = table(header, body, leftColumns: 2)
    return isMarkdown || columnRaters.count > 1 ? lines : ["(columns: \(columnRaters[0]), rows: \(rowRater))"] + lines
  }

  // MARK: Text

  private static func title(_ handling: UnsureHandling) -> String {
    switch handling {
    case .excluded: "Unsure excluded"
    case .category: "Unsure as a category of its own"
    case .disagreement: "Unsure as a disagreement"
    }
  }

  /// What a reader of the table cannot guess.
  private static func remark(_ handling: UnsureHandling) -> [String] {
    guard handling == .disagreement else { return [] }
    return ["", "Each rater's unsure counts as a verdict that the other cannot give: AC1 has four categories, PABAK is 2 observed - 1."]
  }

  private static func name(of stratum: AgreementReport.Stratum) -> String {
    Outcome(rawValue: stratum.name).map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() } ?? stratum.name
  }

  private func heading(_ text: String) -> String { isMarkdown ? "### \(text)" : text }

  private func table(_ header: [String], _ rows: [[String]], leftColumns: Int = 1) -> [String] {
    guard isMarkdown else {
      var table = TextTable(header, rightAligned: Set(leftColumns..<header.count))
      for row in rows { table.append(row) }
      return table.lines
    }
    func line(_ cells: [String]) -> String { "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |" }
    let rule = "|" + header.indices.map { $0 < leftColumns ? "---|" : "---:|" }.joined()
    return [line(header), rule] + rows.map(line)
  }

  private static func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
  private static func interval(_ low: Double, _ high: Double) -> String { "\(text(low)) to \(text(high))" }
}
