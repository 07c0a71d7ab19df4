/// A store whose file was removed, replaced or cut short while the desk was open, and the verdicts that wait for another.
struct Displacement: Sendable, Equatable {
  /// What happened, with the place.
  let reason: String
  /// How many verdicts are kept at the desk.
  let kept: Int

  /// What the desk says until the verdicts are on disk.
  func sentence(confirmKey: String) -> String {
    let kept = kept == 1 ? "1 verdict is" : "\(kept) verdicts are"
    return
      "NOT saved: \(reason) — \(kept) kept here; \(confirmKey) writes into the store that is there now, if it is the same, or a new one beside it"
  }
}
