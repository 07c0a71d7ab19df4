import CKernels
import SEResNet

/// The activations of one layer for all windows of a batch.
struct BatchActivations {
  let rows: Int
  let channels: Int
  private let storage: FloatStorage
  private let windowSize: Int
  private let stride: Int

  /// Zeros for `count` windows; rows have slack unless a stride is given.
  init(count: Int, rows: Int, channels: Int, stride: Int? = nil) {
    let stride = stride ?? Activations.storedChannels(channels) + 16
    windowSize = (rows + 2 * Activations.margin) * stride
    storage = FloatStorage(count: count * windowSize)
    (self.rows, self.channels, self.stride) = (rows, channels, stride)
  }

  /// Another shape in the memory of `other`; what is in the margins is whatever was there.
  init(in other: BatchActivations, rows: Int, channels: Int) {
    stride = Activations.storedChannels(channels) + 16
    (self.rows, self.channels) = (rows, channels)
    (storage, windowSize) = (other.storage, other.windowSize)
    precondition((rows + 2 * Activations.margin) * stride <= windowSize)
  }

  /// The activations of a window.
  subscript(window: Int) -> Activations {
    let first = storage.pointer + window * windowSize + Activations.margin * stride
    let isDense = stride == channels
    return Activations(
      firstRow: first, rows: rows, channels: isDense ? channels : Activations.storedChannels(channels), stride: stride)
  }
}

extension Activations {
  /// Every second row, from `phase` on.
  func everySecondRow(from phase: Int) -> Activations {
    Activations(firstRow: row(phase), rows: (rows - phase + 1) / 2, channels: channels, stride: 2 * stride)
  }

  /// What the kernels need to know of all channels.
  var block: einthoven_activations { block(channels: 0..<channels) }
}

/// A block of double-precision numbers at a fixed address, freed with its owner.
final class DoubleStorage {
  let pointer: UnsafeMutablePointer<Double>

  /// Zeros.
  init(count: Int) {
    pointer = .allocate(capacity: count + 16)
    pointer.initialize(repeating: 0, count: count + 16)
  }

  deinit { pointer.deallocate() }
}
