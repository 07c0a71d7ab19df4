import Agreement
import Classification
import ECG
import LabelReview
import TerminalUI

/// The set of statements that a reader is choosing for the open case.
struct RelabelState: Sendable {
  /// What the study asks.
  let relabelling: Relabelling
  /// The statements' places in the vocabulary by code.
  private let places: [String: Int]
  /// How many labels of the study's cases say that a statement holds, by place.
  private let frequency: [Int]
  /// The set so far.
  var answer = CaseAnswer()
  /// The places of the statements from top to bottom of the list; it stays as it is from the first key on, so that no digit changes its meaning.
  var ranking: [Int]
  /// The place of the statement that keys act upon.
  var selected = 0
  /// What has been typed to find a statement; nil while nobody searches.
  var search: String?
  /// Whether digits are typed too, as a code has them, and choose no statement.
  var searchesCodes = false
  /// Keys struck since the case was opened.
  var keys = 0

  /// Nothing chosen yet.
  init(_ relabelling: Relabelling, labels: [CaseAnswer]) {
    self.relabelling = relabelling
    places = Dictionary(relabelling.statements.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
    var frequency = [Int](repeating: 0, count: relabelling.statements.count)
    for label in labels {
      for (code, said) in label.statements where said.verdict == .present {
        if let place = places[code] { frequency[place] += 1 }
      }
    }
    self.frequency = frequency
    ranking = Array(relabelling.statements.indices)
  }

  /// The statements asked about.
  var statements: [Statement] { relabelling.statements }

  /// The statement that keys act upon: while somebody searches, the one selected among those found.
  var current: Statement? { listed.contains(selected) ? statements[selected] : listed.first.map { statements[$0] } }

  /// The answer as it is to be stored.
  var finished: CaseAnswer {
    var finished = answer
    finished.keys = keys
    return finished
  }

  /// The places of the statements that the list shows: all in their ranking, or those found.
  var listed: [Int] { search.map(found) ?? ranking }

  /// Puts the most probable first, else the most frequent of the study's labels.
  mutating func rank(by probabilities: [String: Double]) {
    func key(_ place: Int) -> (Double, Int) { (probabilities[statements[place].code] ?? -1, frequency[place]) }
    ranking = statements.indices.sorted { one, other in
      let (left, right) = (key(one), key(other))
      return left == right ? one < other : left > right
    }
  }

  /// Places of the statements that a text finds: by the beginning of an abbreviation first, then of a code, of a name or synonym, of any word of these.
  func found(_ text: String) -> [Int] {
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return ranking }
    func grade(_ statement: Statement) -> Int? {
      if statement.abbreviation.lowercased().hasPrefix(wanted) { return 0 }
      let names = [statement.code, statement.name] + statement.synonyms
      if names.contains(where: { $0.lowercased().hasPrefix(wanted) }) { return 1 }
      let isWord = names.contains { name in
        name.lowercased().split(whereSeparator: { $0 == " " || $0 == "-" }).contains { $0.hasPrefix(wanted) }
      }
      return isWord || names.contains { $0.lowercased().contains(" " + wanted) } ? 2 : nil
    }
    let graded = ranking.enumerated().compactMap { order, place in grade(statements[place]).map { (grade: $0, order: order, place: place) }
    }
    return graded.sorted { ($0.grade, $0.order) < ($1.grade, $1.order) }.map(\.place)
  }

  /// The pairs among the statements present that do not go together.
  var contradictions: [Contradictions.Pair] { Contradictions.among(statements.filter { answer[$0.code].verdict == .present }) }
}

/// What was said of the statements of one case, beside the verdicts that are its summary.
struct RelabelledCase: Sendable {
  /// The reader's standing answer.
  var answer: CaseAnswer?
  /// The reader's second one, after uncovering what the study hides.
  var answerAfterReveal: CaseAnswer?
  /// What the model said when the study was made, or at a desk since.
  var model: CaseAnswer?
  /// An answer that the store has not confirmed yet.
  var onItsWay: CaseAnswer?
  /// The answer taken back last.
  var takenBack: CaseAnswer?

  /// The answer on its way is on disk.
  mutating func stored(isAfterReveal: Bool) {
    guard let answer = onItsWay else { return }
    if isAfterReveal { answerAfterReveal = answer } else { self.answer = answer }
    onItsWay = nil
  }

  /// No answer stands any more.
  mutating func forget() { (answer, answerAfterReveal) = (nil, nil) }

  /// An answer was taken back.
  mutating func undo(_ answers: UndoneAnswers, isAfterReveal: Bool) {
    takenBack = answers.takenBack
    if isAfterReveal { answerAfterReveal = answers.standing } else { answer = answers.standing }
  }

  /// The answer that the next one would replace.
  func inPlay(_ isAfterReveal: Bool) -> CaseAnswer? { isAfterReveal ? answerAfterReveal : answer }
}

