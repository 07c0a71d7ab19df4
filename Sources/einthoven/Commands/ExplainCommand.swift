import ArgumentParser
import ECG
import ECGFiles
import Foundation
import PlainText
import SEResNet
import Workbench

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say which leads a prediction rests on: leave-one-lead-out occlusion, and lead influence on the gates of the SE blocks.",
    discussion: """
      Occlusion is the probability with all leads minus the probability with a lead set to zero after preprocessing: positive, and the lead \
      speaks for the class. A network with a lead gate also has a lead weight s of its own, the paper's equation 1: a number inside the \
      network, from 0 to 1, the same for every class; "lead_weights" is null where there is none. The gates are changes of the SE blocks' gate vectors when a lead is left out; each of the 8 rows sums to 1.
      Of a model that takes measurements beside the signal, "measured" is the probability minus the probability with all of them unknown, \
      else null; without a lead everything is measured anew.
      One model is explained, so --model is given at most once.
      Example: einthoven explain SampleData/heart02 --class LAD
      """
  )

  @Argument(help: "The recording.") var path: String
  @Option(name: .customLong("class"), help: "The diagnosis: an abbreviation or a SNOMED CT code.") var diagnosis: Diagnosis =
    .leftAxisDeviation
  @Option(help: "table, csv or json.") var format: ReportFormat = .table
  @Flag(help: "With --format json also the gates of the SE blocks. Of several windows the mean.") var raw = false
  @OptionGroup var links: LinkOptions
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    if raw, format != .json { throw ValidationError("--raw takes --format json") }
  }

  func run() throws {
    let reference = try links.record(at: path, for: "explain")
    let files = try model.files()
    guard files.count == 1, let file = files.first else { throw CommandFailure.usage("explain takes one model, not an ensemble") }
    let predictor = try Predictor(
      model: Model(contentsOf: file), threads: model.threadCount, precision: model.precision, measuring: MeasuredFeatures())
    model.complainUnlessUsed(predictor.precision)
    let recording = try Recording(RecordFile.read(reference))
    let prepared = try predictor.prepare(recording)
    guard let attribution = predictor.attribution(of: prepared, window: nil, isCancelled: { false }) else { return }
    let report = ExplainReport(
      record: reference.name, path: reference.path, diagnosis: diagnosis, attribution: attribution, precision: predictor.precision,
      holdsRawGates: raw)
    switch format {
    case .json: try Console.print(report.json.text)
    case .csv: for row in report.csvRows { try Console.print(row) }
    case .table: for line in report.lines { try Console.print(line) }
    }
    if !prepared.missingLeads.isEmpty {
      Console.complain(
        "\(reference.path): without \(prepared.missingLeads.map(\.name).joined(separator: " ")), which the network sees as zero")
    }
  }
}

/// One recording's attribution in the three forms in which it is printed.
private struct ExplainReport {
  let record: String
  let path: String
  let diagnosis: Diagnosis
  let attribution: LeadAttribution
  let precision: Precision
  let holdsRawGates: Bool

  private var occlusion: [Float] { attribution.occlusion[diagnosis.index] }
  private var probability: Float { Float(attribution.probabilities[diagnosis.index]) }

  var json: JSONValue {
    .object(
      [
        ("record", .string(record)), ("path", .string(path)), ("class", .string(diagnosis.abbreviation)), ("code", .string(diagnosis.code)),
        ("probability", JSONValue(probability)), ("leads", JSONValue(Lead.allCases.map(\.name))),
        ("lead_weights", attribution.leadWeights.map { .array($0.map { JSONValue($0) }) } ?? .null),
        ("occlusion", .array(occlusion.map { JSONValue($0) })),
        ("gates", Self.table(attribution.gates)),
        ("groups", .object(attribution.groups.map { ($0.group.rawValue, JSONValue($0.occlusion[diagnosis.index])) })),
        ("electrodes", .object(attribution.electrodes.map { ($0.electrode.name, JSONValue($0.occlusion[diagnosis.index])) })),
        ("measured", JSONValue(attribution.measured?[diagnosis.index])), ("method", .string(attribution.method)),
        ("precision", .string(precision.rawValue)),
      ] + (holdsRawGates ? [("raw_gates", Self.table(attribution.rawGates))] : []))
  }

  private static func table(_ rows: [[Float]]) -> JSONValue { .array(rows.map { row in .array(row.map { JSONValue($0) }) }) }

  var csvRows: [String] {
    let weights = attribution.leadWeights
    var header = ["lead"]
    if weights != nil { header.append("lead_weight") }
    header.append("occlusion")
    header += attribution.gates.indices.map { "block_\($0 + 1)" }
    header.append("precision")
    let rows = Lead.allCases.map { lead -> [String] in
      var row = [lead.name]
      if let weights { row.append(JSONValue(weights[lead.rawValue]).text) }
      row.append(JSONValue(occlusion[lead.rawValue]).text)
      row += attribution.gates.map { JSONValue($0[lead.rawValue]).text }
      row.append(precision.rawValue)
      return row
    }
    return ([header] + rows).map { CSVWriter.row($0) }
  }

  var lines: [String] {
    let weights = attribution.leadWeights
    let columns = ["lead"] + (weights == nil ? [] : ["s"]) + ["occlusion"] + attribution.gates.indices.map { "B\($0 + 1)" }
    var table = TextTable(columns, rightAligned: Set(columns.indices.dropFirst()))
    for lead in Lead.allCases {
      table.append(
        [lead.name] + (weights.map { [String(format: "%.2f", $0[lead.rawValue])] } ?? [])
          + [String(format: "%+.3f", occlusion[lead.rawValue])]
          + attribution.gates.map { String(format: "%.2f", $0[lead.rawValue]) })
    }
    let groups = attribution.groups.map { "\($0.group.rawValue) \(String(format: "%+.3f", $0.occlusion[diagnosis.index]))" }
    let electrodes = attribution.electrodes.map { "\($0.electrode.name) \(String(format: "%+.3f", $0.occlusion[diagnosis.index]))" }
    return ["\(record): \(diagnosis.name) (\(diagnosis.abbreviation)), probability \(String(format: "%.3f", probability))", ""]
      + table.lines
      + [
        "", weights == nil ? "the network has no lead weights of its own" : "s: lead weight s (eq. 1), the same for every class",
        attribution.measured.map { "measured values \(String(format: "%+.3f", $0[diagnosis.index]))" }
          ?? "the network takes no measurements",
        "groups      " + groups.joined(separator: "  "), "electrodes  " + electrodes.joined(separator: "  "), "", attribution.method,
        "precision: \(precision.inWords)",
      ]
  }
}
