import CKernels

/// A window's activations in one layer: rows are points in time, each holding all channels.
///
/// Rows of zeros lie before and after, so that a convolution needs no special case at its ends. A row is longer than its channels: the
/// channel count is rounded up to the kernels' unit, and a little more keeps rows of a power of two from meeting in the same cache sets.
package struct Activations {
  /// Rows of zeros at either end: a convolution's padding, and what a last, incomplete tile reads beyond it.
  package static let margin = 20

  /// The first row that is not margin.
  package let firstRow: UnsafeMutablePointer<Float>
  package let rows: Int
  /// Channels that are stored, those beyond the real ones being zero.
  package let channels: Int
  /// Floats between two rows.
  package let stride: Int
  /// Rows that are known to be alike.
  package var constantRows = ConstantRows.none

  /// A view of `storage` as `rows` rows; the margins must still be cleared.
  package init(in storage: FloatStorage, rows: Int, channels: Int) {
    let stored = Self.storedChannels(channels)
    self.init(in: storage, rows: rows, channels: stored, stride: stored + 16)
  }

  /// A view with rows of a given length.
  package init(in storage: FloatStorage, rows: Int, channels: Int, stride: Int) {
    self.firstRow = storage.pointer + Self.margin * stride
    self.rows = rows
    self.channels = channels
    self.stride = stride
    precondition((rows + 2 * Self.margin) * stride <= storage.count)
  }

  /// A view of rows that lie somewhere.
  package init(firstRow: UnsafeMutablePointer<Float>, rows: Int, channels: Int, stride: Int) {
    self.firstRow = firstRow
    self.rows = rows
    self.channels = channels
    self.stride = stride
  }

  /// Floats that a layer of `rows` rows needs, margins included.
  package static func capacity(rows: Int, channels: Int) -> Int { (rows + 2 * margin) * (storedChannels(channels) + 16) }

  /// A channel count rounded up to the kernels' unit.
  package static func storedChannels(_ channels: Int) -> Int {
    let unit = Int(EINTHOVEN_CHANNEL_UNIT)
    return (channels + unit - 1) / unit * unit
  }

  /// The address of a row, margins included.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> { firstRow + index * stride }

  /// Sets the rows before and after to zero.
  package func clearMargins() {
    row(-Self.margin).update(repeating: 0, count: Self.margin * stride)
    row(rows).update(repeating: 0, count: Self.margin * stride)
  }

  /// What the kernels need to know of some of the channels.
  package func block(channels range: Range<Int>) -> einthoven_activations {
    einthoven_activations(values: firstRow + range.lowerBound, stride: stride, rows: rows, channels: range.count)
  }
}
