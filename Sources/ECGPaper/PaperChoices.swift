import ECG
import ECGSignal

/// What a reader chose of the paper, to be found again in the next session; nil where nothing was chosen.
public struct PaperChoices: Sendable, Equatable {
  /// The layout.
  public var layout: LeadLayout?
  /// The speed in millimetres a second.
  public var speed: Double?
  /// The gain in millimetres a millivolt.
  public var gain: Double?
  /// Whether limb leads stand in Cabrera's order.
  public var isCabrera: Bool?
  /// The boxes that are ruled.
  public var ruling: PaperRuling?
  /// The display filter.
  public var filter: DisplayFilter?

  /// Nothing chosen.
  public init() {}

  /// What was chosen of some paper.
  package init(of paper: PaperSettings) {
    layout = paper.layout
    speed = paper.scale.speedMillimetresPerSecond
    gain = paper.isGainChosen ? paper.scale.gainMillimetresPerMillivolt : nil
    isCabrera = paper.isCabrera
    ruling = paper.ruling
    filter = paper.filter
  }

  /// Puts what was chosen upon some paper.
  public func apply(to paper: inout PaperSettings) {
    if let layout { paper.layout = layout }
    if let speed { paper.scale.speedMillimetresPerSecond = speed }
    if let gain {
      paper.scale.gainMillimetresPerMillivolt = gain
      paper.isGainChosen = true
    }
    if let isCabrera { paper.isCabrera = isCabrera }
    if let ruling { paper.ruling = ruling }
    if let filter { paper.filter = filter }
  }
}
