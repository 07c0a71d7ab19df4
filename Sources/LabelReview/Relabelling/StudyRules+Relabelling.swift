import Agreement
import ECG

/// The rules of a study that relabels.
extension StudyRules {
  /// Refuses an answer that does not fit what a study asks: a set where it asks one question, none where it asks many, statements that it does not ask about.
  ///
  /// - Throws: ``ReviewStoreError/unfitAnswer(record:reason:)``.
  public static func checkAnswer(_ answer: CaseAnswer?, to study: Study, record: String) throws {
    func refuse(_ reason: String) -> ReviewStoreError { .unfitAnswer(record: record, reason: reason) }
    guard let relabelling = study.relabelling else {
      if answer != nil { throw refuse("study '\(study.name)' asks a single question, which a set of statements does not answer") }
      return
    }
    guard let answer else { throw refuse("study '\(study.name)' relabels, and a single verdict does not say which statements hold") }
    let asked = Set(relabelling.statements.map(\.code))
    for code in Set(answer.statements.keys).union(answer.prefilled.keys).sorted() where !asked.contains(code) {
      throw refuse("study '\(study.name)' does not ask about '\(code)'")
    }
  }

  /// Whether two of a case's readers gave the same set.
  public static func haveTwoAgreed(_ answers: [CaseAnswer]) -> Bool {
    answers.indices.contains { first in answers[(first + 1)...].contains { $0.agrees(with: answers[first]) } }
  }

  /// How many readers a case needs, by those who have read it.
  ///
  /// - Parameters:
  ///   - answers: of the readers who have read it, the first reader's first.
  ///   - isDrawn: whether the case is of the share that is read twice whatever the first reader says.
  ///   - confidence: the model's in the first reader's set; nil where there is no model.
  public static func readersNeeded(
    _ answers: [CaseAnswer], isDrawn: Bool, confidence: Double?, under rule: Relabelling.SecondReading
  ) -> Int {
    guard !answers.isEmpty else { return 1 }
    let isDoubtful = rule.below.flatMap { bound in confidence.map { $0 < bound } } ?? false
    guard isDrawn || isDoubtful || answers.count > 1 else { return 1 }
    if answers.count < 2 { return min(2, rule.limit) }
    return haveTwoAgreed(answers) ? answers.count : min(answers.count + 1, rule.limit)
  }
}

extension Relabelling {
  /// The cases in the order in which a reader meets them: the study's, or shuffled within its blocks by the reader's name.
  func order(_ cases: [StudyCase], for reviewer: String, in study: Study) -> [StudyCase] {
    guard let size = queue.blockSize, size > 1 else { return cases }
    var generator = SeededGenerator(seed: queue.seed, purpose: "block order \(study.id.uuidString) \(reviewer.storableName)")
    return stride(from: 0, to: cases.count, by: size).flatMap { generator.shuffled(cases[$0..<min(cases.count, $0 + size)]) }
  }

  /// The cases of the share that is read twice, by their positions in the study: the same in whatever order the cases come.
  func drawnForSecondReading(of cases: [StudyCase]) -> Set<Int> {
    guard let share = secondReading?.share, share > 0 else { return [] }
    var generator = SeededGenerator(seed: queue.seed, purpose: "second reading")
    let wanted = max(1, Int((min(1, share) * Double(cases.count)).rounded()))
    return Set(generator.shuffled(cases.map(\.position).sorted()).prefix(wanted))
  }

  /// The cases that a reader is to read, in their order: all, or, where a study sends only some to a second reader, those that the reader has read and those
  /// that still need somebody.
  ///
  /// - Parameters:
  ///   - cases: in the reader's order.
  ///   - answers: readers' standing answers.
  ///   - decisions: the model's.
  public func queue(
    _ cases: [StudyCase], for reviewer: String, answers: [StandingAnswer], decisions: [StandingAnswer]
  ) -> [StudyCase] {
    guard let rule = secondReading else { return cases }
    let own = Array(reviewer.storableName.utf8)
    let byCase = Dictionary(grouping: answers) { $0.caseID }
    let model = Dictionary(decisions.map { ($0.caseID, $0.answer) }, uniquingKeysWith: { $1 })
    let drawn = drawnForSecondReading(of: cases)
    return cases.filter { studyCase in
      let given = (byCase[studyCase.id] ?? []).sorted { $0.sequence < $1.sequence }
      if given.contains(where: { Array($0.rater.utf8) == own }) { return true }
      let confidence = given.first?.answer.confidence(by: model[studyCase.id], asked: statements)
      let needed = StudyRules.readersNeeded(
        given.map(\.answer), isDrawn: drawn.contains(studyCase.position), confidence: confidence, under: rule)
      return given.count < needed
    }
  }
}

extension ReviewStoring {
  /// The reader who would be told too early by labels, the model's decisions and other readers' verdicts: of a blinded study, the first who has begun and has
  /// cases left to read.
  ///
  /// - Throws: ``ReviewStoreError``.
  public func readerToProtect(in study: Study) throws -> String? {
    let progress = try progress(of: study)
    guard let relabelling = study.relabelling, relabelling.secondReading != nil else {
      return StudyRules.readerToProtect(in: study, progress)
    }
    let (cases, given) = (try cases(of: study), try answers(.verdict, of: study))
    let decisions = try answers(.modelDecision, of: study)
    return StudyRules.readerToProtect(in: study, progress) { reader in
      relabelling.queue(cases, for: reader, answers: given, decisions: decisions).count
    }
  }
}

/// A rater's answer on one case that counts: the latest that was not taken back.
public struct StandingAnswer: Sendable, Hashable {
  /// The case.
  public let caseID: StudyCase.ID
  /// Who: a reader, or `model`.
  public let rater: String
  /// What is said.
  public let answer: CaseAnswer
  /// The event's number in the log.
  public let sequence: Int
  /// What was on screen beside the trace.
  public let visible: Visible
  /// How long the case was on screen; nil where nobody measured.
  public let seconds: Double?
}
