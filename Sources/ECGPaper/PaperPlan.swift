import ECG
import Foundation

/// The room that a drawing has, in millimetres, and the steps in which things can lie in it.
package struct PaperRoom: Sendable {
  /// Its height, time axes included.
  var height: Double
  /// Its width; without end where nothing depends on it.
  var width = Double.infinity
  /// What a cell of a screen measures down, and how many steps it has; nil on paper, where everything may lie anywhere.
  var cellHeight: Double?
  /// What a cell of a screen measures across.
  var cellWidth: Double?
  /// Between two columns of leads, for the names of those at the right: a name over a trace would hide a part of it.
  var gap = 0.0
  /// What a time axis under a block takes.
  var axis = 0.0
  /// What words under a beat take; 0 where none stand there.
  var words = 0.0

  /// A length that ends on a cell.
  func wholeCells(across length: Double) -> Double {
    guard let cellWidth else { return length }
    return (length / cellWidth + 1e-9).rounded(.down) * cellWidth
  }

  /// A length that ends on a dot.
  func wholeDots(down length: Double) -> Double {
    guard let cellHeight else { return length }
    return (length / cellHeight * 4).rounded() * cellHeight / 4
  }
}

/// How a layout lies on its paper from top to bottom: rows, baselines and gains.
///
/// Where all goes across follows from the gains, for the calibration marks at the left take room; see ``lanes(width:startSeconds:durationSeconds:)``.
package struct PaperPlan: Sendable {
  /// One row of leads.
  struct Row: Sendable {
    let block: Int
    let number: Int
    let places: [LeadPlace]
    let content: PaperContent
    let top: Double
    let height: Double
    let baseline: Double
    /// The gain of each of its leads.
    let gains: [Double]
  }

  /// The width that a sheet of recorded leads has: 10 s at 25 mm/s, as on A4 across.
  package static let sheetMillimetres = 250.0
  /// Millimetres that a row of recorded leads wants at least.
  static let leastRowMillimetres = 10.0
  /// Cells of a screen that a row of large beats wants at least, before small ones give way.
  private static let leastBeatCells = 6.0
  /// Cells across that a small beat wants at least.
  private static let leastBeatColumns = 5.0

  let layout: LeadLayout
  let settings: PaperSettings
  let blocks: [LeadBlock]
  let room: PaperRoom
  let rows: [Row]
  let axes: [PaperAxis]
  let reducedFrom: Double?

  package init(_ layout: LeadLayout, _ settings: PaperSettings, _ traces: PaperTraces, in room: PaperRoom) {
    self.layout = layout
    self.settings = settings
    self.room = room
    var blocks = layout.blocks(isCabrera: settings.isCabrera, rhythmLead: settings.rhythmLead)
    while let spare = blocks.lastIndex(where: \.isSpare), Self.isCramped(blocks, in: room) { blocks.remove(at: spare) }
    self.blocks = blocks
    let heights = Self.heights(of: blocks, in: room)
    var bands: [(block: Int, row: Int, top: Double, height: Double)] = []
    var axes: [PaperAxis] = []
    var top = 0.0
    for (index, block) in blocks.enumerated() {
      let words = block.isTold ? room.words : 0
      let share = heights[index] / Double(block.rows.count)
      for row in block.rows.indices {
        let upper = top + room.wholeDots(down: share * Double(row)) + Double(row) * words
        let lower = top + room.wholeDots(down: share * Double(row + 1)) + Double(row) * words
        bands.append((index, row, upper, lower - upper))
      }
      top += heights[index] + Double(block.rows.count) * words
      axes.append(PaperAxis(top: top))
      top += room.axis
    }
    self.axes = axes
    let gains = PaperGains(settings, traces, blocks, bands.map { ($0.block, $0.row, $0.height) }, dot: (room.cellHeight ?? 0) / 4)
    reducedFrom = gains.reducedFrom
    rows = bands.enumerated().map { number, band in
      let block = blocks[band.block]
      let places = block.rows[band.row]
      let gain = gains.byRow[number]
      let share = gains.baselineShares[number]
      return Row(
        block: band.block, number: number, places: places, content: block.content, top: band.top, height: band.height,
        baseline: band.top + room.wholeDots(down: band.height * share), gains: gain)
    }
  }

  /// How large all rows of beats are drawn, as the geometric mean of their gains.
  var beatGain: Double {
    let gains = rows.filter { $0.content == .medianBeat }.compactMap(\.gains.first)
    return gains.isEmpty ? 1 : pow(gains.reduce(1, *), 1 / Double(gains.count))
  }

  /// Whether a screen has too little room for all blocks.
  private static func isCramped(_ blocks: [LeadBlock], in room: PaperRoom) -> Bool {
    guard let cell = room.cellHeight else { return false }
    let heights = heights(of: blocks, in: room)
    return zip(blocks, heights).contains { block, height in
      let row = height / Double(block.rows.count)
      guard block.content == .medianBeat else { return row < cell * 3 }
      guard block.isSpare else { return row < cell * leastBeatCells }
      let column = (room.width - Double(block.columnCount - 1) * room.gap) / Double(block.columnCount)
      return row < cell * 3 || column < leastBeatColumns * (room.cellWidth ?? 0)
    }
  }

  /// The height of each block, whole cells each, without its axis and the words under its beats.
  private static func heights(of blocks: [LeadBlock], in room: PaperRoom) -> [Double] {
    let words = blocks.reduce(0) { $0 + ($1.isTold ? room.words * Double($1.rows.count) : 0) }
    let free = max(0, room.height - room.axis * Double(blocks.count) - words)
    let weights = blocks.map { $0.weight * Double($0.rows.count) }
    let total = weights.reduce(0, +)
    guard let cell = room.cellHeight else { return weights.map { free * $0 / total } }
    let cells = (free / cell + 1e-9).rounded(.down)
    var ends = [0.0]
    var sum = 0.0
    for weight in weights {
      sum += weight
      ends.append((cells * sum / total).rounded())
    }
    return zip(ends.dropFirst(), ends).map { ($0 - $1) * cell }
  }

  /// The drawing in a width, from a time on; a recording's columns follow one another in time, median beats all start at their start.
  ///
  /// Where the rest of the recording is shorter than its columns together, they overlap in time instead of showing nothing: each starts evenly
  /// spaced up to the last one that still fits.
  package func drawing(width: Double, startSeconds: Double, durationSeconds: Double) -> PaperDrawing {
    let speed = recordingSpeed(width: width, durationSeconds: durationSeconds)
    let column = recordingColumn(width: width)
    let count = layout.columnsInTime
    // A column ends on a cell, and may show a little more than its share of the sheet.
    let share = settings.fitsWholeRecording ? column : min(column, Self.sheetMillimetres / Double(count))
    let columnSeconds = share / speed
    let lastStart = max(0, durationSeconds - startSeconds - columnSeconds)
    let spacing = count > 1 ? min(columnSeconds, lastStart / Double(count - 1)) : 0
    let spanSeconds = spacing * Double(count - 1) + columnSeconds
    let strip = min(width, room.wholeCells(across: spanSeconds * speed + (room.cellWidth ?? 0) * 0.99))
    var lanes: [PaperLane] = []
    for row in rows {
      let columns = row.places.count
      let isBeat = row.content == .medianBeat
      let laneWidth =
        isBeat
        ? room.wholeCells(across: max(0, width - Double(columns - 1) * room.gap) / Double(columns)) : columns == count ? column : strip
      for (index, place) in row.places.enumerated() {
        lanes.append(
          PaperLane(
            place: place, content: row.content, block: row.block, row: row.number, column: index,
            hasWords: room.words > 0 && blocks[row.block].isTold,
            left: Double(index) * (laneWidth + room.gap),
            width: laneWidth, top: row.top, height: row.height, baseline: row.baseline,
            startSeconds: isBeat ? 0 : startSeconds + Double(index) * spacing,
            speed: isBeat ? Self.beatSpeed(width: laneWidth) : speed, gain: row.gains[index]))
      }
    }
    centreStrips(in: &lanes)
    return PaperDrawing(
      layout: layout, lanes: lanes, axes: axes, spanSeconds: spanSeconds, columnSeconds: columnSeconds,
      reducedFrom: reducedFrom, width: lanes.map { $0.left + $0.width }.max() ?? 0)
  }

  /// On a screen, puts strips that are narrower than the beats above or below them into the middle.
  private func centreStrips(in lanes: inout [PaperLane]) {
    let widest = lanes.map { $0.left + $0.width }.max() ?? 0
    guard room.cellWidth != nil, lanes.contains(where: { $0.content == .medianBeat }) else { return }
    for index in lanes.indices where lanes[index].content == .recording {
      lanes[index].left += room.wholeCells(across: max(0, widest - lanes[index].width) / 2)
    }
  }

  /// The width of a column of the recording: that of its share of the sheet, or less where the room is smaller.
  private func recordingColumn(width: Double) -> Double {
    let count = Double(layout.columnsInTime)
    let widest = room.wholeCells(across: max(0, width - (count - 1) * room.gap) / count)
    guard !settings.fitsWholeRecording else { return widest }
    return min(widest, room.wholeCells(across: Self.sheetMillimetres / count + (room.cellWidth ?? 0) * 0.99))
  }

  /// The speed of the recording's lanes: the one asked for, or the one at which all of the recording is on the paper.
  private func recordingSpeed(width: Double, durationSeconds: Double) -> Double {
    guard settings.fitsWholeRecording, durationSeconds > 0 else { return settings.scale.speedMillimetresPerSecond }
    let speed = recordingColumn(width: width) * Double(layout.columnsInTime) / durationSeconds
    return min(max(speed, 1e-6), PaperScale.speeds[PaperScale.speeds.count - 1])
  }

  /// The speed at which a median beat is as wide as its lane.
  package static func beatSpeed(width: Double) -> Double {
    min(max(width / BeatPaper.seconds, 1e-6), PaperScale.speeds[PaperScale.speeds.count - 1])
  }
}
