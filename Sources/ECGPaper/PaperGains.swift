import ECG

/// The gain of every lead of a drawing, and where 0 mV lies in its rows.
///
/// Recorded leads get the gain asked for, or the largest smaller one at which they fit; limb and chest leads may differ, so that one tall chest lead
/// does not flatten the axis. Each row of median beats gets the largest gain of all that fits, 40 mm/mV at most. A gain that the reader chose is
/// never changed.
struct PaperGains {
  /// By row, then by column.
  private(set) var byRow: [[Double]] = []
  /// How far down in each row 0 mV lies, as a share of its height.
  private(set) var baselineShares: [Double] = []
  /// The gain asked for, where some recorded lead has a smaller one.
  private(set) var reducedFrom: Double?

  /// Below the middle, for most of an ECG points up.
  private static let usualShare = 0.6
  /// How far down 0 mV of the uppermost row may lie, where its waves would leave the paper else: no neighbour lends it room above.
  private static let uppermostShares = [usualShare, 0.7, 0.8, 0.88]
  /// The share of a row of beats that they may fill.
  private static let fill = 0.94

  init(_ settings: PaperSettings, _ traces: PaperTraces, _ blocks: [LeadBlock], _ bands: [(block: Int, row: Int, height: Double)]) {
    let asked = settings.scale.gainMillimetresPerMillivolt
    var uppermost = Self.usualShare
    var (limb, chest) = (0.0, 0.0)
    for share in Self.uppermostShares {
      let gains = [true, false].map { isLimb in
        Self.recordedGain(settings, traces, blocks, bands, uppermostShare: share) { $0.lead.isLimb == isLimb }
      }
      if gains[0] * gains[1] > limb * chest { (uppermost, limb, chest) = (share, gains[0], gains[1]) }
      if min(limb, chest) >= asked { break }
    }
    for (number, band) in bands.enumerated() {
      let block = blocks[band.block]
      let places = block.rows[band.row]
      guard block.content == .medianBeat else {
        byRow.append(places.map { $0.lead.isLimb ? limb : chest })
        baselineShares.append(number == 0 ? uppermost : Self.usualShare)
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
    let recorded = zip(bands, byRow).filter { blocks[$0.0.block].content == .recording }.flatMap(\.1)
    if let least = recorded.min(), least < asked { reducedFrom = asked }
  }

  /// The largest step up to the gain asked for at which no such lead leaves its room anywhere in the recording; the smallest where none is small
  /// enough.
  private static func recordedGain(
    _ settings: PaperSettings, _ traces: PaperTraces, _ blocks: [LeadBlock], _ bands: [(block: Int, row: Int, height: Double)],
    uppermostShare: Double, of isMeant: (LeadPlace) -> Bool
  ) -> Double {
    let asked = settings.scale.gainMillimetresPerMillivolt
    guard !settings.isGainChosen else { return asked }
    let steps = PaperScale.gains.filter { $0 <= asked }
    let end = bands.reduce(0) { $0 + $1.height }
    func fits(_ gain: Double) -> Bool {
      var top = 0.0
      return bands.allSatisfy { band in
        defer { top += band.height }
        guard blocks[band.block].content == .recording else { return true }
        let baseline = top + band.height * (top == 0 ? uppermostShare : usualShare)
        // A trace may rise as far as its neighbours' lanes reach, as on paper, and no further.
        let room = max(0, top - band.height)...min(end, top + 2 * band.height)
        return blocks[band.block].rows[band.row].filter(isMeant).allSatisfy { place in
          guard let reach = traces.reach(of: place, .recording) else { return true }
          return baseline - reach.up * gain >= room.lowerBound && baseline + reach.down * gain <= room.upperBound
        }
      }
    }
    return steps.last(where: fits) ?? steps.first ?? asked
  }
}
