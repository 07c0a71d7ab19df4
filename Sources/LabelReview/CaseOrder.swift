import ECG
import Foundation

extension Study {
  /// The cases in the order in which a reader meets them.
  ///
  /// A shuffled study gives every reader an order of their own, the same each time. The second showing of a case comes after the first, at least a quarter of
  /// the study later where there is room, so that it is not recognised.
  public func order(_ cases: [StudyCase], for reviewer: String) -> [StudyCase] {
    if let relabelling { return relabelling.order(cases, for: reviewer, in: self) }
    guard settings.order == .shuffled else { return cases }
    let seed = settings.sampling?.seed ?? annotating?.seed ?? 0
    return CaseOrder.shuffled(cases, seed: seed, purpose: "order \(id.uuidString) \(reviewer.storableName)") {
      ($0.recordingKey, $0.repetition)
    }
  }
}

/// Shuffles cases so that second showings keep their distance.
enum CaseOrder {
  /// The elements in a random order; `showing` tells which recording an element shows, and for which time from 1.
  static func shuffled<Element, Recording: Hashable>(
    _ elements: [Element], seed: UInt64, purpose: String, showing: (Element) -> (recording: Recording, repetition: Int)
  ) -> [Element] {
    var generator = SeededGenerator(seed: seed, purpose: purpose)
    let firsts = generator.shuffled(elements.filter { showing($0).repetition <= 1 })
    let repeats = generator.shuffled(elements.filter { showing($0).repetition > 1 })
    let gap = max(1, firsts.count / 4)
    // Places among the first showings: a repeat stands behind so many of them.
    let placeOfFirst = Dictionary(firsts.enumerated().map { (showing($1).recording, $0) }, uniquingKeysWith: { first, _ in first })
    let placed = repeats.map { element -> (behind: Int, element: Element) in
      let earliest = min(firsts.count, (placeOfFirst[showing(element).recording] ?? 0) + 1 + gap)
      return (earliest + generator.below(firsts.count - earliest + 1), element)
    }
    let waiting = Dictionary(grouping: placed, by: \.behind)
    var result = (waiting[0] ?? []).map(\.element)
    for (index, element) in firsts.enumerated() {
      result.append(element)
      result += (waiting[index + 1] ?? []).map(\.element)
    }
    return result
  }
}

extension StudyDraft {
  /// Drawn cases in the study's own order: shuffled by its seed, second showings at a distance.
  public static func arranged(_ cases: [CaseDraft], seed: UInt64) -> [CaseDraft] {
    CaseOrder.shuffled(cases, seed: seed, purpose: "study order") { (Array($0.path.utf8), $0.repetition) }
  }
}
