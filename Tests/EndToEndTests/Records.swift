import Foundation
import Testing

extension Workspace {
  /// The twelve leads in the standard order.
  static let leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

  /// Writes a WFDB record of format 16, 1000 units per millivolt, whose twelve leads obey Einthoven's law; returns its path.
  ///
  /// - Parameters:
  ///   - record: The name in the header, where it is not the file's.
  ///   - leads: Signal names; a name may be anything, for a test of what becomes of it.
  @discardableResult
  func writeRecord(
    _ name: String, rate: Int = 500, samples count: Int = 2000, leads: [String] = Workspace.leads, comments: [String] = []
  ) throws -> String {
    let record = (name as NSString).lastPathComponent
    var header = "\(record) \(leads.count) \(rate) \(count)\n"
    for lead in leads { header += "\(record).dat 16 1000/mV 16 0 0 0 0 \(lead)\n" }
    for comment in comments { header += "#\(comment)\n" }
    try write(name + ".hea", header.utf8)
    try write(name + ".dat", Self.frames(count, rate: rate, leads: leads.count))
    return file(name)
  }

  /// A cheap pattern: a saw of one second, a spike at each second's start, in integers so that III = II - I holds exactly.
  private static func frames(_ count: Int, rate: Int, leads: Int) -> [UInt8] {
    let second: [UInt8] = (0..<rate).flatMap { sample -> [UInt8] in
      let saw = Int16(sample * 100 / rate)
      let spike: Int16 = sample < rate / 25 ? 1000 : 0
      let one = saw + spike
      let two = saw &* 2 + spike
      let limbs = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2]
      let values = limbs + [Int16](repeating: saw - spike / 2, count: max(0, leads - limbs.count))
      return values.prefix(leads).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * leads * 2)
    while bytes.count < count * leads * 2 { bytes += second }
    return Array(bytes.prefix(count * leads * 2))
  }
}
