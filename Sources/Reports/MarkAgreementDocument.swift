import Agreement
import ECG
import Foundation
import PlainText

/// How the readers of a study of annotation agree, as a document, as rows and as an object for programs.
public struct MarkAgreementDocument: Sendable {
  private let agreement: MarkAgreement

  /// The agreement of a study's readers.
  public init(_ agreement: MarkAgreement) { self.agreement = agreement }

  // MARK: For people

  /// The whole document.
  public var document: Document {
    let name = agreement.task.rawValue
    var blocks: [Document.Block] = [
      .heading("Readers"),
      .table(
        Document.Table(["reader", "recordings done", name], agreement.readers.map { [$0.reader, "\($0.recordings)", "\($0.marks)"] })),
    ]
    guard !agreement.pairs.isEmpty else {
      return Document(blocks + [.paragraph(["No two readers are done with the same recording: no agreement."])])
    }
    switch agreement.task {
    case .beats: blocks += beatBlocks
    case .spans: blocks += spanBlocks
    case .boundaries: blocks += boundaryBlocks
    }
    return Document(blocks)
  }

  private var beatBlocks: [Document.Block] {
    var blocks: [Document.Block] = [
      .heading("Beats: matched within 150 ms"),
      .table(
        Document.Table(
          ["readers", "recordings", "matched", "only first", "only second", "first's unmatched", "second's unmatched"],
          agreement.pairs.map { pair in
            [
              Self.name(pair), "\(pair.recordings)", "\(pair.matched)", "\(pair.onlyA)", "\(pair.onlyB)",
              Self.percent(pair.unmatchedShareA), Self.percent(pair.unmatchedShareB),
            ]
          })),
      .heading("Kinds of matched beats"),
      .table(
        Document.Table(
          ["readers", "n", "agree", "kappa", "SE", "95 % CI", "max"],
          agreement.pairs.map { pair in
            let (table, kappa) = (pair.kindTable, pair.kindTable.kappa())
            return [
              Self.name(pair), "\(table.total)", table.agreeing.map { "\($0)" } ?? "–", Self.text(kappa?.value),
              Self.text(kappa?.standardError),
              kappa.map { Self.text($0.confidenceInterval.low) + " to " + Self.text($0.confidenceInterval.high) } ?? "–",
              Self.text(kappa?.maximum),
            ]
          })),
    ]
    for pair in agreement.pairs where pair.kindsOfBeats.count > 1 {
      let kinds = pair.kindsOfBeats.map(\.symbol)
      let counts = pair.kindTable.counts
      blocks += [
        .heading("Kinds by \(pair.readerA) (rows) and \(pair.readerB) (columns)"),
        .table(Document.Table([""] + kinds, zip(kinds, counts).map { [$0] + $1.map { "\($0)" } })),
      ]
    }
    return blocks + [
      .paragraph([
        "Beats are matched where each is the other reader's nearest within 150 ms; neither reader is the reference. Kappa, its standard error and maximum are of matched beats alone, and undefined where one kind occurs."
      ])
    ]
  }

  private var spanBlocks: [Document.Block] {
    let rows = agreement.pairs.flatMap { pair in
      pair.spans.sorted { $0.key < $1.key }.map { name, spans in
        [
          Self.name(pair), name, "\(pair.recordings)", "\(spans.sensitivity.of)", "\(spans.positivePredictivity.of)",
          Self.text(spans.overlap), Self.text(pair.unitisedAlpha[name]?.alpha), Self.milliseconds(spans.startError),
          Self.milliseconds(spans.endError),
        ]
      }
    }
    var blocks: [Document.Block] = [
      .heading("Spans"),
      .table(
        Document.Table(
          ["readers", "span", "recordings", "first's", "second's", "IoU", "alpha", "start, ms", "end, ms"], rows, wordColumns: 2)),
      .paragraph(agreement.pairs.map { "\(Self.name($0)): alpha over all names \(Self.text($0.jointAlpha))." }),
    ]
    if !agreement.alphaOfAll.isEmpty {
      blocks += [
        .heading("Alpha over all readers"),
        .table(
          Document.Table(
            ["span", "alpha"], agreement.alphaOfAll.sorted { $0.key < $1.key }.map { [$0.key, Self.text($0.value.alpha)] })),
      ]
    }
    return blocks + [
      .paragraph([
        "IoU: seconds in spans of both, of those in spans of either. Alpha: Krippendorff's for unitising (1995), the recordings one behind the other. Start and end: second minus first, mean ± SD, of spans that are each other's best overlap."
      ])
    ]
  }

