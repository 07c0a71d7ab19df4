import Agreement
import LabelReview

/// Which cases the list shows, and in which order.
public struct ListSettings: Sendable, Equatable {
  /// What a list is sorted by.
  public enum Order: String, Sendable, CaseIterable {
    case position = "number"
    case name, verdict, label, model, probability, margin, surprise, rate, axis, qrs, quality, age, flag, disagreement

    /// What the menu of orders says of it.
    var words: String {
      switch self {
      case .position: "number"
      case .name: "name"
      case .verdict: "your verdict"
      case .label: "label"
      case .model: "the model's decision"
      case .probability: "the model's probability, the highest first"
      case .margin: "nearness of the probability to its threshold"
      case .surprise: "surprise first: label against model, then nearness to the threshold"
      case .rate: "heart rate"
      case .axis: "axis of the QRS, the leftmost first"
      case .qrs: "duration of the QRS"
      case .quality: "quality of the signal, the poorest first"
      case .age: "age"
      case .flag: "flag"
      case .disagreement: "verdict, label and model differ"
      }
    }
  }

  /// Words that must all match.
  public var filter = ""
  /// The order.
  public var order = Order.position
  /// Whether it is turned round.
  public var isReversed = false

  /// All cases by their number.
  public init() {}
}

extension DeskState {
  /// The cases that the list shows, as indices, in its order.
  var listed: [Int] {
    let words = list.filter.lowercased().split(separator: " ").map(String.init)
    let matching = cases.indices.filter { index in words.allSatisfy { matches(cases[index], $0) } }
    guard list.order != .position else { return list.isReversed ? matching.reversed() : Array(matching) }
    let keys = Dictionary(uniqueKeysWithValues: matching.map { ($0, sortKey(of: cases[$0])) })
    // Equal keys stay in the order of the cases.
    let sorted = matching.sorted { (keys[$0] ?? "", $0) < (keys[$1] ?? "", $1) }
    return list.isReversed ? sorted.reversed() : sorted
  }

  /// The cases that stand beside one in the list: those that the next key will most likely select.
  func listNeighbours(of index: Int) -> [Int] {
    let listed = listed
    guard let place = listed.firstIndex(of: index) else { return [] }
    return [place + 1, place - 1, place + 2].filter(listed.indices.contains).map { listed[$0] }
  }

  /// The cases that keys go through, before the open one and behind it: all, or those that the list's filter finds.
  ///
  /// Where the filter finds the open case no more, it stands among them by its number.
  var queue: (before: [Int], behind: [Int]) {
    guard !list.filter.isEmpty else { return (Array(0..<min(current, cases.count)), Array(min(current + 1, cases.count)..<cases.count)) }
    let listed = listed
    guard let here = listed.firstIndex(of: current) else { return (listed.filter { $0 < current }, listed.filter { $0 > current }) }
    return (Array(listed[..<here]), Array(listed[(here + 1)...]))
  }

  /// The queue from behind the open case on, then from its start.
  var queueAfterOpenCase: [Int] { queue.behind + queue.before }

  /// Whether the list may not tell something of a case: the study hides it, and the reader has not uncovered it.
  func isHiddenInList(_ what: Visible, of entry: DeskCase) -> Bool {
    guard let study, study.study.blinding.contains(what) else { return false }
    return !entry.isRevealed
  }

  /// The label of a case, where the study shows it.
  func visibleLabel(of entry: DeskCase) -> Verdict? { isHiddenInList(.labels, of: entry) ? nil : entry.studyCase?.label }

  /// The model's decision on a case, where the study shows it.
  func visibleDecision(of entry: DeskCase) -> Verdict? { isHiddenInList(.model, of: entry) ? nil : entry.modelDecision }

  /// The model's probability of the diagnosis asked about, where the study shows it.
  func visibleProbability(of entry: DeskCase) -> Double? { isHiddenInList(.model, of: entry) ? nil : entry.probability }

  /// What was measured of a case, where the study shows it.
  func visibleFigures(of entry: DeskCase) -> RecordingFigures? { isHiddenInList(.measurements, of: entry) ? nil : entry.figures }

  /// The orders that mean something on this desk: what it does not know, or the study hides of every case, is no order.
  var orders: [ListSettings.Order] {
    let hidden = cases.contains(where: \.isRevealed) ? [] : study?.study.blinding ?? []
    func shows(_ what: Visible) -> Bool { study != nil && !hidden.contains(what) }
    return ListSettings.Order.allCases.filter { order in
      switch order {
      case .position, .name, .age: true
      case .verdict, .flag: study != nil
      case .label: shows(.labels)
      case .model: shows(.model)
      // Of many statements there is no one probability.
      case .probability, .margin: shows(.model) && relabel == nil
      case .surprise, .disagreement: shows(.labels) || shows(.model)
      case .rate, .axis, .qrs, .quality: study == nil || shows(.measurements)
      }
    }
  }

  /// Whether label and model, as far as the study shows them, say different things.
  func isSurprising(_ entry: DeskCase) -> Bool {
    if relabel != nil { return setsDiffer([.label, .model], of: entry) }
    guard let label = visibleLabel(of: entry), let decision = visibleDecision(of: entry) else { return false }
    return label != decision
  }

