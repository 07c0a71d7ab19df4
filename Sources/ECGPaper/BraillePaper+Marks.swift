import ECG
import TerminalUI

extension BraillePaper {
  /// Draws marks on every lane that shows their time: lines beside the dots of traces and not over them, words in cells that are empty.
  package func draw(_ marks: [PaperMark], into grid: inout Grid) {
    // The caret that keys move is drawn last, over whatever else is marked there.
    let ordered = marks.sorted { Self.rank(of: $0.shape) < Self.rank(of: $1.shape) }
    let beatLanes = lanes.filter { $0.content == .recording && $0.row == drawing.namingRow }
    for lane in lanes {
      let waves = marks.compactMap { mark -> ClosedRange<Double>? in
        guard case .wave(let seconds) = mark.shape, mark.content == lane.content, mark.lead ?? lane.lead == lane.lead else { return nil }
        return mark.seconds...mark.seconds + max(0, seconds)
      }
      drawWaves(waves.sorted { $0.lowerBound < $1.lowerBound }, on: lane, into: &grid)
    }
    let crowded = lanesCrowdedByBoundaries(marks)
    for mark in ordered {
      switch mark.shape {
      case .parenthesis: for lane in lanes(of: mark) where !crowded.contains(lane.lead) { draw(mark, on: lane, into: &grid) }
      // In a low strip letters of the usual beats would lie among its waves.
      case .beat("N", isChosen: false):
        for lane in beatLanes where lane.dotRows.count >= Self.leastNamedDots { draw(mark, on: lane, into: &grid) }
      case .beat: for lane in beatLanes { draw(mark, on: lane, into: &grid) }
      case .letter(let text, let place, let hasLine):
        if hasLine { for lane in lanes(of: mark) { drawLine(of: mark, on: lane, into: &grid) } }
        for lane in mark.lead == nil ? beatLanes : lanes(of: mark) {
          if let column = lane.column(ofSecond: mark.seconds) { write(text, place, column: column, lane, into: &grid) }
        }
      case .band(let name, let seconds, let place):
        for lane in mark.lead == nil ? beatLanes : lanes(of: mark) {
          drawBand(name, mark.seconds...mark.seconds + seconds, place, on: lane, into: &grid)
        }
      default: for lane in lanes(of: mark) { draw(mark, on: lane, into: &grid) }
      }
    }
  }

  /// A strip lower than this, in dots, has no letters of usual beats.
  private static let leastNamedDots = 16
  /// Columns that a boundary of a layer needs on its lane, lest the signs run together.
  private static let columnsOfBoundary = 3

  /// The leads on whose strips the layers' boundaries would run together.
  private func lanesCrowdedByBoundaries(_ marks: [PaperMark]) -> Set<Lead> {
    let boundaries = marks.filter { if case .parenthesis = $0.shape { true } else { false } }
    guard !boundaries.isEmpty else { return [] }
    let crowded = lanes.filter { lane in
      let count = boundaries.count { mark in
        mark.content == lane.content && mark.lead ?? lane.lead == lane.lead && lane.column(ofSecond: mark.seconds) != nil
      }
      return count * Self.columnsOfBoundary > lane.columns.count
    }
    return Set(crowded.map(\.lead))
  }

  private func lanes(of mark: PaperMark) -> [Lane] {
    lanes.filter { $0.content == mark.content && mark.lead ?? $0.lead == $0.lead }
  }

  private static func rank(of shape: PaperMark.Shape) -> Int {
    switch shape {
    case .span, .band: 0
    case .beat, .wave, .letter, .parenthesis: 1
    case .march: 2
    case .caret(let isActive): isActive ? 4 : 3
    }
  }

  /// A beat in fewer columns has no room for six brackets.
  private static let leastBracketedColumns = 14

  private func draw(_ mark: PaperMark, on lane: Lane, into grid: inout Grid) {
    if case .span(let name, let seconds) = mark.shape {
      return drawSpan(name, mark.seconds...mark.seconds + seconds, on: lane, into: &grid)
    }
    guard let column = lane.column(ofSecond: mark.seconds) else { return }
    switch mark.shape {
    case .caret(let isActive):
      let (scalar, ink): (Unicode.Scalar, Ink) = isActive ? ("┃", .accent) : ("│", .key)
      line(scalar, ink, column: column, lane, into: &grid)
      // On a stroke as tall as the lane it would not be seen.
      let (place, rows) = (plot.column + column, rows(of: lane))
      if !rows.contains(where: { grid[column: place, row: plot.row + $0].scalar == scalar }) {
        let ground = grid[column: place, row: plot.row + rows.lowerBound].style.ground
        grid[column: place, row: plot.row + rows.lowerBound] = Cell(scalar, style: Style(ink, ground: ground))
      }
    case .march: line("╎", .faint, column: column, lane, into: &grid)
    case .beat(let kind, let isChosen): name(kind, isChosen: isChosen, column: column, lane, into: &grid)
    case .parenthesis(let sign, let place):
      guard let scalar = sign.unicodeScalars.first else { return }
      let rows = [max(lane.nameRow, bracketRow(of: lane) - place.index + 1), row(of: place, lane)]
      let free = rows.first { Self.isFree(grid[column: plot.column + column, row: plot.row + $0]) } ?? rows[0]
      put(scalar, Self.ink(of: place), column: column, row: free, into: &grid)
    case .span, .wave, .letter, .band: break
    }
  }

