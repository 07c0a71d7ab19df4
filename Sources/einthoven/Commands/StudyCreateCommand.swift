import Agreement
import ArgumentParser
import ECG
import ECGFiles
import Foundation
import LabelReview
import PlainText
import ReviewDesk

extension StudyCommand {
  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draw a study from recordings by how a model's decisions stand to their labels.",
      discussion: """
        Which recordings are drawn depends on the seed alone; how many of each kind there were is stored and printed with every result.
        Readers see neither label nor model nor one another, unless --blind says otherwise. Where all cases are misclassified, label and model
        contradict each other, so hiding one of the two hides both.
        Examples:
          einthoven study create lad-audit recordings/ --class LAD --sample fp=50,fn=50 --seed 1
          einthoven study create af recordings/ --class AF --sample fp=20,fn=20,tp=10,tn=10 --repeat 10% --predictions predictions.csv
          einthoven review --study lad-audit --reviewer HG
        """)

    @Argument(help: "The study's name.") var name: String
    @Argument(help: "Records, folders, or files that list records.") var paths: [String]
    @OptionGroup var links: LinkOptions
    @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?
    @Option(name: .customLong("class"), help: "The diagnosis asked about: an abbreviation or a SNOMED CT code.")
    var diagnosis: Diagnosis = .leftAxisDeviation
    @Option(help: "How many of each kind: fp, fn, tp and tn, as in fp=50,fn=50.") var sample: SampleSizes
    @Option(help: "Seed of the drawing and of the readers' orders.") var seed: UInt64 = 1
    @Option(help: "Predictions that `einthoven predict --format csv` or `json` wrote, instead of predicting now.") var predictions: String?
    @Flag(help: "Take what there is where a kind has fewer recordings than asked for.") var allowFewer = false
    @Option(name: .customLong("repeat"), help: "Share of the cases that each reader meets twice, unmarked: 10% or 0.1.") var repeats:
      Share = Share(0)
    @Option(help: "What to hide: labels, model, readers, measurements, or none.") var blind: BlindParts = BlindParts([
      .labels, .model, .readers,
    ])
    @Option(help: "shuffled (each reader's own order) or fixed.") var order: StudySettings.Order = .shuffled
    @Option(help: "The question. Default: Is <diagnosis> present?") var question: String?
    @Option(help: "Three words for present, absent and unsure, separated by commas. Default: LAD,no LAD,unsure.") var verdicts:
      VerdictWords?
    @Flag(help: "Let readers uncover what is hidden after a verdict, and give a second one.") var reveal = false
    @Option(help: "table or json.") var format: ReportFormat = .table
    @OptionGroup var model: ModelOptions

    mutating func validate() throws {
      if name.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("a study needs a name") }
      if repeats.value > 1 { throw ValidationError("--repeat takes a share from 0 to 100 %") }
    }

    func run() throws {
      let place = store ?? Places.store.path
      // Before minutes of predicting, and again when the study is made.
      if FileManager.default.fileExists(atPath: place) { try requireFreeName(in: open(place)) }
      var batch = RecordBatch(paths, links)
      let references = try batch.nonEmpty()
      let decisions =
        try predictions.map { try DecisionFile.read($0, about: diagnosis, model: model) }
        ?? DecisionFile.predict(references, about: diagnosis, model: model, reporting: &batch)
      let pool = SamplingPool(references, decisions: decisions, diagnosis: diagnosis)
      let (drawn, frame) = try draw(from: pool.candidates)
      let study = try open(place).createStudy(draft(pool, drawn: drawn, frame: frame, decisions: decisions))
      try report(study)
      try batch.finish()
    }

    private func open(_ place: String) throws -> ReviewStore { try ReviewStore(path: place, programVersion: Einthoven.version) }

    private func requireFreeName(in store: any ReviewStoring) throws {
      try store.requireWritable()
      if try store.study(named: name) != nil { throw ReviewStoreError.studyExists(name) }
    }

    private func draw(from candidates: [SamplingCandidate]) throws -> (drawn: [SamplingCandidate], frame: [Outcome: Int]) {
      do {
        let result = try CaseSampler.draw(sample.counts, from: candidates, seed: seed, allowsFewer: allowFewer)
        guard !result.drawn.isEmpty else { throw CommandFailure.badData("no recording of the kinds asked for; nothing was made") }
        return result
      } catch let error as CaseSampler.TooFew {
        throw CommandFailure.badData("\(error); nothing was made, --allow-fewer takes what there is")
      }
    }

    private func draft(
      _ pool: SamplingPool, drawn: [SamplingCandidate], frame: [Outcome: Int], decisions: DecisionFile
    ) throws -> StudyDraft {
      let twice = Set(CaseSampler.repeated(share: repeats.value, of: drawn.count, seed: seed))
      var cases: [CaseDraft] = []
      for (index, candidate) in drawn.enumerated() {
        var draft = CaseDraft(
          record: candidate.record, path: candidate.path, recordingDigest: try pool.digest(of: candidate), label: candidate.label,
          source: pool.sources[candidate.path],
          decision: ModelDecision(verdict: candidate.decision, probability: candidate.probability, modelDigest: decisions.modelDigest))
        cases.append(draft)
        guard twice.contains(index) else { continue }
        draft.repetition = 2
        draft.decision = nil
        cases.append(draft)
      }
      var settings = StudySettings()
      settings.order = order
      settings.verdictNames = verdicts?.names
      settings.allowsReveal = reveal ? true : nil
      let taken = Dictionary(drawn.compactMap { $0.outcome.map { ($0, 1) } }, uniquingKeysWith: +)
      let sampling = StudySettings.Sampling(
        seed: seed, frame: frame, requested: sample.counts, taken: taken, unlabelled: pool.unlabelled, unreadable: pool.unpredicted,
        repeated: twice.count, modelDigest: decisions.modelDigest, thresholds: decisions.thresholds)
      settings.sampling = sampling
      return StudyDraft(
        name: name, diagnosisCode: diagnosis.code, question: question ?? "Is \(diagnosis.name) present?",
        blinding: effectiveBlinding(sampling), cases: StudyDraft.arranged(cases, seed: seed), settings: settings)
    }

    /// What is hidden: on misclassified cases, with either of label and model the other too.
    private func effectiveBlinding(_ sampling: StudySettings.Sampling) -> Visible {
      let either: Visible = [.labels, .model]
      guard sampling.isMisclassifiedOnly, !blind.parts.isDisjoint(with: either), !blind.parts.isSuperset(of: either) else {
        return blind.parts
      }
      Console.note("einthoven: every case is misclassified, so that label and model always contradict each other: both are hidden")
      return blind.parts.union(either)
    }

    private func report(_ study: Study) throws {
      guard let sampling = study.settings.sampling else { return }
      let hidden = study.blinding.names
      if format == .json {
        return try Console.print(
          JSONValue.object([
            ("study", .string(study.name)), ("identifier", .string(study.id.uuidString)), ("class", .string(diagnosis.abbreviation)),
            ("question", .string(study.question)), ("blind", JSONValue(hidden)), ("order", .string(order.rawValue)),
            ("sampling_frame", sampling.jsonValue),
          ]).text)
      }
      try Console.print("study \(study.name): \(study.question)")
      try Console.print(sampling.sentence)
      for outcome in Outcome.allCases {
        let (wanted, taken) = (sampling.requested[outcome] ?? 0, sampling.taken[outcome] ?? 0)
        if taken < wanted { try Console.print("Fewer than asked for: \(taken) \(outcome.name), not \(wanted).") }
      }
      try Console.print("Hidden from readers: " + (hidden.isEmpty ? "nothing." : hidden.joined(separator: ", ") + "."))
      try Console.print("Judge it with: einthoven review --study \(study.name) --reviewer NAME")
    }
  }
}

