import ECG

/// The gain of every lead of a drawing, and where 0 mV lies in its rows.
///
/// Recorded leads get the gain asked for, or the largest smaller one at which they fit; limb and chest leads may differ, so that one tall chest lead
/// does not flatten the axis. Each row of median beats gets the largest gain of all that fits, 40 mm/mV at most. A gain that the reader chose is
/// never changed. 0 mV of a strip lies where it keeps its waves to itself, if there is such a place.
struct PaperGains {
  /// By row, then by column.
  private(set) var byRow: [[Double]] = []
  /// How far down in each row 0 mV lies, as a share of its height.
  private(set) var baselineShares: [Double] = []
  /// The gain asked for, where some recorded lead has a smaller one.
  private(set) var reducedFrom: Double?

  /// Below the middle, for most of an ECG points up.
  private static let usualShare = 0.6
  /// 0 mV of a row that cannot hold its waves lies no further up or down than this, whatever a single artefact does.
  private static let recordedShares = 0.4...0.88
  /// The share of a row of beats that they may fill.
  private static let fill = 0.94

  /// A row of recorded leads.
  private struct RecordedRow {
    let number: Int
    let top: Double
    let height: Double
    let isFirst: Bool
    let isLast: Bool
    /// Whether it is one lead alone.
    let isStrip: Bool
    /// A dot of a screen, in millimetres; 0 on paper.
    let dot: Double
    /// Of its limb and of its chest leads, in millivolts.
    var limb = (up: 0.0, down: 0.0)
    var chest = (up: 0.0, down: 0.0)

    /// Where 0 mV lies at these gains: as usual if a strip holds its waves so, else where it does, apart from its neighbours' waves if it can; else they
    /// reach as far into the row above as into the one beneath, where there are such rows.
    ///
    /// Rows of several leads lie as usual, for a tall lead would push the others into their neighbours; but the uppermost has none above it.
    func share(limb limbGain: Double, chest chestGain: Double) -> Double {
      let (up, down) = reach(limb: limbGain, chest: chestGain)
      let height = max(height, 1e-9)
      guard isStrip else { return isFirst ? min(max(usualShare, up / height), recordedShares.upperBound) : usualShare }
      for gap in [dot, 0] {
        let (highest, lowest) = ((up + gap) / height, 1 - (down + gap) / height)
        if highest <= lowest { return min(max(usualShare, highest), lowest) }
      }
      let (highest, lowest) = (up / height, 1 - down / height)
      let wanted = isFirst == isLast ? (highest + lowest) / 2 : isFirst ? highest : lowest
      return min(max(wanted, recordedShares.lowerBound), recordedShares.upperBound)
    }

    /// Whether its waves rise no further than its neighbours' rows reach, as on paper, and stay on the sheet.
    func holds(limb limbGain: Double, chest chestGain: Double, sheetHeight: Double) -> Bool {
      let (up, down) = reach(limb: limbGain, chest: chestGain)
      let baseline = top + height * share(limb: limbGain, chest: chestGain)
      return baseline - up >= max(0, top - height) && baseline + down <= min(sheetHeight, top + 2 * height)
    }

    /// How far its waves reach from 0 mV, in millimetres, and in a strip, which has room for nothing else, what rounding to dots may add.
    private func reach(limb limbGain: Double, chest chestGain: Double) -> (up: Double, down: Double) {
      let (up, down) = (max(limb.up * limbGain, chest.up * chestGain), max(limb.down * limbGain, chest.down * chestGain))
      return isStrip ? (up + dot / 2, down + 1.5 * dot) : (up, down)
    }
  }

  init(
    _ settings: PaperSettings, _ traces: PaperTraces, _ blocks: [LeadBlock], _ bands: [(block: Int, row: Int, height: Double)], dot: Double
  ) {
    let asked = settings.scale.gainMillimetresPerMillivolt
    let recorded = Self.recordedRows(traces, blocks, bands, dot: dot)
    let (limb, chest) =
      settings.isGainChosen ? (asked, asked) : Self.recordedGains(recorded, asked, sheetHeight: bands.reduce(0) { $0 + $1.height })
    for (number, band) in bands.enumerated() {
      let block = blocks[band.block]
      let places = block.rows[band.row]
      if let row = recorded.first(where: { $0.number == number }) {
        byRow.append(places.map { $0.lead.isLimb ? limb : chest })
        baselineShares.append(row.share(limb: limb, chest: chest))
        continue
      }
      let reaches = places.compactMap { traces.reach(of: $0, .medianBeat) }
      let up = reaches.map(\.up).max() ?? 0
      let down = reaches.map(\.down).max() ?? 0
      let fitting = PaperScale.gains.last { (up + down) * $0 <= band.height * Self.fill } ?? PaperScale.gains[0]
      let gain = settings.isGainChosen ? asked : fitting
      byRow.append(places.map { _ in gain })
      let free = max(0, band.height - (up + down) * gain)
      baselineShares.append(
        up + down == 0 || band.height <= 0
          ? Self.usualShare : free > 0 ? (free / 2 + up * gain) / band.height : min(0.95, max(0.05, up / (up + down))))
    }
    let gains = recorded.flatMap { byRow[$0.number] }
    if let least = gains.min(), least < asked { reducedFrom = asked }
  }

  private static func recordedRows(
    _ traces: PaperTraces, _ blocks: [LeadBlock], _ bands: [(block: Int, row: Int, height: Double)], dot: Double
  ) -> [RecordedRow] {
    var rows: [RecordedRow] = []
    var top = 0.0
    for (number, band) in bands.enumerated() {
      defer { top += band.height }
      guard blocks[band.block].content == .recording else { continue }
      var row = RecordedRow(
        number: number, top: top, height: band.height, isFirst: number == 0, isLast: number == bands.count - 1,
        isStrip: blocks[band.block].columnCount == 1, dot: dot)
      for place in blocks[band.block].rows[band.row] {
        guard let reach = traces.reach(of: place, .recording) else { continue }
        if place.lead.isLimb {
          row.limb = (max(row.limb.up, reach.up), max(row.limb.down, reach.down))
        } else {
          row.chest = (max(row.chest.up, reach.up), max(row.chest.down, reach.down))
        }
      }
      rows.append(row)
    }
    return rows
  }

  /// The largest steps up to the gain asked for at which no row leaves its room anywhere in the recording, limb leads before chest leads; the smallest
  /// where none is small enough.
  private static func recordedGains(_ rows: [RecordedRow], _ asked: Double, sheetHeight: Double) -> (limb: Double, chest: Double) {
    let steps = PaperScale.gains.filter { $0 <= asked }
    var best = (limb: steps.first ?? asked, chest: steps.first ?? asked)
    for limb in steps {
      for chest in steps where (limb * chest, limb) > (best.limb * best.chest, best.limb) {
        if rows.allSatisfy({ $0.holds(limb: limb, chest: chest, sheetHeight: sheetHeight) }) { best = (limb, chest) }
      }
    }
    return best
  }
}