  // MARK: Layers of annotations

  /// Colours help to tell layers apart; their places and signs do without.
  private static func ink(of place: LayerPlace) -> Ink { [.key, .accent, .title][place.index % 3] }

  /// The row of a layer's letters: its own as far as the lane has rows.
  private func row(of place: LayerPlace, _ lane: Lane) -> Int { min(lane.nameRow + place.index, bracketRow(of: lane)) }

  private func drawLine(of mark: PaperMark, on lane: Lane, into grid: inout Grid) {
    if let column = lane.column(ofSecond: mark.seconds) { line("┊", .faint, column: column, lane, into: &grid) }
  }

  /// Writes a layer's letters with its sign behind them, in its row where nothing stands there, else in one near by.
  private func write(_ text: String, _ place: LayerPlace, column: Int, _ lane: Lane, into grid: inout Grid) {
    let scalars = Array(text.unicodeScalars) + (place.sign.map { [$0] } ?? [])
    let own = row(of: place, lane)
    let rows = [own, own + 1, own - 1, bracketRow(of: lane)].filter { (lane.nameRow...bracketRow(of: lane)).contains($0) }
    let places = rows.flatMap { row in [0, 1, -1].map { (column: column + $0, row: row) } }
    let free = places.first { place in
      (0..<scalars.count).allSatisfy { offset in
        lane.columns.contains(place.column + offset)
          && Self.isFreeForLetters(grid[column: plot.column + place.column + offset, row: plot.row + place.row])
      }
    }
    guard let free else { return }
    for (offset, scalar) in scalars.enumerated() {
      let cell = (column: plot.column + free.column + offset, row: plot.row + free.row)
      let ground = grid[column: cell.column, row: cell.row].style.ground
      grid[column: cell.column, row: cell.row] = Cell(scalar, style: Style(Self.ink(of: place), ground: ground))
    }
  }

  /// Draws a stretch in its layer's row: its name behind its start, its ends where they are in view.
  private func drawBand(_ name: String, _ stretch: ClosedRange<Double>, _ place: LayerPlace, on lane: Lane, into grid: inout Grid) {
    guard stretch.upperBound >= lane.startSeconds, stretch.lowerBound <= lane.endSeconds else { return }
    let begin = lane.column(ofSecond: stretch.lowerBound)
    let end = lane.column(ofSecond: stretch.upperBound)
    let (first, last) = (begin ?? lane.columns.lowerBound, end ?? lane.columns.upperBound - 1)
    guard first <= last else { return }
    let (ink, row) = (Self.ink(of: place), row(of: place, lane))
    let words = Array((name + (place.sign.map { String(Character($0)) } ?? "")).unicodeScalars)
    for column in first...last {
      let letter = column - first - 1
      let scalar: Unicode.Scalar =
        if column == first, begin != nil { "├" } else if column == last, end != nil { "┤" } else if words.indices.contains(letter) {
          words[letter]
        } else { "═" }
      put(scalar, ink, column: column, row: row, into: &grid)
    }
  }

  /// Writes a beat's letter above it, or where its trace is there already, beside or beneath it; never beside a name.
  private func name(_ kind: Character, isChosen: Bool, column: Int, _ lane: Lane, into grid: inout Grid) {
    let places = [lane.nameRow, lane.nameRow + 1, bracketRow(of: lane)].flatMap { row in [0, 1, -1].map { (column: column + $0, row: row) }
    }
    let free = places.first { place in
      guard lane.columns.contains(place.column) else { return false }
      let (column, row) = (plot.column + place.column, plot.row + place.row)
      return Self.isFree(grid[column: column, row: row]) && !Self.isBesideName(column: column, row: row, grid)
    }
    guard let free, let letter = kind.unicodeScalars.first else { return }
    let place = (column: plot.column + free.column, row: plot.row + free.row)
    let ground = grid[column: place.column, row: place.row].style.ground
    let style = Style(kind == "N" ? .faint : .caution, isChosen ? [.bold, .reverse] : kind == "N" ? [] : .bold, ground: ground)
    grid[column: place.column, row: place.row] = Cell(letter, style: style)
  }

