import Agreement
import ECG
import Foundation
import LabelReview
import PlainText

/// Whom to believe in a study, as a document for people and as rows and objects for programs.
public struct ConsensusDocument: Sendable {
  private let consensus: StudyConsensus
  /// The statements shown, by place.
  private let places: [Int]
  private let intervals: [Int: DawidSkene.Intervals]
  private let bounds: [Int: TwoReaderBounds]

  /// A consensus in words.
  ///
  /// - Parameters:
  ///   - statement: the only one to show; nil for all.
  ///   - bootstrap: resampling of cases for intervals; nil for none.
  public init(_ consensus: StudyConsensus, statement: Statement? = nil, bootstrap: Bootstrap? = nil) {
    self.consensus = consensus
    let asked = consensus.answers.table.statements
    places = asked.indices.filter { statement == nil || asked[$0] == statement }
    var intervals: [Int: DawidSkene.Intervals] = [:]
    var bounds: [Int: TwoReaderBounds] = [:]
    if let bootstrap {
      let sets = consensus.answers.table.sets()
      for place in places where consensus.statements.indices.contains(place) {
        intervals[place] = consensus.statements[place].dawidSkene?.intervals(bootstrap)
        guard consensus.statements[place].bounds != nil, sets.readers.count == 2 else { continue }
        bounds[place] = TwoReaderBounds.widened(sets.votes(on: place).table(0, 1), bootstrap)
      }
    }
    self.intervals = intervals
    self.bounds = bounds
  }

  private var asked: [Statement] { consensus.answers.table.statements }

  // MARK: For people

  /// The whole document.
  public var document: Document {
    var blocks: [Document.Block] = [
      .heading("Consensus of study \(consensus.answers.study.name) by \(consensus.method.rawValue)"), .table(statementTable),
    ]
    if let readers = readerTable { blocks += [.heading("Readers"), .table(readers)] }
    blocks += cautions.isEmpty ? [] : [.paragraph(cautions)]
    return Document(blocks + [.heading("Cases"), .table(caseTable)])
  }

  private var statementTable: Document.Table {
    var header = ["statement", "cases", "present", "absent", "open", "adjudicated", "mean confidence"]
    let hasPrevalence = consensus.statements.contains { $0.dawidSkene != nil || $0.bounds != nil }
    if hasPrevalence { header += ["prevalence", "95 % CI or bounds"] }
    let answered = answeredCases
    let rows = places.map { place -> [String] in
      let cells = answered.map { consensus.cell($0, place) }
      let confidences = cells.compactMap { $0?.confidence }
      let mean = confidences.isEmpty ? nil : confidences.reduce(0, +) / Double(confidences.count)
      var row = [
        asked[place].abbreviation, "\(answered.count)", "\(cells.count { $0?.verdict == .present })",
        "\(cells.count { $0?.verdict == .absent })", "\(cells.count { $0?.verdict == nil })",
        "\(cells.count { $0?.isAdjudicated == true })",
        Self.text(mean),
      ]
      if hasPrevalence {
        let interval = intervals[place]?.prevalence ?? bounds[place]?.prevalence ?? consensus.statements[place].bounds?.prevalence
        row += [Self.text(consensus.statements[place].dawidSkene?.prevalence), Self.text(interval)]
      }
      return row
    }
    return Document.Table(header, rows)
  }

  /// What is known of each reader; nil by majority with more than two.
  private var readerTable: Document.Table? {
    var rows: [[String]] = []
    var header: [String] = []
    for place in places where consensus.statements.indices.contains(place) {
      let found = consensus.statements[place]
      for (number, reader) in (found.dawidSkene?.readers ?? []).enumerated() where reader.votes > 0 {
        header = ["sensitivity", "95 % CI", "specificity", "95 % CI"]
        rows.append([
          asked[place].abbreviation, reader.name, "\(reader.votes)", Self.text(reader.sensitivity),
          Self.text(intervals[place]?.sensitivity[number]), Self.text(reader.specificity), Self.text(intervals[place]?.specificity[number]),
        ])
      }
      for reader in found.crowdlab?.readers ?? [] where reader.votes > 0 {
        rows.append([
          asked[place].abbreviation, reader.name, "\(reader.votes)", Self.text(reader.weight), Self.text(reader.quality),
        ])
      }
      if let weighed = found.crowdlab {
        header = ["weight", "quality"]
        rows.append([asked[place].abbreviation, ReservedRater.model, "–", Self.text(weighed.modelWeight), "–"])
      }
    }
    guard !rows.isEmpty else { return nil }
    // All statements are taken in the one way asked for, or by majority, which says nothing of readers.
    return Document.Table(["statement", "reader", "votes"] + header, rows, wordColumns: 2)
  }

