/// A block of single-precision numbers at a fixed, cache-line aligned address, freed with its owner.
///
/// Kernels on several threads read and write it through raw pointers, which is why it is no array.
final class FloatStorage: @unchecked Sendable {
  /// The numbers.
  let pointer: UnsafeMutablePointer<Float>
  /// How many.
  let count: Int
  private let block: UnsafeMutableRawPointer

  /// Zeros, with a vector's worth of slack after them.
  init(count: Int) {
    self.count = count
    let size = (count + 64) * MemoryLayout<Float>.stride
    block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    pointer = block.initializeMemory(as: Float.self, repeating: 0, count: count + 64)
  }

  /// A copy of an array, followed by zeros up to `count`.
  convenience init(_ values: [Float], count: Int? = nil) {
    self.init(count: max(values.count, count ?? 0))
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
    }
  }

  deinit { block.deallocate() }
}
