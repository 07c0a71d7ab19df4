import ECG
import GRDB

extension SightingCache {
  /// The figures of recordings, by their digests, as far as this way of measuring wrote them.
  ///
  /// - Parameter method: Counts up when figures of the same samples change.
  public func figures(method: Int) -> [RecordingDigest: RecordingFigures] {
    let found = try? database.read { database in
      var figures: [RecordingDigest: RecordingFigures] = [:]
      let rows = try Row.fetchCursor(
        database, sql: "SELECT digest, rate, qrs, axis, quality FROM figures WHERE method = ?", arguments: [method])
      while let row = try rows.next() {
        figures[RecordingDigest(hexadecimal: try row.decode(atIndex: 0))] = RecordingFigures(
          heartRate: try row.decode(Double?.self, atIndex: 1), qrsMilliseconds: try row.decode(Double?.self, atIndex: 2),
          qrsAxisDegrees: try row.decode(Double?.self, atIndex: 3), quality: try row.decode(atIndex: 4))
      }
      return figures
    }
    return found ?? [:]
  }

  /// Keeps figures of recordings.
  public func remember(_ figures: [RecordingDigest: RecordingFigures], method: Int) {
    guard !figures.isEmpty else { return }
    try? database.write { database in
      let insert = try database.cachedStatement(
        sql: "INSERT OR REPLACE INTO figures (digest, method, rate, qrs, axis, quality) VALUES (?, ?, ?, ?, ?, ?)")
      for (digest, entry) in figures {
        try insert.execute(arguments: [
          digest.description, method, entry.heartRate, entry.qrsMilliseconds, entry.qrsAxisDegrees, entry.quality,
        ])
      }
    }
  }
}
