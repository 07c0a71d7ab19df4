import ECG
import Evaluation
import Foundation
import PlainText

/// An audit of labels as a document for people.
public struct AuditDocument: Sendable {
  /// A row of the list with what it looks like, where it was drawn.
  public struct Suspect: Sendable {
    let row: AuditRow
    let drawing: String?

    /// A row, and its drawing as SVG.
    public init(_ row: AuditRow, drawing: String? = nil) {
      self.row = row
      self.drawing = drawing
    }
  }

  private let classes: [ClassAudit]
  private let suspects: [Suspect]
  private let rowCount: Int
  private let axisDrawing: String?

  /// An audit with the first rows of its list, of so many.
  public init(_ classes: [ClassAudit], suspects: [Suspect], rowCount: Int, axisDrawing: String? = nil) {
    self.classes = classes
    self.suspects = suspects
    self.rowCount = rowCount
    self.axisDrawing = axisDrawing
  }

  /// What a list of suspects is not.
  public static let caution = """
    A suspect is no wrong label yet. A score is an estimate from what model and measurement say, both of which learnt from, or were made for, labels like these; \
    whether a label is wrong, readers decide who see the recording and not this list.
    """

  /// The figures, then the list.
  public var document: Document { Document(classes.flatMap(figures) + list) }

  /// The figures alone, without the list.
  public var summary: Document { Document(classes.flatMap(figures)) }

  // MARK: Figures

  private func figures(_ report: ClassAudit) -> [Document.Block] {
    let name = report.audit.diagnosis.abbreviation
    let total = report.audit.groups[0].table
    let labelled = total.count(label: .present) + total.count(label: .absent)
    var blocks: [Document.Block] = [
      .heading("\(name): \(report.audit.diagnosis.name)"),
      .paragraph([
        "\(total.count()) records, \(labelled) with a label, \(total.count(label: .present)) of them \(name). \(Self.criterion(of: report))"
      ]),
      .table(crossTable(report)), .table(noise(report)),
    ]
    if !report.definitions.isEmpty { blocks.append(.table(definitions(report))) }
    if report.axes.contains(where: { $0.labelled.total > 0 }) { blocks.append(.table(axes(report))) }
    if let review = report.review { blocks += Self.blocks(review) }
    return blocks
  }

  private static func criterion(of report: ClassAudit) -> String {
    guard let used = report.definitions.first(where: { $0.name == report.criterion }) else {
      return report.criterion == nil ? "Nothing that is measured tells this diagnosis." : "Nothing was measured."
    }
    return "Criterion: \(used.name), \(used.definition)."
  }

  private func crossTable(_ report: ClassAudit) -> Document.Table {
    let name = report.audit.diagnosis.abbreviation
    let rows = report.audit.groups.flatMap { group in
      LabelState.allCases.compactMap { label -> [String]? in
        let count = group.table.count(label: label)
        guard count > 0 else { return nil }
        let words = label == .present ? name : label == .absent ? "not \(name)" : "unknown"
        return [
          group.source ?? "all", words, "\(count)", Self.text(group.table.modelPresent(label)),
          Self.text(group.table.measuredPresent(label)),
          label == .unknown ? "–" : Self.text(group.table.bothAgainst(label)),
        ]
      }
    }
    return Document.Table(["source", "label", "n", "model says \(name)", "criterion met", "both against the label"], rows, wordColumns: 2)
  }

  private func noise(_ report: ClassAudit) -> Document.Table {
    let rows = report.audit.groups.map { group in
      let shares = group.noise?.shares
      return [
        group.source ?? "all", Self.text(shares?.wrong, group.noise?.wrong), Self.text(shares?.wrongPresent, group.noise?.wrongPresent),
        Self.text(shares?.wrongAbsent, group.noise?.wrongAbsent), String(format: "%.1f", group.expectedWrong),
        "\(group.doubted[.model] ?? 0)", "\(group.doubted[.criterion] ?? 0)", "\(group.doubted[.both] ?? 0)",
      ]
    }
    return Document.Table(
      [
        "source", "wrong, % (95 % CI)", "wrong of present, %", "wrong of absent, %", "sum of scores", "doubted by model", "by criterion",
        "by both",
      ], rows)
  }

