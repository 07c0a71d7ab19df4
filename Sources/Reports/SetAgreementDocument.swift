import Agreement
import ECG
import Foundation
import LabelReview
import PlainText

/// How readers agree who judge many statements at once, as a document and as an object for programs.
public struct SetAgreementDocument: Sendable {
  private let table: AnswerTable
  private let habits: ReadingHabits?
  private let bootstrap: Bootstrap?
  private let agreement: SetAgreement
  /// Of readers alone.
  private let alpha: SetAlpha?
  /// Every statement's own report, without resampling.
  private let reports: [(statement: Statement, report: AgreementReport)]

  /// The agreement of a table of answers.
  ///
  /// - Parameters:
  ///   - habits: how far readers followed what they were shown; nil where that is not known.
  ///   - bootstrap: resampling of cases for intervals; nil for none.
  public init(_ table: AnswerTable, habits: ReadingHabits?, bootstrap: Bootstrap?) {
    self.table = table
    self.habits = habits
    self.bootstrap = bootstrap
    let others = [ReservedRater.label, ReservedRater.model].filter { table.raters.contains($0) }
    agreement = SetAgreement(table.sets(with: others), bootstrap: bootstrap)
    alpha = SetAlpha(table.sets())
    reports = table.statements.map { ($0, AgreementReport(table.verdicts(on: $0))) }
  }

  // MARK: For people

  /// The whole document.
  public var document: Document {
    guard !agreement.pairs.isEmpty else {
      return Document([.paragraph(["Nobody has answered a case that another rater answered too: no agreement."])])
    }
    var blocks: [Document.Block] = [.heading("Over all statements, unsure excluded"), .table(overall(agreement))]
    let value = alpha.map { alpha in
      Self.text(alpha.value) + (alpha.confidenceInterval.map { " (\(Self.text($0)))" } ?? "")
        + (alpha.isSampled ? ", expected disagreement from a sample of \(SetAlpha.sampleSize) answers" : "")
    }
    blocks.append(
      .paragraph([
        "Krippendorff's alpha of the readers' sets, MASI distance: \(value ?? "undefined: no case two readers answered, or one set only").",
        "macro: mean of the statements' kappas; pooled: kappa of their mean observed and chance agreement (De Vries and others 2008).",
      ]))
    if let likelihoods = likelihoodTable(agreement) {
      blocks += [.heading("Likelihood (absent, possible, probable, definite)"), .table(likelihoods)]
    }
    blocks += [.heading("By statement, unsure excluded"), .table(byStatement)]
    blocks.append(.paragraph(["--diagnosis NAME shows all figures of one statement."]))
    return Document(blocks + HabitsDocument.blocks(habits))
  }

  private func overall(_ agreement: SetAgreement) -> Document.Table {
    Document.Table(
      [
        "raters", "cases", "macro kappa", "95 % CI", "statements", "pooled kappa", "95 % CI", "exact match", "95 % CI", "Jaccard",
        "95 % CI",
      ],
      agreement.pairs.map { pair in
        [
          "\(pair.readerA) – \(pair.readerB)", "\(pair.cases)", Self.text(pair.figures.macroKappa), Self.text(pair.intervals?.macroKappa),
          "\(pair.figures.kappas)", Self.text(pair.figures.pooledKappa), Self.text(pair.intervals?.pooledKappa),
          Self.text(pair.figures.exactMatch), Self.text(pair.intervals?.exactMatch), Self.text(pair.figures.jaccard),
          Self.text(pair.intervals?.jaccard),
        ]
      })
  }

  private func likelihoodTable(_ agreement: SetAgreement) -> Document.Table? {
    let pairs = agreement.pairs.filter { pair in
      pair.likelihoods.counts.enumerated().contains { row, counts in counts.enumerated().contains { $1 > 0 && (row > 0 || $0 > 0) } }
    }
    guard !pairs.isEmpty else { return nil }
    return Document.Table(
      ["raters", "n", "linear kappa", "95 % CI", "quadratic kappa", "95 % CI", "not said"],
      pairs.map { pair in
        let (linear, quadratic) = (pair.likelihoodKappa(.linear), pair.likelihoodKappa(.quadratic))
        return [
          "\(pair.readerA) – \(pair.readerB)", "\(pair.likelihoods.total)", Self.text(linear?.value), Self.text(linear?.confidenceInterval),
          Self.text(quadratic?.value), Self.text(quadratic?.confidenceInterval), "\(pair.withoutLikelihood)",
        ]
      })
  }