  /// What must be known of the figures, each sentence once.
  private var cautions: [String] {
    var sentences: [String] = []
    let fallen = places.filter { consensus.statements.indices.contains($0) && consensus.statements[$0].method != consensus.method }
    if !fallen.isEmpty {
      sentences.append(
        "By majority, for want of what \(consensus.method.rawValue) needs: \(fallen.map { asked[$0].abbreviation }.joined(separator: " "))."
      )
    }
    if places.contains(where: { consensus.statements.indices.contains($0) && consensus.statements[$0].crowdlab != nil }) {
      sentences.append(
        "CROWDLAB takes the model's word for independent of these readers: its probabilities must come from folds that did not see the cases."
      )
    }
    for (figure, judged, kind) in [("sensitivity", \DawidSkene.Reader.sensitivity, "with"), ("specificity", \.specificity, "without")] {
      let unknown = places.filter { place in
        (consensus.statements.indices.contains(place) ? consensus.statements[place].dawidSkene : nil)?.readers.contains {
          $0.votes > 0 && $0[keyPath: judged] == nil
        } ?? false
      }
      guard !unknown.isEmpty else { continue }
      sentences.append(
        "A \(figure) is unknown (–) of a reader who judged no case that is likelier \(kind) the statement than not: "
          + unknown.map { asked[$0].abbreviation }.joined(separator: " ") + ".")
    }
    let caveats = places.filter { consensus.statements.indices.contains($0) }.compactMap { place in
      consensus.statements[place].caveat.map { (asked[place].abbreviation, $0) }
    }
    if caveats.count == 1 || Set(caveats.map(\.1)).count == 1, let first = caveats.first { return sentences + [first.1] }
    if !caveats.isEmpty {
      sentences.append("With two readers and no truth their accuracy is bounded, not known (Hui and Walter 1980); statement by statement:")
      sentences += caveats.map { "\($0.0): \($0.1)" }
    }
    return sentences
  }

  private var answeredCases: [Int] {
    let counts = consensus.readerCounts
    return counts.indices.filter { counts[$0] > 0 || consensus.answers.adjudications[$0] != nil }
  }

  private var caseTable: Document.Table {
    let relabelling = consensus.answers.study.relabelling
    let sets = consensus.sets()
    let confidences = consensus.confidences()
    let counts = consensus.readerCounts
    let rows = answeredCases.map { number -> [String] in
      let set = sets[number] ?? CaseAnswer()
      let words = relabelling?.words(set) ?? Self.words(set, asked[0])
      return [
        consensus.answers.caseNames[number], words, "\(counts[number])",
        consensus.answers.adjudications[number] == nil ? "" : "adjudicated",
        Self.text(confidences[number]),
      ]
    }
    return Document.Table(["case", "consensus", "readers", "by", "confidence"], rows, wordColumns: 2)
  }

  private static func words(_ set: CaseAnswer, _ statement: Statement) -> String {
    switch set[statement.code].verdict {
    case .present: statement.abbreviation
    case .absent: "no \(statement.abbreviation)"
    case .unsure, nil: "open"
    }
  }

  // MARK: For programs

  /// The columns of ``rows``: `case,rater,verdict` first, as every file of verdicts.
  public static let columns = [
    "case", "rater", "verdict", "diagnosis", "presence", "confidence", "adjudicated", "readers", "method", "path",
  ]

