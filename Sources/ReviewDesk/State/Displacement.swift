/// A store whose file was removed, replaced or cut short while the desk was open, and the verdicts that wait for another.
struct Displacement: Sendable, Equatable {
  /// What happened, with the place.
  let reason: String
  /// How many verdicts are kept at the desk.
  let kept: Int

  /// What the desk says until the verdicts are on disk: first what to press, in a few words.
  func line(_ state: DeskState) -> String {
    let what = kept == 0 ? "goes on in another store" : "writes \(verdicts)"
    return "NOT saved: \(state.keyName(.confirm)) \(what); \(state.keyName(.showCautions)) tells all — \(reason)"
  }

  /// The same in whole sentences.
  func sentences(_ state: DeskState) -> [String] {
    let waiting = kept == 0 ? [] : ["\(verdicts) of yours \(kept == 1 ? "is" : "are") NOT saved, and kept here."]
    return waiting + [
      reason + ".",
      "\(state.keyName(.confirm)) goes on in the store that is there now, if it is the same, or in a new one beside it, with all that was saved before and can still be read.",
    ]
  }

  private var verdicts: String { kept == 1 ? "1 verdict" : "\(kept) verdicts" }
}
