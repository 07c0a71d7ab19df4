import CKernels
import SEResNet
import TestSupport
import Testing

/// The kernels themselves against loops that nobody could get wrong.
@Suite struct KernelTests {
  /// Deterministic numbers from -1 to 1.
  private func numbers(_ count: Int, seed: UInt32) -> [Float] { FormulaModel.uniform(seed, count).map { Float(2 * $0 - 1) } }

  @Test func everyConvolutionTileEqualsItsDefinition() throws {
    for kernel in Kernel.available {
      let table = try #require(einthoven_kernels_named(kernel.name)).pointee
      let width = table.tile_channels
      for rows in Array(0...26) + [31, 97] {
        for (channels, taps, stride) in [(1, 1, 1), (12, 15, 2), (3, 7, 1), (5, 7, 2), (17, 1, 2), (8, 3, 1)] {
          let rowLength = channels + 3
          let input = numbers((rows * stride + taps) * rowLength, seed: 1)
          let weights = numbers(taps * channels * width, seed: 2)
          let bias = numbers(width, seed: 3)
          for (outputs, rectify) in [(width, 0), (width, 1), (width / 2, 1), (0, 0)] {
            var output = [Float](repeating: 9, count: (rows + 1) * (width + 5))
            input.withUnsafeBufferPointer { input in
              weights.withUnsafeBufferPointer { weights in
                bias.withUnsafeBufferPointer { bias in
                  output.withUnsafeMutableBufferPointer { output in
                    var arguments = einthoven_convolution(
                      input: input.baseAddress, row_stride: stride * rowLength, tap_stride: rowLength, taps: taps, channels: channels,
                      weights: weights.baseAddress, bias: bias.baseAddress, output: output.baseAddress, output_stride: width + 5,
                      rows: rows, outputs: outputs, rectify: Int32(rectify))
                    table.convolve(&arguments)
                  }
                }
              }
            }
            var worst: Float = 0
            for row in 0..<rows {
              for lane in 0..<width {
                var sum = Double(bias[lane])
                for tap in 0..<(lane < outputs ? taps : 0) {
                  for channel in 0..<channels {
                    let value = Double(input[(row * stride + tap) * rowLength + channel])
                    sum += value * Double(weights[(tap * channels + channel) * width + lane])
                  }
                }
                let expected = rectify == 1 ? max(0, sum) : sum
                worst = max(worst, abs(output[row * (width + 5) + lane] - Float(expected)))
              }
              #expect(output[row * (width + 5) + width] == 9, "wrote beyond its channels")
            }
            #expect(worst < 1e-4, "\(kernel.name): \(outputs) outputs, \(rows) rows, \(channels) channels, \(taps) taps, stride \(stride)")
            #expect(output[rows * (width + 5)] == 9, "wrote beyond its rows")
          }
        }
      }
    }
  }

  @Test func elementwiseKernelsEqualTheirDefinitions() throws {
    let (rows, channels, stride) = (13, 64, 80)
    let input = numbers((2 * rows + 2) * stride, seed: 4).map { max(0, $0) }
    let shortcut = numbers(rows * stride, seed: 5)
    let gates = numbers(channels, seed: 6)
    for kernel in Kernel.available {
      let table = try #require(einthoven_kernels_named(kernel.name)).pointee
      func block(_ values: UnsafeMutablePointer<Float>, _ rows: Int) -> einthoven_activations {
        einthoven_activations(values: values, stride: stride, rows: rows, channels: channels)
      }
      var (source, added) = (input, shortcut)
      var pooled = [Float](repeating: 0, count: rows * stride)
      var means = [Float](repeating: 0, count: channels)
      var gated = Array(input[..<(rows * stride)])
      source.withUnsafeMutableBufferPointer { source in
        pooled.withUnsafeMutableBufferPointer { pooled in
          guard let from = source.baseAddress, let to = pooled.baseAddress else { return }
          table.maximum_pool(block(from + stride, 2 * rows), block(to, rows))
          table.column_means(block(from, 2 * rows), &means)
        }
      }
      gated.withUnsafeMutableBufferPointer { gated in
        added.withUnsafeMutableBufferPointer { added in
          guard let branch = gated.baseAddress, let shortcut = added.baseAddress else { return }
          table.gate_add_rectify(block(branch, rows), gates, block(shortcut, rows))
        }
      }
      for channel in 0..<channels {
        let mean = (0..<2 * rows).reduce(0.0) { $0 + Double(input[$1 * stride + channel]) } / Double(2 * rows)
        #expect(abs(Double(means[channel]) - mean) < 1e-6)
        for row in 0..<rows {
          let around = (0...2).map { input[(2 * row + $0) * stride + channel] }
          #expect(pooled[row * stride + channel] == around.max())
          let sum = Double(input[row * stride + channel]) * Double(gates[channel]) + Double(shortcut[row * stride + channel])
          #expect(abs(Double(gated[row * stride + channel]) - max(0, sum)) < 1e-6)
        }
      }
    }
  }

  @Test func portableKernelsAreAlwaysThere() {
    #expect(Kernel.available.last?.name == "portable")
    #expect(Kernel(named: "portable") != nil)
    #expect(Kernel(named: "abacus") == nil)
    #expect(einthoven_kernel_name(-1) == nil)
  }
}