  /// A row a case and statement; the verdict is `unsure` where it is open.
  public var rows: some Sequence<[JSONValue]> {
    let counts = consensus.readerCounts
    return answeredCases.lazy.flatMap { number in
      places.map { place -> [JSONValue] in
        let cell = consensus.cell(number, place)
        return [
          .string(consensus.answers.caseNames[number]), .string(ReservedRater.consensus), .string((cell?.verdict ?? .unsure).rawValue),
          .string(asked[place].abbreviation), JSONValue(cell?.presence), JSONValue(cell?.confidence), .bool(cell?.isAdjudicated ?? false),
          .integer(counts[number]), .string(consensus.statements[place].method.rawValue), .string(consensus.answers.cases[number].path),
        ]
      }
    }
  }

  /// An object a case.
  public var objects: some Sequence<JSONValue> {
    let confidences = consensus.confidences()
    let counts = consensus.readerCounts
    return answeredCases.lazy.map { number in
      let members = places.map { place -> (String, JSONValue) in
        let cell = consensus.cell(number, place)
        return (
          asked[place].abbreviation,
          .object([
            ("verdict", JSONValue(cell?.verdict?.rawValue)), ("presence", JSONValue(cell?.presence)),
            ("confidence", JSONValue(cell?.confidence)), ("adjudicated", .bool(cell?.isAdjudicated ?? false)),
          ])
        )
      }
      return .object([
        ("case", .string(consensus.answers.caseNames[number])), ("path", .string(consensus.answers.cases[number].path)),
        ("confidence", JSONValue(confidences[number])), ("readers", .integer(counts[number])), ("diagnoses", .object(members)),
      ])
    }
  }

  /// What is known of statements and readers, under the key `summary`.
  public var summary: JSONValue {
    let statements = places.filter { consensus.statements.indices.contains($0) }.map { place -> JSONValue in
      let found = consensus.statements[place]
      let readers = (found.dawidSkene?.readers ?? []).enumerated().map { number, reader -> JSONValue in
        .object([
          ("reader", .string(reader.name)), ("votes", .integer(reader.votes)), ("sensitivity", JSONValue(reader.sensitivity)),
          ("sensitivity_ci", Self.json(intervals[place]?.sensitivity[number])), ("specificity", JSONValue(reader.specificity)),
          ("specificity_ci", Self.json(intervals[place]?.specificity[number])),
          (
            "sensitivity_unknown",
            JSONValue(reader.sensitivity == nil ? "no case judged that is likelier with the statement than not" : nil)
          ),
          (
            "specificity_unknown",
            JSONValue(reader.specificity == nil ? "no case judged that is likelier without the statement than not" : nil)
          ),
        ])
      }
      let weights = (found.crowdlab?.readers ?? []).map { reader -> JSONValue in
        .object([
          ("reader", .string(reader.name)), ("votes", .integer(reader.votes)), ("weight", .number(reader.weight)),
          ("quality", JSONValue(reader.quality)),
        ])
      }
      return .object([
        ("diagnosis", .string(asked[place].abbreviation)), ("method", .string(found.method.rawValue)),
        ("prevalence", JSONValue(found.dawidSkene?.prevalence)), ("prevalence_ci", Self.json(intervals[place]?.prevalence)),
        ("prevalence_bounds", Self.json(bounds[place]?.prevalence ?? found.bounds?.prevalence)),
        ("readers", .array(found.crowdlab == nil ? readers : weights)), ("model_weight", JSONValue(found.crowdlab?.modelWeight)),
        ("caveat", JSONValue(found.caveat)),
      ])
    }
    return .object([("summary", .object([("method", .string(consensus.method.rawValue)), ("diagnoses", .array(statements))]))])
  }

  private static func json(_ interval: ConfidenceInterval?) -> JSONValue {
    interval.map { .array([.number($0.low), .number($0.high)]) } ?? .null
  }

  private static func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
  private static func text(_ interval: ConfidenceInterval?) -> String { interval.map { "\(text($0.low)) to \(text($0.high))" } ?? "–" }
}
