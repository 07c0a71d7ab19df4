import Agreement
import ECG
import Foundation
import LabelReview
import PlainText

/// The corrected label of one case, with how sure it is and where it comes from.
public struct CorrectedLabel: Sendable {
  /// The case.
  public let studyCase: StudyCase
  /// The statements asked about.
  public let statements: [Statement]
  /// What the readers make of it; `unsure` where it is open.
  public let set: CaseAnswer
  /// How sure the whole set is; nil where a statement is open.
  public let confidence: Double?
  /// How many readers answered.
  public let readers: Int
  /// Whether an adjudicator decided.
  public let isAdjudicated: Bool
  /// Where it comes from, in words.
  public let basis: String
}

/// The corrected labels of a study that relabels: beside the original ones, never over them.
public struct CorrectedLabels: Sendable {
  /// The labels of the cases that somebody answered.
  public let labels: [CorrectedLabel]
  private let consensus: StudyConsensus
  private let provenance: String

  /// The labels of a consensus.
  ///
  /// - Parameter head: digest of the log's last event, which says what the labels rest on.
  public init(_ consensus: StudyConsensus, head: String) {
    self.consensus = consensus
    let answers = consensus.answers
    let study = answers.study
    provenance = "study \(study.name) \(study.id.uuidString), \(consensus.method.rawValue), log \(head)"
    let (sets, confidences, counts) = (consensus.sets(), consensus.confidences(), consensus.readerCounts)
    labels = answers.cases.indices.compactMap { number in
      guard let set = sets[number] else { return nil }
      let isAdjudicated = answers.adjudications[number] != nil
      let who = isAdjudicated ? "adjudicated" : Self.readers(counts[number], by: consensus.method)
      return CorrectedLabel(
        studyCase: answers.cases[number], statements: answers.table.statements, set: set, confidence: confidences[number],
        readers: counts[number], isAdjudicated: isAdjudicated, basis: "\(who) in study \(study.name)")
    }
  }

  private static func readers(_ count: Int, by method: StatementConsensus.Method) -> String {
    switch (method, count) {
    case (.crowdlab, 1): "1 reader and the model by crowdlab"
    case (.crowdlab, _): "\(count) readers and the model by crowdlab"
    case (_, 1): "1 reader"
    default: "\(count) readers by \(method.rawValue)"
    }
  }

  /// The columns of ``csv``: PTB-XL's own names where it has the thing, so that programs that train on it read these labels.
  public static let columns = [
    "record", "path", "recording_digest", "scp_codes", "report", "validated_by_human", "second_opinion", "confidence", "presence", "open",
    "readers", "basis", "original_scp_codes", "provenance",
  ]

  /// One row a case: consensus beside the original.
  public var csv: String {
    let number = Dictionary(consensus.answers.cases.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Dictionary(zip(consensus.answers.cases.map(\.id), consensus.answers.caseNames), uniquingKeysWith: { first, _ in first })
    let rows = labels.map { label -> [String] in
      let place = number[label.studyCase.id] ?? 0
      let presence = label.statements.enumerated().compactMap { index, statement in
        consensus.cell(place, index)?.presence.map { "\(Self.key(statement)): \(Self.text($0))" }
      }
      let open = label.statements.filter { label.set[$0.code].verdict == .unsure }.map(Self.key)
      let words = consensus.answers.study.relabelling?.words(label.set) ?? ""
      return [
        names[label.studyCase.id] ?? label.studyCase.record, label.studyCase.path, label.studyCase.digest?.description ?? "",
        Self.codes(label.set, label.statements), words, "True", label.readers > 1 || label.isAdjudicated ? "True" : "False",
        label.confidence.map(Self.text) ?? "", "{\(presence.joined(separator: ", "))}", open.joined(separator: " "), "\(label.readers)",
        label.basis, Self.original(label), provenance,
      ]
    }
    return ([Self.columns] + rows).map { CSVWriter.row($0.map(\.withControlCharactersWritten)) }.joined(separator: "\n") + "\n"
  }

  /// What the label said before; nothing where it says nothing of any statement asked about.
  private static func original(_ label: CorrectedLabel) -> String {
    guard let said = label.studyCase.labels, label.statements.contains(where: { said[$0.code] != .notAsked }) else { return "" }
    return codes(said, label.statements)
  }

  /// The statements that hold with PTB-XL's likelihoods, as its CSV has them: `{'LAFB': 100.0, 'SR': 80.0}`.
  private static func codes(_ set: CaseAnswer, _ statements: [Statement]) -> String {
    let held = statements.filter { set[$0.code].verdict == .present }
    return "{\(held.map { "\(key($0)): \(likelihood(set[$0.code]))" }.joined(separator: ", "))}"
  }

  /// A statement's name as a Python string, as it stands in PTB-XL's dictionaries.
  private static func key(_ statement: Statement) -> String {
    PythonDictionary.quoted(statement.diagnosis?.scpCode ?? statement.abbreviation)
  }

  /// Per cent: what is said without a likelihood counts as definite.
  private static func likelihood(_ said: StatementAnswer) -> String {
    switch said.likelihood {
    case .definite?, nil: "100.0"
    case .probable?: "80.0"
    case .possible?: "50.0"
    }
  }

  private static func text(_ value: Double) -> String { JSONValue((value * 1e6).rounded() / 1e6).text }
}
