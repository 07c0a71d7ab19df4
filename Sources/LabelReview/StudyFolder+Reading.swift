import Agreement
import ECG
import Foundation
import PlainText

extension StudyFolder {
  /// What is wrong with a folder that is to be read back.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case badStudy(reason: String)
    case badCases(reason: String)

    /// One line for a person.
    public var description: String {
      switch self {
      case .badStudy(let reason): "study.json: \(reason); expected the file that 'study export --output' wrote"
      case .badCases(let reason): "cases.csv: \(reason)"
      }
    }
  }

  /// The study that a folder's `study.json` and `cases.csv` describe, to be made again under a name.
  ///
  /// Under its own name a sampled study made so is the same study, with which the store it was exported from merges.
  ///
  /// - Throws: ``Fault``.
  public static func draft(named name: String, study: Data, cases: Data) throws -> StudyDraft {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let description: Description
    do {
      description = try decoder.decode(Description.self, from: study)
    } catch {
      throw Fault.badStudy(reason: (error as? DecodingError)?.summary ?? "it cannot be read")
    }
    let relabelling = description.settings.flatMap(StudySettings.init(json:))?.relabelling
    guard description.diagnosis != Annotating.diagnosisCode else {
      throw Fault.badStudy(reason: "the study is one of annotation, whose strokes only `einthoven study merge` brings")
    }
    guard description.settings == nil || relabelling != nil else {
      throw Fault.badStudy(reason: "'settings' are none that this program knows")
    }
    guard relabelling != nil || Diagnosis.with(code: description.diagnosis) != nil else {
      throw Fault.badStudy(reason: "'diagnosis' is '\(description.diagnosis)', which is none that this program knows")
    }
    guard let blinding = Visible(names: description.hidden) else { throw Fault.badStudy(reason: "'hidden' names an unknown part") }
    var settings = StudySettings()
    settings.sampling = try description.samplingFrame?.sampling
    // What a study does not say was exported as its default.
    if settings.sampling != nil || description.order != .fixed { settings.order = description.order }
    settings.relabelling = relabelling
    if relabelling != nil { settings.order = description.order }
    let words = relabelling == nil ? StudySettings.VerdictNames.of(diagnosisCode: description.diagnosis) : .ofSets
    if description.words != words { settings.verdictNames = description.words }
    settings.allowsReveal = description.allowsReveal ? true : nil
    return StudyDraft(
      name: name, diagnosisCode: description.diagnosis, question: description.question, blinding: blinding,
      cases: try drafts(cases, modelDigest: settings.sampling?.modelDigest ?? relabelling?.queue.knownModelDigest), settings: settings)
  }

  private struct Description: Decodable {
    let diagnosis: String
    let question: String
    let hidden: [String]
    let words: StudySettings.VerdictNames
    let order: StudySettings.Order
    let allowsReveal: Bool
    let samplingFrame: Frame?
    /// Of a study that relabels: its settings as they are stored.
    let settings: String?
  }

  private struct Frame: Decodable {
    let seed: String
    let frame: [String: Int]
    let requested: [String: Int]
    let taken: [String: Int]
    let unlabelled: Int
    let unreadable: Int
    let repeated: Int
    let modelDigest: String?
    let thresholds: [String: Double]
    let strata: [SamplingFrame.Stratum]?

    var sampling: StudySettings.Sampling {
      get throws {
        guard let seed = UInt64(seed) else { throw Fault.badStudy(reason: "the seed '\(seed)' is no whole number") }
        return StudySettings.Sampling(
          seed: seed, frame: try counts(frame), requested: try counts(requested), taken: try counts(taken), unlabelled: unlabelled,
          unreadable: unreadable, repeated: repeated, modelDigest: modelDigest, thresholds: thresholds, strata: strata)
      }
    }

    private func counts(_ values: [String: Int]) throws -> [Outcome: Int] {
      var result: [Outcome: Int] = [:]
      for (name, count) in values {
        guard let outcome = Outcome(rawValue: name) else { throw Fault.badStudy(reason: "the sampling frame names '\(name)'") }
        result[outcome] = count
      }
      return result
    }
  }

  private static func drafts(_ cases: Data, modelDigest: String?) throws -> [CaseDraft] {
    let table: CSVTable
    do { table = try CSVTable(parsing: cases) } catch { throw Fault.badCases(reason: "\(error)") }
    let names = ["case", "repeat", "path", "source", "recording_digest", "label", "model", "model_probability"]
    let columns = try names.map { name in
      guard let column = table.column(name) else { throw Fault.badCases(reason: "line 1: no column '\(name)'") }
      return column
    }
    var seen: Set<Showing> = []
    return try table.rows.map { row in
      let fields = columns.map { row[$0].withControlCharactersRead }
      func bad(_ expected: String) -> Fault { .badCases(reason: "line \(row.line): expected \(expected)") }
      func set(_ column: Int) -> CaseAnswer? { CaseAnswer(form: fields[column]) }
      func verdict(_ column: Int) throws -> Verdict? {
        guard !fields[column].isEmpty else { return nil }
        if let answer = set(column) { return answer.summary }
        guard let verdict = Verdict(rawValue: fields[column]) else {
          throw bad("present, absent, unsure or nothing in '\(names[column])', not '\(fields[column])'")
        }
        return verdict
      }
      guard let repetition = Int(fields[1]), (1...9).contains(repetition), !fields[0].isEmpty else {
        throw bad("a case, its showing from 1, and a path")
      }
      // A de-identified folder has no paths: its cases are known by their digests.
      let path = fields[2].isEmpty ? fields[0] : fields[2]
      guard seen.insert(Showing(path: path, repetition: repetition)).inserted else {
        throw bad("each path once a showing, and \(path) stands above")
      }
      let probability = Double(fields[7])
      guard fields[7].isEmpty || probability.map({ (0...1).contains($0) }) == true else {
        throw bad("a number from 0 to 1 in 'model_probability', not '\(fields[7])'")
      }
      let decision = try verdict(6).map { ModelDecision(verdict: $0, probability: probability, modelDigest: modelDigest, answer: set(6)) }
      var draft = CaseDraft(
        record: fields[0], path: path, recordingDigest: fields[4].isEmpty ? nil : RecordingDigest(hexadecimal: fields[4]),
        label: set(5) == nil ? try verdict(5) : nil, repetition: repetition, source: fields[3].isEmpty ? nil : fields[3],
        decision: repetition == 1 ? decision : nil)
      draft.labels = set(5)
      return draft
    }
  }
}

extension DecodingError {
  /// What is wrong, on one line.
  fileprivate var summary: String {
    switch self {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has a value that is not known"
    default: "it is not JSON"
    }
  }
}