/// The recordings a study may be drawn from.
private struct SamplingPool {
  private(set) var candidates: [SamplingCandidate] = []
  /// The data source of each candidate by its path.
  private(set) var sources: [String: String] = [:]
  private(set) var unlabelled = 0
  /// Recordings without a decision of the model.
  private(set) var unpredicted = 0
  private var references: [String: RecordReference] = [:]

  init(_ references: [RecordReference], decisions: DecisionFile, diagnosis: Diagnosis) {
    for reference in references {
      let path = PlainStudy.casePath(reference)
      guard self.references.updateValue(reference, forKey: path) == nil else { continue }
      guard let decision = decisions[reference] else {
        unpredicted += 1
        continue
      }
      guard let label = PlainStudy.label(of: reference, diagnosis: diagnosis) else {
        unlabelled += 1
        continue
      }
      candidates.append(
        SamplingCandidate(
          record: reference.name, path: path, label: label, decision: decision.verdict, probability: decision.probability))
    }
    sources = Self.sources(of: candidates.map(\.path))
  }

  /// The folder below the one that all share, or the folder itself where they share one.
  private static func sources(of paths: [String]) -> [String: String] {
    let folders = paths.map { (path: $0, parts: ($0 as NSString).deletingLastPathComponent.split(separator: "/").map(String.init)) }
    guard var shared = folders.first?.parts else { return [:] }
    for folder in folders { shared = zip(shared, folder.parts).prefix { $0 == $1 }.map(\.0) }
    return Dictionary(
      folders.map { ($0.path, $0.parts.dropFirst(shared.count).first ?? $0.parts.last ?? "") }, uniquingKeysWith: { first, _ in first })
  }

  func digest(of candidate: SamplingCandidate) throws -> RecordingDigest? {
    try references[candidate.path].map { try Recording(RecordFile.read($0)).digest() }
  }
}