  private var boundaryBlocks: [Document.Block] {
    let rows = agreement.pairs.flatMap { pair in
      Self.boundaries(pair).map { name, boundary in
        [
          Self.name(pair), name, "\(pair.recordings)", "\(boundary.error.count)",
          "\(boundary.sensitivity.of - boundary.sensitivity.hits)",
          "\(boundary.positivePredictivity.of - boundary.positivePredictivity.hits)", Self.text(boundary.error.mean, "%.1f"),
          Self.text(boundary.error.standardDeviation, "%.1f"),
        ]
      }
    }
    return [
      .heading("Boundaries: second minus first"),
      .table(
        Document.Table(
          ["readers", "boundary", "recordings", "pairs", "only first", "only second", "mean, ms", "SD, ms"], rows, wordColumns: 2)),
      .paragraph([
        "Boundaries are pairs where each is the other reader's nearest within 150 ms. Those of a wave need its peak or beat between ( and ); onset and end are of all."
      ]),
    ]
  }

  /// All onsets and ends, then those of each wave that somebody marked.
  private static func boundaries(_ pair: MarkPair) -> [(name: String, boundary: BoundaryComparison)] {
    [("onset", pair.onsets), ("end", pair.ends)]
      + BoundaryComparison.Point.allCases.compactMap { point in pair.boundaries[point].map { (point.rawValue, $0) } }
  }

  private static func name(_ pair: MarkPair) -> String { "\(pair.readerA) – \(pair.readerB)" }

  private static func text(_ value: Double?, _ format: String = "%.3f") -> String {
    value.map { String(format: format, $0) } ?? "–"
  }

  private static func percent(_ share: Double?) -> String { share.map { String(format: "%.1f %%", $0 * 100) } ?? "–" }

  private static func milliseconds(_ errors: ErrorStatistics) -> String {
    guard let mean = errors.mean else { return "–" }
    return String(format: "%.0f", mean) + (errors.standardDeviation.map { String(format: " ± %.0f", $0) } ?? "")
  }

  // MARK: For programs

  /// The columns of ``rows``.
  public static let columns = [
    "rater_a", "rater_b", "mark", "recordings", "matched", "only_a", "only_b", "agree", "kappa", "se", "ci_low", "ci_high", "iou", "alpha",
    "mean_ms", "sd_ms",
  ]

  /// A row a pair of readers and what is compared: beats, each name of spans, each boundary; null is what is undefined or does not belong there.
  public var rows: [[JSONValue]] { agreement.pairs.flatMap(rows) }

  private func rows(_ pair: MarkPair) -> [[JSONValue]] {
    let start: [JSONValue] = [.string(pair.readerA), .string(pair.readerB)]
    switch agreement.task {
    case .beats:
      let (table, kappa) = (pair.kindTable, pair.kindTable.kappa())
      return [
        start + [
          "beats", .integer(pair.recordings), .integer(pair.matched), .integer(pair.onlyA), .integer(pair.onlyB), JSONValue(table.agreeing),
          JSONValue(kappa?.value), JSONValue(kappa?.standardError), JSONValue(kappa?.confidenceInterval.low),
          JSONValue(kappa?.confidenceInterval.high), .null, .null, .null, .null,
        ]
      ]
    case .spans:
      return pair.spans.sorted { $0.key < $1.key }.map { name, spans in
        start + [
          .string(name), .integer(pair.recordings), .integer(spans.startError.count),
          .integer(spans.sensitivity.of - spans.startError.count), .integer(spans.positivePredictivity.of - spans.startError.count), .null,
          .null, .null, .null, .null, JSONValue(spans.overlap), JSONValue(pair.unitisedAlpha[name]?.alpha), .null, .null,
        ]
      }
    case .boundaries:
      return Self.boundaries(pair).map { name, boundary in
        start + [
          .string(name), .integer(pair.recordings), .integer(boundary.error.count),
          .integer(boundary.sensitivity.of - boundary.sensitivity.hits),
          .integer(boundary.positivePredictivity.of - boundary.positivePredictivity.hits), .null, .null, .null, .null, .null, .null, .null,
          JSONValue(boundary.error.mean), JSONValue(boundary.error.standardDeviation),
        ]
      }
    }
  }

