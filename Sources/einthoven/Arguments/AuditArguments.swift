import ArgumentParser
import ECG
import ECGSignal
import SEResNet
import Workbench

/// What an audit is about: one diagnosis, or all of them.
struct AuditedDiagnoses: ExpressibleByArgument {
  let diagnoses: [Diagnosis]

  init(_ diagnoses: [Diagnosis]) { self.diagnoses = diagnoses }

  init?(argument: String) {
    if argument.lowercased() == "all" {
      diagnoses = Diagnosis.all
    } else {
      guard let diagnosis = Diagnosis.named(argument) else { return nil }
      diagnoses = [diagnosis]
    }
  }

  var defaultValueDescription: String { diagnoses.count == 1 ? diagnoses[0].abbreviation : "all" }
}

/// By what an audit's figures are split.
enum AuditGrouping: String, ExpressibleByArgument, CaseIterable {
  case source
}

/// The forms of an audit.
enum AuditFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json, markdown, html
}

/// What is known of the records already, and which networks judge them.
struct AuditInputOptions: ParsableArguments {
  @OptionGroup var model: ModelOptions
  @Flag(help: "Judge by labels and measurements alone.") var noModel = false
  @Option(help: "Predictions that `einthoven predict` or `train --folds` wrote (csv or json), instead of predicting now.") var predictions:
    String?
  @Option(help: "Measurements that `einthoven measure --format json` wrote, instead of measuring now.") var measurements: String?
  @Option(
    help: ArgumentHelp(
      "Which fold each record was left out of: the MODEL.report.csv of `train --folds`, or a CSV of record and fold.", valueName: "file"))
  var foldsFile: String?
  @Flag(help: "Audit records that the model learnt from, too: what it says of them flatters their labels.") var inSample = false

  /// The same as the job takes it.
  var inputs: AuditGathering.Inputs {
    var inputs = AuditGathering.Inputs()
    inputs.measurements = measurements
    inputs.predictions = predictions
    inputs.folds = foldsFile
    if !noModel { inputs.models = { [model] in try model.files().map { try Model(contentsOf: $0) } } }
    inputs.allowsSeen = inSample
    return inputs
  }

  mutating func validate() throws {
    if noModel, predictions != nil || foldsFile != nil || !model.models.isEmpty {
      throw ValidationError("--no-model goes without --model, --predictions and --folds-file")
    }
  }
}

/// How an audit becomes a study.
struct AuditStudyOptions: ParsableArguments {
  @Option(help: "Make a study of the list that readers judge blind; where it is there and judged, estimate from its verdicts.") var study:
    String?
  @Option(help: "How many of the most suspect the study has.") var review = 50
  @Option(help: "How many of the others it has, drawn at random, half of them labelled present.") var random = 50
  @Option(help: "The store of verdicts. Default: reviews.sqlite in the data folder.") var store: String?

  mutating func validate() throws {
    for (name, value) in [("--review", review), ("--random", random)] {
      if !(0...1_000_000).contains(value) { throw ValidationError("\(name) takes a whole number from 0 to 1000000") }
    }
    if study != nil, review + random == 0 { throw ValidationError("a study needs records: --review or --random above 0") }
  }
}
