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
  package func squaredDistance(_ first: Int, _ second: Int) -> Float { withView { $0.squaredDistance(first, second) } }

  /// The points without the bookkeeping of arrays, for loops over many of them.
  struct View {
    fileprivate let values: UnsafeRawBufferPointer
    fileprivate let squares: UnsafeBufferPointer<Float>
    fileprivate let steps: Int

    /// The squared distance of two points.
    @inline(__always)
    func squaredDistance(_ first: Int, _ second: Int) -> Float {
      let width = MemoryLayout<SIMD16<Float>>.stride
      var sum = SIMD16<Float>.zero
      for step in 0..<steps {
        sum +=
          values.loadUnaligned(fromByteOffset: (first * steps + step) * width, as: SIMD16<Float>.self)
          * values.loadUnaligned(fromByteOffset: (second * steps + step) * width, as: SIMD16<Float>.self)
      }
      return max(0, squares[first] + squares[second] - 2 * sum.sum())
    }
  }

  /// Calls a body with a view that must not outlive it.
  func withView<Result>(_ body: (View) -> Result) -> Result {
    values.withUnsafeBytes { bytes in
      squares.withUnsafeBufferPointer { body(View(values: bytes, squares: $0, steps: stride / 16)) }
    }
  }

  /// More multiplications than this are not spent on comparing every point with every other.
  static let mostMultiplications = 4_000_000_000

  /// The nearest other points of each, nearest first; fewer where there are not so many.
  ///
  /// Up to some thousands of points all are compared. Beyond, the time is bounded: points are sketched in 64 dimensions (random projection, Achlioptas
  /// 2003), the sketches sorted into cells about seeded centres and compared with those of the nearest six cells only (inverted file, Jégou, Douze
  /// and Schmid 2011), and four times as many as are wanted are then compared in full. Most of the nearest are found so.
  ///
  /// - Parameter owners: by point, whose it is: points of one owner are not each other's neighbours. Empty, and all are different ones'.
  public func nearest(_ neighbours: Int, owners: [Int] = [], seed: UInt64 = 0) -> [[Int]] {
    nearest(neighbours, owners: owners, seed: seed, mostMultiplications: Self.mostMultiplications)
  }

  package func nearest(_ neighbours: Int, owners: [Int], seed: UInt64, mostMultiplications: Int) -> [[Int]] {
    guard neighbours > 0 else { return Array(repeating: [], count: count) }
    let isOwned = owners.count == count
    guard count > 0, count > mostMultiplications / (count * stride) else {
      return Replicates.spread(count) { point in
        withView { view in
          var best = NearestList(capacity: neighbours)
          for other in 0..<count where other != point && !(isOwned && owners[other] == owners[point]) {
            best.add(other, at: view.squaredDistance(point, other))
          }
          return best.points
        }
      }
    }
    let sketch = projected(to: 64, seed: seed)
    let cells = FeatureCells(sketch, seed: seed)
    return Replicates.spread(count) { point in
      let likely = sketch.withView { view in
        var likely = NearestList(capacity: 4 * neighbours)
        cells.forEachCandidate(of: point, atLeast: 4 * neighbours) { other in
          if other != point && !(isOwned && owners[other] == owners[point]) { likely.add(other, at: view.squaredDistance(point, other)) }
        }
        return likely
      }
      var best = NearestList(capacity: neighbours)
      for other in likely.points { best.add(other, at: squaredDistance(point, other)) }
      return best.points
    }
  }

  /// The points in fewer dimensions, their distances nearly kept: sums with signs by chance; the points themselves where they have no more.
  private func projected(to fewer: Int, seed: UInt64) -> FeatureSpace {
    guard dimensions > fewer else { return self }
    var generator = SeededGenerator(seed: seed, stream: 0x7369_676E)
    let scale = 1 / Float(fewer).squareRoot()
    let signs = (0..<dimensions).map { _ in
      (0..<fewer / 16).map { _ in
        let bits = generator.next()
        return SIMD16<Float>((0..<16).map { bits >> UInt64($0) & 1 == 0 ? scale : -scale })
      }
    }
    let points = Replicates.spread(count) { point in
      var sums = [SIMD16<Float>](repeating: .zero, count: fewer / 16)
      for index in 0..<dimensions {
        let value = values[point * stride + index]
        for place in sums.indices { sums[place] += value * signs[index][place] }
      }
      return sums
    }
    return FeatureSpace(points.flatMap { $0.flatMap { sums in (0..<16).map { sums[$0] } } }, dimensions: fewer) ?? self
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
    joined.withView { view in
      var best = NearestList(capacity: count)
      for cell in 0..<cellCount { best.add(cell, at: view.squaredDistance(point, cell)) }
      return best.points.map { Int32($0) }
    }
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
