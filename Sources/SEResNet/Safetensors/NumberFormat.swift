/// How a stored tensor writes its numbers; little endian.
enum NumberFormat: Sendable, Equatable {
  case float16, bfloat16, float32, float64, int32, int64

  /// The format of a safetensors `dtype`.
  init?(safetensorsName name: String) {
    switch name {
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "F32": self = .float32
    case "F64": self = .float64
    case "I32": self = .int32
    case "I64": self = .int64
    default: return nil
    }
  }

  /// Bytes of one number.
  var byteCount: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// The numbers that start at a byte, in single precision.
  ///
  /// - Precondition: `count` numbers lie within `bytes`.
  func floats(in bytes: UnsafeRawBufferPointer, at offset: Int, count: Int) -> [Float] {
    precondition(offset >= 0 && count >= 0 && count * byteCount <= bytes.count - offset)
    let source = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count * byteCount])
    func load<Bits: FixedWidthInteger>(_ type: Bits.Type, _ convert: (Bits) -> Float) -> [Float] {
      let width = MemoryLayout<Bits>.size
      return (0..<count).map { convert(Bits(littleEndian: source.loadUnaligned(fromByteOffset: $0 * width, as: Bits.self))) }
    }
    switch self {
    case .float16: return load(UInt16.self, Self.half)
    case .bfloat16: return load(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float32: return load(UInt32.self) { Float(bitPattern: $0) }
    case .float64: return load(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .int32: return load(Int32.self) { Float($0) }
    case .int64: return load(Int64.self) { Float($0) }
    }
  }

  /// The value of a half-precision bit pattern (`Float16` is not to be had on every platform).
  static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Float(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * Float(sign: .plus, exponent: -24, significand: 1)
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    }
  }

  /// The half-precision bit pattern nearest to a value, ties to even; infinity beyond the largest (65504).
  static func halfBits(_ value: Float) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let size = value.magnitude
    guard !value.isNaN else { return sign | 0x7E00 }
    guard size < 65520 else { return sign | 0x7C00 }
    // Below 2⁻¹⁴ the numbers lie 2⁻²⁴ apart; above, 2¹⁰ to each power of two. A fraction rounded up to 2¹⁰ carries into the exponent.
    let exponent = max(size == 0 ? -14 : Int(size.exponent), -14)
    let fraction = (size * Float(sign: .plus, exponent: 10 - exponent, significand: 1)).rounded(.toNearestOrEven)
    return sign | UInt16(Int(fraction) + (exponent + 14) << 10)
  }
}
