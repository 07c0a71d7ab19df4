import ArgumentParser
import ECG
import Foundation
import PlainText
import SEResNet

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Import a PyTorch checkpoint, say what a model file holds, or edit what it says.",
    discussion: "Example: einthoven model info Models/default.safetensors",
    subcommands: [Import.self, Info.self, Edit.self]
  )

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Turn a PyTorch state dict (.pth) into a model file (.safetensors). Nothing in the checkpoint is executed.",
      discussion: "Example: einthoven model import fold1.pth fold1.safetensors --preprocessing paper --thresholds thresholds.json"
    )

    @Argument(help: "The checkpoint, as torch.save(model.state_dict(), ...) wrote it.") var input: String
    @Argument(help: "The model file to make.") var output: String
    @Option(help: "What the signals go through before the network: paper (microvolts as they are) or zscore-0.5-40.") var preprocessing:
      Preprocessing
    @Option(help: "A JSON object of decision thresholds by SNOMED CT code or abbreviation; 0.5 where none is given.") var thresholds:
      String?
    @Option(help: "A JSON object of positive training recordings by code or abbreviation.") var trainingPositives: String?
    @Option(help: "On what the model was trained.") var trainedOn = ""
    @Option(help: "Where the weights come from.") var provenance = ""
    @Option(help: "The licence of the weights.") var licence = ""

    func run() throws {
      try FileOutput.requireReplaceable(output)
      let thresholds = try thresholds.map { try CheckpointImporter.thresholds(contentsOf: URL(fileURLWithPath: $0)) }
      let positives = try trainingPositives.map { try Self.counts(in: $0) }
      try CheckpointImporter.importPyTorch(
        from: URL(fileURLWithPath: input), to: URL(fileURLWithPath: output), preprocessing: preprocessing, thresholds: thresholds,
        trainingPositives: positives, provenance: provenance, licence: licence, trainedOn: trainedOn)
    }

    /// Counts a class in output order; 0 where the file has none.
    private static func counts(in file: String) throws -> [Int] {
      let numbers = try CheckpointImporter.numbers(contentsOf: URL(fileURLWithPath: file))
      var counts = [Int](repeating: 0, count: Diagnosis.all.count)
      for (key, value) in numbers {
        guard let diagnosis = Diagnosis.named(key), value >= 0, value < 1e9 else {
          throw CommandFailure.badData("\(file): \"\(key)\" is no scored diagnosis, or its count is negative")
        }
        counts[diagnosis.index] += Int(value)
      }
      return counts
    }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "Say what a model file holds.", discussion: "Example: einthoven model info Models/default.safetensors")

    @Argument(help: "The model file. Default: the model in force.") var file: String?
    @Option(help: "table, csv or json.") var format: ReportFormat = .table

    func run() throws {
      var options = try ModelOptions.parse([])
      options.models = file.map { [$0] } ?? []
      for url in try options.files() {
        let model = try Model(contentsOf: url)
        switch format {
        case .json: try Console.print(Self.json(model).text)
        case .csv: try RowPrinter(columns: Self.columns, format: .csv).print(Self.rows(model))
        case .table:
          let metadata = model.metadata
          for line in [
            "file           \(model.fileName)", "base width     \(model.baseWidth)", "digest         \(model.digest)",
            "measurements   \(model.metadata.measurements.map { "\($0.version), \($0.names.count) values" } ?? "none")",
            "calibration    \(model.metadata.calibration?.method ?? "none")",
            "lead gate      \(model.leadGate.map { "\($0.rawValue) filters" } ?? "none")",
            "preprocessing  \(metadata.preprocessing.rawValue)", "trained on     \(metadata.trainedOn)",
            "recordings     \(metadata.seen.map { "\($0.count), known by their digests" } ?? "not told")",
            "provenance     \(metadata.provenance)",
            "licence        \(metadata.licence)", "",
          ] { try Console.print(line) }
          try RowPrinter(columns: Self.columns, rightAligned: [2, 3], format: .table).print(Self.rows(model))
        }
      }
    }

    private static let columns = ["code", "abbreviation", "threshold", "training_positives"]

    private static func rows(_ model: Model) -> [[JSONValue]] {
      model.metadata.classes.enumerated().map { index, diagnosis in
        [
          .string(diagnosis.code), .string(diagnosis.abbreviation), JSONValue(model.metadata.thresholds[index]),
          JSONValue(model.metadata.trainingPositives?[index]),
        ]
      }
    }

    private static func json(_ model: Model) -> JSONValue {
      let metadata = model.metadata
      return .object([
        ("file", .string(model.fileName)), ("digest", .string(model.digest)), ("base_width", .integer(model.baseWidth)),
        ("measurements", model.metadata.measurements.map { .string($0.version) } ?? .null),
        ("calibration", model.metadata.calibration.map { .string($0.method) } ?? .null),
        ("lead_gate", model.leadGate.map { .string($0.rawValue) } ?? .null),
        ("preprocessing", .string(metadata.preprocessing.rawValue)), ("trained_on", .string(metadata.trainedOn)),
        ("training_recordings", JSONValue(metadata.seen?.count)), ("provenance", .string(metadata.provenance)),
        ("licence", .string(metadata.licence)),
        ("scores", .object(metadata.scores.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })),
        ("classes", .array(rows(model).map { .object(Array(zip(columns, $0))) })),
      ])
    }
  }
}

extension Preprocessing: ExpressibleByArgument {}
