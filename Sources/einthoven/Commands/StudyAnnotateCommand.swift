import Agreement
import ECGFiles
import Foundation
import LabelReview
import PlainText
import Workbench

extension StudyCommand.Create {
  /// Makes a study of annotation.
  func runAnnotating(_ task: AnnotationTask) throws {
    let place = store ?? Places.store.path
    let target = try ReviewStore(path: place, programVersion: Einthoven.version)
    try requireFreeName(in: target)
    var drawing = AnnotationDrawing(name: name, task: task)
    if annotating.showMeasured { drawing.blinding.remove(.measurements) }
    if let blind { drawing.blinding = blind.parts }
    drawing.order = order.flatMap { StudySettings.Order(rawValue: $0.rawValue) } ?? .fixed
    drawing.seed = seed
    drawing.question = question
    let batch = RecordBatch(paths, links)
    let references = try batch.nonEmpty()
    let bar = SharedBar("read")
    let (draft, notes) = try drawing.draw(from: references, cache: SightingCache(beside: place)) { bar.advance(to: $0, of: $1) }
    for note in notes { Console.complain(note) }
    let study = try target.createStudy(draft)
    try report(study, task, cases: draft.cases.count)
    try batch.finish()
  }

  private func report(_ study: Study, _ task: AnnotationTask, cases: Int) throws {
    let hidden = study.blinding.names
    let order = (study.settings.order ?? .fixed).rawValue
    if format == .json {
      return try Console.print(
        JSONValue.object([
          ("study", .string(study.name)), ("identifier", .string(study.id.uuidString)), ("annotate", .string(task.rawValue)),
          ("question", .string(study.question)), ("cases", .integer(cases)), ("blind", JSONValue(hidden)), ("order", .string(order)),
        ]).text)
    }
    try Console.print("study \(study.name): \(study.question)")
    try Console.print("\(cases) recordings, in \(order) order")
    try Console.print("Hidden from readers: " + (hidden.isEmpty ? "nothing." : hidden.joined(separator: ", ") + "."))
    try Console.print("Annotate it with: einthoven review --study \(study.name) --reviewer NAME")
  }
}
