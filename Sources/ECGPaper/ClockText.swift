import Foundation

/// Times as the screen writes and reads them.
package enum ClockText {
  /// The local time of day: `12:31:07`.
  package static func timeOfDay(_ date: Date) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents(in: .current, from: date)
    return "\(two(parts.hour ?? 0)):\(two(parts.minute ?? 0)):\(two(parts.second ?? 0))"
  }

  /// How long something is, or when in it: `10.0 s`, and from a minute on `0:30:00`.
  package static func length(_ seconds: Double) -> String {
    seconds < 60 ? String(format: "%.1f s", seconds) : elapsed(seconds)
  }

  /// A time since the start of a recording: `0:00:07`, `0:29:59`, `1:02:03`.
  package static func elapsed(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds.isFinite ? seconds : 0), 1e9))
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }

  /// How long a reader takes: `7 s`, and from a minute on `0:30:00`.
  package static func pace(_ seconds: Double) -> String { seconds < 59.5 ? "\(Int(max(0, seconds).rounded())) s" : elapsed(seconds) }

  /// A time since the start of a recording to a tenth of a second: `0:00:07.3`.
  package static func tenths(_ seconds: Double) -> String {
    let tenths = (min(max(0, seconds.isFinite ? seconds : 0), 1e9) * 10).rounded()
    return elapsed(tenths / 10) + ".\(Int(tenths.truncatingRemainder(dividingBy: 10)))"
  }

  /// Reads a time since the start: `12`, `12.5`, `1:30`, `0:12:30.5`; nil for anything else, and for more than any recording lasts, 30 years.
  package static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var total = 0.0
    for part in parts {
      // Double reads `1e30` and `0x1p90`, too, which nobody types who means a time.
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }), let value = Double(part) else { return nil }
      total = total * 60 + value
    }
    return total <= 1e9 ? total : nil
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
