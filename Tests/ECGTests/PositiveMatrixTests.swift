import ECG
import Testing

@Suite struct PositiveMatrixTests {
  /// numpy.linalg.solve of [[4, 2, 0.6], [2, 5, 1], [0.6, 1, 3]] and [1, 2, 3]; above the diagonal stands what must not be looked at.
  @Test func solutionsEqualNumPys() throws {
    let solution = try #require(PositiveMatrix.solve([4, 9, 9, 2, 5, 9, 0.6, 1, 3], [1, 2, 3]))
    for (value, expected) in zip(solution, [0.004484304932735439, 0.2125560538116592, 0.9282511210762331]) {
      #expect(abs(value - expected) < 1e-12)
    }
  }

  @Test func aMatrixThatIsNotPositiveDefiniteHasNoSolutionUnlessItsPivotsAreHeldUp() throws {
    #expect(PositiveMatrix.solve([1, 0, 2, 1], [1, 1]) == nil)
    #expect(PositiveMatrix.solve([1, 0, 1, 1], [1, 1]) == nil)
    #expect(PositiveMatrix.solve([.nan], [1]) == nil)
    let solution = try #require(PositiveMatrix.solve([1, 0, 1, 1], [1, 1], leastPivot: 1e-12))
    #expect(solution.allSatisfy { $0.isFinite } && abs(solution[0] + solution[1] - 1) < 1e-9)
  }
}
