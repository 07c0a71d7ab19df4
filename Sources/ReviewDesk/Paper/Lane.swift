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
  /// The row of cells in which its time axis lies, counted from the top of the trace area.
  package var axisRow: Int

  /// A lane.
  package init(lead: Lead, isInverted: Bool = false, columns: Range<Int>, dotRows: Range<Int>, startSeconds: Double, axisRow: Int = 0) {
    self.lead = lead
    self.isInverted = isInverted
    self.columns = columns
    self.dotRows = dotRows
    self.startSeconds = startSeconds
    self.axisRow = axisRow
  }

  /// The row of dots of 0 mV: below the middle, for most of an ECG points up.
  package var baselineDot: Int { dotRows.lowerBound + dotRows.count * 3 / 5 }

  /// The row of cells of its name: the first that lies wholly within the lane.
  var nameRow: Int { (dotRows.lowerBound + BrailleCanvas.dotsDown - 1) / BrailleCanvas.dotsDown }

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
    // Over a rhythm strip the columns of leads have a time axis of their own.
    let axisRows = table.rhythm == nil ? 0 : 1
    let dots = max(0, size.rows - axisRows) * BrailleCanvas.dotsDown
    func band(_ index: Int) -> Range<Int> { dots * index / bandCount..<dots * (index + 1) / bandCount }
    let endOfColumns = (band(table.rows.count - 1).upperBound + BrailleCanvas.dotsDown - 1) / BrailleCanvas.dotsDown
    let spacing = columnSpacingSeconds(in: size, startSeconds: startSeconds, durationSeconds: durationSeconds, scale: scale)
    let first = self == .medianBeats ? 0 : startSeconds
    var lanes: [Lane] = []
    for (rowIndex, places) in table.rows.enumerated() {
      let width = columnWidth(in: size)
      for (columnIndex, place) in places.enumerated() {
        let left = columnIndex * (width + Self.gapColumns)
        lanes.append(
          Lane(
            lead: place.lead, isInverted: place.isInverted, columns: left..<left + width, dotRows: band(rowIndex),
            startSeconds: first + Double(columnIndex) * spacing, axisRow: axisRows == 0 ? size.rows : endOfColumns))
      }
    }
    if let rhythm = table.rhythm {
      let start = (endOfColumns + 1) * BrailleCanvas.dotsDown
      lanes.append(
        Lane(
          lead: rhythm.lead, columns: 0..<size.columns, dotRows: start..<max(start, size.rows * BrailleCanvas.dotsDown),
          startSeconds: startSeconds, axisRow: size.rows))
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
    Double(columnWidth(in: size) * BrailleCanvas.dotsAcross) / scale.dotsPerSecond
  }

  /// Cells between two columns of leads, for the names of those at the right: a name over a trace would hide a part of it.
  static let gapColumns = 5

  /// Cells across in one column of leads.
  func columnWidth(in size: Size) -> Int {
    let count = table().columnCount
    return max(0, size.columns - (count - 1) * Self.gapColumns) / count
  }

  /// The layout that reads best on traces of this extent where nobody chose one.
  static func automatic(for size: Size) -> LeadLayout {
    size.columns >= 120 && size.rows >= 32 ? .threeByFour : .sixByTwo
  }
}