  /// Whether two of verdict, label and model say different things; `unsure` differs from nothing.
  func isDisputed(_ entry: DeskCase) -> Bool {
    if relabel != nil { return setsDiffer([.verdict, .label, .model], of: entry) }
    return Set([entry.verdict, visibleLabel(of: entry), visibleDecision(of: entry)].compactMap { $0 }.filter { $0 != .unsure }).count > 1
  }

  /// The words that filter the list besides parts of what it shows, those that mean something on this desk, for its footer.
  var filterWords: [String] {
    let orders = Set(orders)
    let columns: [(ListSettings.Order, String)] = [
      (.disagreement, "disagree"), (.verdict, "verdict:"), (.label, "label:"), (.model, "model:"),
    ]
    return ["unjudged", "judged", "unsure", "flagged", "noted"] + columns.filter { orders.contains($0.0) }.map(\.1)
  }

  private func matches(_ entry: DeskCase, _ word: String) -> Bool {
    switch word {
    case "judged": return entry.verdict != nil
    case "unjudged": return entry.verdict == nil
    case "unsure": return entry.verdict == .unsure
    case "flagged": return entry.isFlagged
    case "noted": return !entry.note.isEmpty
    case "disagree": return isDisputed(entry)
    default: break
    }
    let columns = [("verdict:", entry.verdict), ("label:", visibleLabel(of: entry)), ("model:", visibleDecision(of: entry))]
    if word == "label:?" {
      return relabel == nil ? entry.studyCase?.label == nil && !isHiddenInList(.labels, of: entry) : setWords(.label, of: entry) == "?"
    }
    for (prefix, value) in columns where word.hasPrefix(prefix) {
      if relabel != nil {
        let column: ListSettings.Order = prefix == "verdict:" ? .verdict : prefix == "label:" ? .label : .model
        return setTerms(column, of: entry).contains { $0.hasPrefix(word.dropFirst(prefix.count)) }
      }
      guard let value else { return false }
      // The study's own words for an answer count as well, without their spaces: verdict:nolad.
      let answer = study?.answer(value).lowercased().filter { $0 != " " } ?? ""
      return [value.rawValue, answer].contains { $0.hasPrefix(word.dropFirst(prefix.count)) }
    }
    // Words match what the list shows: names, places, notes, and the study's words for an answer.
    if [entry.name, entry.path, entry.note].contains(where: { $0.containsInAnyCase(word) }) { return true }
    if relabel != nil { return [ListSettings.Order.verdict, .label, .model].contains { setTerms($0, of: entry).contains(word) } }
    return columns.contains { $0.1.map { study?.answer($0).lowercased().filter { $0 != " " } == word } ?? false }
  }

  private func sortKey(of entry: DeskCase) -> String {
    // What is not there comes last.
    func word(_ verdict: Verdict?) -> String { verdict.map { "\(Verdict.allCases.firstIndex(of: $0) ?? 0)" } ?? "~" }
    /// Numbers of 0 to 1000, so that they sort as text.
    func number(_ value: Double?) -> String { value.map { String(Int(($0 * 1e6).rounded()) + 1_000_000_000) } ?? "~" }
    let margin = visibleProbability(of: entry).flatMap { probability in askedThreshold.map { abs(probability - $0) } }
    let figures = visibleFigures(of: entry)
    return switch list.order {
    case .position: ""
    case .probability: number(visibleProbability(of: entry).map { 1 - $0 })
    case .margin: number(margin)
    case .surprise: (isSurprising(entry) ? "0" : "1") + number(margin)
    case .rate: number(figures?.heartRate.map { $0 / 1000 })
    case .axis: number(figures?.qrsAxisDegrees.map { ($0 + 180) / 1000 })
    case .qrs: number(figures?.qrsMilliseconds.map { $0 / 1000 })
    case .quality: number(figures.map { entry in entry.quality == "poor" ? 0 : entry.quality == "fair" ? 0.1 : 0.2 })
    case .age: number(entry.ageYears.map { $0 / 1000 })
    case .name: entry.name
    case .verdict: setWords(.verdict, of: entry) ?? word(entry.verdict)
    case .label: setWords(.label, of: entry) ?? word(visibleLabel(of: entry))
    case .model: setWords(.model, of: entry) ?? word(visibleDecision(of: entry))
    case .flag: entry.isFlagged ? "0" : "1"
    case .disagreement: isDisputed(entry) ? "0" : "1"
    }
  }
}

extension String {
  /// Whether a word in small letters stands in the text, whose letters may be capitals.
  fileprivate func containsInAnyCase(_ word: String) -> Bool {
    // A filter looks through many thousand names and paths at every key; most are ASCII, and need no copy in small letters.
    let found = utf8.withContiguousStorageIfAvailable { text -> Bool? in
      guard text.allSatisfy({ $0 < 0x80 }) else { return nil }
      return text.containsInSmallLetters(word.utf8)
    }
    return (found ?? nil) ?? lowercased().contains(word)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether ASCII text holds a word, its capitals taken for small letters.
  fileprivate func containsInSmallLetters(_ word: String.UTF8View) -> Bool {
    guard let first = word.first else { return true }
    func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
    let length = word.count
    guard count >= length else { return false }
    for start in 0...(count - length) where small(self[start]) == first {
      if zip(self[start...], word).allSatisfy({ small($0) == $1 }) { return true }
    }
    return false
  }
}
