import Agreement
import PlainText

/// A study as a folder of files that stands by itself: verdicts, log, cases, consensus, the study's settings, and a codebook that explains them.
public struct StudyFolder: Sendable {
  /// The files' names and texts.
  public let files: [(name: String, text: String)]

  /// The folder of a study.
  ///
  /// - Parameter plan: what is taken out; nil to leave all in.
  /// - Throws: ``ReviewStoreError``.
  public init(_ study: Study, in store: any ReviewStoring, deidentified plan: StudyExport.Deidentification? = nil) throws {
    var standing = try StudyExport.standing(study, in: store, raters: .all)
    var log = try StudyExport.events(study, in: store)
    if let plan {
      let cases = try store.cases(of: study)
      standing.deidentify(plan, cases: cases)
      log.deidentify(plan, cases: cases)
    }
    files = [
      ("verdicts.csv", Self.csv(standing.columns, standing.rows.map(standing.fields))),
      ("events.csv", Self.csv(log.columns, log.rows.map(log.fields))),
      ("cases.csv", try Self.cases(study, in: store, plan)),
      ("consensus.csv", try Self.consensus(study, in: store, plan)),
      ("study.json", Self.json(study, named: plan?.studyName ?? study.name).text + "\n"),
      ("codebook.md", Self.codebook(study, plan)),
    ]
  }

  private static func csv(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map { CSVWriter.row($0.map(\.withControlCharactersWritten)) }.joined(separator: "\n") + "\n"
  }

  private static func cases(_ study: Study, in store: any ReviewStoring, _ plan: StudyExport.Deidentification?) throws -> String {
    let cases = try store.cases(of: study)
    let names = StudyExport.uniqueNames(of: cases, withPaths: plan == nil)
    let decisions = Dictionary(
      try store.modelDecisions(of: study).map { ($0.studyCase.recordingKey, $0.event) }, uniquingKeysWith: { first, _ in first })
    let rows = cases.map { studyCase in
      let decision = decisions[studyCase.recordingKey]
      let outcome = studyCase.label.flatMap { label in decision.flatMap { Outcome(label: label, decision: $0.verdict) } }
      return [
        names[studyCase.id] ?? "", "\(studyCase.repetition)", plan == nil ? studyCase.path : "",
        studyCase.source.map { plan?.sources[$0] ?? $0 } ?? "",
        studyCase.digest?.description ?? "", studyCase.storedLabel ?? "", decision.map { $0.answer?.form ?? $0.verdict.rawValue } ?? "",
        decision?.probability.map { JSONValue($0).text } ?? "", outcome?.rawValue ?? "",
      ]
    }
    return csv(["case", "repeat", "path", "source", "recording_digest", "label", "model", "model_probability", "outcome"], rows)
  }

  /// One row a case: label, model, every reader, and what comes of them, beside one another.
  private static func consensus(_ study: Study, in store: any ReviewStoring, _ plan: StudyExport.Deidentification?) throws -> String {
    let names = plan?.readers ?? [:]
    if study.relabelling != nil {
      var export = try StudyExport.standing(study, in: store, raters: .consensus)
      if let plan { export.deidentify(plan, cases: try store.cases(of: study)) }
      return csv(export.columns, export.rows.map(export.fields))
    }
    let all = try store.consensus(of: study)
    let caseNames = StudyExport.uniqueNames(of: all.map(\.studyCase), withPaths: plan == nil)
    var readers: [String] = []
    for reader in try store.standingVerdicts(of: study).map(\.rater) where readers.last != reader { readers.append(reader) }
    let decisions = Dictionary(
      try store.modelDecisions(of: study).map { ($0.studyCase.id, $0.verdict) }, uniquingKeysWith: { first, _ in first })
    let rows = all.map { outcome in
      let said = Dictionary(outcome.readers.map { ($0.rater, $0.verdict.rawValue) }, uniquingKeysWith: { first, _ in first })
      let studyCase = outcome.studyCase
      var row = [caseNames[studyCase.id] ?? "", studyCase.label?.rawValue ?? "", decisions[studyCase.id]?.rawValue ?? ""]
      row += readers.map { said[$0] ?? "" }
      row += [outcome.verdict?.rawValue ?? "", outcome.basis, outcome.adjudication.map { names[$0.reviewer] ?? $0.reviewer } ?? ""]
      return row
    }
    return csv(["case", "label", "model"] + readers.map { names[$0] ?? $0 } + ["consensus", "basis", "adjudicator"], rows)
  }

  private static func json(_ study: Study, named name: String) -> JSONValue {
    let words = study.verdictNames
    return .object(
      [
        ("study", .string(name)), ("identifier", .string(study.id.uuidString)), ("diagnosis", .string(study.diagnosisCode)),
        ("question", .string(study.question)), ("hidden", JSONValue(study.blinding.names)), ("created", .string(study.createdAt.utcText)),
        ("words", .object([("present", .string(words.present)), ("absent", .string(words.absent)), ("unsure", .string(words.unsure))])),
        ("order", .string((study.settings.order ?? .fixed).rawValue)), ("allows_reveal", .bool(study.settings.allowsReveal ?? false)),
        ("sampling_frame", study.settings.sampling?.jsonValue ?? .null),
      ] + (study.relabelling == nil ? [] : [("settings", .string(study.settingsJSON))]))
  }

