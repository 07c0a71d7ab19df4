import ECG
import TerminalUI

/// The place of one lead on the screen, and the stretch of time it shows.
package struct Lane: Equatable {
  /// The lead shown.
  package var lead: Lead
  /// Whether it is shown upside down.
  package var isInverted: Bool
  /// Columns of cells, counted from the left of the trace area.
  package var columns: Range<Int>
  /// Rows of dots that belong to the lane, counted from the top of the trace area.
  package var dotRows: Range<Int>
  /// The time at its left edge.
  package var startSeconds: Double

  /// A lane.
  package init(lead: Lead, isInverted: Bool = false, columns: Range<Int>, dotRows: Range<Int>, startSeconds: Double) {
    self.lead = lead
    self.isInverted = isInverted
    self.columns = columns
    self.dotRows = dotRows
    self.startSeconds = startSeconds
  }

  /// The row of dots of 0 mV: below the middle, for most of an ECG points up.
  package var baselineDot: Int { dotRows.lowerBound + dotRows.count * 3 / 5 }

  /// The lead's name as paper writes it: `V1`, `−aVR`.
  var name: String { (isInverted ? "−" : "") + lead.name }

  /// Rows of dots that the trace may use: a trace may rise as far as its neighbours' lanes reach, as on paper, and no further.
  func room(height: Int) -> Range<Int> { max(0, dotRows.lowerBound - dotRows.count)..<min(height, dotRows.upperBound + dotRows.count) }
}

extension LeadLayout {
  /// Lays the leads out in an area of `size` cells.
  ///
  /// Columns of leads follow one another in time, as on paper. Where the rest of the recording is shorter than all of them together, they overlap
  /// in time instead of showing nothing: each column starts evenly spaced up to the last one that still fits. Median beats all start at 0.
  package func lanes(
    in size: Size, startSeconds: Double, durationSeconds: Double, scale: PaperScale, isCabrera: Bool = false, rhythmLead: Lead = .ii
  ) -> [Lane] {
    let table = table(isCabrera: isCabrera, rhythmLead: rhythmLead)
    let bandCount = table.rows.count + (table.rhythm == nil ? 0 : 1)
    let dots = size.rows * BrailleCanvas.dotsDown
    func band(_ index: Int) -> Range<Int> { dots * index / bandCount..<dots * (index + 1) / bandCount }
    let spacing = columnSpacingSeconds(in: size, startSeconds: startSeconds, durationSeconds: durationSeconds, scale: scale)
    let first = self == .medianBeats ? 0 : startSeconds
    var lanes: [Lane] = []
    for (rowIndex, places) in table.rows.enumerated() {
      let width = size.columns / places.count
      for (columnIndex, place) in places.enumerated() {
        let isLast = columnIndex == places.count - 1
        let columns = columnIndex * width..<(isLast ? size.columns : (columnIndex + 1) * width)
        lanes.append(
          Lane(
            lead: place.lead, isInverted: place.isInverted, columns: columns, dotRows: band(rowIndex),
            startSeconds: first + Double(columnIndex) * spacing))
      }
    }
    if let rhythm = table.rhythm {
      lanes.append(Lane(lead: rhythm.lead, columns: 0..<size.columns, dotRows: band(table.rows.count), startSeconds: startSeconds))
    }
    return lanes
  }

  /// Seconds from the start of one column of leads to the start of the next.
  func columnSpacingSeconds(in size: Size, startSeconds: Double, durationSeconds: Double, scale: PaperScale) -> Double {
    let count = table().columnCount
    guard count > 1, self != .medianBeats else { return 0 }
    let width = columnSeconds(in: size, scale: scale)
    let lastStart = max(0, durationSeconds - startSeconds - width)
    return min(width, lastStart / Double(count - 1))
  }

  /// Seconds from the left of the first column of leads to the right of the last.
  func spanSeconds(in size: Size, startSeconds: Double, durationSeconds: Double, scale: PaperScale) -> Double {
    let spacing = columnSpacingSeconds(in: size, startSeconds: startSeconds, durationSeconds: durationSeconds, scale: scale)
    return spacing * Double(table().columnCount - 1) + columnSeconds(in: size, scale: scale)
  }

  /// Seconds in one column of leads.
  func columnSeconds(in size: Size, scale: PaperScale) -> Double {
    Double(size.columns / table().columnCount * BrailleCanvas.dotsAcross) / scale.dotsPerSecond
  }

  /// The layout that reads best on traces of this extent where nobody chose one.
  static func automatic(for size: Size) -> LeadLayout {
    size.columns >= 120 && size.rows >= 32 ? .threeByFour : .sixByTwo
  }
}
