import Foundation
import Testing

/// Training from the command line: tiny networks on the sample recordings.
@Suite(.serialized) struct TrainTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private static let small = ["--width", "4", "--batch", "8", "--steps", "none", "--preprocessing", "zscore-0.5-40"]

  private func train(_ arguments: String..., records: String = SampleData.folder.path) throws -> Program.Outcome {
    try Program.run(["train", records, "--output", "model.safetensors"] + Self.small + arguments, in: workspace)
  }

  private func text(_ name: String) throws -> String { try String(contentsOfFile: workspace.file(name), encoding: .utf8) }

  @Test func trainPredictTuneEvaluateReview() throws {
    let trained = try train("--width", "8", "--epochs", "2", "--augment", "gain=0.2,noise=0.05", "--licence", "CC0", "--half")
    #expect(trained.code == 0, "\(trained.complaints)")
    #expect(trained.complaints.contains("32 records: 32 to train"))
    #expect(trained.lines.first == "model  model.safetensors")
    #expect(try Set(workspace.names(in: ".")).isSuperset(of: ["model.log.csv", "model.loss.svg", "model.report.csv", "model.safetensors"]))
    #expect(!FileManager.default.fileExists(atPath: workspace.file("model.checkpoint")))
    #expect(try text("model.log.csv").split(separator: "\n").count == 3)

    let info = try Program.run(["model", "info", "model.safetensors", "--format", "json"], in: workspace)
    let model = try #require(try JSON.lines(info).first)
    #expect(model["base_width"] as? Int == 8)
    #expect(model["licence"] as? String == "CC0")
    #expect((model["provenance"] as? String)?.contains("--augment gain=0.2,noise=0.05") == true)
    let classes = try #require(model["classes"] as? [[String: Any]])
    let positives = classes.compactMap { $0["training_positives"] as? Int }
    #expect(positives.count == 24 && positives.contains { $0 > 5 } && positives.contains(0))

    let records = SampleData.folder.path
    let predicted = try Program.run(
      ["predict", records, "--model", "model.safetensors", "--format", "json", "--output", "outputs.jsonl"], in: workspace)
    #expect(predicted.code == 0)
    let tuned = try Program.run(["tune", records, "outputs.jsonl", "--output", "thresholds.json"], in: workspace)
    #expect(tuned.code == 0)
    let evaluated = try Program.run(
      ["evaluate", records, "outputs.jsonl", "--thresholds", "thresholds.json", "--format", "json"], in: workspace)
    #expect(try JSON.lines(evaluated).first?["records"] as? Int == 32)
    let edited = try Program.run(
      ["model", "edit", "model.safetensors", "--thresholds", "thresholds.json", "--licence", "CC BY 4.0"], in: workspace)
    #expect(edited.code == 0)
    let before = try Program.run(["evaluate", records, "outputs.jsonl", "--thresholds", "thresholds.json"], in: workspace)
    let again = try Program.run(
      ["predict", records, "--model", "model.safetensors", "--format", "json", "--output", "tuned.jsonl"], in: workspace)
    #expect(again.code == 0)
    #expect(try Program.run(["evaluate", records, "tuned.jsonl"], in: workspace).output == before.output)
    let screen = try Program.run(
      ["render", SampleData.path("heart02"), "--model", "model.safetensors", "--size", "160x50", "--format", "text"], in: workspace)
    #expect(screen.code == 0)
    // Nearly all classes have under 20 positive recordings here.
    #expect(screen.output.contains("†"))
  }

  @Test func validationChoosesTheEpochAndTunesThresholds() throws {
    let validation = try workspace.samples("heart01", "heart02", "heart03", "heart04", folder: "kept")
    // One patient in both parts, which is said.
    for name in ["kept/heart01", "kept/heart02"] { try workspace.write("\(name).hea", "\(text("\(name).hea"))#Patient: 7\n".utf8) }
    let trained = try train("--epochs", "2", "--validate", validation, "--keep", "best", "--tune")
    #expect(trained.code == 0, "\(trained.complaints)")
    #expect(trained.complaints.contains("36 records: 32 to train, 4 to validate"))
    #expect(!trained.complaints.contains("patients both"))
    #expect(trained.output.contains("validation LAD AUROC"))
    #expect(try text("model.log.csv").split(separator: "\n")[1].split(separator: ",").count == 7)
    let info = try Program.run(["model", "info", "model.safetensors", "--format", "json"], in: workspace)
    #expect(info.output.contains("model selection: the best of 2 by validation macro AUROC"))
    let again = try train("--epochs", "1", "--validate", "kept/heart01", records: validation)
    #expect(again.complaints.contains("4 records: 3 to train, 1 to validate"))
    #expect(again.complaints.contains("patients both in training and validation: 1;"))
  }

  @Test func whatIsWrongWithRecordsIsListed() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04", "heart05", "heart06")
    func rewrite(_ name: String, _ change: (String) -> String) throws {
      try workspace.write("records/\(name).hea", change(try text("records/\(name).hea")).utf8)
    }
    try rewrite("heart01") { $0.replacing(/#Dx: .*\n/, with: "") }
    try rewrite("heart02") { $0.replacing(/#Dx: .*\n/, with: "#Dx: 164873001\n") }
    try rewrite("heart03") { $0.replacing(/#Dx: .*\n/, with: "#Dx: sinus rhythm\n") }
    try rewrite("heart04") { $0.replacing("5000", with: "900000") }
    try rewrite("heart05") { $0.replacing(" V3\n", with: " X\n") + "#Fold: 3\n" }
    let outcome = try train("--epochs", "1", records: folder)
    #expect(outcome.code == 65)
    #expect(outcome.complaints.contains("6 records: 3 to train, 3 skipped"))
    #expect(outcome.complaints.contains("heart04"))
    let rows = try text("model.report.csv").split(separator: "\n").map { $0.components(separatedBy: ",") }
    #expect(rows.count == 7)
    let uses = Dictionary(uniqueKeysWithValues: rows.dropFirst().map { ($0[0], $0) })
    #expect(uses["heart01"]?[2] == "skipped" && uses["heart01"]?[5] == "no label")
    #expect(uses["heart02"]?[2] == "train" && uses["heart02"]?[5] == "no scored label")
    #expect(uses["heart03"]?[2] == "skipped")
    #expect(uses["heart04"]?[2] == "skipped" && uses["heart04"]?[5].contains("unreadable") == true)
    #expect(uses["heart05"]?[2] == "train" && uses["heart05"]?[3] == "3" && uses["heart05"]?[5] == "without V3")
    #expect(uses["heart06"]?[4] == "SB")
    #expect(FileManager.default.fileExists(atPath: workspace.file("model.safetensors")))
    let skipping = try train("--epochs", "1", "--unscored", "skip", "--exclude", "fold=3", records: folder)
    #expect(skipping.complaints.contains("6 records: 1 to train, 1 excluded, 4 skipped"))
    #expect(skipping.complaints.contains("expected at least 2"))
  }

  @Test func aLossThatIsNoNumberEndsWithTheRecordsName() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04")
    let outcome = try train("--epochs", "4", "--lr", "1e30", "--batch", "2", records: folder)
    #expect(outcome.code == 65)
    #expect(outcome.complaints.contains("the loss is no finite number"))
    #expect(outcome.complaints.contains("heart0"))
    #expect(!FileManager.default.fileExists(atPath: workspace.file("model.safetensors")))
  }

  @Test func aModelWithAGateAndMeasurementsIsUsedEverywhere() throws {
    let trained = try train(
      "--epochs", "1", "--lead-gate", "own", "--features", "--regression", "10", "--label-smoothing", "0.05", "--mixup", "0.2")
    #expect(trained.code == 0, "\(trained.complaints)")
    let environment = ["EINTHOVEN_MODEL": workspace.file("model.safetensors")]
    let info = try Program.run(["model", "info", "model.safetensors", "--format", "json"], in: workspace)
    let model = try #require(try JSON.lines(info).first)
    #expect(model["lead_gate"] as? String == "own")
    #expect(model["measurements"] as? String == "measured-2")
    let record = SampleData.path("heart02")
    let explained = try JSON.object(Program.run(["explain", record, "--format", "json"], in: workspace, environment: environment).output)
    let weights = try #require(explained["lead_weights"] as? [Double])
    #expect(weights.count == 12 && weights.allSatisfy { (0...1).contains($0) })
    #expect(explained["measured"] as? Double != nil)
    let rows = try Program.run(["explain", record, "--format", "csv"], in: workspace, environment: environment)
    #expect(rows.lines.first?.hasPrefix("lead,lead_weight,occlusion,") == true)
    let predicted = try JSON.object(Program.run(["predict", record, "--format", "json"], in: workspace, environment: environment).output)
    let axis = try #require((predicted["classes"] as? [[String: Any]])?.first { $0["abbreviation"] as? String == "LAD" })
    #expect(abs((axis["probability"] as? Double ?? 9) - (explained["probability"] as? Double ?? 0)) < 1e-5)
    let audited = try Program.run(
      ["audit", record, "--class", "LAD", "--in-sample", "--format", "json"], in: workspace, environment: environment)
    #expect(audited.code == 0, "\(audited.complaints)")
    let judged = try #require(try JSON.lines(audited).first { $0["record"] as? String == "heart02" })
    #expect(abs((judged["probability"] as? Double ?? 9) - (axis["probability"] as? Double ?? 0)) < 1e-5)
    let screen = try Program.run(
      ["render", record, "--size", "200x50", "--format", "text"], in: workspace, environment: environment)
    #expect(screen.code == 0 && screen.output.contains("lead weight s (eq. 1)"))
  }

  @Test func outputsAreCalibratedAndTakenBack() throws {
    #expect(try train("--epochs", "1").code == 0)
    let records = SampleData.folder.path
    func predict(_ arguments: String...) throws -> String {
      let outcome = try Program.run(
        ["predict", records, "--model", "model.safetensors", "--format", "json"] + arguments, in: workspace)
      #expect(outcome.code == 0)
      return outcome.output
    }
    func decisions(_ text: String) -> [Bool] { text.matches(of: /"positive":(true|false)/).map { $0.1 == "true" } }
    func probabilities(_ text: String) -> [Double] { text.matches(of: /"probability":([0-9.e-]+)/).compactMap { Double($0.1) } }
    func farthest(_ one: String, _ other: String) -> Double {
      zip(probabilities(one), probabilities(other)).map { abs($0 - $1) }.max() ?? 9
    }
    let before = try predict()
    try workspace.write("outputs.jsonl", before.utf8)
    let tuned = try Program.run(
      ["tune", records, "outputs.jsonl", "--calibrate", "vector", "--output", "calibration.json"], in: workspace)
    #expect(tuned.code == 0 && tuned.output.contains("ECE of all classes after"), "\(tuned.complaints)")
    let edit = ["model", "edit", "model.safetensors", "--calibration"]
    #expect(try Program.run(edit + ["calibration.json"], in: workspace).code == 0)
    #expect(try farthest(predict(), before) > 0.01)
    let raw = try predict("--raw")
    #expect(farthest(raw, before) < 1e-6)
    #expect(decisions(raw) == decisions(before))
    #expect(try Program.run(edit + ["none"], in: workspace).code == 0)
    #expect(try farthest(predict(), before) < 1e-6)
  }

  @Test func foldsAreTrainedReportedAndResumed() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04", "heart07", "heart11", "heart14", "heart16")
    let outcome = try train("--epochs", "1", "--folds", "2", records: folder)
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.output.contains("| Zhao et al. 2022, model-final (tuned) | 43,101 |"))
    let names = try Set(workspace.names(in: "."))
    #expect(names.isSuperset(of: ["model.fold1.safetensors", "model.fold2.safetensors", "model.folds.csv", "model.folds.md"]))
    #expect(!names.contains("model.safetensors"))
    let evaluated = try Program.run(["evaluate", folder, "model.folds.csv", "--format", "json"], in: workspace)
    #expect(try JSON.lines(evaluated).first?["records"] as? Int == 8)
    let first = try text("model.folds.csv")
    let again = try train("--epochs", "1", "--folds", "2", "--resume", records: folder)
    #expect(again.complaints.contains("fold 1: finished before") && again.complaints.contains("fold 2: finished before"))
    #expect(try text("model.folds.csv") == first)
    let folds = try text("model.report.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",")[2] }
    #expect(folds.count { $0 == "fold 1" } == 4 && folds.count { $0 == "fold 2" } == 4)
    let one = try train("--epochs", "1", "--folds", "2", "--fold", "2", records: folder)
    #expect(one.code == 0 && one.output.isEmpty)
  }

  @Test func interruptedTrainingGoesOnToTheSameModel() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04", "heart07", "heart11", "heart14", "heart16")
    // Enough epochs that the signal comes in time.
    let epochs = "40"
    func weights() throws -> Data {
      // The command, and with it the metadata, differs between the two; the tensors are what follows the header.
      let bytes = try Data(contentsOf: URL(fileURLWithPath: workspace.file("model.safetensors")))
      return bytes.suffix(100_000)
    }
    #expect(try train("--epochs", epochs, "--batch", "4", records: folder).code == 0)
    let whole = try weights()

    let command = ["train", folder, "--output", "model.safetensors"] + Self.small + ["--epochs", epochs, "--batch", "4"]
    let complaints = workspace.scratch()
    let child = try Program.start([Program.path()] + command, in: workspace, errorPath: complaints.path)
    while child.isRunning, !FileManager.default.fileExists(atPath: workspace.file("model.checkpoint")) { usleep(2000) }
    child.send(SIGINT)
    let end = try child.wait(patience: Program.patience)
    #expect(end == .exit(130))
    #expect(try String(contentsOf: complaints, encoding: .utf8).contains("go on with the same command and --resume"))
    let refused = try train("--epochs", epochs, "--batch", "4", records: folder)
    #expect(refused.code == 73)
    #expect(refused.complaints.contains("go on with --resume"))
    let other = try train("--epochs", "41", "--batch", "4", "--resume", records: folder)
    #expect(other.code == 64)
    #expect(other.complaints.contains("--epochs 40"))
    #expect(try train("--epochs", epochs, "--batch", "4", "--resume", records: folder).code == 0)
    #expect(try weights() == whole)
  }

  @Test(arguments: [
    ["--width", "0"], ["--epochs", "0"], ["--lr", "nan"], ["--steps", "40,20"], ["--augment", "blur=1"], ["--keep", "best"], ["--tune"],
    ["--fold", "1"], ["--patience", "3"], ["--folds", "1"], ["--folds", "2", "--fold", "3"], ["--folds", "2", "--validate", "fold=1"],
    ["--exclude", "x"],
    ["--validate", "fold=x"], ["--average", "1"],
  ])
  func whatIsNoTrainingIsRefused(arguments: [String]) throws {
    let outcome = try Program.run(["train", "nowhere", "--output", "m.safetensors"] + arguments, in: workspace)
    #expect(outcome.code == 64, "\(outcome.complaints)")
  }
}
