extension WFDBEncoding {
  /// Unpacks stored bytes into one integer a sample, in file order.
  ///
  /// - Parameters:
  ///   - bytes: whole groups, the last one filled up with any bytes.
  ///   - samples: as many as are wanted; for format 8 they are the differences.
  func unpack(_ bytes: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Int32>) {
    switch self {
    case .differences8:
      for index in samples.indices { samples[index] = Int32(Int8(bitPattern: bytes[index])) }
    case .offset8:
      for index in samples.indices { samples[index] = Int32(bytes[index]) - 128 }
    case .integer16:
      for index in samples.indices {
        samples[index] = Int32(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
      }
    case .bigEndian16:
      for index in samples.indices {
        samples[index] = Int32(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
      }
    case .offset16:
      for index in samples.indices {
        samples[index] = Int32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))) - 32768
      }
    case .integer24:
      for index in samples.indices {
        let high = Int32(Int8(bitPattern: bytes[3 * index + 2])) << 16
        samples[index] = high | Int32(bytes[3 * index + 1]) << 8 | Int32(bytes[3 * index])
      }
    case .integer32:
      for index in samples.indices { samples[index] = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)) }
    case .packed12: unpack12(bytes, into: samples)
    case .packed10: unpack10(bytes, into: samples)
    case .packed10Dense: unpack10Dense(bytes, into: samples)
    }
  }

  /// Three bytes hold two samples: the low bytes in the first and third, the high nibbles in the second.
  private func unpack12(_ bytes: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Int32>) {
    for index in samples.indices {
      let start = index / 2 * 3
      let middle = Int32(bytes[start + 1])
      let word = index.isMultiple(of: 2) ? Int32(bytes[start]) | (middle & 0x0F) << 8 : Int32(bytes[start + 2]) | (middle >> 4) << 8
      samples[index] = word.signExtended(fromBits: 12)
    }
  }

  /// Four bytes are two words of 16 bits: 10 bits of a sample after an unused bit in each, the third sample in the two times five bits above.
  private func unpack10(_ bytes: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Int32>) {
    for index in samples.indices {
      let start = index / 3 * 4
      let first = Int32(bytes[start]) | Int32(bytes[start + 1]) << 8
      let second = Int32(bytes[start + 2]) | Int32(bytes[start + 3]) << 8
      let word: Int32
      switch index % 3 {
      case 0: word = first >> 1 & 0x3FF
      case 1: word = second >> 1 & 0x3FF
      default: word = first >> 11 & 0x1F | (second >> 11 & 0x1F) << 5
      }
      samples[index] = word.signExtended(fromBits: 10)
    }
  }

  /// Four bytes are one little-endian word: three samples of 10 bits from the low end.
  private func unpack10Dense(_ bytes: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Int32>) {
    for index in samples.indices {
      let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index / 3 * 4, as: UInt32.self))
      samples[index] = Int32(word >> UInt32(index % 3 * 10) & 0x3FF).signExtended(fromBits: 10)
    }
  }
}

extension Int32 {
  /// The value of a two's complement number of fewer bits.
  fileprivate func signExtended(fromBits bits: Int32) -> Int32 { (self << (32 - bits)) >> (32 - bits) }
}
