import Foundation
import FoundationXML
import TestSupport
import Testing

@Suite struct EvaluateCommandTests {
  private let workspace: Workspace

  /// Five records: LAD found, missed, wrong, and sinus rhythm twice.
  init() throws {
    workspace = try Workspace()
    let records = [
      ("a", "39732003", "1,0", "0.9,0.1"), ("b", "39732003,426783006", "0,1", "0.2,0.8"), ("c", "426783006", "1,0", "0.7,0.3"),
      ("d", "426783006", "0,1", "0.1,0.6"), ("e", "426783006", "0,1", "0.05,0.95"),
    ]
    for (name, codes, decisions, scores) in records {
      try workspace.write("labels/\(name).hea", "\(name) 12 500 5000\n#Dx: \(codes)\n".utf8)
      try workspace.write("outputs/\(name).csv", "#\(name)\n39732003,426783006\n\(decisions)\n\(scores)\n".utf8)
    }
  }

  private func evaluate(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["evaluate", "labels", "outputs"] + arguments, in: workspace)
  }

  @Test func jsonHasTheKeysOthersRelyOn() throws {
    let outcome = try evaluate("--format", "json")
    #expect(outcome.code == 0)
    #expect(outcome.complaints.isEmpty)
    let report = try #require(try JSON.lines(outcome).first)
    #expect(report["records"] as? Int == 5)
    for key in [
      "auroc", "auprc", "accuracy", "f_measure", "f_beta", "g_beta", "challenge_metric", "sensitivity", "specificity",
    ] { #expect(report[key] is Double, "\(key)") }
    #expect(report["accuracy"] as? Double == 0.6)
    let classes = try #require(report["classes"] as? [[String: Any]])
    #expect(classes.count == 24)
    let axis = try #require(classes.first { $0["abbreviation"] as? String == "LAD" })
    #expect(axis["n"] as? Int == 2)
    #expect(axis["sensitivity"] as? Double == 0.5)
    #expect(axis["f_measure"] as? Double == 0.5)
    let auroc = try #require(axis["auroc"] as? Double)
    #expect(abs(auroc - 5.0 / 6) < 1e-12)
    #expect(classes[0]["auroc"] is NSNull)
    #expect((report["confusion"] as? [[Int]])?.count == 24)
    #expect(((report["calibration"] as? [String: Any])?["bins"] as? [Any])?.count == 10)
  }

  @Test func everyFormIsWritten() throws {
    let table = try evaluate("--bootstrap", "100", "--compare", "outputs")
    #expect(table.code == 0)
    for text in ["model-default (0.5)", "95 % CI", "LAD (2)", "McNemar", "ECE"] { #expect(table.output.contains(text), "\(text)") }
    let markdown = try evaluate("--format", "markdown")
    #expect(markdown.lines.contains { $0.hasPrefix("| model-final (as decided) | ") })
    #expect(markdown.lines.contains { $0.hasPrefix("| LAD (2) | ") })
    let csv = try evaluate("--format", "csv")
    #expect(csv.lines.count == 26)
    #expect(Set(csv.lines.map { $0.components(separatedBy: ",").count }).count == 1)
    #expect(csv.lines.last?.hasPrefix(",all,5,") == true)
  }

  @Test func curvesAreDrawingsOfAllClasses() throws {
    #expect(try evaluate("--curves", "figures").code == 0)
    #expect(try workspace.names(in: "figures") == ["pr.svg", "roc.svg"])
    for name in ["roc", "pr"] {
      let parser = XMLCheck(data: try Data(contentsOf: workspace.url.appendingPathComponent("figures/\(name).svg")))
      #expect(parser.isWellFormed)
      #expect(parser.text.contains("LAD n=2"))
    }
  }

  @Test func singleFilesThatAreDamagedAreNamedAndTheRestIsDone() throws {
    try workspace.write("outputs/a.csv", "#a\n39732003\n1,0\n0.5\n".utf8)
    let outcome = try evaluate("--format", "json")
    #expect(outcome.code == 65)
    #expect(outcome.complaints.contains("outputs/a.csv"))
    #expect(outcome.complaints.split(separator: "\n").count == 1)
    let classes = try #require(try JSON.lines(outcome).first?["classes"] as? [[String: Any]])
    let axis = try #require(classes.first { $0["abbreviation"] as? String == "LAD" })
    #expect(axis["true_positives"] as? Int == 0)
  }

  @Test func whatCannotBeEvaluatedIsRefused() throws {
    try FileManager.default.removeItem(atPath: workspace.file("outputs/e.csv"))
    let missing = try evaluate()
    #expect(missing.code == 65)
    #expect(missing.output.isEmpty)
    #expect(missing.complaints.contains("record e"))
    #expect(try Program.run(["evaluate", "nowhere", "outputs"], in: workspace).code == 66)
    #expect(try Program.run(["evaluate", "labels", "nowhere"], in: workspace).code == 66)
    #expect(try Program.run(["evaluate", "outputs", "outputs"], in: workspace).code == 66)
    #expect(try Program.run(["evaluate", "labels"], in: workspace).code == 64)
    #expect(try Program.run(["evaluate", "labels", "outputs", "--bootstrap", "1"], in: workspace).code == 64)
    #expect(try Program.run(["tune", "labels", "outputs", "--objective", "luck"], in: workspace).code == 64)
  }

  @Test func tunedThresholdsAreReadByEvaluateAndModelImport() throws {
    let tuned = try Program.run(["tune", "labels", "outputs", "--output", "thresholds.json"], in: workspace)
    #expect(tuned.code == 0)
    #expect(tuned.output.contains("LAD"))
    let thresholds = try JSON.object(String(contentsOfFile: workspace.file("thresholds.json"), encoding: .utf8))
    #expect(thresholds.count == 24)
    // 0.2 is the best common threshold; 0.11 does as well for LAD, so LAD is not moved. A class without positives stays at 0.5.
    #expect(thresholds["39732003"] as? Double == 0.2)
    #expect(thresholds["10370003"] as? Double == 0.5)
    let printed = try Program.run(["tune", "labels", "outputs", "--format", "json"], in: workspace)
    #expect(try JSON.object(printed.output).count == 24)
    let before = try #require(try JSON.lines(evaluate("--format", "json")).first?["challenge_metric"] as? Double)
    let after = try evaluate("--format", "json", "--thresholds", "thresholds.json")
    #expect(try #require(try JSON.lines(after).first?["challenge_metric"] as? Double) > before)
    let model = workspace.file("tuned.safetensors")
    let imported = try Program.run(
      [
        "model", "import", Checkout.golden("SEResNet/tiny.pth").path, model, "--preprocessing", "paper", "--thresholds", "thresholds.json",
      ], in: workspace)
    #expect(imported.code == 0, "\(imported.complaints)")
    try workspace.write("wrong.json", "{\"39732003\":2}".utf8)
    #expect(try evaluate("--thresholds", "wrong.json").code == 65)
  }

  @Test func predictionsOfTheProgramAreReadInBothForms() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart22")
    let environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
    var reports: [String] = []
    for format in ["json", "csv", "challenge"] {
      let arguments = ["predict", folder, "--format", format, "--output", "predictions-\(format)"]
      #expect(try Program.run(arguments, in: workspace, environment: environment).code == 0)
      let outcome = try Program.run(["evaluate", folder, "predictions-\(format)", "--format", "json"], in: workspace)
      #expect(outcome.code == 0, "\(outcome.complaints)")
      reports.append(outcome.output)
    }
    #expect(Set(reports).count == 1)
  }

  @Test func helpHasExamples() throws {
    for command in ["evaluate", "tune"] {
      let outcome = try Program.run([command, "--help"], in: workspace)
      #expect(outcome.code == 0)
      #expect(outcome.output.contains("Example"))
      #expect(outcome.output.contains("einthoven \(command) "))
    }
  }
}

/// Walks over XML as any reader would.
private final class XMLCheck: NSObject, XMLParserDelegate {
  private(set) var text = ""
  private(set) var isWellFormed = false

  init(data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
