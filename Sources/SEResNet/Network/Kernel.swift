import CKernels
import Foundation

/// The inner loops for one kind of CPU.
package struct Kernel: @unchecked Sendable {
  /// A constant table of functions, which lives as long as the program.
  package let table: UnsafePointer<einthoven_kernels>

  /// `avx512`, `avx2` or `portable`.
  package var name: String { String(cString: table.pointee.name) }

  /// Output channels of a panel of packed weights.
  package var tileChannels: Int { table.pointee.tile_channels }
  /// Output rows that are computed together.
  package var tileRows: Int { table.pointee.tile_rows }

  /// Whether they multiply bfloat16 numbers.
  package var hasBFloat16: Bool { table.pointee.multiply_bfloat16 != nil }

  /// The kernels of a name, nil where this CPU does not have them.
  package init?(named name: String) {
    guard let table = einthoven_kernels_named(name) else { return nil }
    self.table = table
  }

  private init(table: UnsafePointer<einthoven_kernels>) { self.table = table }

  /// All kernels that this CPU can run, fastest first.
  package static var available: [Kernel] {
    var result: [Kernel] = []
    var index = 0
    while let name = einthoven_kernel_name(index) {
      if let table = einthoven_kernels_named(name) { result.append(Kernel(table: table)) }
      index += 1
    }
    return result
  }

  /// The fastest kernels of this CPU, or those that the environment variable `EINTHOVEN_KERNEL` names.
  ///
  /// - Throws: ``PredictorError/unknownKernel(name:available:)`` where the variable names none that this CPU can run.
  package static func chosen() throws(PredictorError) -> Kernel {
    let all = available
    if let name = ProcessInfo.processInfo.environment["EINTHOVEN_KERNEL"], !name.isEmpty {
      guard let kernel = all.first(where: { $0.name == name }) else { throw .unknownKernel(name: name, available: all.map(\.name)) }
      return kernel
    }
    guard let fastest = all.first else { throw .unknownKernel(name: "portable", available: []) }
    return fastest
  }
}
