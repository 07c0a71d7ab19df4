import Agreement
import Evaluation
import Foundation
import LabelReview
import PlainText

/// How readers agree, as a document for people and as rows of a table for programs.
public struct AgreementDocument: Sendable {
  private let report: AgreementReport
  private let names: StudySettings.VerdictNames
  private let reviews: [ReviewedAudit]

  /// A report in words; `names` are those of the verdicts, `reviews` what readers found in strata that an audit drew, with what that says of the data set.
  public init(_ report: AgreementReport, names: StudySettings.VerdictNames, reviews: [ReviewedAudit] = []) {
    self.report = report
    self.names = names
    self.reviews = reviews
  }

  /// The whole document.
  public var document: Document {
    var blocks: [Document.Block] = []
    if let sampling = report.sampling { blocks.append(.paragraph([sampling.sentence, AgreementReport.caution])) }
    for handling in UnsureHandling.allCases {
      blocks += [.heading(Self.title(handling)), .table(figures(report.pairs, handling))]
      if let remark = Self.remark(handling) { blocks.append(.paragraph([remark])) }
    }
    blocks += paperTables
    blocks += section("Intra-reader agreement: first showing against second, unsure excluded", report.repeats)
    blocks += section("Before against after reveal, unsure excluded", report.reveals)
    for stratum in report.strata {
      blocks += section("\(Self.name(of: stratum)) (\(stratum.cases) cases), unsure excluded", stratum.pairs)
    }
    return Document(blocks + summary + reviews.flatMap(AuditDocument.blocks))
  }

  // MARK: Figures

  private func section(_ title: String, _ pairs: [PairAgreement]) -> [Document.Block] {
    pairs.isEmpty ? [] : [.heading(title), .table(figures(pairs, .excluded))]
  }

  private func figures(_ pairs: [PairAgreement], _ handling: UnsureHandling) -> Document.Table {
    var header = ["raters", "n"]
    if handling == .excluded { header.append("unsure") }
    header += ["agree", "observed", "kappa", "SE", "95 % CI"]
    if report.bootstrap != nil { header.append("bootstrap CI") }
    header += ["max", "PABAK", "AC1", "AC1 95 % CI", "positive", "negative"]
    if handling == .excluded { header += ["prevalence", "bias"] }
    return Document.Table(header, pairs.map { cells($0, handling) })
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

  private var summary: [Document.Block] {
    guard report.readers.count >= 2 else { return [.paragraph(["Fewer than two readers: no agreement among all of them."])] }
    func said(_ value: Double?, orNot reason: String) -> String { value.map { Self.text($0) } ?? "undefined: " + reason }
    let category = "only one category occurs"
    let incomplete = report.completeCases == 0 ? "no case all of them judged" : nil
    let fleiss = said(report.fleiss, orNot: incomplete ?? category)
    let light = said(report.lightKappa, orNot: incomplete ?? "two of them gave only one category")
    let alpha = said(report.krippendorffAlpha, orNot: report.sharedCases == 0 ? "no case two of them judged" : category)
    return [
      .heading("All readers (\(report.readers.joined(separator: ", "))), unsure as a category of its own"),
      .paragraph(["Fleiss' kappa \(fleiss); Light's kappa \(light); Krippendorff's alpha \(alpha)."]),
      .paragraph([
        report.sampling == nil ? "The sampling frame is not known here. " + AgreementReport.caution : AgreementReport.caution
      ]),
    ]
  }

  // MARK: The paper's tables

  /// Reader by reader and label by reader, in the layout of tables 3 and 4 of Zhao and others 2022.
  private var paperTables: [Document.Block] {
    let readers = report.readers
    let words = [names.present, names.absent, names.unsure]
    var blocks: [Document.Block] = []
    for pair in report.pairs where readers.contains(pair.raterA) && readers.contains(pair.raterB) {
      let transposed = (0..<3).map { row in (0..<3).map { "\(pair.verdicts.counts[$0][row])" } }
      blocks += [
        .heading("Table 3. \(pair.raterA) versus \(pair.raterB)"),
        .table(
          Document.Table(
            rowGroup: pair.raterB, rowNames: words, groups: [.init(pair.raterA, columns: words.count)], columnNames: words,
            cells: transposed)),
      ]
    }
    let withLabel = report.pairs.filter { readers.contains($0.raterA) && $0.raterB == ReservedRater.label }
    guard !withLabel.isEmpty else { return blocks }
    let counts = (0..<2).map { row in withLabel.flatMap { pair in (0..<3).map { "\(pair.verdicts.counts[$0][row])" } } }
    return blocks + [
      .heading("Table 4. Readers versus the training label"),
      .table(
        Document.Table(
          rowGroup: ReservedRater.label, rowNames: Array(words.prefix(2)), groups: withLabel.map { .init($0.raterA, columns: words.count) },
          columnNames: withLabel.flatMap { _ in words }, cells: counts)),
    ]
  }

  // MARK: Rows

  /// The columns of ``rows``: the figures with unsure excluded.
  public static let columns = [
    "rater_a", "rater_b", "n", "excluded_unsure", "agree", "kappa", "se", "ci_low", "ci_high", "kappa_max", "pabak", "gwet_ac1",
    "prevalence_index", "bias_index", "observed_agreement", "positive_agreement", "negative_agreement", "gwet_ac1_se", "gwet_ac1_ci_low",
    "gwet_ac1_ci_high", "bootstrap_ci_low", "bootstrap_ci_high", "undefined",
  ]

  /// A row a pair of raters, under ``columns``; null is what is undefined.
  public var rows: [[JSONValue]] {
    report.pairs.map { pair in
      guard case .object(let members) = pair.json(bootstrap: report.bootstrap) else { return [] }
      return Self.columns.map { column in members.first { $0.0 == column }?.1 ?? .null }
    }
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
  private static func remark(_ handling: UnsureHandling) -> String? {
    guard handling == .disagreement else { return nil }
    return "Each rater's unsure counts as a verdict that the other cannot give: AC1 has four categories, PABAK is 2 observed - 1."
  }

  private static func name(of stratum: AgreementReport.Stratum) -> String {
    Outcome(rawValue: stratum.name).map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() } ?? stratum.name
  }

  private static func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
  private static func interval(_ low: Double, _ high: Double) -> String { "\(text(low)) to \(text(high))" }
}
