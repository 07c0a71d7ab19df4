import ECG
import TerminalUI

/// How the twelve leads are arranged on the screen.
public enum LeadLayout: Sendable, Hashable, CustomStringConvertible {
  /// Twelve rows of one lead each.
  case twelveByOne
  /// Six rows of two leads: limb leads, chest leads.
  case sixByTwo
  /// Three rows of four leads over a rhythm strip of lead II.
  case threeByFour
  /// One lead alone.
  case single(Lead)

  /// The name as the command line writes it.
  public var description: String {
    switch self {
    case .twelveByOne: "12x1"
    case .sixByTwo: "6x2"
    case .threeByFour: "3x4"
    case .single(let lead): lead.name
    }
  }

  /// The layout of a name: `12x1`, `6x2`, `3x4` or a lead's name in any letter case.
  public init?(_ name: String) {
    switch name.lowercased() {
    case "12x1": self = .twelveByOne
    case "6x2": self = .sixByTwo
    case "3x4": self = .threeByFour
    default:
      guard let lead = Lead(signalName: name) else { return nil }
      self = .single(lead)
    }
  }

  /// What the names can be, for messages and help.
  public static let names = "12x1, 6x2, 3x4 or a lead's name"

  /// The layout that reads best on traces of this extent where nobody chose one.
  static func automatic(for size: Size) -> LeadLayout {
    size.columns >= 120 && size.rows >= 32 ? .threeByFour : .sixByTwo
  }

  /// Rows of leads, columns of leads, and the rhythm strip's lead where there is one.
  var table: (rows: [[Lead]], rhythm: Lead?) {
    let all = Lead.allCases
    return switch self {
    case .twelveByOne: (all.map { [$0] }, nil)
    case .sixByTwo: ((0..<6).map { [all[$0], all[$0 + 6]] }, nil)
    case .threeByFour: ((0..<3).map { row in (0..<4).map { all[row + 3 * $0] } }, .ii)
    case .single(let lead): ([[lead]], nil)
    }
  }

  /// The layout that a key steps to next.
  var next: LeadLayout {
    switch self {
    case .twelveByOne: .sixByTwo
    case .sixByTwo: .threeByFour
    case .threeByFour: .single(.i)
    case .single(let lead): Lead(rawValue: lead.rawValue + 1).map { .single($0) } ?? .twelveByOne
    }
  }
}

/// The place of one lead on the screen, and the stretch of time it shows.
package struct Lane: Equatable {
  /// The lead shown.
  package var lead: Lead
  /// Columns of cells, counted from the left of the trace area.
  package var columns: Range<Int>
  /// Rows of dots that belong to the lane, counted from the top of the trace area.
  package var dotRows: Range<Int>
  /// The time at its left edge.
  package var startSeconds: Double

  /// A lane.
  package init(lead: Lead, columns: Range<Int>, dotRows: Range<Int>, startSeconds: Double) {
    self.lead = lead
    self.columns = columns
    self.dotRows = dotRows
    self.startSeconds = startSeconds
  }

  /// The row of dots of 0 mV: below the middle, for most of an ECG points up.
  package var baselineDot: Int { dotRows.lowerBound + dotRows.count * 3 / 5 }
}

extension LeadLayout {
  /// Lays the leads out in an area of `size` cells.
  ///
  /// Columns of leads follow one another in time, as on paper. Where the rest of the recording is shorter than all of them together, they overlap
  /// in time instead of showing nothing: each column starts evenly spaced up to the last one that still fits.
  package func lanes(in size: Size, startSeconds: Double, durationSeconds: Double, scale: PaperScale) -> [Lane] {
    let (rows, rhythm) = table
    let bandCount = rows.count + (rhythm == nil ? 0 : 1)
    let dots = size.rows * BrailleCanvas.dotsDown
    func band(_ index: Int) -> Range<Int> { dots * index / bandCount..<dots * (index + 1) / bandCount }
    var lanes: [Lane] = []
    for (rowIndex, leads) in rows.enumerated() {
      let width = size.columns / leads.count
      let spacing = columnSpacingSeconds(in: size, startSeconds: startSeconds, durationSeconds: durationSeconds, scale: scale)
      for (columnIndex, lead) in leads.enumerated() {
        let isLast = columnIndex == leads.count - 1
        let columns = columnIndex * width..<(isLast ? size.columns : (columnIndex + 1) * width)
        lanes.append(
          Lane(lead: lead, columns: columns, dotRows: band(rowIndex), startSeconds: startSeconds + Double(columnIndex) * spacing))
      }
    }
    if let rhythm {
      lanes.append(Lane(lead: rhythm, columns: 0..<size.columns, dotRows: band(rows.count), startSeconds: startSeconds))
    }
    return lanes
  }

  /// Seconds from the start of one column of leads to the start of the next.
  func columnSpacingSeconds(in size: Size, startSeconds: Double, durationSeconds: Double, scale: PaperScale) -> Double {
    let count = table.rows[0].count
    guard count > 1 else { return 0 }
    let width = Double(size.columns / count * BrailleCanvas.dotsAcross) / scale.dotsPerSecond
    let lastStart = max(0, durationSeconds - startSeconds - width)
    return min(width, lastStart / Double(count - 1))
  }

  /// Seconds from the left of the first column of leads to the right of the last.
  func spanSeconds(in size: Size, startSeconds: Double, durationSeconds: Double, scale: PaperScale) -> Double {
    let count = table.rows[0].count
    let width = Double(size.columns / count * BrailleCanvas.dotsAcross) / scale.dotsPerSecond
    let spacing = columnSpacingSeconds(in: size, startSeconds: startSeconds, durationSeconds: durationSeconds, scale: scale)
    return spacing * Double(count - 1) + width
  }
}
