import Agreement
import ArgumentParser
import ECG
import ECGFiles
import ECGPaper
import Evaluation
import Foundation
import LabelReview
import PlainText
import Workbench

extension StudyCommand {
  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Draw a study from recordings by how a model's decisions stand to their labels, or make one that relabels or annotates them.",
      discussion: """
        Which recordings are drawn depends on the seed alone; how many of each kind there were is stored and printed with every result.
        Readers see neither label nor model nor one another, unless --blind says otherwise. It is stored with the study, and can hide measurements too. Where all cases are misclassified, label and model
        contradict each other, so hiding one of the two hides both.

        With --relabel a reader says of each recording which statements hold. --order is how a reader's time is worth most: uncertainty (the model is near
        its thresholds), suspicion (labels that are probably wrong), disagreement (readers of --earlier differ), diverse (uncertain, and unlike those
        before), shuffled, fixed. It is worked out once, and stored with its seed and method.

        With --annotate each reader marks the recordings and sees nobody else's marks, nor what the program measures unless --show-measured.
        Examples:
          einthoven study create lad-audit recordings/ --class LAD --sample fp=50,fn=50 --seed 1
          einthoven study create af recordings/ --class AF --sample fp=20,fn=20,tp=10,tn=10 --repeat 10% --predictions predictions.csv
          einthoven review --study lad-audit --reviewer HG
          einthoven study create relabel recordings/ --relabel --prefill label --order suspicion --second 20% --until-agreed 3
          einthoven study create beats recordings/ --annotate beats
        """)

    @Argument(help: "The study's name.") var name: String
    @Argument(help: "Records, folders, or files that list records.") var paths: [String]
    @OptionGroup var links: LinkOptions
    @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?
    @Option(name: .customLong("class"), help: "The diagnosis asked about: an abbreviation or a SNOMED CT code.")
    var diagnosis: Diagnosis = .leftAxisDeviation
    @Option(help: "How many of each kind: fp, fn, tp and tn, as in fp=50,fn=50.") var sample: SampleSizes?
    @OptionGroup(title: "Relabelling") var relabelling: RelabelArguments
    @OptionGroup(title: "Annotating") var annotating: AnnotateArguments
    @Option(help: "Seed of the drawing and of the readers' orders.") var seed: UInt64 = 1
    @Option(help: "Predictions that `einthoven predict --format csv` or `json` wrote, instead of predicting now.") var predictions: String?
    @Flag(help: "Take what there is where a kind has fewer recordings than asked for.") var allowFewer = false
    @Option(name: .customLong("repeat"), help: "Share of the cases that each reader meets twice, unmarked: 10% or 0.1.") var repeats:
      Fraction = Fraction(0)
    @Option(
      help: """
        What to hide: labels, model, readers, measurements, or none. Default: labels,model,readers, but for what is filled in, and with --annotate measurements too; where the axis \
        is asked about, whose measurement would answer the question, you are asked whether to hide measurements too.
        """) var blind: BlindParts?
    @Option(
      help: "shuffled or fixed; with --relabel also uncertainty, suspicion, disagreement, diverse. Default: shuffled, --relabel: fixed.")
    var order: QueueMethod?
    @Option(help: "The question. Default: Is <diagnosis> present?") var question: String?
    @Option(help: "Three words for present, absent and unsure, separated by commas. Default: LAD,no LAD,unsure.") var verdicts:
      VerdictWords?
    @Flag(help: "Let readers uncover what is hidden after a verdict, and give a second one.") var reveal = false
    @Option(help: "table or json.") var format: ReportFormat = .table
    @OptionGroup var model: ModelOptions

    mutating func validate() throws {
      if name.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("a study needs a name") }
      if format == .csv { throw ValidationError("--format takes table or json here; study export has tables of the cases") }
      guard [sample != nil, relabelling.relabel, annotating.annotate != nil].count(where: { $0 }) == 1 else {
        throw ValidationError("give --sample to draw a study, --relabel or --annotate, and one of them only")
      }
      if sample == nil {
        if repeats.value > 0 { throw ValidationError("--repeat goes with --sample") }
        if verdicts != nil { throw ValidationError("--verdicts goes with --sample") }
      }
      if annotating.annotate != nil {
        try annotating.check(blind: blind != nil, reveal: reveal, order: order)
      } else if relabelling.relabel {
        // Every order goes with it.
      } else if let order, StudySettings.Order(rawValue: order.rawValue) == nil {
        throw ValidationError("--order \(order.rawValue) goes with --relabel; a drawn study is shuffled or fixed")
      }
      if repeats.value > 1 { throw ValidationError("--repeat takes a share from 0 to 100 %") }
    }

    func run() throws {
      if let task = annotating.annotate { return try runAnnotating(task) }
      guard let sample else { return try runRelabelling() }
      let place = store ?? Places.store.path
      // Before minutes of predicting, and again when the study is made.
      if FileManager.default.fileExists(atPath: place) { try requireFreeName(in: open(place)) }
      var batch = RecordBatch(paths, links)
      let references = try batch.nonEmpty()
      let drawing = drawing(of: sample, hiding: blind?.parts ?? hiddenByDefault())
      let result = try drawing.draw(from: references, decisions(on: references, reporting: &batch))
      if result.hidesBoth {
        Console.note("einthoven: every case is misclassified, so that label and model always contradict each other: both are hidden")
      }
      for note in result.notes { Console.complain(note) }
      let study = try open(place).createStudy(result.draft)
      try report(study)
      if blind == nil, isAboutAxis, !Question.canBeAsked {
        Console.complain("readers will see the measured axis; --blind labels,model,readers,measurements hides it")
      }
      try batch.finish()
    }

    /// What is hidden where nothing was said: label, model and other readers; where the measured axis would answer the question, as the study's maker says.
    private func hiddenByDefault() -> Visible {
      let usual: Visible = [.labels, .model, .readers]
      guard isAboutAxis, Question.canBeAsked else { return usual }
      let question =
        "The measured axis would answer the question. Hide measurements from readers? [y/N, after \(Question.patienceSeconds) s] "
      return Question.ask(question, waits: false)?.lowercased().hasPrefix("y") == true ? usual.union(.measurements) : usual
    }

    private var isAboutAxis: Bool { LeadLayout.answering(diagnosis) == .limb }

    private func drawing(of sample: SampleSizes, hiding blinding: Visible) -> StudyDrawing {
      var drawing = StudyDrawing(name: name, diagnosis: diagnosis, sample: sample.counts)
      drawing.seed = seed
      drawing.allowsFewer = allowFewer
      drawing.repeatedShare = repeats.value
      drawing.blinding = blinding
      drawing.order = drawnOrder
      drawing.question = question
      drawing.verdictNames = verdicts?.names
      drawing.allowsReveal = reveal
      return drawing
    }

    private var drawnOrder: StudySettings.Order { order.flatMap { StudySettings.Order(rawValue: $0.rawValue) } ?? .shuffled }

    /// What the model says of each recording: read from a file, or predicted now.
    private func decisions(on references: [RecordReference], reporting batch: inout RecordBatch) throws -> ModelDecisions {
      if let predictions {
        let bytes = try FileInput.data(predictions, limit: ModelDecisions.longestFile, expected: "what `einthoven predict` wrote")
        let digest = model.models.isEmpty ? nil : try model.digest()
        return try ModelDecisions.read(bytes, path: predictions, about: diagnosis, modelDigest: digest)
      }
      let jobs = min(references.count, model.threadCount)
      let ensemble = try model.ensemble(threads: BatchPredictor.threads(model.threadCount, sharedBy: jobs)[0])
      let predictor = BatchPredictor(references, ensemble, jobs: jobs, threads: model.threadCount)
      let digest = ensemble.models.map(\.digest).joined(separator: "+")
      return try batch.underBar("predict", total: predictor.count) { request, step in
        try ModelDecisions.predict(predictor, about: diagnosis, modelDigest: digest, until: request) { step($0) }
      }
    }

    private func open(_ place: String) throws -> ReviewStore { try ReviewStore(path: place, programVersion: Einthoven.version) }

    func requireFreeName(in store: any ReviewStoring) throws {
      try store.requireWritable()
      if try store.study(named: name) != nil { throw ReviewStoreError.studyExists(name) }
    }

    private func report(_ study: Study) throws {
      guard let sampling = study.settings.sampling else { return }
      let hidden = study.blinding.names
      if format == .json {
        return try Console.print(
          JSONValue.object([
            ("study", .string(study.name)), ("identifier", .string(study.id.uuidString)), ("class", .string(diagnosis.abbreviation)),
            ("question", .string(study.question)), ("blind", JSONValue(hidden)), ("order", .string(drawnOrder.rawValue)),
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
