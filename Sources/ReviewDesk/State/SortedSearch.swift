/// Places in lists in order, of which a day's recording has a hundred thousand entries.
extension RandomAccessCollection where Index == Int {
  /// The place of the first element whose value is no smaller than another; the values are in order.
  func firstPlace<Value: Comparable>(of value: Value, by key: (Element) -> Value) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if key(self[middle]) < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension [Int] {
  /// The number nearest to another in a list in order; of two equally near the first.
  func nearest(to value: Int) -> Int? {
    let place = firstPlace(of: value) { $0 }
    guard place < count else { return last }
    guard place > 0 else { return self[0] }
    return value - self[place - 1] <= self[place] - value ? self[place - 1] : self[place]
  }
}
