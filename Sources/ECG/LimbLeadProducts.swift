/// Sums of products of limb leads, each less its mean: all that is needed to judge sums of leads.
struct LimbLeadProducts {
  /// By pairs of places among the six limb leads.
  private var products = [Double](repeating: 0, count: 36)

  init(_ millivolts: [Float], count: Int, step: Int, leads: [Lead]) {
    var sums = [Double](repeating: 0, count: 6)
    var used = 0.0
    var values = [Double](repeating: 0, count: 6)
    millivolts.withUnsafeBufferPointer { samples in
      for index in stride(from: 0, to: count, by: step) {
        var total = 0.0
        for lead in leads {
          let value = Double(samples[lead.rawValue * count + index])
          values[lead.rawValue] = value
          total += value
        }
        // Not a number where any lead misses the sample.
        guard (total - total) == 0 else { continue }
        used += 1
        for row in 0..<6 {
          sums[row] += values[row]
          for column in row..<6 { products[6 * row + column] += values[row] * values[column] }
        }
      }
    }
    guard used > 0 else { return }
    for row in 0..<6 {
      for column in row..<6 {
        products[6 * row + column] -= sums[row] * sums[column] / used
        products[6 * column + row] = products[6 * row + column]
      }
    }
  }

  subscript(_ first: Lead, _ second: Lead) -> Double { products[6 * first.rawValue + second.rawValue] }

  /// How far a lead lies from what two others imply, as a share of the mean of both sizes.
  func contradiction(of lead: Lead, from first: Lead, and second: Lead) -> Double {
    guard let weights = LimbLeads.combination(for: lead, from: first, and: second) else { return 0 }
    let (a, b) = weights
    let expected = a * a * self[first, first] + b * b * self[second, second] + 2 * a * b * self[first, second]
    let both = a * self[first, lead] + b * self[second, lead]
    let size = (expected + self[lead, lead]) / 2
    return size > 0 ? (max(0, expected + self[lead, lead] - 2 * both) / size).squareRoot() : 0
  }

  /// The size of a lead against what two others imply, and the correlation of both.
  func gain(of lead: Lead, from first: Lead, and second: Lead) -> (factor: Double, likeness: Double)? {
    guard let weights = LimbLeads.combination(for: lead, from: first, and: second) else { return nil }
    let (a, b) = weights
    let expected = a * a * self[first, first] + b * b * self[second, second] + 2 * a * b * self[first, second]
    let both = a * self[first, lead] + b * self[second, lead]
    guard expected > 0, self[lead, lead] > 0 else { return nil }
    return (both / expected, both / (expected * self[lead, lead]).squareRoot())
  }

  /// How far leads lie together from the nearest ones that obey the relations, as a share of their size (root mean squares).
  ///
  /// - Parameters:
  ///   - names: leads to be taken for another.
  ///   - factors: leads to be multiplied.
  func distance(of leads: [Lead], names: [Lead: Lead] = [:], factors: [Lead: Double] = [:]) -> Double {
    func product(_ first: Lead, _ second: Lead) -> Double { self[first, second] * (factors[first] ?? 1) * (factors[second] ?? 1) }
    guard let projection = Self.projection(on: leads.map { names[$0] ?? $0 }) else { return 0 }
    var (all, inside) = (0.0, 0.0)
    for (row, first) in leads.enumerated() {
      all += product(first, first)
      for (column, second) in leads.enumerated() { inside += projection[row][column] * product(first, second) }
    }
    return all > 0 ? (max(0, all - inside) / all).squareRoot() : 0
  }

  /// The matrix that takes leads to the nearest ones that obey the relations: with W their weights of I and II, W (WᵀW)⁻¹ Wᵀ; nil where they
  /// do not tell both.
  static func projection(on leads: [Lead]) -> [[Double]]? {
    let weights = leads.map { LimbLeads.weights(of: $0) ?? (0, 0) }
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    for (a, b) in weights {
      aa += a * a
      ab += a * b
      bb += b * b
    }
    let determinant = aa * bb - ab * ab
    guard determinant > 1e-9 else { return nil }
    return weights.map { a, b in weights.map { c, d in (a * (bb * c - ab * d) + b * (aa * d - ab * c)) / determinant } }
  }
}
