import Foundation
import Training
import Workbench

/// Shows a training on standard error: a bar while an epoch lasts, a line when it is done.
final class TrainingConsole: TrainingObserver {
  private var epochs = 0
  /// What comes before every line, such as `fold 2/5  `.
  private var title = ""
  private var bar: ProgressBar?
  private var shownEpoch = 0
  private var epochSeconds: [Double] = []

  func result(_ line: String) throws { try Console.print(line) }
  func note(_ line: String) { Console.note(line) }
  func complain(_ line: String) { Console.complain(line) }

  func begin(title: String, epochs: Int) {
    self.title = title
    self.epochs = epochs
    shownEpoch = 0
    epochSeconds = []
  }

  func show(_ event: TrainingRun.Event) {
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
  func end() {
    bar?.finish()
    bar = nil
  }

  private static func text(_ value: Double) -> String { String(format: "%.4f", value) }

  /// `48 s`, `12 min`, `3 h 05 min`.
  private static func duration(_ seconds: Double) -> String {
    let minutes = Int((seconds / 60).rounded())
    if seconds < 100 { return String(format: seconds < 10 ? "%.1f s" : "%.0f s", seconds) }
    return minutes < 60 ? "\(minutes) min" : String(format: "%d h %02d min", minutes / 60, minutes % 60)
  }
}