  /// Puts a wave's brackets into one row of the lane: the lowest of those where the most waves have room for theirs, with no trace between them.
  ///
  /// A wave whose own trace runs through that row has none: a bracket beside a stroke is taken for a part of it.
  private func drawWaves(_ waves: [ClosedRange<Double>], on lane: Lane, into grid: inout Grid) {
    guard lane.columns.count >= Self.leastBracketedColumns else { return }
    var best: [(open: Int, close: Int)] = []
    var bestRow = 0
    for row in (lane.nameRow + 1..<max(lane.nameRow + 1, bracketRow(of: lane) + 1)).reversed() {
      let places = bracketPlaces(waves, row: row, lane, grid)
      if places.count > best.count { (best, bestRow) = (places, row) }
    }
    for place in best {
      put("[", .key, column: place.open, row: bestRow, into: &grid)
      put("]", .key, column: place.close, row: bestRow, into: &grid)
    }
  }

  /// Where in a row the brackets of those waves stand that have room there, none on another's place.
  private func bracketPlaces(_ waves: [ClosedRange<Double>], row: Int, _ lane: Lane, _ grid: Grid) -> [(open: Int, close: Int)] {
    func isFree(_ column: Int) -> Bool {
      lane.columns.contains(column) && Self.isFree(grid[column: plot.column + column, row: plot.row + row])
    }
    var taken = lane.columns.lowerBound - 1
    return waves.compactMap { wave in
      guard let first = lane.column(ofSecond: wave.lowerBound), let last = lane.column(ofSecond: wave.upperBound) else { return nil }
      let open = max(first, taken + 1)
      let close = max(last, open + 1)
      guard close <= last + 1, (open...close).allSatisfy(isFree) else { return nil }
      taken = close
      return (open, close)
    }
  }

  /// The last row of the lane, where the brackets of layers stand.
  private func bracketRow(of lane: Lane) -> Int { max(lane.nameRow, lane.dotRows.upperBound / BrailleCanvas.dotsDown - 1) }

  private func drawSpan(_ name: String, _ stretch: ClosedRange<Double>, on lane: Lane, into grid: inout Grid) {
    guard stretch.upperBound >= lane.startSeconds, stretch.lowerBound <= lane.endSeconds else { return }
    let first = lane.column(ofSecond: max(stretch.lowerBound, lane.startSeconds)) ?? lane.columns.lowerBound
    let last = lane.column(ofSecond: stretch.upperBound) ?? lane.columns.upperBound - 1
    guard first <= last else { return }
    for column in first...last { put("─", .caution, column: column, row: lane.nameRow, into: &grid) }
    for (offset, scalar) in name.unicodeScalars.enumerated() where first + 1 + offset < last {
      let place = (column: plot.column + first + 1 + offset, row: plot.row + lane.nameRow)
      if grid[column: place.column, row: place.row].scalar == "─" {
        grid[column: place.column, row: place.row] = Cell(scalar, style: .ink(.caution))
      }
    }
  }

  private func line(_ scalar: Unicode.Scalar, _ ink: Ink, column: Int, _ lane: Lane, into grid: inout Grid) {
    for row in rows(of: lane) { put(scalar, ink, column: column, row: row, into: &grid) }
  }

  private func rows(of lane: Lane) -> Range<Int> {
    lane.dotRows.lowerBound / BrailleCanvas.dotsDown..<lane.dotRows.upperBound / BrailleCanvas.dotsDown
  }

  /// Whether a cell shows nothing but marks or the paper's grid.
  private static func isFree(_ cell: Cell) -> Bool { cell.isBlank || "·┼╎┊│─[]".unicodeScalars.contains(cell.scalar) }

  /// Letters may stand on a band, too.
  private static func isFreeForLetters(_ cell: Cell) -> Bool { isFree(cell) || cell.scalar == "═" }

  /// Whether a lead's name, or a word about it, ends or begins in the next cell.
  private static func isBesideName(column: Int, row: Int, _ grid: Grid) -> Bool {
    [column - 1, column + 1].contains { next in
      (0..<grid.columns).contains(next) && !grid[column: next, row: row].isBlank && grid[column: next, row: row].style.ink == .title
    }
  }

  /// Writes a mark in a cell that shows nothing but other marks or the paper's grid: never over a trace or a name.
  private func put(_ scalar: Unicode.Scalar, _ ink: Ink, column: Int, row: Int, into grid: inout Grid) {
    let place = (column: plot.column + column, row: plot.row + row)
    let present = grid[column: place.column, row: place.row]
    guard Self.isFree(present) else { return }
    grid[column: place.column, row: place.row] = Cell(scalar, style: Style(ink, ground: present.style.ground))
  }
}
