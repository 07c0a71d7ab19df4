import Classification
import ECGFiles
import Evaluation
import Foundation
import LabelReview
import PlainText
import Workbench

extension StudyCommand.Create {
  /// Makes a study that relabels.
  func runRelabelling() throws {
    let place = store ?? Places.store.path
    let target = try ReviewStore(path: place, programVersion: Einthoven.version)
    try requireFreeName(in: target)
    var drawing = RelabelDrawing(name: name, statements: try relabelling.asked())
    drawing.prefill = relabelling.prefill
    drawing.order = order ?? .fixed
    drawing.seed = seed
    drawing.blockSize = relabelling.blocks
    drawing.secondReading = relabelling.secondReading
    drawing.blinding = blind?.parts
    drawing.question = question
    drawing.allowsReveal = reveal
    drawing.limit = relabelling.limit
    var batch = RecordBatch(paths, links)
    let references = try batch.nonEmpty()
    let sources = try sources(of: references, for: drawing, in: target, reporting: &batch)
    let bar = SharedBar("read")
    let result = try drawing.draw(from: references, sources, cache: SightingCache(beside: place)) { bar.advance(to: $0, of: $1) }
    for note in result.notes { Console.complain(note) }
    let study = try target.createStudy(result.draft)
    try report(study, cases: result.draft.cases.count)
    try batch.finish()
  }

  /// What is known of the recordings beyond their labels, as far as the study needs it.
  private func sources(
    of references: [RecordReference], for drawing: RelabelDrawing, in target: ReviewStore, reporting batch: inout RecordBatch
  ) throws -> RelabelDrawing.Sources {
    var sources = RelabelDrawing.Sources()
    if let earlier = relabelling.earlier {
      guard let study = try target.study(named: earlier) else { throw ReviewStoreError.unknownStudy(earlier) }
      sources.earlier = try EarlierReadings(study, in: target)
    } else if drawing.order == .disagreement {
      throw CommandFailure.usage("--order disagreement orders by what readers said before: name their study with --earlier")
    }
    if let audit = relabelling.audit {
      let data = try FileInput.data(audit, limit: ModelAnswers.longestFile, expected: "what `einthoven audit` wrote")
      sources.audit = try AuditScores.read(data, path: audit)
    }
    let needsModel =
      drawing.prefill == .model || relabelling.below != nil || [.uncertainty, .diverse].contains(drawing.order)
      || (drawing.order == .suspicion && sources.audit == nil)
    if let predictions, drawing.order != .diverse {
      let bytes = try FileInput.data(predictions, limit: ModelAnswers.longestFile, expected: "what `einthoven predict` wrote")
      sources.model = try ModelAnswers.read(bytes, path: predictions, modelDigest: model.models.isEmpty ? nil : try model.digest())
    } else if needsModel || !model.models.isEmpty {
      if predictions != nil { Console.note("einthoven: --order diverse needs the network's features: the model predicts anew") }
      sources.model = try predicted(references, withFeatures: drawing.order == .diverse, reporting: &batch)
    }
    return sources
  }

  private func predicted(
    _ references: [RecordReference], withFeatures: Bool, reporting batch: inout RecordBatch
  ) throws -> ModelAnswers {
    let jobs = min(references.count, model.threadCount)
    let leader = try model.ensemble(threads: BatchPredictor.threads(model.threadCount, sharedBy: jobs)[0])
    let ensembles = BatchPredictor.ensembles(sharing: leader, jobs: jobs, threads: model.threadCount)
    return try batch.underBar("predict", total: references.count) { request, step in
      try ModelAnswers.predict(references, ensembles, withFeatures: withFeatures, until: request) { step($0) }
    }
  }

  private func report(_ study: Study, cases: Int) throws {
    guard let relabelling = study.relabelling else { return }
    let hidden = study.blinding.names
    let rule = relabelling.secondReading
    if format == .json {
      return try Console.print(
        JSONValue.object([
          ("study", .string(study.name)), ("identifier", .string(study.id.uuidString)), ("question", .string(study.question)),
          ("diagnoses", JSONValue(relabelling.statements.map(\.abbreviation))), ("cases", .integer(cases)), ("blind", JSONValue(hidden)),
          ("prefill", .string(relabelling.prefill.rawValue)), ("order", .string(relabelling.queue.method)),
          ("seed", .string("\(relabelling.queue.seed)")), ("model_digest", JSONValue(relabelling.queue.modelDigest)),
          ("second", JSONValue(rule?.share)), ("below", JSONValue(rule?.below)), ("until_agreed", JSONValue(rule?.limit)),
        ]).text)
    }
    let names = relabelling.statements.map(\.abbreviation)
    let listed = names.count > 24 ? names.prefix(24).joined(separator: " ") + " …" : names.joined(separator: " ")
    try Console.print("study \(study.name): \(study.question)")
    try Console.print("\(cases) cases; asked: \(listed)")
    try Console.print(
      "Order: \(relabelling.queue.method) (seed \(relabelling.queue.seed)); filled in: \(relabelling.prefill.rawValue)."
        + (rule.map { " " + Self.sentence($0) } ?? ""))
    try Console.print("Hidden from readers: " + (hidden.isEmpty ? "nothing." : hidden.joined(separator: ", ") + "."))
    try Console.print("Relabel it with: einthoven review --study \(study.name) --reviewer NAME")
  }

  private static func sentence(_ rule: Relabelling.SecondReading) -> String {
    var ways: [String] = []
    if rule.share > 0 { ways.append("\(Int((rule.share * 100).rounded())) % of the cases") }
    if let below = rule.below { ways.append("those of which the model doubts the first reader's answer (below \(below))") }
    return "A second reader reads \(ways.joined(separator: " and "))"
      + (rule.limit > 2 ? ", further ones until two agree or \(rule.limit) have read." : ".")
  }
}
