import ArgumentParser
import ECG
import ECGFiles
import ECGSignal
import Foundation
import PlainText
import Workbench

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say what a recording is: format, rate, length, leads, patient, diagnoses, and what looks suspicious.",
    discussion: """
      Recordings of up to ten minutes are measured for exchanged electrodes, which are named among what looks suspicious.
      Example: einthoven info SampleData --format json
      """
  )

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @OptionGroup var links: LinkOptions
  @Option(help: "table, csv or json (one object a record).") var format: ReportFormat = .table

  func run() throws {
    var batch = RecordBatch(paths, links)
    let references = try batch.nonEmpty()
    if format == .csv { try Console.print(CSVWriter.row(InfoReport.columns)) }
    let measurer = ECGMeasurer()
    for (index, reference) in references.enumerated() {
      do {
        let report = InfoReport(reference, try InspectedRecord.facts(reference, measurer: measurer))
        switch format {
        case .json: try Console.print(report.json.text)
        case .csv: try Console.print(CSVWriter.row(report.fields))
        case .table: for line in (index > 0 ? [""] : []) + report.lines { try Console.print(line) }
        }
      } catch let failure as CommandFailure {
        throw failure
      } catch {
        batch.report(error)
      }
    }
    try batch.finish()
  }
}

/// One record's facts in the three forms in which they are printed.
private struct InfoReport {
  private let reference: RecordReference
  private let facts: RecordFacts

  init(_ reference: RecordReference, _ facts: RecordFacts) {
    self.reference = reference
    self.facts = facts
  }

  private var members: [(String, JSONValue)] {
    [
      ("record", .string(facts.name)), ("path", .string(reference.path)), ("format", .string(facts.format.rawValue)),
      ("fs", JSONValue(facts.samplingRateHertz)), ("samples", JSONValue(facts.sampleCount)), ("seconds", JSONValue(facts.durationSeconds)),
      ("leads", JSONValue(facts.leads.map(\.name))), ("derived", JSONValue(facts.derivedLeads.map(\.name))),
      ("extra_signals", JSONValue(facts.extraSignals)), ("age", JSONValue(facts.patient.ageYears)),
      ("sex", JSONValue(facts.patient.sex?.rawValue)), ("diagnoses", JSONValue(facts.diagnoses)),
      ("codes", JSONValue(facts.scoredDiagnoses.map(\.code))), ("warnings", JSONValue(facts.warnings.map(\.description))),
    ]
  }

  var json: JSONValue { .object(members) }

  static let columns = [
    "record", "path", "format", "fs", "samples", "seconds", "leads", "derived", "extra_signals", "age", "sex", "diagnoses", "codes",
    "warnings",
  ]

  var fields: [String] {
    members.map { _, value in
      switch value {
      case .null: ""
      case .string(let text): text
      case .array(let values):
        values.map { value in
          if case .string(let text) = value { text } else { value.text }
        }.joined(separator: ";")
      default: value.text
      }
    }
  }

  var lines: [String] {
    func unknown(_ text: String?) -> String { text ?? "unknown" }
    let scored = facts.scoredDiagnoses.map { "\($0.abbreviation) (\($0.name))" }
    let others = facts.diagnoses.filter { Diagnosis.with(code: $0.trimmingCharacters(in: .whitespaces)) == nil }
    var lines = [
      "record      \(facts.name)  (\(reference.path))",
      "format      \(facts.format.name)",
      "sampling    \(unknown(facts.samplingRateHertz.map { "\(JSONValue($0).text) Hz" })), \(unknown(facts.sampleCount.map(String.init))) samples, "
        + unknown(facts.durationSeconds.map { String(format: "%.1f s", $0) }),
      "leads       \(facts.leads.isEmpty ? "none of the twelve" : facts.leads.map(\.name).joined(separator: " "))",
    ]
    if !facts.derivedLeads.isEmpty { lines.append("derived     \(facts.derivedLeads.map(\.name).joined(separator: " "))") }
    let absent = facts.hasLeads ? Lead.allCases.filter { !facts.leads.contains($0) } : []
    if !absent.isEmpty { lines.append("absent      \(absent.map(\.name).joined(separator: " "))") }
    if !facts.extraSignals.isEmpty { lines.append("others      \(facts.extraSignals.joined(separator: ", "))") }
    lines += [
      "patient     age \(unknown(facts.patient.ageYears.map { "\($0) years" })), sex \(unknown(facts.patient.sex?.rawValue))",
      "diagnoses   \((scored + others).isEmpty ? "none" : (scored + others).joined(separator: ", "))",
    ]
    return lines + facts.warnings.map { "warning     \($0)" }
  }
}
