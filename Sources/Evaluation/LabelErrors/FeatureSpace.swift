import ECG

/// Recordings as points: the network's deep features, 512 numbers each, and how far apart they are (Euclidean distance).
public struct FeatureSpace: Sendable {
  /// Number of points.
  public let count: Int
  /// Numbers a point.
  public let dimensions: Int
  /// Points after each other, padded with zeros to a multiple of the width of a vector.
  private let values: [Float]
  private let stride: Int
  /// Squared lengths.
  private let squares: [Float]

  /// Points in one array after each other; nil where the numbers do not divide into points, or one is not finite.
  public init?(_ values: [Float], dimensions: Int) {
    guard dimensions > 0, values.count % dimensions == 0, values.allSatisfy(\.isFinite) else { return nil }
    count = values.count / dimensions
    self.dimensions = dimensions
    stride = (dimensions + 15) / 16 * 16
    var padded = [Float](repeating: 0, count: count * stride)
    for point in 0..<count {
      for index in 0..<dimensions { padded[point * stride + index] = values[point * dimensions + index] }
    }
    self.values = padded
    var squares = [Float](repeating: 0, count: count)
    for point in 0..<count {
      for index in 0..<stride { squares[point] += padded[point * stride + index] * padded[point * stride + index] }
    }
    self.squares = squares
  }

  /// The squared distance of two points.
  func squaredDistance(_ first: Int, _ second: Int) -> Float {
    max(0, squares[first] + squares[second] - 2 * dot(first, second))
  }

  private func dot(_ first: Int, _ second: Int) -> Float {
    values.withUnsafeBytes { bytes in
      let width = MemoryLayout<SIMD16<Float>>.stride
      let steps = stride / 16
      var sum = SIMD16<Float>.zero
      for step in 0..<steps {
        sum +=
          bytes.loadUnaligned(fromByteOffset: first * steps * width + step * width, as: SIMD16<Float>.self)
          * bytes.loadUnaligned(fromByteOffset: second * steps * width + step * width, as: SIMD16<Float>.self)
      }
      return sum.sum()
    }
  }

  /// More multiplications than this are not spent on comparing every point with every other.
  static let mostMultiplications = 4_000_000_000

  /// The nearest other points of each, nearest first; fewer where there are not so many.
  ///
  /// Up to some thousands of points all are compared. Beyond, points are first sorted into cells about seeded centres (k-means) and compared with
  /// those of the nearest six cells only (Jégou, Douze and Schmid 2011, inverted file), so that nearly all of the nearest are found in bounded time.
  ///
  /// - Parameter owners: by point, whose it is: points of one owner are not each other's neighbours. Empty, and all are different ones'.
  public func nearest(_ neighbours: Int, owners: [Int] = [], seed: UInt64 = 0) -> [[Int]] {
    nearest(neighbours, owners: owners, seed: seed, mostMultiplications: Self.mostMultiplications)
  }

  func nearest(_ neighbours: Int, owners: [Int], seed: UInt64, mostMultiplications: Int) -> [[Int]] {
    guard neighbours > 0 else { return Array(repeating: [], count: count) }
    let everyone = Array(0..<count)
    let cells = count > 0 && count > mostMultiplications / (count * stride) ? FeatureCells(self, seed: seed) : nil
    return Replicates.spread(count) { point in
      var best = NearestList(capacity: neighbours)
      let consider = { (other: Int) in
        let isOwn = other == point || (owners.count == count && owners[other] == owners[point])
        if !isOwn { best.add(other, at: squaredDistance(point, other)) }
      }
      if let cells { cells.forEachCandidate(of: point, atLeast: 4 * neighbours, consider) } else { everyone.forEach(consider) }
      return best.points
    }
  }

  /// By point, how many of its neighbours carry a label, of those whose label is known.
  public static func carrying(_ labels: [Bool?], among neighbours: [[Int]]) -> [Proportion] {
    neighbours.map { points in
      let known = points.compactMap { labels[$0] }
      return Proportion(known.count { $0 }, of: known.count)
    }
  }

