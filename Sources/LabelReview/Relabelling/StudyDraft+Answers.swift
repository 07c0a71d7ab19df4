import Agreement
import ECG

extension StudyDraft {
  /// A study that relabels made of a file's rows: the statements in the order in which the file names them, the 24 in theirs.
  ///
  /// - Returns: nil where the file is about one statement, or does not say about which.
  public static func relabelling(named name: String, of verdicts: [ImportedVerdict]) -> StudyDraft? {
    var statements: [Statement] = []
    var known: Set<String> = []
    for verdict in verdicts {
      guard let word = verdict.diagnosis else { return nil }
      guard known.insert(word).inserted else { continue }
      let statement = Diagnosis.named(word).map { Statement($0) } ?? Statement(code: word, abbreviation: word, name: word)
      if !statements.contains(where: { $0.code == statement.code }) { statements.append(statement) }
    }
    guard statements.count > 1, statements.count <= StatementFile.mostStatements else { return nil }
    if statements.allSatisfy({ $0.diagnosis != nil }) {
      statements.sort { ($0.diagnosis?.index ?? 0) < ($1.diagnosis?.index ?? 0) }
    }
    var settings = StudySettings()
    settings.order = .fixed
    settings.relabelling = Relabelling(statements: statements, queue: Relabelling.Queue(method: "fixed", seed: 1))
    return StudyDraft(
      name: name, diagnosisCode: statements[0].code, question: "Which of these \(statements.count) statements hold?", cases: [],
      settings: settings)
  }

  /// The draft of a study that relabels with the cases, labels and decisions of a file.
  ///
  /// - Throws: ``ImportFault/contradiction(rater:caseName:line:)``, ``ImportFault/tooSparse(_:)``.
  func completedSets(by verdicts: [ImportedVerdict]) throws -> StudyDraft {
    guard let asked = settings.relabelling?.statements else { return try completed(by: verdicts) }
    var draft = self
    let unknown = Dictionary(asked.map { ($0.code, StatementAnswer.notAsked) }, uniquingKeysWith: { first, _ in first })
    var statementOfName: [String: Statement] = [:]
    for name in Set(verdicts.compactMap(\.diagnosis)) { statementOfName[name] = asked.named(name) }
    var places = Dictionary(
      cases.enumerated().map { (Showing(path: $1.record, repetition: $1.repetition), $0) }, uniquingKeysWith: { first, _ in first })
    let hasPaths = Self.havePaths(verdicts)
    var begun = 0
    for verdict in verdicts {
      let key = Showing(path: verdict.caseName, repetition: verdict.repetition)
      let place = places[key] ?? draft.cases.count
      if place == draft.cases.count {
        places[key] = place
        draft.cases.append(
          CaseDraft(
            record: verdict.caseName, path: hasPaths ? verdict.path ?? verdict.caseName : verdict.caseName,
            recordingDigest: verdict.recordingDigest, repetition: verdict.repetition, source: verdict.source))
      }
      guard let statement = verdict.diagnosis.flatMap({ statementOfName[$0] }) else { continue }
      let said = StatementAnswer(verdict.verdict, likelihood: verdict.likelihood)
      let isFirst = verdict.rater == ReservedRater.label ? draft.cases[place].labels == nil : draft.cases[place].decision?.answer == nil
      if isFirst, [ReservedRater.label, ReservedRater.model].contains(verdict.rater) {
        begun += 1
        if let sparse = SparseAnswers(answers: begun, statements: asked.count, rows: verdicts.count) { throw ImportFault.tooSparse(sparse) }
      }
      if verdict.rater == ReservedRater.label {
        var labels = draft.cases[place].labels ?? CaseAnswer(unknown)
        guard labels[statement.code] == .notAsked || labels[statement.code] == said else { throw Self.contradiction(verdict) }
        labels[statement.code] = said
        draft.cases[place].labels = labels
      } else if verdict.rater == ReservedRater.model {
        var set = draft.cases[place].decision?.answer ?? CaseAnswer(unknown)
        set[statement.code] = said
        if let probability = verdict.probability { set.probabilities[statement.code] = probability }
        draft.cases[place].decision = ModelDecision(verdict: set.summary, modelDigest: verdict.modelDigest, answer: set)
      }
    }
    return draft
  }

  private static func contradiction(_ verdict: ImportedVerdict) -> ImportFault {
    .contradiction(rater: verdict.rater, caseName: verdict.caseName, line: verdict.line)
  }
}