  private func definitions(_ report: ClassAudit) -> Document.Table {
    let rows = report.definitions.map { check in
      [
        check.name + (check.name == report.criterion ? " *" : ""), check.definition, check.source, Self.text(check.presentContradicted),
        Self.text(check.absentContradicted), "\(check.unknown)",
      ]
    }
    return Document.Table(
      ["definition (* used)", "in words", "source", "labelled, not met", "not labelled, met", "unknown"], rows, wordColumns: 3)
  }

  private func axes(_ report: ClassAudit) -> Document.Table {
    let rows = report.axes.map { band in
      ["\(Self.degrees(band.low)) to \(Self.degrees(band.high.rounded()))", Self.text(band.labelled)]
    }
    return Document.Table(["QRS axis", "labelled \(report.audit.diagnosis.abbreviation)"], rows)
  }

  /// What a review found, stratum by stratum, and what that says of the whole data set.
  static func blocks(_ review: ReviewedAudit) -> [Document.Block] {
    var blocks: [Document.Block] = [.heading("After review: study \(review.study), \(review.rater)", level: 4)]
    let rows = review.strata.map { stratum in
      [
        stratum.name, "\(stratum.population)",
        "\(stratum.presentPresent + stratum.presentAbsent + stratum.absentPresent + stratum.absentAbsent)", "\(stratum.presentPresent)",
        "\(stratum.presentAbsent)", "\(stratum.absentPresent)", "\(stratum.absentAbsent)",
      ]
    }
    blocks.append(
      .table(
        Document.Table(
          [
            "stratum", "records", "reviewed", "present, found present", "present, found absent", "absent, found present",
            "absent, found absent",
          ],
          rows)))
    if let problem = review.problem { blocks.append(.paragraph(["No estimate: \(problem)."])) }
    let names = [
      "prevalence": "truly present, of all", "wrong": "labelled wrongly, of all", "sensitivity": "sensitivity of the label",
      "specificity": "specificity of the label", "positive_predictive_value": "truly present, of those labelled present",
      "negative_predictive_value": "truly absent, of those labelled absent",
    ]
    if !review.shares.isEmpty {
      let rows = review.shares.map { name, share in [names[name] ?? name, text(share.value, share.interval)] }
      blocks.append(.table(Document.Table(["estimated for the whole data set", "% (95 % CI)"], rows)))
    }
    return blocks
  }

  // MARK: List

  private var list: [Document.Block] {
    guard !suspects.isEmpty else { return [] }
    var blocks: [Document.Block] = [.heading("The \(suspects.count) most suspect of \(rowCount)")]
    if let axisDrawing { blocks.append(.figure(svg: axisDrawing, caption: "QRS axis of every record, by label and source.")) }
    let rows = suspects.enumerated().map { place, suspect in
      let row = suspect.row
      return [
        "\(place + 1)", row.record, row.source, row.diagnosis.abbreviation, row.said.label.rawValue, row.said.measured.rawValue,
        row.said.score.map { String(format: "%.3f", $0) } ?? "–", row.reasons.joined(separator: "; "),
      ]
    }
    blocks.append(.table(Document.Table(["", "record", "source", "class", "label", "measured", "score", "reasons"], rows, wordColumns: 8)))
    for (place, suspect) in suspects.enumerated() {
      guard let drawing = suspect.drawing else { continue }
      blocks.append(
        .figure(
          svg: drawing, caption: "\(place + 1). \(suspect.row.record) (\(suspect.row.path)): \(suspect.row.reasons.joined(separator: "; "))"
        ))
    }
    return blocks + [.paragraph([Self.caution])]
  }

  // MARK: Words

  private static func text(_ share: Proportion) -> String {
    guard let value = share.value, let interval = share.interval else { return "–" }
    return "\(Int(share.count)) of \(Int(share.total)) (\(percent(value)), \(percent(interval.low)) to \(percent(interval.high)))"
  }

  private static func text(_ value: Double?, _ interval: ConfidenceInterval?) -> String {
    guard let value else { return "–" }
    return percent(value) + (interval.map { " (\(percent($0.low)) to \(percent($0.high)))" } ?? "")
  }

  private static func percent(_ value: Double) -> String { String(format: "%.1f", 100 * value) }
  private static func degrees(_ value: Double) -> String { value < 0 ? "−\(Int(-value))°" : "\(Int(value))°" }
}
