/// Small symmetric positive definite matrices, as Newton's method meets them.
package enum PositiveMatrix {
  /// Solves a system by Cholesky's factors; nil where the matrix is not positive definite.
  ///
  /// - Parameters:
  ///   - matrix: Row after row; only what is on and below its diagonal is looked at.
  ///   - leastPivot: Taken for a pivot that is smaller, so that a matrix that is all but singular has a solution too; nil: such a one has none.
  package static func solve(_ matrix: [Double], _ right: [Double], leastPivot: Double? = nil) -> [Double]? {
    let count = right.count
    var factor = matrix
    for row in 0..<count {
      for column in 0...row {
        var sum = factor[row * count + column]
        for inner in 0..<column { sum -= factor[row * count + inner] * factor[column * count + inner] }
        if row == column {
          let pivot = leastPivot.map { max(sum, $0) } ?? sum
          guard pivot > 0 else { return nil }
          factor[row * count + row] = pivot.squareRoot()
        } else {
          factor[row * count + column] = sum / factor[column * count + column]
        }
      }
    }
    var solution = right
    for row in 0..<count {
      for inner in 0..<row { solution[row] -= factor[row * count + inner] * solution[inner] }
      solution[row] /= factor[row * count + row]
    }
    for row in (0..<count).reversed() {
      for inner in row + 1..<count { solution[row] -= factor[inner * count + row] * solution[inner] }
      solution[row] /= factor[row * count + row]
    }
    return solution
  }
}
