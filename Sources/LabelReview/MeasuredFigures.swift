import Foundation
import PlainText

/// Figures that were measured of a recording, by the names of their quantities, as they are stored with a verdict.
enum MeasuredFigures {
  /// A JSON object, its names in alphabetical order; nil of none.
  static func text(_ figures: [String: Double]) -> String? {
    let finite = figures.filter(\.value.isFinite)
    return finite.isEmpty ? nil : json(finite).text
  }

  /// The figures as an object.
  static func json(_ figures: [String: Double]) -> JSONValue {
    .object(figures.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })
  }

  /// Reads what ``text(_:)`` wrote; nil where it is something else.
  static func read(_ text: String) -> [String: Double]? { try? JSONDecoder().decode([String: Double].self, from: Data(text.utf8)) }
}
