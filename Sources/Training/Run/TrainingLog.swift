import Foundation
import PlainText

/// The epochs of a training as a table and as a drawing.
public struct TrainingLog {
  private let history: [EpochRecord]

  /// The log of some epochs.
  public init(_ history: [EpochRecord]) { self.history = history }

  /// One row an epoch; empty fields where there was no validation.
  public var csv: String {
    let columns = ["epoch", "learning_rate", "training_loss", "validation_loss", "validation_auroc", "validation_lad_auroc", "seconds"]
    let rows = history.map { record in
      [JSONValue.integer(record.epoch)]
        + [
          record.learningRate, record.trainingLoss, record.validationLoss, record.validationAUROC, record.axisAUROC,
          (record.seconds * 100).rounded() / 100,
        ].map { JSONValue($0) }
    }
    return ([columns] + rows.map { $0.map { if case .null = $0 { "" } else { $0.text } } }).map { CSVWriter.row($0) + "\n" }.joined()
  }

  private static let width = 640.0
  private static let height = 320.0
  private static let margin = 44.0

  /// Training and validation loss, and macro AUROC, over the epochs.
  public var svg: String {
    let losses = history.flatMap { [$0.trainingLoss, $0.validationLoss].compactMap { $0 } }.filter(\.isFinite)
    let top = max(1e-9, losses.max() ?? 1)
    let (left, right, bottom) = (Int(Self.margin), Int(Self.width - Self.margin), Int(Self.height - Self.margin))
    var svg = SVG(
      width: "\(Int(Self.width))", height: "\(Int(Self.height))", attributes: [("font-family", "sans-serif"), ("font-size", "11")],
      title: "Loss and macro AUROC over \(history.count) epochs")
    svg.add("rect", [("width", "100%"), ("height", "100%"), ("fill", "white")])
    svg.add("path", [("d", "M\(left) \(left)V\(bottom)H\(right)"), ("fill", "none"), ("stroke", "#888")])
    svg.add("text", [("x", "4"), ("y", "\(left + 4)")], text: String(format: "%.3f", top))
    svg.add("text", [("x", "4"), ("y", "\(bottom)")], text: "0")
    svg.add("text", [("x", "\(right - 60)"), ("y", "\(bottom + 16)")], text: "epoch \(history.last?.epoch ?? 0)")
    let curves: [(name: String, legend: String, colour: String, height: (EpochRecord) -> Double?)] = [
      ("training loss", "training loss", "#06c", { $0.trainingLoss / top }),
      ("validation loss", "validation loss", "#c60", { $0.validationLoss.map { $0 / top } }),
      ("macro AUROC", "macro AUROC (0 to 1)", "#393", { $0.validationAUROC }),
    ]
    for (index, curve) in curves.enumerated() {
      svg.add("text", [("x", "\(left + 8 + index * 150)"), ("y", "24"), ("fill", curve.colour)], text: curve.legend)
    }
    for curve in curves { draw(curve.name, curve.colour, curve.height, in: &svg) }
    return svg.text
  }

  private func draw(_ name: String, _ colour: String, _ height: (EpochRecord) -> Double?, in svg: inout SVG) {
    let points = history.compactMap { record in
      height(record).map { "\(SVG.number(x(record.epoch), digits: 1)),\(SVG.number(Self.y($0), digits: 1))" }
    }
    guard !points.isEmpty else { return }
    svg.group("polyline", [("points", points.joined(separator: " ")), ("fill", "none"), ("stroke", colour)]) { $0.add("title", text: name) }
  }

  private func x(_ epoch: Int) -> Double {
    let span = max(1, (history.last?.epoch ?? 1) - 1)
    return Self.margin + Double(epoch - 1) / Double(span) * (Self.width - 2 * Self.margin)
  }

  private static func y(_ share: Double) -> Double { height - margin - min(1, max(0, share)) * (height - 2 * margin) }
}