  /// The mean of some points, as a point.
  func mean(of points: [Int]) -> [Float] {
    var sum = [Float](repeating: 0, count: dimensions)
    for point in points {
      for index in 0..<dimensions { sum[index] += values[point * stride + index] }
    }
    return sum.map { $0 / Float(max(1, points.count)) }
  }

  /// A point's numbers.
  subscript(point: Int) -> [Float] { Array(values[(point * stride)..<(point * stride + dimensions)]) }
}

/// The nearest points so far, in order.
private struct NearestList {
  private let capacity: Int
  private var found: [(distance: Float, point: Int)] = []

  init(capacity: Int) {
    self.capacity = capacity
    found.reserveCapacity(capacity + 1)
  }

  var points: [Int] { found.map(\.point) }

  mutating func add(_ point: Int, at distance: Float) {
    if found.count == capacity, let last = found.last, (last.distance, last.point) < (distance, point) { return }
    var seat = found.count
    while seat > 0, (distance, point) < (found[seat - 1].distance, found[seat - 1].point) { seat -= 1 }
    found.insert((distance, point), at: seat)
    if found.count > capacity { found.removeLast() }
  }
}

/// Points sorted into cells about centres.
private struct FeatureCells: Sendable {
  /// The centres, and then the points, in one space.
  private let members: [[Int32]]
  private let nearestCells: [[Int32]]

  private static let probes = 6

  init(_ space: FeatureSpace, seed: UInt64) {
    let cellCount = max(1, Int(Double(space.count).squareRoot()))
    var generator = SeededGenerator(seed: seed, stream: 0x6365_6C6C)
    let order = generator.shuffled(0..<space.count)
    let sample = Array(order.prefix(min(space.count, cellCount * 32)))
    var centres = sample.prefix(cellCount).flatMap { space[$0] }
    for _ in 0..<3 {
      guard let joined = FeatureSpace(centres + sample.flatMap { space[$0] }, dimensions: space.dimensions) else { break }
      let cells = Replicates.spread(sample.count) { Self.nearestCells(of: cellCount + $0, in: joined, cellCount: cellCount, 1)[0] }
      var groups = [[Int]](repeating: [], count: cellCount)
      for (place, cell) in cells.enumerated() { groups[Int(cell)].append(sample[place]) }
      centres = groups.enumerated().flatMap { cell, points in
        points.isEmpty ? Array(centres[(cell * space.dimensions)..<((cell + 1) * space.dimensions)]) : space.mean(of: points)
      }
    }
    let everything = FeatureSpace(centres + (0..<space.count).flatMap { space[$0] }, dimensions: space.dimensions)
    let nearest = Replicates.spread(space.count) { point in
      everything.map { Self.nearestCells(of: cellCount + point, in: $0, cellCount: cellCount, 2 * Self.probes) } ?? [0]
    }
    var members = [[Int32]](repeating: [], count: cellCount)
    for (point, cells) in nearest.enumerated() { members[Int(cells[0])].append(Int32(point)) }
    self.members = members
    nearestCells = nearest
  }

  private static func nearestCells(of point: Int, in joined: FeatureSpace, cellCount: Int, _ count: Int) -> [Int32] {
    var best = NearestList(capacity: count)
    for cell in 0..<cellCount { best.add(cell, at: joined.squaredDistance(point, cell)) }
    return best.points.map { Int32($0) }
  }

  /// Calls a body for the points of the cells nearest to a point: six, or up to twice as many where they hold too few.
  func forEachCandidate(of point: Int, atLeast least: Int, _ body: (Int) -> Void) {
    var seen = 0
    for (place, cell) in nearestCells[point].enumerated() where place < Self.probes || seen < least {
      for other in members[Int(cell)] { body(Int(other)) }
      seen += members[Int(cell)].count
    }
  }
}
