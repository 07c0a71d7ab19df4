import ECG
import ECGPaper
import TerminalUI

extension LeadLayout {
  /// The layout's lanes in an area of cells, at a scale that nothing changes.
  func lanes(in size: Size, startSeconds: Double = 0, durationSeconds: Double, scale: PaperScale) -> [Lane] {
    paper(in: size, startSeconds: startSeconds, durationSeconds: durationSeconds, scale: scale).lanes
  }

  /// The layout's paper in an area of cells, at a scale that nothing changes.
  func paper(in size: Size, startSeconds: Double = 0, durationSeconds: Double, scale: PaperScale) -> BraillePaper {
    var settings = PaperSettings()
    settings.scale = scale
    settings.isGainChosen = true
    settings.isScreenMeasured = true
    settings.startSeconds = startSeconds
    return BraillePaper(
      self, settings, PaperTraces(recording: nil, medianBeats: nil), in: Rect(size), durationSeconds: durationSeconds,
      labelColumns: { $0.name.count })
  }
}
