/// Rows of a layer that hold the same numbers, bit for bit: what a network makes of the zeros after a recording.
///
/// Most recordings last 10 s, a window 15.9 s. Rows of a convolution that see nothing but such rows are all alike again, so one of them is
/// computed and copied to the others. They grow fewer from layer to layer, as the rest of the window reaches farther.
package struct ConstantRows: Sendable, Equatable {
  /// The rows, or groups of rows; empty where none are known to be alike.
  package let range: Range<Int>

  /// No row that is known to be like others.
  package static let none = ConstantRows(0..<0)

  /// Rows that are alike.
  package init(_ range: Range<Int>) { self.range = range }

  /// Groups of `outputs` rows of a convolution that see no row but these: the whole ones among the groups of a layer of `rows` rows.
  ///
  /// - Parameter taps: Rows that one row of output sees, as far as the computation reads them.
  package func groups(of outputs: Int = 1, rows: Int, taps: Int, stride: Int, padding: Int) -> ConstantRows {
    let step = outputs * stride
    let first = (range.lowerBound + padding + step - 1) / step
    // The last group is the one whose last row still sees no row beyond.
    let room = range.upperBound + padding - (step - stride + taps)
    let end = min(rows / outputs, room < 0 ? 0 : room / step + 1)
    return first < end && !range.isEmpty ? ConstantRows(first..<end) : .none
  }

  /// The rows of groups of `count`.
  func rows(each count: Int) -> ConstantRows { ConstantRows(range.lowerBound * count..<range.upperBound * count) }

  /// Rows of a maximum pool that see no row but these.
  func pooled(rows: Int) -> ConstantRows { groups(rows: rows, taps: 3, stride: 2, padding: 1) }

  /// Rows that are alike in both of two layers.
  func intersection(_ other: ConstantRows) -> ConstantRows { ConstantRows(range.clamped(to: other.range)) }
}

extension NetworkShape.Convolution {
  /// Rows of output that see no row of input but these.
  func constantRows(after input: ConstantRows) -> ConstantRows {
    input.groups(rows: rows, taps: taps, stride: stride, padding: padding)
  }
}

/// What is to be computed of a layer's rows, or of groups of them, where some are alike: those before, the first of these, and those after.
struct ComputedRows {
  /// All of them.
  let total: Int
  /// Those that are alike.
  let constant: Range<Int>

  /// How many are to be computed.
  var count: Int { constant.isEmpty ? total : total - constant.count + 1 }

  /// Goes through what a part of ``count`` is among ``total``, in at most two ranges; allocates nothing.
  func forRanges(of part: Range<Int>, _ work: (Range<Int>) -> Void) {
    let (seam, left) = constant.isEmpty ? (total, 0) : (constant.lowerBound + 1, constant.count - 1)
    let (before, after) = (part.clamped(to: 0..<seam), part.clamped(to: seam..<max(seam, count)))
    if !before.isEmpty { work(before) }
    if !after.isEmpty { work(after.lowerBound + left..<after.upperBound + left) }
  }

  /// Whether a part of ``count`` holds the one of which the others are copies.
  func holdsConstant(_ part: Range<Int>) -> Bool { !constant.isEmpty && part.contains(constant.lowerBound) }
}

extension Activations {
  /// Copies some channels of the first of some rows to the others.
  func repeatFirst(of rows: Range<Int>, channels: Range<Int>) {
    guard let first = rows.first else { return }
    let source = row(first) + channels.lowerBound
    for index in rows.dropFirst() { (row(index) + channels.lowerBound).update(from: source, count: channels.count) }
  }
}
