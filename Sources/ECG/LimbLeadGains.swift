/// What six limb leads have to be multiplied by so that they obey Einthoven's and Goldberger's relations.
///
/// Four relations among six leads, each of the two dimensions of the frontal plane, determine the six sizes but for a common factor, and more than once: where
/// headers give each lead a gain of its own that is not the signal's, the leads themselves tell their sizes among one another. The factors x make
/// Σ (x∘l)ᵀ (1 − P) (x∘l) over the samples l least, P the projection on the leads that obey; an eigenvector of six numbers.
public struct LimbLeadGains: Sendable, Equatable {
  /// The factors, in the standard order of the limb leads; their median is 1.
  public let factors: [Double]
  /// What still contradicts, as a share of the leads' size (root mean squares).
  let remains: Double

  /// Factors beyond this, or below one over it, come from no header.
  private static let largest = 20.0
  /// Where the second smallest eigenvalue is not so many times the smallest, the leads do not tell their sizes: all have one shape, or none.
  private static let leastGap = 100.0

  /// Nil where not all six are there, or where no positive factors follow from them.
  init?(_ products: LimbLeadProducts, leads: [Lead]) {
    guard leads == Lead.limb, let projection = LimbLeadProducts.projection(on: leads) else { return nil }
    let sizes = leads.map { products[$0, $0].squareRoot() }
    guard sizes.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    // Each lead in units of its own size, so that no gain makes one count for more.
    let matrix = leads.indices.map { row in
      leads.indices.map { column in
        ((row == column ? 1 : 0) - projection[row][column]) * products[leads[row], leads[column]] / (sizes[row] * sizes[column])
      }
    }
    let (values, vectors) = SymmetricMatrix.eigen(matrix)
    let order = values.indices.sorted { values[$0] < values[$1] }
    let smallest = max(0, values[order[0]])
    guard values[order[1]] > Self.leastGap * smallest else { return nil }
    let raw = leads.indices.map { vectors[$0][order[0]] / sizes[$0] }
    let sorted = raw.sorted()
    let median = (sorted[2] + sorted[3]) / 2
    let factors = raw.map { $0 / median }
    guard median != 0, factors.allSatisfy({ $0 > 1 / Self.largest && $0 < Self.largest }) else { return nil }
    self.factors = factors
    remains = smallest.squareRoot()
  }
}

/// Small symmetric matrices.
enum SymmetricMatrix {
  private static let sweeps = 50

  /// Eigenvalues, and in the columns of a matrix their unit vectors, by Jacobi's rotations.
  static func eigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    let size = matrix.count
    var a = matrix
    var vectors = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0 } }
    for _ in 0..<sweeps {
      var outside = 0.0
      for row in 0..<size { for column in 0..<row { outside += a[row][column] * a[row][column] } }
      if outside < 1e-30 { break }
      for p in 0..<size {
        for q in p + 1..<size where a[p][q] != 0 {
          let ratio = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<size { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
          for k in 0..<size { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
          for k in 0..<size {
            (vectors[k][p], vectors[k][q]) = (c * vectors[k][p] - s * vectors[k][q], s * vectors[k][p] + c * vectors[k][q])
          }
        }
      }
    }
    return ((0..<size).map { a[$0][$0] }, vectors)
  }
}
