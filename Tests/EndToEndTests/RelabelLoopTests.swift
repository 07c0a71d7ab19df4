import Foundation
import Testing

/// The loop: predict, suspect, relabel, train again, evaluate; on recordings of which some carry a wrong label.
@Suite(.serialized) struct RelabelLoopTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private static let lad = "39732003"
  private static let small = [
    "--width", "4", "--batch", "16", "--epochs", "12", "--lr", "0.01", "--preprocessing", "zscore-0.5-40", "--seed", "3",
  ]

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    let outcome = try Program.run(arguments, in: workspace)
    try #require(outcome.code == 0, "\(arguments.prefix(3)): \(outcome.complaints)")
    return outcome
  }

  /// Ninety-six recordings in `records`; what is true of LAD by name, as their headers were made.
  private func records() throws -> [String: Bool] {
    var truth: [String: Bool] = [:]
    for seed in 1...3 {
      _ = try run(["synthesize", "made", "--seed", "\(seed)"])
      for name in try workspace.names(in: "made") where name.hasSuffix(".hea") {
        let record = String(name.dropLast(4))
        var header = try String(contentsOfFile: workspace.file("made/\(name)"), encoding: .utf8).replacing(
          record, with: "s\(seed)\(record)")
        // The samples' own wrong labels are put right: of these recordings the truth is known.
        let isWrong = ["heart05", "heart07", "heart14", "heart19", "heart28", "heart31"].contains(record)
        if isWrong { header = Self.flipped(header) }
        truth["s\(seed)\(record)"] = header.contains(Self.lad)
        try workspace.write("records/s\(seed)\(name)", header.utf8)
        try FileManager.default.moveItem(
          atPath: workspace.file("made/\(record).dat"), toPath: workspace.file("records/s\(seed)\(record).dat"))
      }
      try FileManager.default.removeItem(atPath: workspace.file("made"))
    }
    return truth
  }

  /// A header whose label says the opposite of LAD.
  private static func flipped(_ header: String) -> String {
    header.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix("#Dx:") else { return String(line) }
      var codes = line.dropFirst(4).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      if codes.contains(lad) { codes.removeAll { $0 == lad } } else { codes.append(lad) }
      return "#Dx: " + codes.joined(separator: ",")
    }.joined(separator: "\n")
  }

  /// Plants wrong labels on a third of the recordings, the same ones each time.
  private func plant(_ truth: [String: Bool]) throws -> Set<String> {
    let chosen = Set(truth.keys.sorted().enumerated().filter { $0.offset % 3 == 0 }.map(\.element))
    for record in chosen {
      let path = "records/\(record).hea"
      try workspace.write(path, Self.flipped(String(contentsOfFile: workspace.file(path), encoding: .utf8)).utf8)
    }
    return chosen
  }

  /// The area under the curve of LAD, of predictions out of fold against the truth.
  private func auroc(_ file: String, _ truth: [String: Bool]) throws -> Double {
    let rows = try String(contentsOfFile: workspace.file(file), encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let header = try #require(rows.first).map(String.init)
    let (record, code, score) = (
      try #require(header.firstIndex(of: "record")), try #require(header.firstIndex(of: "code")),
      try #require(header.firstIndex(of: "probability"))
    )
    var (present, absent): ([Double], [Double]) = ([], [])
    for row in rows.dropFirst() where row[code] == Self.lad {
      let value = try #require(Double(row[score]))
      let isTrue = try #require(truth[String(row[record])] as Bool?)
      if isTrue { present.append(value) } else { absent.append(value) }
    }
    let wins = present.reduce(0.0) { sum, one in sum + absent.reduce(0.0) { $0 + (one > $1 ? 1 : one == $1 ? 0.5 : 0) } }
    return wins / Double(present.count * absent.count)
  }

  @Test func aConsensusOfNoneOfTheRecordsIsRefused() throws {
    try workspace.write("consensus.csv", "case,verdict,diagnosis\nnobody,present,LAD\n".utf8)
    let record = try workspace.samples("heart01")
    let outcome = try Program.run(
      ["train", record, "--output", "m.safetensors", "--consensus", "consensus.csv"] + Self.small, in: workspace)
    #expect(outcome.code == 65 && outcome.complaints.contains("--consensus: consensus.csv says nothing of any of these 1 records"))
  }

  @Test func statementsThatAreNoDiagnosesAreNamedWhereAFileMakesAStudy() throws {
    try workspace.write("answers.csv", "case,rater,verdict,diagnosis\na,HG,present,LAD\na,HG,absent,LDA\n".utf8)
    let outcome = try Program.run(["study", "import", "answers.csv", "--study", "typed"], in: workspace)
    #expect(outcome.code == 0 && outcome.complaints.contains("none of the 24 diagnoses (LDA)"))
    let again = try Program.run(["study", "import", "answers.csv", "--study", "typed"], in: workspace)
    #expect(again.code == 0 && again.complaints.isEmpty)
  }

  @Test func relabellingMakesTheNextModelBetter() throws {
    let truth = try records()
    let planted = try plant(truth)
    _ = try run(["train", "records", "--output", "before.safetensors", "--folds", "3"] + Self.small)
    let before = try auroc("before.folds.csv", truth)
    _ = try run([
      "study", "create", "loop", "records", "--relabel", "--diagnoses", "LAD,SNR", "--order", "suspicion", "--predictions",
      "before.folds.csv",
    ])
    // A reader who knows the truth of LAD, and says of the rhythm what the label says.
    let rows = try run(["study", "export", "--study", "loop", "--raters", "all", "--unblind"]).lines.dropFirst().map {
      $0.components(separatedBy: ",")
    }
    let labels = rows.filter { $0[1] == "label" }
    var answers = "case,rater,verdict,diagnosis\n"
    for row in labels {
      let isLAD = try #require(truth[row[0]] as Bool?)
      let isPresent = row[3] == "LAD" ? isLAD : row[2] == "present"
      answers += "\(row[0]),HG,\(isPresent ? "present" : "absent"),\(row[3])\n"
    }
    // The queue puts the planted ones first, better than chance.
    let order = labels.filter { $0[3] == "LAD" }.map { $0[0] }
    let early = Set(order.prefix(planted.count))
    #expect(Double(early.intersection(planted).count) > 1.2 * Double(planted.count) / 3)
    try workspace.write("answers.csv", answers.utf8)
    #expect(try run(["study", "import", "answers.csv", "--study", "loop", "--format", "json"]).output.contains("\"imported\":96"))
    #expect(
      try run(["study", "export", "--study", "loop", "--corrected", "corrected.csv"]).lines == ["96 corrected labels in corrected.csv"])
    _ = try run(["train", "records", "--output", "after.safetensors", "--folds", "3", "--consensus", "corrected.csv"] + Self.small)
    let after = try auroc("after.folds.csv", truth)
    #expect(after > before, "LAD out of fold: \(before) with planted labels, \(after) after relabelling")
  }
}