extension DeskState {
  /// Whether keys choose statements: the paper lies open, and no line is being typed.
  var takesStatements: Bool { relabel != nil && edit == nil && entry == nil && overlay == .none }

  /// What a key does here: while statements are chosen, first what it does there alone, then, of Alt with a letter, what the letter does elsewhere; with Alt
  /// also while something lies over the paper, because the keys named below it are these.
  func action(for key: KeyStroke) -> Action? {
    let plain = keymap.action(for: key).flatMap(Action.init(rawValue:))
    if takesAnnotations {
      let own = keymap.annotatingAction(for: key).flatMap(Action.init(rawValue:))
      return own ?? (mark(of: key) == nil ? plain : nil)
    }
    guard takesStatements || (key.alt && relabel != nil && edit == nil && entry == nil) else { return plain }
    if rescues(key) { return .confirm }
    if let own = keymap.relabellingAction(for: key).flatMap(Action.init(rawValue:)) { return own }
    guard plain == nil, key.alt, case .character(let letter) = key.key else { return plain }
    return keymap.action(for: .character(letter)).flatMap(Action.init(rawValue:))
  }

  /// Whether a key that accepts a set writes the verdicts that are kept first: as long as the store is gone it is the key that confirms.
  func rescues(_ key: KeyStroke) -> Bool { displacement != nil && keymap.action(for: key) == Action.confirm.rawValue }

  /// What a key marks in the edit mode: the code whose mnemonic it is; nil where the keymap has it do something else there, or it is no mnemonic.
  func mark(of key: KeyStroke) -> AnnotationCode? {
    keymap.annotatingAction(for: key).flatMap(Action.init(rawValue:)) == nil ? key.mnemonic : nil
  }

  /// The keys of an action, in the order of the keymap, as they are where they are named: on the desk, or in what lies over it.
  func keys(for action: Action) -> [KeyStroke] {
    isNamingOverlayKeys ? keymap.keys(for: action.rawValue) : deskKeys(for: action)
  }

  /// The keys of an action on the desk: while statements are chosen, letters begin a search, and Alt stands before them.
  func deskKeys(for action: Action) -> [KeyStroke] {
    let plain = keymap.keys(for: action.rawValue)
    if edit != nil {
      let own = keymap.annotatingKeys(for: action.rawValue)
      // Keys of statements alone choose none here.
      let others = plain.filter { keymap.action(for: $0) == action.rawValue && keymap.annotatingAction(for: $0) == nil }
      return own + others.filter { !own.contains($0) && mark(of: $0) == nil }
    }
    guard relabel != nil, displacement == nil || action != .confirm else { return plain }
    let own = keymap.relabellingKeys(for: action.rawValue)
    let others = plain.filter { !own.contains($0) && keymap.relabellingAction(for: $0) == nil }.compactMap { key -> KeyStroke? in
      guard key.beginsSearch, case .character(let letter) = key.key else { return key }
      let withAlt = KeyStroke.character(letter, alt: true)
      let isTaken = keymap.action(for: withAlt) != nil || keymap.relabellingAction(for: withAlt) != nil
      return isTaken ? nil : withAlt
    }
    return own + others
  }

  /// A verdict in words; of an answer the statements.
  func words(_ verdict: Verdict, _ answer: CaseAnswer?) -> String {
    guard let relabel, let answer else { return study?.answer(verdict) ?? verdict.rawValue }
    return relabel.relabelling.words(answer)
  }

  /// Whether the set that is being chosen is the one that stands already; true where a single question is asked.
  var holdsWhatStands: Bool {
    guard let relabel, let entry = openCase else { return true }
    return entry.relabelled.inPlay(entry.isRevealed)?.statements == relabel.answer.statements
  }

  /// Whether what the model says is on the screen.
  var hasModelOnScreen: Bool {
    guard relabel != nil else { return !hiddenPanels.contains(.predictions) && answers.best != nil }
    return answers.best != nil || openCase?.relabelled.model != nil
  }

  /// The model's probabilities of the open case by code, for eyes that may see them: those of the study, else those of the desk; empty where it is hidden.
  var shownProbabilities: [String: Double] {
    guard !isHidden(.model) else { return [:] }
    if let stored = openCase?.relabelled.model?.probabilities, !stored.isEmpty { return stored }
    return Dictionary(
      (prediction.mean ?? []).map { ($0.diagnosis.code, $0.probability) }, uniquingKeysWith: { first, _ in first })
  }
}

extension KeyStroke {
  /// The code whose mnemonic the key is.
  var mnemonic: AnnotationCode? {
    guard case .character(let letter) = key, !alt, !control else { return nil }
    return AnnotationCode(symbol: String(Character(letter)))
  }

  /// Whether the key begins a search among statements: a small letter by itself.
  var beginsSearch: Bool {
    guard case .character(let letter) = key, !alt, !control else { return false }
    return letter.properties.isLowercase
  }
}
