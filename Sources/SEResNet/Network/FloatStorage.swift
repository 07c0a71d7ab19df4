import Foundation

/// A block of single-precision numbers at a fixed, cache-line aligned address, freed with its owner.
///
/// Kernels on several threads read and write it through raw pointers, which is why it is no array. Large blocks come as fresh pages from
/// the system, which are zero already, in huge pages where there are any: fewer faults at the start, and fewer misses later.
package final class FloatStorage: @unchecked Sendable {
  /// The numbers.
  package let pointer: UnsafeMutablePointer<Float>
  /// How many.
  package let count: Int
  private let block: UnsafeMutableRawPointer
  private let mappedByteCount: Int

  private static let hugePageByteCount = 2 << 20

  /// Zeros, with a vector's worth of slack after them.
  package init(count: Int) {
    self.count = count
    let byteCount = (count + 64) * MemoryLayout<Float>.stride
    if byteCount >= Self.hugePageByteCount, let mapped = Self.mapped(byteCount) {
      (block, mappedByteCount, pointer) = mapped
    } else {
      mappedByteCount = 0
      block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
      pointer = block.initializeMemory(as: Float.self, repeating: 0, count: count + 64)
    }
  }

  /// A copy of an array, followed by zeros up to `count`.
  package convenience init(_ values: [Float], count: Int? = nil) {
    self.init(count: max(values.count, count ?? 0))
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
    }
  }

  deinit {
    if mappedByteCount > 0 { munmap(block, mappedByteCount) } else { block.deallocate() }
  }

  private static func mapped(_ byteCount: Int) -> (UnsafeMutableRawPointer, Int, UnsafeMutablePointer<Float>)? {
    let whole = byteCount + hugePageByteCount
    guard let start = mmap(nil, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), start != MAP_FAILED else { return nil }
    let aligned = start.alignedUp(toMultipleOf: hugePageByteCount)
    madvise(aligned, byteCount, MADV_HUGEPAGE)
    return (start, whole, aligned.bindMemory(to: Float.self, capacity: byteCount / MemoryLayout<Float>.stride))
  }
}
