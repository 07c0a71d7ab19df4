/// Winograd's minimal filtering of one-dimensional convolutions: `outputs` output rows of a convolution of `taps` taps from
/// `outputs + taps − 1` products a channel instead of `outputs · taps`.
///
/// The Toom–Cook construction at 0, pairs ±p, and infinity (Lavin and Gray 2016, arXiv:1509.09308; Barabasz and others 2020,
/// doi:10.1145/3412380). All matrices are computed in double precision. Rows of the input's matrix are scaled by powers of two, which loses
/// no digit, so that their largest entry is about 1, columns of the output's likewise, and the weights' matrix takes up both.
package struct WinogradTransform: Sendable {
  /// Output rows of a tile.
  package let outputs: Int
  /// Taps of the convolution.
  package let taps: Int
  /// Pairs of points.
  package let pairs: Int
  /// Points, and input rows of a tile.
  package var points: Int { 2 * pairs + 2 }
  /// [point][input row].
  package let input: FloatStorage
  /// [output row][point].
  package let output: FloatStorage
  /// [point][tap].
  package let weights: [Double]

  /// The points for each number of pairs, which come with their reciprocals.
  ///
  /// They minimise the variance of the outputs where operands carry independent relative errors, Σ output² · |weights|² · |input|² over the
  /// points' rows, within a few per cent. Rounded to bfloat16 the four pairs err a third less than 1, 2, ½ and ¾ do.
  private static let magnitudes: [Int: [Double]] = [3: [1, 2, 0.5], 4: [0.8, 1.25, 5.0 / 12, 2.4]]

  /// The transform of `taps` taps with a number of pairs of points, nil where the kernels have none.
  package init?(taps: Int, pairs: Int) {
    guard let magnitudes = Self.magnitudes[pairs], (1...8).contains(taps) else { return nil }
    let finite: [Double] = [0] + magnitudes.flatMap { [$0, -$0] }
    let points = finite.count + 1
    let outputs = points - taps + 1
    self.outputs = outputs
    self.taps = taps
    self.pairs = pairs
    var input: [[Double]] = []
    var output = Array(repeating: Array(repeating: 0.0, count: points), count: outputs)
    var weights: [[Double]] = []
    for (index, point) in finite.enumerated() {
      let others = finite.indices.filter { $0 != index }.map { finite[$0] }
      input.append(Self.coefficients(ofRoots: others, count: points))
      let divisor = others.reduce(1) { $0 * (point - $1) }
      weights.append(Self.powers(of: point, count: taps).map { $0 / divisor })
      for (row, power) in Self.powers(of: point, count: outputs).enumerated() { output[row][index] = power }
    }
    input.append(Self.coefficients(ofRoots: finite, count: points))
    weights.append(Array(repeating: 0, count: taps - 1) + [1])
    output[outputs - 1][points - 1] = 1
    for point in 0..<points {
      let inputScale = Self.powerOfTwo(under: input[point])
      let outputScale = Self.powerOfTwo(under: output.map { $0[point] })
      for index in input[point].indices { input[point][index] *= inputScale }
      for index in output.indices { output[index][point] *= outputScale }
      for index in weights[point].indices { weights[point][index] /= inputScale * outputScale }
    }
    self.input = FloatStorage(input.flatMap { $0.map(Float.init) })
    self.output = FloatStorage(output.flatMap { $0.map(Float.init) })
    self.weights = weights.flatMap { $0 }
  }

  /// Π (x − root), lowest power first.
  private static func coefficients(ofRoots roots: [Double], count: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: count)
    result[0] = 1
    for (degree, root) in roots.enumerated() {
      for power in stride(from: degree + 1, to: 0, by: -1) { result[power] = result[power - 1] - root * result[power] }
      result[0] *= -root
    }
    return result
  }

  private static func powers(of point: Double, count: Int) -> [Double] {
    (0..<count).map { exponent in (0..<exponent).reduce(1) { product, _ in product * point } }
  }

  /// The power of two that brings the largest value nearest to 1.
  private static func powerOfTwo(under values: [Double]) -> Double {
    let largest = values.reduce(0) { max($0, abs($1)) }
    let exponent = largest.exponent + (largest.significand > 2.0.squareRoot() ? 1 : 0)
    return Double(sign: .plus, exponent: -Int(exponent), significand: 1)
  }
}