  /// What a study of annotation has besides; an empty line of others.
  private static func annotationFiles(_ study: Study) -> String {
    guard study.annotating != nil else { return "" }
    return """
      | annotations.csv | a mark of a reader, an adjudicator or the consensus, as it was when the case was done |
      | RECORD.READER | the same as a WFDB annotation file; RECORD.consensus is what was settled, or marked alike |

      """
  }

  /// What each row of consensus.csv is.
  private static func consensusMeaning(_ study: Study) -> String {
    study.relabelling == nil
      ? "a case: label, model, each reader, and the consensus beside them; basis is unanimous, adjudicated or open"
      : "what most readers say of a statement on a case, or an adjudicator said, in the columns of verdicts.csv; open statements are left out"
  }

  /// The columns of verdicts.csv that only a study that relabels has, where a row is about one statement; nothing of others.
  private static func statementColumns(_ study: Study) -> String {
    guard study.relabelling != nil else { return "" }
    return """
      | diagnosis | the statement that the row is about, by its abbreviation: a rater has a row a case and statement |
      | likelihood | how likely a statement is that is present (definite, probable, possible); empty where that was not said |
      | prefilled | what the reader found filled in for the statement (present, absent, unsure); empty where nothing was filled in |

      """
  }

  private static func names(of kinds: [VerdictEvent.Kind]) -> String { kinds.map(\.rawValue).joined(separator: ", ") }

  private static func codebook(_ study: Study, _ plan: StudyExport.Deidentification?) -> String {
    let words = study.verdictNames
    let readers =
      plan.map { $0.sentence.prefix(1).uppercased() + $0.sentence.dropFirst() + "." } ?? "Readers are called by the names they gave."
    let frame =
      study.settings.sampling.map { $0.sentence + " " + AgreementReport.caution } ?? "The cases were not drawn by a model's outcomes."
    return """
      # Codebook of the study \((plan?.studyName ?? study.name).withoutControlCharacters)

      Question: \(study.question.withoutControlCharacters) Verdicts: present = "\(words.present)", absent = "\(words.absent)", unsure = "\(words.unsure)".
      \(frame)
      Hidden from readers: \(study.blinding.isEmpty ? "nothing" : study.blinding.names.joined(separator: ", ")). \(readers)

      | file | one row is |
      |---|---|
      | verdicts.csv | a verdict that stands, of a reader, of the training label (`label`) or of the model (`model`) |
      | events.csv | an entry of the log, in its order, those taken back included |
      | cases.csv | a case: where its recording was, its label, the model's decision, the outcome (fp, fn, tp, tn) |
      | consensus.csv | \(consensusMeaning(study)) |
      | study.json | the study: question, blinding, words, order, sampling frame |
      \(annotationFiles(study))
      In every CSV a line end, or another character that a terminal might act on, is `\\xNN` for each of its bytes, and a backslash before an `x` is `\\x5c`.

      | column | meaning |
      |---|---|
      | case | the record's name; with its path in brackets where two records share a name |
      | rater | who said it: a reader, `label`, `model` |
      | verdict | present, absent or unsure; empty where an event gives none (\(names(of: VerdictEvent.Kind.allCases.filter { !$0.givesVerdict }))) |
      | time | when, UTC, ISO 8601 to the millisecond |
      | seconds | how long the case was on screen before the verdict |
      | visible | what was on screen beside the trace: labels, model, readers, measurements, heatmap, what-if (the model without some leads) |
      | note | the reader's remark |
      | event | identifier of the event, the same in every store |
      | kind | \(names(of: VerdictEvent.Kind.allCases)), \(StudyExport.unblindKind) (who looked behind the blinding; visible says at what) |
      | undoes | by an undo, the event taken back |
      | sequence, digest | place in the store's log, and SHA-256 over the event and the digest before it |
      | path | where the recording was seen last; empty in a de-identified folder |
      | repeat | 2 where the case was shown a second time, to measure how well a reader agrees with himself or herself |
      | source | data source: the folder the recording came from\(plan == nil ? "" : ", by number") |
      | recording_digest | SHA-256 of the recording's samples |
      | model_digest, probability | the model that was running, and its probability of the diagnosis, whether or not it was on screen |
      | measured | what was measured of the recording, a JSON object of numbers by name, whether or not it was on screen |
      \(statementColumns(study))
      """
  }
}

extension StudyExport {
  /// A code for each reader and adjudicator in the order in which they began, from `R1`, and then for whoever else looked behind the blinding.
  public static func readerCodes(of study: Study, in store: any ReviewStoring) throws -> [String: String] {
    var codes: [String: String] = [:]
    let names = try store.events(of: study).map(\.reviewer) + store.unblindings(of: study).map(\.reviewer)
    for name in names where codes[name] == nil && !ReservedRater.contains(name) { codes[name] = "R\(codes.count + 1)" }
    return codes
  }
}
