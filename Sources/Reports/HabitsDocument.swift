import Agreement
import ECG
import Foundation
import LabelReview
import PlainText

/// How far readers follow what they are shown, as parts of a document and of an object.
public enum HabitsDocument {
  /// Headings and tables; none where nothing was filled in or uncovered.
  public static func blocks(_ habits: ReadingHabits?) -> [Document.Block] {
    guard let habits else { return [] }
    var blocks: [Document.Block] = []
    if !habits.prefills.isEmpty {
      let rows = habits.prefills.map { entry in
        [entry.source.rawValue, "\(entry.answers)", text(entry.changed), text(entry.removed), text(entry.added)]
      }
      blocks += [
        .heading("What became of statements filled in"),
        .table(Document.Table(["filled in", "answers", "sets changed", "statements taken out", "statements put in"], rows)),
      ]
    }
    guard !habits.uncovered.isEmpty else { return blocks }
    let rows = habits.uncovered.flatMap { entry in
      [row(entry.what, "all", entry.all)]
        + (entry.statements.count > 1 ? entry.statements.map { row(entry.what, $0.0.abbreviation, $0.1) } : [])
    }
    return blocks + [
      .heading("Anchoring: verdicts before and after uncovering"),
      .table(
        Document.Table(
          [
            "uncovered", "of", "changed", "towards it", "away from it", "towards it when right", "towards it when wrong", "corrected",
            "spoiled",
          ],
          rows, wordColumns: 2)),
      .paragraph([
        "towards: of verdicts that differed from what was uncovered; away: of those that were equal to it. Right, wrong, corrected and spoiled are by the consensus of verdicts given before."
      ]),
    ]
  }

  private static func row(_ what: String, _ of: String, _ found: Anchoring) -> [String] {
    [
      what, of, text(found.all.changed), text(found.all.towards), text(found.all.away), text(found.shownRight.towards),
      text(found.shownWrong.towards), text(found.corrected), text(found.spoiled),
    ]
  }

  private static func text(_ share: Proportion) -> String {
    guard let value = share.value, let interval = share.interval else { return "–" }
    return String(
      format: "%.0f/%.0f = %.1f %% (%.1f to %.1f)", share.count, share.total, value * 100, interval.low * 100, interval.high * 100)
  }

  // MARK: For programs

  /// How often what was filled in was changed.
  public static func prefilled(_ habits: ReadingHabits?) -> JSONValue {
    .array(
      (habits?.prefills ?? []).map { entry in
        .object([
          ("prefill", .string(entry.source.rawValue)), ("answers", .integer(entry.answers)), ("changed", json(entry.changed)),
          ("removed", json(entry.removed)), ("added", json(entry.added)),
        ])
      })
  }

  /// How verdicts changed after uncovering.
  public static func anchoring(_ habits: ReadingHabits?) -> JSONValue {
    .array(
      (habits?.uncovered ?? []).map { entry in
        .object([
          ("uncovered", .string(entry.what)), ("all", json(entry.all)),
          ("diagnoses", .object(entry.statements.map { ($0.0.abbreviation, json($0.1)) })),
        ])
      })
  }

  private static func json(_ found: Anchoring) -> JSONValue {
    .object([
      ("changed", json(found.all.changed)), ("towards", json(found.all.towards)), ("away", json(found.all.away)),
      ("towards_when_right", json(found.shownRight.towards)), ("away_when_right", json(found.shownRight.away)),
      ("towards_when_wrong", json(found.shownWrong.towards)), ("away_when_wrong", json(found.shownWrong.away)),
      ("corrected", json(found.corrected)), ("spoiled", json(found.spoiled)), ("without_consensus", .integer(found.withoutConsensus)),
    ])
  }

  private static func json(_ share: Proportion) -> JSONValue {
    .object([
      ("count", .number(share.count)), ("of", .number(share.total)), ("share", JSONValue(share.value)),
      ("ci", share.interval.map { .array([.number($0.low), .number($0.high)]) } ?? .null),
    ])
  }
}
