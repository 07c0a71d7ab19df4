/// The name that a misspelt one was probably meant to be, nil where none is near.
///
/// That is the one with the fewest letters changed, at most two or a third of them.
public func nearestName(to text: String, among names: [String]) -> String? {
  let limit = max(2, text.count / 3)
  // Text far longer than any name is near to none, and is not worth the time.
  guard let longest = names.map(\.count).max(), text.count <= longest + limit else { return nil }
  let candidates = names.map { (name: $0, distance: editDistance($0, text)) }.filter { $0.distance <= limit }
  return candidates.min { $0.distance < $1.distance }?.name
}

/// Letters to insert, delete or exchange to make one text of another (Levenshtein 1966).
private func editDistance(_ first: String, _ second: String) -> Int {
  let second = Array(second)
  var previous = Array(0...second.count)
  for (row, letter) in first.enumerated() {
    var current = [row + 1]
    for (column, other) in second.enumerated() {
      let exchanged = previous[column] + (letter == other ? 0 : 1)
      current.append(min(exchanged, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[second.count]
}
