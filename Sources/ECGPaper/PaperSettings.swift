import ECG
import ECGSignal

/// How the paper lies: layout, scale, and the time at its left edge.
public struct PaperSettings: Sendable, Equatable {
  /// The layout chosen; nil takes what answers the question.
  public var layout: LeadLayout?
  /// Speed and gain asked for; what a millimetre is, where the screen was measured.
  public var scale = PaperScale.standard
  /// Whether the screen was measured; else a millimetre is as many dots as make the sheet fill the screen.
  public var isScreenMeasured = false
  /// Whether the reader chose the gain; else it is reduced where the recording does not fit.
  public var isGainChosen = false
  /// Whether the speed follows from the recording's length: all of it on the paper.
  public var fitsWholeRecording = false
  /// The time at the left edge, in seconds.
  public var startSeconds = 0.0
  /// The boxes that are ruled on the paper.
  public var ruling = PaperRuling.none
  /// Whether limb leads stand in Cabrera's order: aVL, I, −aVR, II, aVF, III.
  public var isCabrera = false
  /// The lead of the rhythm strip.
  public var rhythmLead = Lead.ii
  /// The filter asked for.
  public var filter = DisplayFilter.none
  /// Whether a strip under a long recording shows where in it the paper is.
  public var showsOverview = true

  /// Standard paper from the recording's start.
  public init() {}
}
