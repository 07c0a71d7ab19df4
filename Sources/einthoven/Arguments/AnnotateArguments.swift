import Agreement
import ArgumentParser
import Evaluation
import LabelReview
import Workbench

/// What makes a study one of annotation.
struct AnnotateArguments: ParsableArguments {
  @Option(help: "Ask each reader to mark the recordings: beats, spans (rhythms, noise), or boundaries of waves.") var annotate:
    AnnotationTask?
  @Flag(help: "With --annotate, show readers what the program measures; they can begin with its beats.") var showMeasured = false

  mutating func validate() throws {
    if annotate == nil, showMeasured { throw ValidationError("--show-measured goes with --annotate") }
  }

  /// Refuses what a study of annotation does not know.
  func check(blind: Bool, reveal: Bool, order: QueueMethod?) throws {
    if blind, showMeasured { throw ValidationError("give --show-measured or --blind, not both") }
    if reveal { throw ValidationError("--reveal goes with --sample or --relabel") }
    if let order, StudySettings.Order(rawValue: order.rawValue) == nil {
      throw ValidationError("--order \(order.rawValue) goes with --relabel; a study of annotation is shuffled or fixed")
    }
  }
}

extension AnnotationTask: ExpressibleByArgument {}
