import TerminalUI

extension BraillePaper {
  /// Rules the paper: every other large box is shaded behind whatever lies on it, and a dot stands at its corner where nothing else does, for screens
  /// without colours; boxes are counted from the recording's start, or a beat's R peak, and from 0 mV.
  ///
  /// Small boxes are ticks along the sides of the large ones, as on a ruler: marks in every cell would hide more than they show. Median beats, which are
  /// drawn as wide as there is room, have boxes of what 5 mm mean on standard paper, 0.2 s and 0.5 mV.
  package func drawGrid(_ ruling: PaperRuling, into grid: inout Grid) {
    let ruling = ruling.possible(at: scale)
    guard ruling != .none else { return }
    for lane in lanes { shade(lane, into: &grid) }
    if ruling == .small {
      for lane in lanes where PaperRuling.hasRoomForSmallBoxes(in: lane) { drawTicks(lane, into: &grid) }
    }
  }

  /// The dots from where boxes are counted to a lane's left edge; of a median beat that is its R peak.
  private static func start(of lane: Lane) -> Double {
    (lane.startSeconds - (lane.content == .medianBeat ? BeatPaper.secondsToPeak : 0)) * lane.scale.dotsPerSecond
  }

  private func shade(_ lane: Lane, into grid: inout Grid) {
    let (across, down) = PaperRuling.box(of: lane)
    guard across >= Double(BrailleCanvas.dotsAcross), down >= Double(BrailleCanvas.dotsDown) else { return }
    let start = Self.start(of: lane)
    // Boxes that the middle of a cell lies in.
    func box(column: Int) -> Int {
      Int(((start + Double((column - lane.columns.lowerBound) * BrailleCanvas.dotsAcross) + 1) / across).rounded(.down))
    }
    func box(row: Int) -> Int {
      Int(((Double(lane.baselineDot) - Double(row * BrailleCanvas.dotsDown) - 1.5) / down).rounded(.down))
    }
    let rows = lane.dotRows.lowerBound / BrailleCanvas.dotsDown..<lane.dotRows.upperBound / BrailleCanvas.dotsDown
    for row in rows {
      for column in lane.columns {
        let isShaded = !(box(column: column) + box(row: row)).isMultiple(of: 2)
        let isCorner = box(column: column) != box(column: column - 1) && box(row: row) != box(row: row + 1)
        guard isShaded || isCorner else { continue }
        let place = (column: plot.column + column, row: plot.row + row)
        var cell = grid[column: place.column, row: place.row]
        if isCorner, cell.isBlank { cell = Cell("·", style: .ink(.paperMajor)) }
        cell.style.ground = isShaded ? .shaded : .plain
        grid[column: place.column, row: place.row] = cell
      }
    }
  }

  /// Ticks a fifth apart on the sides of large boxes.
  private func drawTicks(_ lane: Lane, into grid: inout Grid) {
    let box = PaperRuling.box(of: lane)
    let (across, down) = (box.across / 5, box.down / 5)
    let start = Self.start(of: lane)
    func columns(_ step: Double) -> [Int] {
      let first = (start / step).rounded(.up)
      let count = (Double(lane.columns.count * BrailleCanvas.dotsAcross) + start) / step - first
      guard count >= 0, count < 4000 else { return [] }
      return (0...Int(count)).map { lane.columns.lowerBound + Int((first + Double($0)) * step - start) / BrailleCanvas.dotsAcross }
        .filter(lane.columns.contains)
    }
    func rows(_ step: Double) -> [Int] {
      let first = (Double(lane.dotRows.lowerBound - lane.baselineDot) / step).rounded(.up)
      let last = (Double(lane.dotRows.upperBound - 1 - lane.baselineDot) / step).rounded(.down)
      guard first <= last, last - first < 4000 else { return [] }
      return stride(from: first, through: last, by: 1).map {
        Int((Double(lane.baselineDot) + $0 * step).rounded()) / BrailleCanvas.dotsDown
      }
    }
    for (columns, rows) in [(columns(across), rows(box.down)), (columns(box.across), rows(down))] {
      for row in rows {
        for column in columns {
          let place = (column: plot.column + column, row: plot.row + row)
          let present = grid[column: place.column, row: place.row]
          guard present.isBlank else { continue }
          grid[column: place.column, row: place.row] = Cell("·", style: Style(.paperMajor, ground: present.style.ground))
        }
      }
    }
  }
}