  /// The whole as an object.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("task", .string(agreement.task.rawValue)), ("tolerance_ms", .number(ComparisonPeriod.standardToleranceMilliseconds)),
      (
        "readers",
        .array(
          agreement.readers.map {
            .object([("reader", .string($0.reader)), ("recordings", .integer($0.recordings)), ("marks", .integer($0.marks))])
          })
      ),
      ("pairs", .array(agreement.pairs.map(json))),
    ]
    if agreement.task == .spans {
      members.append(
        ("unitised_alpha_of_all", .object(agreement.alphaOfAll.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value.alpha)) })))
    }
    return .object(members)
  }

  private func json(_ pair: MarkPair) -> JSONValue {
    let start: [(String, JSONValue)] = [
      ("rater_a", .string(pair.readerA)), ("rater_b", .string(pair.readerB)), ("recordings", .integer(pair.recordings)),
    ]
    switch agreement.task {
    case .beats: return .object(start + Self.beats(pair))
    case .spans:
      return .object(
        start + [
          ("spans", .object(pair.spans.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value, pair.unitisedAlpha[$0.key])) })),
          ("unitised_alpha_joint", JSONValue(pair.jointAlpha)),
        ])
    case .boundaries:
      return .object(start + [("boundaries", .object(Self.boundaries(pair).map { ($0.name, Self.json($0.boundary)) }))])
    }
  }

  private static func beats(_ pair: MarkPair) -> [(String, JSONValue)] {
    let (table, kappa) = (pair.kindTable, pair.kindTable.kappa())
    return [
      ("matched", .integer(pair.matched)), ("only_a", .integer(pair.onlyA)), ("only_b", .integer(pair.onlyB)),
      ("unmatched_share_a", JSONValue(pair.unmatchedShareA)), ("unmatched_share_b", JSONValue(pair.unmatchedShareB)),
      ("kinds", JSONValue(pair.kindsOfBeats.map(\.symbol))),
      ("counts", .array(table.counts.map { .array($0.map { .integer($0) }) })), ("agree", JSONValue(table.agreeing)),
      ("kappa", JSONValue(kappa?.value)), ("se", JSONValue(kappa?.standardError)),
      ("ci", kappa.map { [.number($0.confidenceInterval.low), .number($0.confidenceInterval.high)] } ?? .null),
      ("kappa_max", JSONValue(kappa?.maximum)),
    ]
  }

  private static func json(_ spans: SpanComparison, _ alpha: UnitisedAlpha?) -> JSONValue {
    .object([
      ("spans_a", .integer(spans.sensitivity.of)), ("spans_b", .integer(spans.positivePredictivity.of)), ("iou", JSONValue(spans.overlap)),
      ("unitised_alpha", JSONValue(alpha?.alpha)), ("start_error_ms", json(spans.startError)), ("end_error_ms", json(spans.endError)),
    ])
  }

  private static func json(_ boundary: BoundaryComparison) -> JSONValue {
    .object([
      ("pairs", .integer(boundary.error.count)), ("only_a", .integer(boundary.sensitivity.of - boundary.sensitivity.hits)),
      ("only_b", .integer(boundary.positivePredictivity.of - boundary.positivePredictivity.hits)),
      ("mean_ms", JSONValue(boundary.error.mean)), ("sd_ms", JSONValue(boundary.error.standardDeviation)),
    ])
  }

  private static func json(_ errors: ErrorStatistics) -> JSONValue {
    .object([("n", .integer(errors.count)), ("mean", JSONValue(errors.mean)), ("sd", JSONValue(errors.standardDeviation))])
  }
}
