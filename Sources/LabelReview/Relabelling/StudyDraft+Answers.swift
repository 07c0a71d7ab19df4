import Agreement
import ECG

extension StudyDraft {
  /// A study that relabels made of a file's rows: the statements in the order in which the file names them, the 24 in theirs.
  ///
  /// - Returns: nil where the file is about one statement and never says how likely that is, as verdicts do not, or does not say about which.
  public static func relabelling(named name: String, of verdicts: [ImportedVerdict]) -> StudyDraft? {
    var statements: [Statement] = []
    var known: Set<String> = []
    for verdict in verdicts {
      guard let word = verdict.diagnosis else { return nil }
      guard known.insert(word).inserted else { continue }
      let statement = Diagnosis.named(word).map { Statement($0) } ?? Statement(code: word, abbreviation: word, name: word)
      if !statements.contains(where: { $0.code == statement.code }) { statements.append(statement) }
      guard statements.count <= StatementFile.mostStatements else { return nil }
    }
    guard statements.count > 1 || (statements.count == 1 && verdicts.contains { $0.likelihood != nil }) else { return nil }
    if statements.allSatisfy({ $0.diagnosis != nil }) {
      statements.sort { ($0.diagnosis?.index ?? 0) < ($1.diagnosis?.index ?? 0) }
    }
    var settings = StudySettings()
    settings.order = .fixed
    settings.relabelling = Relabelling(statements: statements, queue: Relabelling.Queue(method: "fixed", seed: 1))
    return StudyDraft(
      name: name, diagnosisCode: statements[0].code,
      question: statements.count == 1 ? "Does this statement hold?" : "Which of these \(statements.count) statements hold?", cases: [],
      settings: settings)
  }

  /// The draft of a study that relabels with the cases, labels and decisions of a file.
  ///
  /// - Throws: ``ImportFault/contradiction(rater:caseName:line:)``, ``ImportFault/tooSparse(_:)``.
  func completedSets(by verdicts: [ImportedVerdict]) throws -> StudyDraft {
    guard let asked = settings.relabelling?.statements else { return try completed(by: verdicts) }
    var draft = self
    var labels = AnswersOfCases(asked, saysAnew: false)
    var decisions = AnswersOfCases(asked, saysAnew: true)
    var places = Dictionary(
      cases.enumerated().map { (Showing(path: $1.record, repetition: $1.repetition), $0) }, uniquingKeysWith: { first, _ in first })
    let hasPaths = Self.havePaths(verdicts)
    for (row, verdict) in verdicts.enumerated() {
      let key = Showing(path: verdict.caseName, repetition: verdict.repetition)
      let place = places[key] ?? draft.cases.count
      if place == draft.cases.count {
        places[key] = place
        draft.cases.append(
          CaseDraft(
            record: verdict.caseName, path: hasPaths ? verdict.path ?? verdict.caseName : verdict.caseName,
            recordingDigest: verdict.recordingDigest, repetition: verdict.repetition, source: verdict.source))
      }
      switch verdict.rater {
      case ReservedRater.label: try labels.add(verdict, row: row, to: place, upon: draft.cases[place].labels)
      case ReservedRater.model: try decisions.add(verdict, row: row, to: place, upon: draft.cases[place].decision?.answer)
      default: continue
      }
      let begun = labels.begun + decisions.begun
      if let sparse = SparseAnswers(answers: begun, statements: asked.count, rows: verdicts.count) { throw ImportFault.tooSparse(sparse) }
    }
    labels.forEach { place, _, answer in draft.cases[place].labels = answer }
    decisions.forEach { place, row, answer in
      draft.cases[place].decision = ModelDecision(verdict: answer.summary, modelDigest: verdicts[row].modelDigest, answer: answer)
    }
    return draft
  }
}

/// What the rows of a file say of a study's cases in one voice: their labels, or a model's decisions.
private struct AnswersOfCases {
  /// Whether a later row may say something else of a statement than an earlier one, and gives a probability with it, as a model's does.
  private let saysAnew: Bool
  private var answers: GatheredAnswers
  /// The numbers of cases' answers by the cases' places; -1 for none.
  private var numbers: [Int32] = []
  /// The places of the answers' cases, and the last rows about them.
  private var all: [(place: Int32, row: Int32)] = []
  /// What was said of a case before the file, by the answers' numbers.
  private var earlier: [Int32: CaseAnswer] = [:]
  private var probabilities: [(number: Int32, statement: Int32, value: Double)] = []

  init(_ asked: [Statement], saysAnew: Bool) {
    self.saysAnew = saysAnew
    answers = GatheredAnswers(asked: asked)
  }

  /// How many answers the file begins.
  var begun: Int { all.count - earlier.count }

  /// Takes what a row says of a case, and nothing where it is about another statement than those asked about.
  ///
  /// - Throws: ``ImportFault/contradiction(rater:caseName:line:)``.
  mutating func add(_ verdict: ImportedVerdict, row: Int, to place: Int, upon before: CaseAnswer?) throws {
    guard let word = verdict.diagnosis, let statement = answers.place(of: word) else { return }
    while numbers.count <= place { numbers.append(-1) }
    if numbers[place] < 0 {
      numbers[place] = Int32(all.count)
      earlier[numbers[place]] = before
      all.append((Int32(place), Int32(row)))
      answers.begin(upon: before)
    }
    let number = Int(numbers[place])
    let (said, known) = (StatementAnswer(verdict.verdict, likelihood: verdict.likelihood), answers[number, statement])
    guard saysAnew || known == .notAsked || known == said else {
      throw ImportFault.contradiction(rater: verdict.rater, caseName: verdict.caseName, line: verdict.line)
    }
    answers[number, statement] = said
    all[number].row = Int32(row)
    if saysAnew, let probability = verdict.probability {
      probabilities.append((Int32(number), Int32(statement), probability))
    }
  }

  /// Goes over the answers: the place of the case, the last row about it, and what is said.
  mutating func forEach(_ body: (_ place: Int, _ row: Int, _ answer: CaseAnswer) -> Void) {
    // A sort may change the order of equals, of which the last counts.
    let order = probabilities.indices.sorted { (probabilities[$0].number, $0) < (probabilities[$1].number, $1) }
    var next = order[...]
    for (number, about) in all.enumerated() {
      var answer = answers.answer(number, upon: earlier[Int32(number)])
      while let index = next.first, probabilities[index].number == Int32(number) {
        answer.probabilities[answers.asked[Int(probabilities[index].statement)].code] = probabilities[index].value
        next.removeFirst()
      }
      body(Int(about.place), Int(about.row), answer)
    }
  }
}
