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
    func line(_ name: String, _ colour: String, _ y: (EpochRecord) -> Double?) -> String {
      let points = history.compactMap { record in y(record).map { "\(Self.number(x(record.epoch))),\(Self.number(Self.y($0)))" } }
      guard !points.isEmpty else { return "" }
      return "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(colour)\"><title>\(name)</title></polyline>\n"
    }
    let lines =
      line("training loss", "#06c") { $0.trainingLoss / top } + line("validation loss", "#c60") { $0.validationLoss.map { $0 / top } }
      + line("macro AUROC", "#393") { $0.validationAUROC }
    let (right, bottom) = (Int(Self.width - Self.margin), Int(Self.height - Self.margin))
    let legend = [("training loss", "#06c"), ("validation loss", "#c60"), ("macro AUROC (0 to 1)", "#393")].enumerated().map {
      "<text x=\"\(Int(Self.margin) + 8 + $0.offset * 150)\" y=\"24\" fill=\"\($0.element.1)\">\($0.element.0)</text>\n"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(Self.width))" height="\(Int(Self.height))" font-family="sans-serif" font-size="11">
      <title>Loss and macro AUROC over \(history.count) epochs</title>
      <rect width="100%" height="100%" fill="white"/>
      <path d="M\(Int(Self.margin)) \(Int(Self.margin))V\(bottom)H\(right)" fill="none" stroke="#888"/>
      <text x="4" y="\(Int(Self.margin) + 4)">\(String(format: "%.3f", top))</text>
      <text x="4" y="\(bottom)">0</text>
      <text x="\(right - 60)" y="\(bottom + 16)">epoch \(history.last?.epoch ?? 0)</text>
      \(legend.joined())\(lines)</svg>

      """
  }

  private func x(_ epoch: Int) -> Double {
    let span = max(1, (history.last?.epoch ?? 1) - 1)
    return Self.margin + Double(epoch - 1) / Double(span) * (Self.width - 2 * Self.margin)
  }

  private static func y(_ share: Double) -> Double { height - margin - min(1, max(0, share)) * (height - 2 * margin) }
  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