  private var byStatement: Document.Table {
    Document.Table(
      ["statement", "raters", "n", "unsure", "both", "first only", "second only", "kappa", "95 % CI", "PABAK", "AC1"],
      reports.flatMap { statement, report in
        report.pairs.filter { $0.verdicts.total > 0 }.map { pair in
          let (table, kappa) = (pair.table, pair.table.kappa)
          let interval = kappa.map { ConfidenceInterval(low: $0.confidenceInterval.low, high: $0.confidenceInterval.high) }
          return [
            statement.abbreviation, "\(pair.raterA) – \(pair.raterB)", "\(table.total)", "\(pair.excludedUnsure)", "\(table.bothPresent)",
            "\(table.onlyFirst)", "\(table.onlySecond)", Self.text(kappa?.value), Self.text(interval),
            Self.text(table.pabak),
            Self.text(pair.gwet(.excluded)?.value),
          ]
        }
      }, wordColumns: 2)
  }

  // MARK: For programs

  /// The columns of ``rows``.
  public static let columns = ["diagnosis"] + AgreementDocument.columns

  /// A row a statement and pair of raters; null is what is undefined.
  public var rows: [[JSONValue]] {
    reports.flatMap { statement, report in
      AgreementDocument(report, names: .of(diagnosisCode: statement.code)).rows.map { [.string(statement.abbreviation)] + $0 }
    }
  }

  /// The whole as an object.
  public var json: JSONValue {
    let pairs = agreement.pairs.map { pair -> JSONValue in
      let (linear, quadratic) = (pair.likelihoodKappa(.linear), pair.likelihoodKappa(.quadratic))
      return .object([
        ("rater_a", .string(pair.readerA)), ("rater_b", .string(pair.readerB)), ("cases", .integer(pair.cases)),
        ("macro_kappa", JSONValue(pair.figures.macroKappa)), ("macro_kappa_ci", Self.json(pair.intervals?.macroKappa)),
        ("kappas", .integer(pair.figures.kappas)), ("pooled_kappa", JSONValue(pair.figures.pooledKappa)),
        ("pooled_kappa_ci", Self.json(pair.intervals?.pooledKappa)), ("exact_match", JSONValue(pair.figures.exactMatch)),
        ("exact_match_ci", Self.json(pair.intervals?.exactMatch)), ("jaccard", JSONValue(pair.figures.jaccard)),
        ("jaccard_ci", Self.json(pair.intervals?.jaccard)), ("likelihood_n", .integer(pair.likelihoods.total)),
        ("likelihood_kappa_linear", JSONValue(linear?.value)), ("likelihood_kappa_linear_ci", Self.json(linear?.confidenceInterval)),
        ("likelihood_kappa_quadratic", JSONValue(quadratic?.value)),
        ("likelihood_kappa_quadratic_ci", Self.json(quadratic?.confidenceInterval)),
        ("likelihood_not_said", .integer(pair.withoutLikelihood)),
      ])
    }
    return .object([
      ("sets", .array(pairs)), ("krippendorff_alpha_masi", JSONValue(alpha?.value)),
      ("krippendorff_alpha_masi_se", JSONValue(alpha?.standardError)), ("krippendorff_alpha_masi_ci", Self.json(alpha?.confidenceInterval)),
      (
        "diagnoses",
        .object(reports.map { ($0.statement.abbreviation, $0.report.json) })
      ),
      ("prefilled", HabitsDocument.prefilled(habits)), ("anchoring", HabitsDocument.anchoring(habits)),
    ])
  }

  static func json(_ interval: ConfidenceInterval?) -> JSONValue {
    interval.map { .array([.number($0.low), .number($0.high)]) } ?? .null
  }

  static func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
  static func text(_ interval: ConfidenceInterval?) -> String { interval.map { "\(text($0.low)) to \(text($0.high))" } ?? "–" }
}
