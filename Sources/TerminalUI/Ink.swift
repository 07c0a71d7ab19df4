/// What a cell means.
///
/// A ``Theme`` turns it into colours; drawing code never names a colour.
public enum Ink: UInt8, CaseIterable, Sendable {
  /// Ordinary text.
  case plain
  /// Text of lesser weight: units, hints, what is not asked about.
  case faint
  /// The name of a panel or of what is on screen.
  case title
  /// What the eye should find first in a panel.
  case accent
  /// A trace as it was recorded.
  case trace
  /// A trace of the next row, where neighbours may overlap.
  case traceAlternate
  /// A trace computed from other leads.
  case traceDerived
  /// The 1 mm lines of ECG paper.
  case paperMinor
  /// The 5 mm lines of ECG paper.
  case paperMajor
  /// The calibration mark.
  case calibration
  /// A positive finding or decision.
  case positive
  /// A negative finding or decision.
  case negative
  /// Something to be careful about.
  case caution
  /// Something that went wrong.
  case failure
  /// The name of a key to press.
  case key
  /// The selected row of a list.
  case selected
  /// A bar of a value that counts.
  case bar
  /// A bar of a value that does not.
  case barMuted
  /// A threshold and its mark.
  case threshold
  /// The lowest step of a heat map.
  case heat0
  /// The second step of a heat map.
  case heat1
  /// The middle step of a heat map.
  case heat2
  /// The fourth step of a heat map.
  case heat3
  /// The highest step of a heat map.
  case heat4
  /// Frames and rules.
  case border
  /// The status line.
  case status
  /// The question that the reader is asked.
  case question
  /// The word that a verdict is safe on disk.
  case saved

  /// The steps of a heat map from lowest to highest.
  public static let heat: [Ink] = [.heat0, .heat1, .heat2, .heat3, .heat4]
}
