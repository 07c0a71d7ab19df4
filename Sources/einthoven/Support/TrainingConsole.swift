import Foundation
import Training

/// Shows a training on standard error: a bar while an epoch lasts, a line when it is done.
struct TrainingConsole {
  private let epochs: Int
  private let title: String
  private var bar: ProgressBar?
  private var shownEpoch = 0
  private var epochSeconds: [Double] = []

  /// `title` comes before every line, such as `fold 2 `.
  init(epochs: Int, title: String = "") {
    self.epochs = epochs
    self.title = title
  }

  mutating func show(_ event: TrainingRun.Event) {
    switch event {
    case .step(let position, let steps):
      let epoch = position.epoch + 1
      let label = "\(title)epoch \(epoch)/\(epochs)  loss \(Self.text(position.loss))"
      var bar = shownEpoch == epoch ? bar : nil
      if bar == nil { bar = ProgressBar(label, total: steps) }
      bar?.label = label
      bar?.advance(to: position.step)
      self.bar = bar
      shownEpoch = epoch
    case .epoch(let record):
      end()
      epochSeconds.append(record.seconds)
      let left = epochSeconds.suffix(5).reduce(0, +) / Double(min(5, epochSeconds.count)) * Double(epochs - record.epoch)
      var line = "\(title)epoch \(record.epoch)/\(epochs)  loss \(Self.text(record.trainingLoss))"
      if let loss = record.validationLoss { line += "  validation: loss \(Self.text(loss))" }
      if let auroc = record.validationAUROC { line += "  AUROC \(Self.text(auroc))" }
      if let auroc = record.axisAUROC { line += "  LAD \(Self.text(auroc))" }
      line += "  \(Self.duration(record.seconds))"
      if record.epoch < epochs { line += "  left \(Self.duration(left))" }
      Console.note(line)
    }
  }

  /// Takes the bar away.
  mutating func end() {
    bar?.finish()
    bar = nil
  }

  static func text(_ value: Double) -> String { String(format: "%.4f", value) }

  /// `48 s`, `12 min`, `3 h 05 min`.
  private static func duration(_ seconds: Double) -> String {
    let minutes = Int((seconds / 60).rounded())
    if seconds < 100 { return String(format: seconds < 10 ? "%.1f s" : "%.0f s", seconds) }
    return minutes < 60 ? "\(minutes) min" : String(format: "%d h %02d min", minutes / 60, minutes % 60)
  }
}
